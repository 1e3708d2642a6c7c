//! The audit log: what was really changed.

use super::{FLAGS, SEGMENT, SEGMENTS, STRATEGIES, STRATEGY};
use crate::protocol::probe::{Anything, Including, Probe, delete, get, patch, post, put};
use serde_json::{Value, json};

const LATEST: &str = "/api/admin/search/events?limit=1";

pub(super) fn probes() -> Vec<Probe> {
    let body = |text: &str| json!({"name": "a", "description": text, "constraints": []});
    let attach = |what: &str, ids: Value| {
        let patches = json!([{"op": "replace", "path": "/segments", "value": ids}]);
        patch(what, STRATEGY, patches).gets(200, Anything)
    };
    let segment = |text: &str| json!({"id": "{id}", "name": "a", "description": text});
    let attached = json!({
        "type": "feature-strategy-update", "featureName": "flag", "project": "default",
        "environment": "development", "data": {"segments": ["{id}"]}, "preData": {"segments": []},
    });
    vec![
        post("creating a segment", SEGMENTS, body("one")).gets(201, Anything).keeping("id", "/id"),
        latest(&json!({"type": "segment-created", "data": segment("one"), "preData": null})),
        put("updating it with what it is", SEGMENT, body("one")).gets(204, Anything),
        nothing_new(),
        put("updating it", SEGMENT, body("two")).gets(204, Anything),
        latest(&json!({
            "type": "segment-updated", "data": segment("two"), "preData": segment("one"),
        })),
        post("creating it again", SEGMENTS, body("three")).gets(409, Anything),
        nothing_new(),
        post("a flag", FLAGS, json!({"name": "flag"})).gets(201, Anything),
        latest(&json!({"type": "feature-created", "featureName": "flag"})),
        post("a strategy", STRATEGIES, json!({"name": "default"}))
            .gets(200, Anything)
            .keeping("strategy", "/id"),
        latest(&json!({"type": "feature-strategy-add", "featureName": "flag"})),
        attach("attaching the segment", json!(["{id}"])),
        latest(&attached),
        attach("attaching it again", json!(["{id}"])),
        nothing_new(),
        attach("detaching it", json!([])),
        latest(&json!({"type": "feature-strategy-update", "data": {"segments": []}})),
        delete("deleting it", SEGMENT).gets(204, Anything),
        latest(&json!({"type": "segment-deleted", "data": null, "preData": segment("two")})),
    ]
}

fn latest(event: &Value) -> Probe {
    get("makes an event", LATEST)
        .gets(200, Including(json!({"events": [event], "total": "{*}"})))
        .keeping("event", "/events/0/id")
}

fn nothing_new() -> Probe {
    get("makes no event", LATEST).gets(200, Including(json!({"events": [{"id": "{event}"}]})))
}
