//! The audit log.

use super::{FLAGS, SEGMENT, SEGMENTS};
use crate::protocol::probe::{Anything, Including, Probe, delete, get, patch, post, put};
use serde_json::json;

const LATEST: &str = "/api/admin/search/events?limit=1";

pub(super) fn probes() -> Vec<Probe> {
    let body = |description: &str| json!({"name": "a", "description": description, "project": null, "constraints": []});
    let latest = |what: &str, kind: &str| {
        get(what, LATEST)
            .gets(200, Including(json!({"events": [{"type": kind}]})))
            .keeping("event", "/events/0/id")
    };
    let same =
        |what: &str| get(what, LATEST).gets(200, Including(json!({"events": [{"id": "{event}"}]})));
    vec![
        post("a segment", SEGMENTS, body("one")).gets(201, Anything).keeping("id", "/id"),
        latest("created", "segment-created"),
        put("unchanged", SEGMENT, body("one")).gets(204, Anything),
        same("no event"),
        put("changed", SEGMENT, body("two")).gets(204, Anything),
        latest("updated", "segment-updated"),
        post("refused", SEGMENTS, body("x")).gets(409, Anything),
        same("no event"),
        post("flag", FLAGS, json!({"name": "flag"})).gets(201, Anything),
        post("strategy", "/api/admin/projects/default/features/flag/environments/development/strategies", json!({"name": "default"}))
            .gets(200, Anything).keeping("strategy", "/id"),
        patch("attach", "/api/admin/projects/default/features/flag/environments/development/strategies/{strategy}",
            json!([{"op": "replace", "path": "/segments", "value": ["{id}"]}])).gets(200, Anything),
        latest("strategy updated", "feature-strategy-update"),
        patch("attach again", "/api/admin/projects/default/features/flag/environments/development/strategies/{strategy}",
            json!([{"op": "replace", "path": "/segments", "value": ["{id}"]}])).gets(200, Anything),
        latest("strategy updated again", "feature-strategy-update"),
        patch("detach", "/api/admin/projects/default/features/flag/environments/development/strategies/{strategy}",
            json!([{"op": "replace", "path": "/segments", "value": []}])).gets(200, Anything),
        latest("strategy updated again", "feature-strategy-update"),
        delete("delete", SEGMENT).gets(204, Anything),
        latest("deleted", "segment-deleted"),
    ]
}
