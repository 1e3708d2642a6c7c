//! Constraints which are accepted, and how they are stored.

use super::{SEGMENTS, segment};
use crate::protocol::probe::{Including, Probe, post};
use serde_json::{Value, json};

pub(super) fn probes() -> Vec<Probe> {
    let mut probes = operators();
    probes.extend(values());
    probes.extend(flags());
    probes
}

/// All eighteen operators; version 6 knows fifteen.
fn operators() -> Vec<Probe> {
    let lists = ["IN", "NOT_IN", "STR_STARTS_WITH", "STR_ENDS_WITH", "STR_CONTAINS"];
    let singles = [
        ("NUM_EQ", "5"),
        ("NUM_GT", "5"),
        ("NUM_GTE", "5"),
        ("NUM_LT", "5"),
        ("NUM_LTE", "5"),
        ("DATE_AFTER", "2024-01-31T10:00:00.000Z"),
        ("DATE_BEFORE", "2024-01-31T10:00:00.000Z"),
        ("SEMVER_EQ", "1.2.3"),
        ("SEMVER_GT", "1.2.3"),
        ("SEMVER_LT", "1.2.3"),
    ];
    let new = [("SEMVER_GTE", "1.2.3"), ("SEMVER_LTE", "1.2.3"), ("REGEX", "(a|b)+")];
    let list = lists.map(|operator| {
        stored(operator, json!({"values": ["a", "b"]}), json!({"values": ["a", "b"]}))
    });
    let single = singles.map(|(operator, value)| kept(operator, value));
    let new = new.map(|(operator, value)| {
        kept(operator, value).but_on_6(400, Including(json!({"name": "BadDataError"})))
    });
    list.into_iter().chain(single).chain(new).collect()
}

/// Single values are stored as they are sent.
fn values() -> Vec<Probe> {
    let values = [
        ("NUM_EQ", " 5 "),
        ("NUM_EQ", "5.10"),
        ("NUM_EQ", "1e3"),
        ("NUM_EQ", "-0"),
        ("NUM_EQ", ".5"),
        ("NUM_EQ", "5."),
        ("DATE_AFTER", "2024-01-31T10:00:00Z"),
        ("DATE_AFTER", "2024-01-31T10:00:00+02:00"),
        ("DATE_AFTER", "2024-01-31T10:00:00"),
        ("DATE_AFTER", "2024-01-31T10:00"),
        ("DATE_AFTER", "2024-01-31"),
        ("DATE_AFTER", "2024"),
        ("DATE_AFTER", "1706695200000"),
        ("SEMVER_EQ", "1.2.3-beta.1"),
        ("SEMVER_EQ", "1.2.3+build5"),
    ];
    let mut probes: Vec<Probe> = values.map(|(operator, value)| kept(operator, value)).into();
    probes.extend([
        stored("NUM_EQ", json!({"value": 5}), json!({"value": "5"})),
        stored("IN", json!({"values": [1, 2.5, true]}), json!({"values": ["1", "2.5", "true"]})),
        stored("IN", json!({"values": [" a ", "a", "a"]}), json!({"values": [" a ", "a", "a"]})),
        stored(
            "IN",
            json!({"values": ["a"], "value": "b"}),
            json!({"values": ["a"], "value": "b"}),
        ),
        stored(
            "NUM_EQ",
            json!({"values": ["a"], "value": "5"}),
            json!({"values": ["a"], "value": "5"}),
        ),
        stored("IN", json!({"values": ["x".repeat(100)]}), json!({"values": ["x".repeat(100)]})),
        stored(
            "IN",
            json!({"values": (0..251).map(|n| n.to_string()).collect::<Vec<_>>()}),
            json!({}),
        ),
    ]);
    probes
}

/// The two switches are kept with any operator, and stay away when they are not sent.
fn flags() -> Vec<Probe> {
    let both = || json!({"value": "5", "inverted": true, "caseInsensitive": true});
    vec![
        stored("NUM_EQ", both(), both()),
        stored(
            "IN",
            json!({"values": ["a"], "inverted": false}),
            json!({"inverted": false, "caseInsensitive": "{absent}"}),
        ),
        stored("IN", json!({"values": ["a"], "inverted": null}), json!({"inverted": false})),
        stored("IN", json!({"values": ["a"], "inverted": "true"}), json!({"inverted": true})),
        stored(
            "IN",
            json!({"values": ["a"], "caseInsensitive": null}),
            json!({"caseInsensitive": false}),
        ),
        stored(
            "IN",
            json!({"values": ["a"], "contextName": "no such field"}),
            json!({"contextName": "no such field"}),
        ),
        stored(
            "IN",
            json!({"values": ["a"], "contextName": "a.b-\"c\""}),
            json!({"contextName": "a.b-\"c\""}),
        ),
    ]
}

fn kept(operator: &str, value: &str) -> Probe {
    stored(operator, json!({"value": value}), json!({"value": value, "values": []}))
}

fn stored(operator: &str, members: Value, expected: Value) -> Probe {
    let mut constraint = json!({"contextName": "field", "operator": operator});
    let mut stored = json!({"operator": operator});
    merge(&mut constraint, members);
    merge(&mut stored, expected);
    let name = constraint.to_string();
    post(&name, SEGMENTS, segment(&name, &json!([constraint])))
        .gets(201, Including(json!({"constraints": [stored]})))
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}
