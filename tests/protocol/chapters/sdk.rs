//! What SDKs download, and when it changes.

use super::{FLAGS, SEGMENT, SEGMENTS, STRATEGIES, STRATEGY};
use crate::protocol::probe::{Anything, Empty, Including, Probe, get, patch, post, put};
use serde_json::{Value, json};

const FEATURES: &str = "/api/client/features";
const ON: &str = "/api/admin/projects/default/features/flag/environments/development/on";

pub(super) fn probes() -> Vec<Probe> {
    let ask =
        |what: &str| get(what, FEATURES).by_client().with_header("Unleash-Client-Spec", "5.0.0");
    let ask_again = |what: &str| ask(what).with_header("If-None-Match", "{etag}");
    let flag =
        |strategy: Value| json!([{"name": "flag", "enabled": true, "strategies": [strategy]}]);
    let segment = |value: &str| json!([{"id": "{id}", "name": "a", "constraints": only(value)}]);
    let bare = json!({"name": "default", "segments": "{absent}"});
    let attached = json!({"name": "default", "segments": ["{id}"]});
    let attach = json!([{"op": "replace", "path": "/segments", "value": ["{id}"]}]);
    vec![
        post("a segment", SEGMENTS, json!({"name": "a", "constraints": only("1")}))
            .gets(201, Anything)
            .keeping("id", "/id"),
        post("a flag", FLAGS, json!({"name": "flag"})).gets(201, Anything),
        post("a strategy", STRATEGIES, json!({"name": "default"}))
            .gets(200, Anything)
            .keeping("strategy", "/id"),
        post("the flag is switched on", ON, json!({})).gets(200, Empty),
        ask("an unused segment is left out")
            .eventually()
            .gets(200, Including(json!({"features": flag(bare), "segments": []}))),
        patch("it is attached", STRATEGY, attach).gets(200, Anything),
        ask("a used one is sent")
            .eventually()
            .gets(200, Including(json!({"features": flag(attached), "segments": segment("1")}))),
        // The server learns of its own events by polling, so the ETag can lag behind the content.
        ask("when all is known").later().gets(200, Anything).keeping_header("etag", "etag"),
        ask_again("but not twice").gets(304, Empty),
        post("another segment", SEGMENTS, json!({"name": "b", "constraints": []}))
            .gets(201, Anything),
        ask_again("changes nothing for SDKs").later().gets(304, Empty),
        put("a used segment is changed", SEGMENT, json!({"name": "a", "constraints": only("2")}))
            .gets(204, Anything),
        ask_again("which SDKs get to know")
            .eventually()
            .gets(200, Including(json!({"segments": segment("2")}))),
        get("admins are no SDKs", FEATURES)
            .gets(403, Including(super::wrong_kind_of_token()))
            .but_on_6(200, Anything),
    ]
}

fn only(value: &str) -> Value {
    json!([{"contextName": "userId", "operator": "IN", "values": [value]}])
}
