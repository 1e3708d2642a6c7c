//! What a PUT replaces and what it keeps.

use super::{SEGMENT, SEGMENTS};
use crate::protocol::probe::{
    Anything, Empty, Including, Probe, error, get, invalid, patch, post, put, required,
    unknown_error,
};
use serde_json::{Value, json};

pub(super) fn probes() -> Vec<Probe> {
    let mut probes = accepted();
    probes.extend(refused());
    probes
}

fn accepted() -> Vec<Probe> {
    let update = |what: &str, segment: Value| put(what, SEGMENT, segment).gets(204, Empty);
    let now = |what: &str, segment: Value| get(what, SEGMENT).gets(200, Including(segment));
    vec![
        post("a segment with everything", SEGMENTS, full())
            .gets(201, Anything)
            .keeping("id", "/id"),
        update("a new name and new constraints", json!({"name": "b", "constraints": []})),
        now(
            "keep the description, clear the project",
            json!({"name": "b", "description": "text", "project": "{absent}", "constraints": []}),
        ),
        update("null", json!({"name": "b", "description": null, "constraints": []})),
        now("is no description", json!({"description": null})),
        update("an empty text", json!({"name": "b", "description": "", "constraints": []})),
        now("is an empty description", json!({"description": ""})),
        update("everything again", full()),
        now("is all there", full()),
        update("a project of null", json!({"name": "a", "project": null, "constraints": []})),
        now("clears it", json!({"project": "{absent}"})),
        update("everything once more", full()),
    ]
}

fn full() -> Value {
    json!({
        "name": "a", "description": "text", "project": "default",
        "constraints": [{"contextName": "userId", "operator": "IN", "values": ["1"]}],
    })
}

fn refused() -> Vec<Probe> {
    let update = |what: &str, segment: Value| put(what, SEGMENT, segment);
    let nameless = || json!({"constraints": []});
    let named = |name: &str| json!({"name": name, "constraints": []});
    let bad = json!([{"contextName": "userId", "operator": "EQUALS", "values": ["1"]}]);
    vec![
        post("another segment", SEGMENTS, named("taken")).gets(201, Anything),
        update("a taken name", named("taken"))
            .gets(409, error("NameExistsError", "Segment name already exists")),
        update("no name", nameless()).gets(400, required("/body/name")),
        update("no constraints", json!({"name": "b"})).gets(400, required("/body/constraints")),
        update("a bad constraint", json!({"name": "b", "constraints": bad}))
            .gets(400, Including(json!({"name": "BadDataError"}))),
        update("an unknown project", json!({"name": "b", "project": "no", "constraints": []}))
            .gets(500, unknown_error()),
        get("all of them change nothing", SEGMENT).gets(200, Including(full())),
        patch("there is no PATCH", SEGMENT, json!({"name": "b"}))
            .gets(404, Including(json!({"name": "NotFoundError"}))),
        put("an unknown id", "/api/admin/segments/999999", named("b"))
            .gets(404, error("NotFoundError", "No segment exists with ID \"999999\"")),
        put("not an id", "/api/admin/segments/abc", named("b"))
            .gets(400, invalid("The `/params/id` property must be integer. You sent \"abc\".")),
    ]
}
