//! What a PUT replaces and what it keeps.

use super::{SEGMENT, SEGMENTS};
use crate::protocol::probe::{
    Anything, Empty, Including, Probe, error, get, invalid, patch, post, put, unknown_error,
};
use serde_json::json;

pub(super) fn probes() -> Vec<Probe> {
    let constraints = || json!([{"contextName": "userId", "operator": "IN", "values": ["1"]}]);
    let full = json!({"name": "a", "description": "text", "project": "default", "constraints": constraints()});
    let unknown = || error("NotFoundError", "No segment exists with ID \"999999\"");
    vec![
        post("another segment", SEGMENTS, json!({"name": "taken", "constraints": []})).gets(201, Anything),
        post("a segment with everything", SEGMENTS, full.clone()).gets(201, Anything).keeping("id", "/id"),
        put("a new name and new constraints", SEGMENT, json!({"name": "b", "constraints": []})).gets(204, Empty),
        get("keep the description, clear the project", SEGMENT).gets(
            200,
            Including(json!({
                "id": "{id}", "name": "b", "description": "text", "project": "{absent}", "constraints": [],
            })),
        ),
        put("a description of null", SEGMENT, json!({"name": "b", "description": null, "constraints": []}))
            .gets(204, Empty),
        get("is none", SEGMENT).gets(200, Including(json!({"description": null}))),
        put("an empty description", SEGMENT, json!({"name": "b", "description": "", "constraints": []}))
            .gets(204, Empty),
        get("stays empty", SEGMENT).gets(200, Including(json!({"description": ""}))),
        put("everything again", SEGMENT, full.clone()).gets(204, Empty),
        get("is all there", SEGMENT).gets(
            200,
            Including(json!({
                "name": "a", "description": "text", "project": "default",
                "constraints": [{"contextName": "userId", "operator": "IN", "values": ["1"]}],
            })),
        ),
        put("a project of null", SEGMENT, json!({"name": "a", "project": null, "constraints": constraints()}))
            .gets(204, Empty),
        get("clears it", SEGMENT).gets(200, Including(json!({"project": "{absent}"}))),
        put("an unknown project", SEGMENT, json!({"name": "a", "project": "nowhere", "constraints": []}))
            .gets(500, unknown_error()),
        put("a taken name", SEGMENT, json!({"name": "taken", "constraints": []}))
            .gets(409, error("NameExistsError", "Segment name already exists")),
        put("no name", SEGMENT, json!({"constraints": []})).gets(
            400,
            invalid("The `/body/name` property is required. It was not present on the data you sent."),
        ),
        put("no constraints", SEGMENT, json!({"name": "a"})).gets(
            400,
            invalid("The `/body/constraints` property is required. It was not present on the data you sent."),
        ),
        get("refused updates change nothing", SEGMENT).gets(
            200,
            Including(json!({"name": "a", "description": "text", "constraints": [{"values": ["1"]}]})),
        ),
        patch("there is no PATCH", SEGMENT, json!({"name": "a"})).gets(404, Including(json!({"name": "NotFoundError"}))),
        put("an unknown id", "/api/admin/segments/999999", json!({"name": "x", "constraints": []}))
            .gets(404, unknown()),
        put("not an id", "/api/admin/segments/abc", json!({"name": "x", "constraints": []}))
            .gets(400, invalid("The `/params/id` property must be integer. You sent \"abc\".")),
    ]
}
