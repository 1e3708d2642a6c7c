//! Constraints which version 8 refuses. Version 6 looks at their shape only and takes most of them.

use super::{SEGMENTS, segment};
use crate::protocol::probe::Including;
use crate::protocol::probe::{Anything, Empty, Expected, Probe, get, invalid, post};
use serde_json::{Value, json};

pub(super) fn probes() -> Vec<Probe> {
    let mut probes = of_lists();
    probes.extend(of_single_values());
    probes.extend(of_shape());
    probes.extend(alone());
    probes.push(
        get("nothing was stored", SEGMENTS)
            .gets(200, Including(json!({"segments": []})))
            .but_on_6(200, Anything),
    );
    probes
}

fn of_lists() -> Vec<Probe> {
    let few = "\"value\" must contain at least 1 items. You provided [].";
    let mut probes = Vec::new();
    for operator in [
        "IN",
        "NOT_IN",
        "STR_CONTAINS",
        "STR_STARTS_WITH",
        "STR_ENDS_WITH",
    ] {
        probes.push(refused(operator, json!({"values": []}), few).but_on_6(201, Anything));
        probes.push(refused(operator, json!({}), few).but_on_6(201, Anything));
    }
    probes.extend([
        refused(
            "IN",
            json!({"values": [""]}),
            "\"constraints[0].values[0]\" is not allowed to be empty.",
        ),
        refused(
            "IN",
            json!({"values": [null]}),
            "\"constraints[0].values[0]\" is not allowed to be empty.",
        ),
        refused("IN", json!({"values": ["x".repeat(101)]}), ""),
        refused(
            "IN",
            json!({"values": "a"}),
            "The `/body/constraints/0/values` property must be array. You sent \"a\".",
        ),
        refused(
            "IN",
            json!({"values": null}),
            "The `/body/constraints/0/values` property must be array. You sent null.",
        ),
    ]);
    probes
}

fn of_single_values() -> Vec<Probe> {
    let mut probes = Vec::new();
    for operator in ["NUM_EQ", "DATE_AFTER", "SEMVER_EQ"] {
        let none = "Single-value constraint operators require a non-empty value.";
        probes.push(refused(operator, json!({}), none).but_on_6(201, Anything));
        probes.push(refused(operator, json!({"values": ["1"]}), none).but_on_6(201, Anything));
        let short =
            "The `/body/constraints/0/value` property must NOT have fewer than 1 characters.";
        probes.push(refused(operator, json!({"value": ""}), short).but_on_6(201, Anything));
        probes.push(refused(operator, json!({"value": null}), short).but_on_6(201, Anything));
    }
    for value in ["abc", "Infinity", "0x10", "9007199254740993"] {
        probes.push(refused("NUM_EQ", json!({"value": value}), "").but_on_6(201, Anything));
    }
    for value in ["31/01/2024", "tomorrow", "now", "2024-13-45"] {
        probes.push(refused("DATE_AFTER", json!({"value": value}), "").but_on_6(201, Anything));
    }
    for value in ["v1.2.3", "1.2", "1", "=1.2.3", " 1.2.3", "01.2.3"] {
        let message = format!(
            "the provided value is not a valid semver format. The value provided was: {value}"
        );
        probes
            .push(refused("SEMVER_EQ", json!({"value": value}), &message).but_on_6(201, Anything));
    }
    probes.push(refused("REGEX", json!({"value": "("}), ""));
    probes.push(refused("REGEX", json!({"value": "a(?=b)"}), ""));
    probes.push(refused(
        "REGEX",
        json!({"value": "a", "inverted": true}),
        "",
    ));
    probes
}

fn of_shape() -> Vec<Probe> {
    vec![
        refused("in", json!({"values": ["a"]}), ""),
        refused("IN_CIDR", json!({"values": ["10.0.0.0/8"]}), ""),
        refused("IN", json!({"values": ["a"], "contextName": ""}), ""),
        refused(
            "IN",
            json!({"values": ["a"], "inverted": "yes"}),
            "The `/body/constraints/0/inverted` property must be boolean. You sent \"yes\".",
        ),
        refused("IN", json!({"values": ["a"], "note": "x"}), ""),
        post(
            "no operator",
            SEGMENTS,
            segment("x", &json!([{"contextName": "a", "values": ["a"]}])),
        )
        .gets(400, invalid("")),
        post(
            "no context name",
            SEGMENTS,
            segment("x", &json!([{"operator": "IN", "values": ["a"]}])),
        )
        .gets(400, invalid("")),
    ]
}

/// A constraint can be checked alone, without side effects.
fn alone() -> Vec<Probe> {
    let validate = |what: &str, operator: &str, value: &str| {
        let constraint =
            json!({"contextName": "a", "operator": operator, "value": value, "values": []});
        post(what, "/api/admin/constraints/validate", constraint)
    };
    vec![
        validate("a good constraint alone", "NUM_EQ", "5").gets(204, Empty),
        validate("a bad constraint alone", "NUM_EQ", "abc").gets(400, Anything),
    ]
}

fn refused(operator: &str, members: Value, message: &str) -> Probe {
    let mut constraint = json!({"contextName": "field", "operator": operator});
    if let (Value::Object(into), Value::Object(from)) = (&mut constraint, members) {
        into.extend(from);
    }
    let name = constraint.to_string();
    post(&name, SEGMENTS, segment(&name, &json!([constraint]))).gets(400, refusal(message))
}

fn refusal(message: &str) -> Expected {
    invalid(message)
}
