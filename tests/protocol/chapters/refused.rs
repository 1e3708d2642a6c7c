//! Constraints which version 8 refuses. Version 6 looks at their shape only and takes most of them.

use super::{SEGMENTS, segment};
use crate::protocol::probe::{
    Anything, Empty, Expected, Including, Probe, get, invalid, post, required, unacceptable,
};
use serde_json::{Value, json};

const OPERATORS_OF_6: [&str; 15] = [
    "NOT_IN",
    "IN",
    "STR_ENDS_WITH",
    "STR_STARTS_WITH",
    "STR_CONTAINS",
    "NUM_EQ",
    "NUM_GT",
    "NUM_GTE",
    "NUM_LT",
    "NUM_LTE",
    "DATE_AFTER",
    "DATE_BEFORE",
    "SEMVER_EQ",
    "SEMVER_GT",
    "SEMVER_LT",
];
const NEW_OPERATORS: [&str; 3] = ["SEMVER_GTE", "SEMVER_LTE", "REGEX"];

pub(super) fn probes() -> Vec<Probe> {
    let mut probes = of_lists();
    probes.extend(of_single_values());
    probes.extend(of_patterns());
    probes.extend(of_operators());
    probes.extend(of_shape());
    probes.extend(alone());
    let nothing = Including(json!({"segments": []}));
    probes.push(get("nothing was stored", SEGMENTS).gets(200, nothing).but_on_6(200, Anything));
    probes
}

fn of_lists() -> Vec<Probe> {
    let few = || invalid("\"value\" must contain at least 1 items. You provided [].");
    let mut probes = Vec::new();
    for operator in ["IN", "NOT_IN", "STR_CONTAINS", "STR_STARTS_WITH", "STR_ENDS_WITH"] {
        probes.push(new_in_8(operator, json!({"values": []}), few()));
        probes.push(new_in_8(operator, json!({}), few()));
    }
    let empty = || invalid("\"constraints[0].values[0]\" is not allowed to be empty.");
    let list = |sent| {
        invalid(&format!(
            "The `/body/constraints/0/values` property must be array. You sent {sent}."
        ))
    };
    let long = "x".repeat(101);
    let too_long = format!(
        "\"constraints[0].values[0]\" length must be less than or equal to 100 characters long. \
         You provided \"{long}\"."
    );
    probes.extend([
        refused("IN", json!({"values": [""]}), empty()),
        refused("IN", json!({"values": [null]}), empty()),
        refused("IN", json!({"values": [long]}), invalid(&too_long)),
        refused("IN", json!({"values": "a"}), list("\"a\"")),
        refused("IN", json!({"values": null}), list("null")),
    ]);
    probes
}

fn of_single_values() -> Vec<Probe> {
    let none = || unacceptable("Single-value constraint operators require a non-empty value.");
    let short = || {
        let property = "The `/body/constraints/0/value` property";
        invalid(&format!("{property} must NOT have fewer than 1 characters. You sent \"\"."))
    };
    let mut probes = Vec::new();
    for operator in ["NUM_EQ", "DATE_AFTER", "SEMVER_EQ"] {
        probes.push(new_in_8(operator, json!({}), none()));
        probes.push(new_in_8(operator, json!({"values": ["1"]}), none()));
        probes.push(new_in_8(operator, json!({"value": ""}), short()));
        probes.push(new_in_8(operator, json!({"value": null}), short()));
    }
    let values = [
        ("NUM_EQ", "abc", "a number"),
        ("NUM_EQ", "Infinity", "a number"),
        ("NUM_EQ", "0x10", "a number"),
        ("NUM_EQ", "9007199254740993", "a safe number"),
        ("DATE_AFTER", "31/01/2024", "a valid date"),
        ("DATE_AFTER", "tomorrow", "a valid date"),
        ("DATE_AFTER", "now", "a valid date"),
        ("DATE_AFTER", "2024-13-45", "a valid date"),
    ];
    probes.extend(values.map(|(operator, value, what)| {
        let complaint = format!("\"value\" must be {what}. You provided \"{value}\".");
        new_in_8(operator, json!({"value": value}), invalid(&complaint))
    }));
    let versions = ["v1.2.3", "1.2", "1", "=1.2.3", " 1.2.3", "01.2.3"];
    probes.extend(versions.map(|value| {
        let complaint = "the provided value is not a valid semver format. The value provided was:";
        new_in_8(
            "SEMVER_EQ",
            json!({"value": value}),
            unacceptable(&format!("{complaint} {value}")),
        )
    }));
    probes
}

/// Patterns are in RE2 syntax: no look-around.
fn of_patterns() -> Vec<Probe> {
    let bad = |reason| {
        let complaint =
            "the provided value is not a valid regex string. Error: error parsing regexp:";
        unacceptable(&format!("{complaint} {reason}"))
    };
    let unclosed = bad("missing closing ): `(`");
    let look_ahead = bad("invalid or unsupported Perl syntax: `(?=`");
    let inverted = unacceptable("REGEX operator cannot be inverted.");
    vec![
        refused("REGEX", json!({"value": "("}), unclosed)
            .but_on_6(400, not_an_operator("REGEX", false)),
        refused("REGEX", json!({"value": "a(?=b)"}), look_ahead)
            .but_on_6(400, not_an_operator("REGEX", false)),
        refused("REGEX", json!({"value": "a", "inverted": true}), inverted)
            .but_on_6(400, not_an_operator("REGEX", false)),
    ]
}

fn of_operators() -> Vec<Probe> {
    ["in", "IN_CIDR", "EQUALS", ""]
        .into_iter()
        .map(|operator| {
            refused(operator, json!({"values": ["a"]}), not_an_operator(operator, true))
                .but_on_6(400, not_an_operator(operator, false))
        })
        .collect()
}

fn not_an_operator(sent: &str, with_new: bool) -> Expected {
    let new = NEW_OPERATORS.iter().filter(|_| with_new);
    let operators: Vec<String> =
        OPERATORS_OF_6.iter().chain(new).map(|it| format!("\"{it}\"")).collect();
    let allowed = operators.join(", ");
    invalid(&format!(
        "The `operator` property must be equal to one of the allowed values: {allowed}. You \
         provided \"{sent}\", which is not valid. Please use one of the allowed values instead.."
    ))
}

fn of_shape() -> Vec<Probe> {
    let missing = |member| required(&format!("/body/constraints/0/{member}"));
    let extra = "The `/body/constraints/0` object of the request body does not allow additional \
        properties. Your request included the `/body/constraints/0/note` property.";
    let boolean = "The `/body/constraints/0/inverted` property must be boolean. You sent \"yes\".";
    let nameless = "\"constraints[0].contextName\" is not allowed to be empty.";
    let only = |what, constraint: Value| post(what, SEGMENTS, segment("x", &json!([constraint])));
    vec![
        refused("IN", json!({"values": ["a"], "contextName": ""}), invalid(nameless)),
        refused("IN", json!({"values": ["a"], "inverted": "yes"}), invalid(boolean)),
        refused("IN", json!({"values": ["a"], "note": "x"}), invalid(extra)),
        only("no operator", json!({"contextName": "a", "values": ["a"]}))
            .gets(400, missing("operator")),
        only("no context name", json!({"operator": "IN", "values": ["a"]}))
            .gets(400, missing("contextName")),
    ]
}

/// A constraint can be checked alone, without side effects.
fn alone() -> Vec<Probe> {
    let validate = |what: &str, value: &str| {
        let constraint = json!({"contextName": "userId", "operator": "NUM_EQ", "value": value});
        post(what, "/api/admin/constraints/validate", constraint)
    };
    vec![
        validate("a good constraint alone", "5").gets(204, Empty),
        validate("a bad constraint alone", "abc")
            .gets(400, invalid("\"value\" must be a number. You provided \"abc\".")),
    ]
}

/// Refused by version 8, stored by version 6.
fn new_in_8(operator: &str, members: Value, refusal: Expected) -> Probe {
    refused(operator, members, refusal).but_on_6(201, Anything)
}

fn refused(operator: &str, members: Value, refusal: Expected) -> Probe {
    let mut constraint = json!({"contextName": "field", "operator": operator});
    if let (Value::Object(into), Value::Object(from)) = (&mut constraint, members) {
        into.extend(from);
    }
    let name = constraint.to_string();
    post(&name, SEGMENTS, segment(&name, &json!([constraint]))).gets(400, refusal)
}
