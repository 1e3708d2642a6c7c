//! What SDKs download, and when it changes.

use super::{FLAGS, SEGMENT, SEGMENTS};
use crate::protocol::probe::{Anything, Empty, Including, Probe, get, patch, post, put};
use serde_json::json;

const FEATURES: &str = "/api/client/features";

pub(super) fn probes() -> Vec<Probe> {
    let ask = |what: &str| {
        get(what, FEATURES)
            .as_client()
            .with_header("Unleash-Client-Spec", "5.0.0")
    };
    let unchanged = |what: &str| {
        ask(what)
            .with_header("If-None-Match", "{etag}")
            .gets(304, Empty)
    };
    let strategy =
        "/api/admin/projects/default/features/flag/environments/development/strategies/{strategy}";
    let constraints =
        |values: &[&str]| json!([{"contextName": "userId", "operator": "IN", "values": values}]);
    vec![
        post("segment", SEGMENTS, json!({"name": "a", "constraints": constraints(&["1"])})).gets(201, Anything).keeping("id", "/id"),
        post("flag", FLAGS, json!({"name": "flag"})).gets(201, Anything),
        post("strategy", "/api/admin/projects/default/features/flag/environments/development/strategies", json!({"name": "default"}))
            .gets(200, Anything).keeping("strategy", "/id"),
        post("on", "/api/admin/projects/default/features/flag/environments/development/on", json!({})).gets(200, Anything),
        ask("without").eventually().gets(200, Including(json!({"features": [{"name": "flag", "enabled": true, "strategies": [{"name": "default"}]}]}))),
        patch("attach", strategy, json!([{"op": "replace", "path": "/segments", "value": ["{id}"]}])).gets(200, Anything),
        ask("with").eventually().gets(200, Including(json!({
            "features": [{"name": "flag", "strategies": [{"name": "default", "segments": ["{id}"]}]}],
            "segments": [{"id": "{id}", "constraints": constraints(&["1"])}],
        }))).keeping_header("etag", "etag"),
        unchanged("the same again is not sent"),
        post("another", SEGMENTS, json!({"name": "b", "constraints": []})).gets(201, Anything),
        unchanged("an unused segment changes nothing"),
        put("change", SEGMENT, json!({"name": "a", "constraints": constraints(&["2"])})).gets(204, Anything),
        ask("changed").with_header("If-None-Match", "{etag}").eventually().gets(200, Including(json!({
            "segments": [{"id": "{id}", "constraints": constraints(&["2"])}],
        }))),
        get("admin token", FEATURES).gets(403, Anything).but_on_6(200, Anything),
    ]
}
