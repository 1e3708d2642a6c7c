//! A context field may list its legal values; version 8 holds segments to the list.

use super::{SEGMENTS, segment};
use crate::protocol::probe::{Anything, Including, Probe, delete, get, post, unacceptable};
use serde_json::{Value, json};

const FIELDS: &str = "/api/admin/context";

pub(super) fn probes() -> Vec<Probe> {
    let illegal =
        || unacceptable("input values are not specified as a legal value on this context field");
    let field = json!({"name": "plan", "legalValues": [{"value": "free"}, {"value": "paid"}]});
    vec![
        post("a field with legal values", FIELDS, field).gets(201, Anything),
        get("says which they are", "/api/admin/context/plan").gets(
            200,
            Including(
                json!({"name": "plan", "legalValues": [{"value": "free"}, {"value": "paid"}]}),
            ),
        ),
        constrained("one of them", "IN", json!({"values": ["free"]})).gets(201, Anything),
        constrained("another value", "IN", json!({"values": ["free", "gold"]}))
            .gets(400, illegal())
            .but_on_6(201, Anything),
        constrained("a part of one", "STR_CONTAINS", json!({"values": ["fre"]}))
            .gets(400, illegal())
            .but_on_6(201, Anything),
        constrained("a number", "NUM_EQ", json!({"value": "5"}))
            .gets(400, unacceptable("5 is not specified as a legal value on this context field"))
            .but_on_6(201, Anything),
        delete("the field goes again", "/api/admin/context/plan").gets(200, Anything),
    ]
}

fn constrained(what: &str, operator: &str, members: Value) -> Probe {
    let mut constraint = json!({"contextName": "plan", "operator": operator});
    if let (Value::Object(into), Value::Object(from)) = (&mut constraint, members) {
        into.extend(from);
    }
    post(what, SEGMENTS, segment(what, &json!([constraint])))
}
