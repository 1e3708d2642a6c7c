//! Every kind of rule and value, with few and many of them.

use super::{STAGE, block, with_rule};
use crate::vendors::story::{Group, group, step};
use serde_json::{Value, json};

pub(super) fn groups() -> Vec<Group> {
    let mut groups = vec![];
    let text = |text: &str| json!({"stringValue": text});
    let values = [
        ("text", text("SE"), text("NO")),
        ("empty text", text(""), text("NO")),
        ("boolean", json!({"boolValue": false}), json!({"boolValue": true})),
        ("number", json!({"numberValue": 0}), json!({"numberValue": 1.5})),
        (
            "time",
            json!({"timestampValue": "2024-01-31T12:00:00+02:00"}),
            json!({"timestampValue": "2024-01-31T10:00:00.250Z"}),
        ),
        ("nothing", json!({}), text("x")),
        (
            "list",
            json!({"listValue": {"values": [text("a")]}}),
            json!({"listValue": {"values": []}}),
        ),
    ];
    for (name, one, other) in values {
        let eq = |value: &Value| json!({"value": value});
        groups.push(transitions(
            &format!("equality with a {name}"),
            "eqRule",
            &eq(&one),
            &eq(&other),
        ));
        let any = |value: &Value| json!({"rule": {"eqRule": {"value": value}}});
        groups.push(transitions(&format!("any is a {name}"), "anyRule", &any(&one), &any(&other)));
    }
    for rule in ["startsWithRule", "endsWithRule", "containsRule"] {
        let [one, other] = [json!({"value": "a"}), json!({"value": "b, \"c\""})];
        groups.push(transitions(rule, rule, &one, &other));
        let [one, other] = [one, other].map(|it| json!({"rule": {rule: it}}));
        groups.push(transitions(&format!("all of {rule}"), "allRule", &one, &other));
    }
    for count in [1, 2, 100, 101] {
        let set = |prefix: &str| {
            let values: Vec<Value> = (0..count).map(|at| text(&format!("{prefix}{at}"))).collect();
            json!({"values": values})
        };
        groups.push(transitions(&format!("a set of {count}"), "setRule", &set("a"), &set("b")));
        let [one, other] = [set("a"), set("b")].map(|it| json!({"rule": {"setRule": it}}));
        groups.push(transitions(&format!("any of a set of {count}"), "anyRule", &one, &other));
    }
    let number = |number: f64| json!({"numberValue": number});
    let version = |text: &str| json!({"versionValue": {"version": text}});
    for (name, low, high) in [
        ("numbers", number(18.0), number(65.5)),
        ("versions", version("1.2"), version("1.2.3.4")),
        ("texts", text("a"), text("b")),
    ] {
        let one = json!({"startInclusive": low, "endExclusive": high});
        let other = json!({"startExclusive": low, "endInclusive": high});
        groups.push(transitions(&format!("a range of {name}"), "rangeRule", &one, &other));
        let half = json!({"endInclusive": high});
        groups.push(transitions(&format!("half a range of {name}"), "rangeRule", &one, &half));
    }
    groups
}

/// A rule comes, stays, becomes another one, and comes back.
fn transitions(name: &str, rule: &str, one: &Value, other: &Value) -> Group {
    let of = |body: &Value| [block("rules", &json!({"targeting": with_rule(rule, body)}))];
    let steps = [
        step("it comes", of(one)).creates(1),
        step("it stays", of(one)),
        step("it becomes another one", of(other)).updates(1),
        step("it comes back", of(one)).updates(1),
    ];
    group(name, STAGE, steps)
}
