//! Which segments may be deleted.

use super::{FLAG, FLAGS, SEGMENT, SEGMENTS, STRATEGIES, segment};
use crate::protocol::probe::{
    Anything, Empty, Including, Probe, delete, error, get, invalid, post,
};
use serde_json::{Value, json};

pub(super) fn probes() -> Vec<Probe> {
    let missing = |id: &str| error("NotFoundError", &format!("No segment exists with ID \"{id}\""));
    let create = |what| {
        post(what, SEGMENTS, segment("a", &json!([]))).gets(201, Anything).keeping("id", "/id")
    };
    vec![
        create("a segment"),
        delete("is deleted", SEGMENT).gets(204, Empty),
        delete("once", SEGMENT).gets(404, Including(json!({"name": "NotFoundError"}))),
        get("and is gone", SEGMENT).gets(404, Including(json!({"name": "NotFoundError"}))),
        delete("an unknown id", "/api/admin/segments/999999").gets(404, missing("999999")),
        delete("not an id", "/api/admin/segments/abc")
            .gets(400, invalid("The `/params/id` property must be integer. You sent \"abc\".")),
        create("the name is free again"),
        post("a flag", FLAGS, json!({"name": "flag"})).gets(201, Anything),
        post("uses it", STRATEGIES, json!({"name": "default", "segments": ["{id}"]}))
            .gets(200, Anything),
        get("which is counted", SEGMENTS).gets(200, used(1)),
        delete("so it cannot be deleted", SEGMENT).gets(409, Empty),
        get("and is still there", SEGMENT).gets(200, Including(json!({"name": "a"}))),
        delete("an archived flag", FLAG).gets(202, Empty),
        get("is not counted", SEGMENTS).gets(200, used(0)),
        get("nor named", "/api/admin/segments/{id}/strategies")
            .gets(200, Including(json!({"strategies": []}))),
        delete("and does not protect", SEGMENT).gets(204, Empty),
        delete("the flag goes too", "/api/admin/archive/flag").gets(200, Empty),
    ]
}

fn used(count: usize) -> crate::protocol::probe::Expected {
    let counted: Value = json!({"usedInFeatures": count, "usedInProjects": count});
    Including(json!({"segments": [counted]}))
}
