//! What a segment looks like when it is created, listed and read.

use super::{SEGMENT, SEGMENTS};
use crate::protocol::probe::{
    Anything, Exactly, Including, Probe, error, get, invalid, post, unknown_error,
};
use serde_json::json;

pub(super) fn probes() -> Vec<Probe> {
    vec![
        get("an empty server has no segments", SEGMENTS)
            .gets(200, Exactly(json!({"segments": []}))),
        post(
            "a new segment is sent back",
            SEGMENTS,
            json!({"name": "shape", "constraints": []}),
        )
        .gets(
            201,
            Exactly(json!({
                "id": "{*}", "name": "shape", "description": null, "constraints": [],
                "createdBy": "{*}", "createdAt": "{*}",
            })),
        )
        .keeping("id", "/id")
        .keeping("createdAt", "/createdAt")
        .keeping("createdBy", "/createdBy")
        .keeping_header("location", "location"),
        get(
            "Location is relative to /api/admin",
            "/api/admin/{location}",
        )
        .gets(200, Including(json!({"id": "{id}"}))),
        get("a segment alone does not say where it is used", SEGMENT).gets(
            200,
            Exactly(json!({
                "id": "{id}", "name": "shape", "description": null, "constraints": [],
                "createdBy": "{createdBy}", "createdAt": "{createdAt}",
            })),
        ),
        get("a listed segment does", SEGMENTS).gets(
            200,
            Exactly(json!({"segments": [{
                "id": "{id}", "name": "shape", "description": null, "constraints": [],
                "createdBy": "{createdBy}", "createdAt": "{createdAt}",
                "usedInProjects": 0, "usedInFeatures": 0,
            }]})),
        ),
        get("there is no paging", "/api/admin/segments?limit=0&offset=5")
            .gets(200, Including(json!({"segments": [{"id": "{id}"}]}))),
        get("nothing uses it", "/api/admin/segments/{id}/strategies").gets(
            200,
            Exactly(json!({"strategies": [], "changeRequestStrategies": []})),
        ),
        post(
            "a constraint is completed with `values` only",
            SEGMENTS,
            json!({"name": "number", "constraints": [
                {"contextName": "age", "operator": "NUM_EQ", "value": "5"},
            ]}),
        )
        .gets(
            201,
            Including(json!({"constraints": [
                {"contextName": "age", "operator": "NUM_EQ", "value": "5", "values": [],
                 "inverted": "{absent}", "caseInsensitive": "{absent}"},
            ]})),
        )
        .keeping("id", "/id"),
        get("and is read back the same", SEGMENT).gets(
            200,
            Including(json!({"constraints": [
                {"contextName": "age", "operator": "NUM_EQ", "value": "5", "values": [],
                 "inverted": "{absent}", "caseInsensitive": "{absent}"},
            ]})),
        ),
        post(
            "constraints, values and duplicates keep their order",
            SEGMENTS,
            json!({"name": "order", "constraints": [
                {"contextName": "b", "operator": "IN", "values": ["z", "a", "z"]},
                {"contextName": "a", "operator": "IN", "values": ["1"]},
                {"contextName": "b", "operator": "IN", "values": ["z", "a", "z"]},
            ]}),
        )
        .gets(201, Anything)
        .keeping("id", "/id"),
        get("also when read", SEGMENT).gets(
            200,
            Including(json!({"constraints": [
                {"contextName": "b", "operator": "IN", "values": ["z", "a", "z"]},
                {"contextName": "a", "operator": "IN", "values": ["1"]},
                {"contextName": "b", "operator": "IN", "values": ["z", "a", "z"]},
            ]})),
        ),
        post(
            "a description is kept",
            SEGMENTS,
            json!({"name": "d", "description": " D ", "constraints": []}),
        )
        .gets(201, Including(json!({"description": " D "}))),
        post(
            "also an empty one",
            SEGMENTS,
            json!({"name": "e", "description": "", "constraints": []}),
        )
        .gets(201, Including(json!({"description": ""}))),
        post(
            "null is none",
            SEGMENTS,
            json!({"name": "f", "description": null, "constraints": []}),
        )
        .gets(201, Including(json!({"description": null}))),
        post(
            "what Unleash does not know is dropped",
            SEGMENTS,
            json!({"name": "g", "constraints": [], "foo": 1}),
        )
        .gets(201, Including(json!({"foo": "{absent}"}))),
        post(
            "a segment may be scoped to a project",
            SEGMENTS,
            json!({"name": "p", "project": "default", "constraints": []}),
        )
        .gets(201, Including(json!({"project": "default"})))
        .keeping("id", "/id"),
        get("which is read back", SEGMENT).gets(200, Including(json!({"project": "default"}))),
        post(
            "null is no scope",
            SEGMENTS,
            json!({"name": "q", "project": null, "constraints": []}),
        )
        .gets(201, Including(json!({"project": "{absent}"}))),
        post(
            "nor is an empty text",
            SEGMENTS,
            json!({"name": "r", "project": "", "constraints": []}),
        )
        .gets(201, Including(json!({"project": "{absent}"}))),
        post(
            "an unknown project is an error of the database",
            SEGMENTS,
            json!({"name": "s", "project": "nowhere", "constraints": []}),
        )
        .gets(500, unknown_error()),
        get("an unknown id", "/api/admin/segments/999999").gets(
            404,
            error("NotFoundError", "No segment exists with ID \"999999\""),
        ),
        get("not an id", "/api/admin/segments/abc").gets(
            400,
            invalid("The `/params/id` property must be integer. You sent \"abc\"."),
        ),
        get(
            "who uses an unknown segment",
            "/api/admin/segments/999999/strategies",
        )
        .gets(
            404,
            error("NotFoundError", "No segment exists with ID \"999999\""),
        )
        .but_on_6(
            200,
            Exactly(json!({"strategies": [], "changeRequestStrategies": []})),
        ),
    ]
}
