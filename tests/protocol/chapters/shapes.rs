//! What a segment looks like when it is created, listed and read.

use super::{SEGMENT, SEGMENTS};
use crate::protocol::probe::{
    Anything, Exactly, Including, Probe, error, get, invalid, post, unknown_error,
};
use serde_json::{Value, json};

pub(super) fn probes() -> Vec<Probe> {
    let mut probes = of_a_segment();
    probes.extend(of_constraints());
    probes.extend(of_descriptions());
    probes.extend(of_scopes());
    probes.extend(of_unknown_ids());
    probes
}

fn of_a_segment() -> Vec<Probe> {
    let created = json!({
        "id": "{*}", "name": "shape", "description": null, "constraints": [],
        "createdBy": "{*}", "createdAt": "{*}",
    });
    let alone = json!({
        "id": "{id}", "name": "shape", "description": null, "constraints": [],
        "createdBy": "{createdBy}", "createdAt": "{createdAt}",
    });
    let mut listed = alone.clone();
    listed["usedInProjects"] = json!(0);
    listed["usedInFeatures"] = json!(0);
    vec![
        get("an empty server has no segments", SEGMENTS)
            .gets(200, Exactly(json!({"segments": []}))),
        post("a new segment is sent back", SEGMENTS, json!({"name": "shape", "constraints": []}))
            .gets(201, Exactly(created))
            .keeping("id", "/id")
            .keeping("createdAt", "/createdAt")
            .keeping("createdBy", "/createdBy")
            .keeping_header("location", "location"),
        get("its location is relative to /api/admin", "/api/admin/{location}")
            .gets(200, Including(json!({"id": "{id}"}))),
        get("alone it does not say how much it is used", SEGMENT).gets(200, Exactly(alone)),
        get("in the list it does", SEGMENTS).gets(200, Exactly(json!({"segments": [listed]}))),
        get("there is no paging", "/api/admin/segments?limit=0&offset=5")
            .gets(200, Including(json!({"segments": [{"id": "{id}"}]}))),
        get("nothing uses it", "/api/admin/segments/{id}/strategies")
            .gets(200, Exactly(json!({"strategies": [], "changeRequestStrategies": []}))),
        post("what Unleash does not know is dropped", SEGMENTS, segment("extra", "foo", json!(1)))
            .gets(201, Including(json!({"foo": "{absent}"}))),
    ]
}

fn of_constraints() -> Vec<Probe> {
    let number = json!({"contextName": "age", "operator": "NUM_EQ", "value": "5"});
    let completed = json!([{
        "contextName": "age", "operator": "NUM_EQ", "value": "5", "values": [],
    }]);
    let ordered = json!([
        {"contextName": "b", "operator": "IN", "values": ["z", "a", "z"]},
        {"contextName": "a", "operator": "IN", "values": ["1"]},
        {"contextName": "b", "operator": "IN", "values": ["z", "a", "z"]},
    ]);
    let create = |what: &str, name: &str, constraints: &Value| {
        post(what, SEGMENTS, json!({"name": name, "constraints": constraints})).keeping("id", "/id")
    };
    let body = json!({
        "id": "{id}", "name": "number", "description": null, "constraints": completed,
        "createdBy": "{createdBy}", "createdAt": "{*}",
    });
    vec![
        create("a constraint is completed with `values` alone", "number", &json!([number]))
            .gets(201, Including(json!({"constraints": completed}))),
        get("and is read like that", SEGMENT).gets(200, Exactly(body)),
        create("order and duplicates are kept", "order", &ordered)
            .gets(201, Including(json!({"constraints": ordered}))),
        get("also when read", SEGMENT).gets(200, Including(json!({"constraints": ordered}))),
    ]
}

fn of_descriptions() -> Vec<Probe> {
    let described = |what: &str, name: &str, description: Value| {
        post(what, SEGMENTS, segment(name, "description", description.clone()))
            .gets(201, Including(json!({"description": description})))
    };
    vec![
        described("a description is not trimmed", "described", json!(" text ")),
        described("an empty one stays", "empty", json!("")),
        described("null is none", "none", Value::Null),
    ]
}

fn of_scopes() -> Vec<Probe> {
    let scoped = |what: &str, name: &str, project: Value| {
        post(what, SEGMENTS, segment(name, "project", project))
    };
    vec![
        scoped("a segment may be scoped to a project", "scoped", json!("default"))
            .gets(201, Including(json!({"project": "default"})))
            .keeping("id", "/id"),
        get("which is read again", SEGMENT).gets(200, Including(json!({"project": "default"}))),
        scoped("null is no scope", "global", Value::Null)
            .gets(201, Including(json!({"project": "{absent}"}))),
        scoped("nor is an empty text", "global too", json!(""))
            .gets(201, Including(json!({"project": "{absent}"}))),
        scoped("an unknown project is an error of the database", "lost", json!("nowhere"))
            .gets(500, unknown_error()),
        get("such a segment is not stored", "/api/admin/segments")
            .gets(200, Including(json!({"segments": vec!["{*}"; 10]}))),
    ]
}

fn of_unknown_ids() -> Vec<Probe> {
    let missing = || error("NotFoundError", "No segment exists with ID \"999999\"");
    let nobody = json!({"strategies": [], "changeRequestStrategies": []});
    vec![
        get("an unknown id", "/api/admin/segments/999999").gets(404, missing()),
        get("not an id", "/api/admin/segments/abc")
            .gets(400, invalid("The `/params/id` property must be integer. You sent \"abc\".")),
        get("an id beyond 32 bits", "/api/admin/segments/4294967296").gets(500, Anything),
        get("who uses an unknown segment", "/api/admin/segments/999999/strategies")
            .gets(404, missing())
            .but_on_6(200, Exactly(nobody)),
    ]
}

/// A segment with one member more than it needs.
fn segment(name: &str, member: &str, value: Value) -> Value {
    let mut segment = json!({"name": name, "constraints": []});
    segment[member] = value;
    segment
}
