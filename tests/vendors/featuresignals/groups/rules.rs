//! Rules of segments: order, repeats, absence, and what leaves nobody or everybody over.

use super::stage::{STAGE, rule, segment, segment_with, spec};
use crate::vendors::story::{Group, Step, group, step};
use serde_json::{Value, json};

pub(super) fn groups() -> Vec<Group> {
    let [one, two] = [rule("plan", "eq", &["pro"]), rule("age", "gte", &["18"])];
    vec![
        group(
            "order and repeats of rules mean nothing",
            STAGE,
            [
                of("two rules", &json!([one, two])).creates(1),
                of("in another order", &json!([two, one])),
                of("one of them twice", &json!([one, two, one])),
                of("one less", &json!([one])).updates(1),
            ],
        ),
        group(
            "order and repeats of values mean nothing",
            STAGE,
            [
                of("two values", &json!([rule("plan", "in", &["a", "b"])])).creates(1),
                of("in another order", &json!([rule("plan", "in", &["b", "a"])])),
                of("one of them twice", &json!([rule("plan", "in", &["b", "a", "b"])])),
                of("one less", &json!([rule("plan", "in", &["b"])])).updates(1),
            ],
        ),
        group(
            "absent, null and empty rules",
            STAGE,
            [
                step("absent", [segment_with("tried", &json!({}))]).invalid(["matches-everyone"]),
                of("empty", &json!([])).invalid(["matches-everyone"]),
                allowed("allowed", "matches-everyone", &json!([])).creates(1),
                of("null is no list", &json!(null)).invalid(["wrong-type"]),
                of("with a rule", &json!([one])).updates(1),
                allowed("empty again", "matches-everyone", &json!([])).updates(1),
            ],
        ),
        group(
            "absent, null and empty values",
            STAGE,
            [
                of("empty", &json!([{"attribute": "a", "operator": "notIn", "values": []}]))
                    .creates(1),
                of("absent", &json!([{"attribute": "a", "operator": "notIn"}])),
                of("null", &json!([{"attribute": "a", "operator": "notIn", "values": null}])),
            ],
        ),
        group(
            "values are texts",
            STAGE,
            [json!([1]), json!([true]), json!([null]), json!("x"), json!({"a": 1})].map(|values| {
                of("a wrong type", &json!([{"attribute": "a", "operator": "eq", "values": values}]))
                    .invalid(["wrong-type"])
            }),
        ),
        group(
            "unknown fields",
            STAGE,
            [
                of(
                    "in a rule",
                    &json!([{"attribute": "a", "operator": "eq", "values": ["x"],
                    "negate": true}]),
                )
                .invalid(["unknown-field"]),
                step("in the block", [segment_with("tried", &json!({"rules": [one], "id": "1"}))])
                    .invalid(["unknown-field"]),
                step(
                    "a word of the API in another case",
                    [segment_with("tried", &json!({"matchType": "all", "rules": [one]}))],
                )
                .invalid(["unknown-field"]),
                step(
                    "an unknown match_type",
                    [segment_with("tried", &json!({"match_type": "none", "rules": [one]}))],
                )
                .invalid(["bad-value"]),
            ],
        ),
        group("rules that leave nobody over", STAGE, nobody()),
        group("rules that leave somebody over", STAGE, somebody()),
        group(
            "a description that looks like a mark",
            STAGE,
            [step(
                "ours",
                [spec(
                    "tried",
                    &json!({"description": "Managed by segctl: a/b 00000000",
                "featuresignals": {"rules": [one]}}),
                )],
            )
            .invalid(["reserved-text"])],
        ),
    ]
}

fn of(what: &str, rules: &Value) -> Step {
    step(what, [segment("tried", rules)])
}

fn allowed(what: &str, code: &str, rules: &Value) -> Step {
    step(what, [spec("tried", &json!({"allow": [code], "featuresignals": {"rules": rules}}))])
}

fn nobody() -> Vec<Step> {
    let pairs = [
        [rule("plan", "eq", &["a"]), rule("plan", "eq", &["b"])],
        [rule("plan", "in", &["a", "b"]), rule("plan", "notIn", &["b", "a"])],
        [rule("plan", "eq", &["a"]), rule("plan", "neq", &["a"])],
        [rule("plan", "eq", &["gold"]), rule("plan", "startsWith", &["s"])],
        [rule("plan", "in", &["12", "x"]), rule("plan", "gt", &["12"])],
        [rule("plan", "eq", &["ab"]), rule("plan", "regex", &["^b"])],
        [rule("plan", "exists", &["false"]), rule("plan", "eq", &["a"])],
        [rule("plan", "exists", &["false"]), rule("plan", "exists", &[])],
        [rule("age", "gt", &["18"]), rule("age", "lt", &["18"])],
        [rule("age", "gte", &["18"]), rule("age", "lt", &["18"])],
        [rule("age", "gt", &["1e2"]), rule("age", "lte", &["99"])],
        [rule("key", "exists", &["false"]), rule("plan", "eq", &["a"])],
    ];
    pairs.map(|pair| of("two rules", &json!(pair)).invalid(["never-matches"])).into()
}

fn somebody() -> Vec<Step> {
    let pairs = [
        [rule("plan", "in", &["a", "b"]), rule("plan", "notIn", &["b"])],
        [rule("plan", "eq", &["gold"]), rule("plan", "contains", &["ol"])],
        [rule("age", "gte", &["18"]), rule("age", "lte", &["18"])],
        [rule("age", "gt", &["17"]), rule("age", "lt", &["18"])],
        [rule("key", "eq", &["u1"]), rule("key", "endsWith", &["1"])],
    ];
    let mut first = true;
    let mut steps: Vec<Step> = pairs
        .map(|pair| {
            let step = of("two rules", &json!(pair));
            if std::mem::take(&mut first) { step.creates(1) } else { step.updates(1) }
        })
        .into();
    let either = [rule("plan", "eq", &["a"]), rule("plan", "eq", &["b"])];
    let any = segment_with("tried", &json!({"match_type": "any", "rules": either}));
    steps.push(step("any of two that exclude each other", [any]).updates(1));
    steps
}
