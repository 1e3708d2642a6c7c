//! What may be deleted.

use super::{FLAGS, SEGMENT, SEGMENTS, segment};
use crate::protocol::probe::{
    Anything, Empty, Including, Probe, delete, error, get, invalid, post,
};
use serde_json::json;

pub(super) fn probes() -> Vec<Probe> {
    let strategies =
        "/api/admin/projects/default/features/flag/environments/development/strategies";
    vec![
        post("a segment", SEGMENTS, segment("a", &json!([])))
            .gets(201, Anything)
            .keeping("id", "/id"),
        delete("is deleted", SEGMENT).gets(204, Empty),
        delete("once", SEGMENT).gets(404, Including(json!({"name": "NotFoundError"}))),
        get("is gone", SEGMENT).gets(404, Anything),
        delete("an unknown id", "/api/admin/segments/999999").gets(
            404,
            error("NotFoundError", "No segment exists with ID \"999999\""),
        ),
        delete("not an id", "/api/admin/segments/abc").gets(
            400,
            invalid("The `/params/id` property must be integer. You sent \"abc\"."),
        ),
        post("its name is free again", SEGMENTS, segment("a", &json!([])))
            .gets(201, Anything)
            .keeping("id", "/id"),
        post("flag", FLAGS, json!({"name": "flag"})).gets(201, Anything),
        post(
            "attached",
            strategies,
            json!({"name": "default", "segments": ["{id}"]}),
        )
        .gets(200, Anything),
        get("counted", SEGMENTS).gets(
            200,
            Including(json!({"segments": [{"usedInFeatures": 1, "usedInProjects": 1}]})),
        ),
        delete("in use", SEGMENT).gets(409, Empty),
        get("still there", SEGMENT).gets(200, Anything),
        delete("archived", "/api/admin/projects/default/features/flag").gets(202, Empty),
        get("not counted", SEGMENTS).gets(
            200,
            Including(json!({"segments": [{"usedInFeatures": 0, "usedInProjects": 0}]})),
        ),
        get("not named", "/api/admin/segments/{id}/strategies")
            .gets(200, Including(json!({"strategies": []}))),
        delete("an archived flag does not protect", SEGMENT).gets(204, Empty),
        delete("cleanup", "/api/admin/archive/flag").gets(200, Anything),
    ]
}
