//! Which names a segment may have: nearly all.

use super::{SEGMENTS, segment};
use crate::protocol::probe::{
    Empty, Including, Probe, error, get, invalid, post, unacceptable, unknown_error,
};
use serde_json::{Value, json};

const VALIDATE: &str = "/api/admin/segments/validate";

pub(super) fn probes() -> Vec<Probe> {
    let create = |what: &str, name: &str| post(what, SEGMENTS, segment(name, &json!([])));
    let taken = || error("NameExistsError", "Segment name already exists");
    let same = |name: &str| Including(json!({"name": name}));
    let long = "n".repeat(10_000);
    vec![
        create("a name", "a").gets(201, same("a")),
        create("is given once", "a").gets(409, taken()),
        create("counts letter case", "A").gets(201, same("A")),
        create("is not trimmed", " a ").gets(201, same(" a ")),
        create("may be blank", "   ").gets(201, same("   ")),
        create("may hold a line break", "a\nb").gets(201, same("a\nb")),
        create("may hold a slash, a quote and a percent sign", "a/b\"c%d").gets(201, same("a/b\"c%d")),
        create("may be a picture", "🦀").gets(201, same("🦀")),
        create("has no length limit", &long).gets(201, same(&long)),
        create("may not be empty", "").gets(400, invalid("\"name\" is not allowed to be empty.")),
        create("may not hold U+0000", "a\0b").gets(500, unknown_error()),
        post("a number becomes a text", SEGMENTS, json!({"name": 5, "constraints": []}))
            .gets(201, same("5")),
        post("a name is needed", SEGMENTS, json!({"constraints": []})).gets(
            400,
            invalid("The `/body/name` property is required. It was not present on the data you sent."),
        ),
        post("constraints are needed", SEGMENTS, json!({"name": "new"})).gets(
            400,
            invalid("The `/body/constraints` property is required. It was not present on the data you sent."),
        ),
        post("and must be a list", SEGMENTS, json!({"name": "new", "constraints": null}))
            .gets(400, invalid("The `/body/constraints` property must be array. You sent null.")),
        get("refused segments are not stored", SEGMENTS).gets(200, Including(listed())),
        post("a free name", VALIDATE, json!({"name": "free"})).gets(204, Empty),
        post("a taken name", VALIDATE, json!({"name": "a"})).gets(409, taken()),
        post("an empty name", VALIDATE, json!({"name": ""})).gets(400, unacceptable("Segment name cannot be empty")),
    ]
}

/// Nine segments, whatever their order.
fn listed() -> Value {
    json!({"segments": vec!["{*}"; 9]})
}
