//! Which names a segment may have: nearly all.

use super::{SEGMENTS, segment};
use crate::protocol::probe::{
    Empty, Including, Probe, error, get, invalid, post, required, unacceptable, unknown_error,
};
use serde_json::json;

const VALIDATE: &str = "/api/admin/segments/validate";

pub(super) fn probes() -> Vec<Probe> {
    let create = |what: &str, name: &str| post(what, SEGMENTS, segment(name, &json!([])));
    let taken = || error("NameExistsError", "Segment name already exists");
    let long = "n".repeat(10_000);
    let accepted = [
        ("a name", "a"),
        ("counts letter case", "A"),
        ("is not trimmed", " a "),
        ("may be blank", "   "),
        ("may hold a line break", "a\nb"),
        ("may hold a slash, a quote and a percent sign", "a/b\"c%d"),
        ("may be a picture", "🦀"),
        ("has no length limit", &long),
    ];
    let stored = json!({"segments": vec!["{*}"; accepted.len() + 1]});
    let mut probes: Vec<Probe> = accepted
        .iter()
        .map(|(what, name)| create(what, name).gets(201, Including(json!({"name": name}))))
        .collect();
    probes.extend([
        post("a number becomes a text", SEGMENTS, json!({"name": 5, "constraints": []}))
            .gets(201, Including(json!({"name": "5"}))),
        create("a name is given once", "a").gets(409, taken()),
        create("may not be empty", "").gets(400, invalid("\"name\" is not allowed to be empty.")),
        create("may not hold U+0000", "a\0b").gets(500, unknown_error()),
        post("a name is needed", SEGMENTS, json!({"constraints": []}))
            .gets(400, required("/body/name")),
        post("constraints are needed", SEGMENTS, json!({"name": "new"}))
            .gets(400, required("/body/constraints")),
        post("and must be a list", SEGMENTS, json!({"name": "new", "constraints": null}))
            .gets(400, invalid("The `/body/constraints` property must be array. You sent null.")),
        get("refused segments are not stored", SEGMENTS).gets(200, Including(stored)),
        post("a name can be asked for", VALIDATE, json!({"name": "free"})).gets(204, Empty),
        post("a taken name", VALIDATE, json!({"name": "a"})).gets(409, taken()),
        post("an empty name", VALIDATE, json!({"name": ""}))
            .gets(400, unacceptable("Segment name cannot be empty")),
    ]);
    probes
}
