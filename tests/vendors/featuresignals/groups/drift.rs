//! People change what segctl manages.

use super::stage::{STAGE, at, attach, plan, rule, segment_with, state};
use crate::vendors::story::{Group, Step, group, step};
use reqwest::Method;
use serde_json::{Value, json};

pub(super) fn groups() -> Vec<Group> {
    let edits = [
        ("the name", json!({"name": "Changed"})),
        ("the rules", json!({"rules": []})),
        ("a value", json!({"rules": [rule("plan", "eq", &["other"])]})),
        ("the word", json!({"match_type": "any"})),
        ("the mark, which is cut off", json!({"description": "gone"})),
    ];
    let mut groups: Vec<Group> = edits.map(|(what, body)| segment_is_edited(what, &body)).into();
    groups.push(group(
        "a person changes nothing",
        STAGE,
        [
            made(),
            step("a write without a difference", [plan("beta")]).after(
                Method::PUT,
                at("beta"),
                json!({"name": "beta"}),
                200,
            ),
        ],
    ));
    groups.push(group(
        "a person splits a value at its comma",
        STAGE,
        [
            step("a value with a comma", [of_values(&["a,b", "c"])]).creates(1),
            step("split by the dashboard", [of_values(&["a,b", "c"])])
                .after(
                    Method::PUT,
                    at("listed"),
                    json!({"rules": [rule("plan", "in", &["a", "b", "c"])]}),
                    200,
                )
                .updates(1),
        ],
    ));
    groups.push(group("a person changes the set of a rule", STAGE, set_is_edited()));
    groups
}

fn made() -> Step {
    step("it is made", [plan("beta")]).creates(1)
}

fn of_values(values: &[&str]) -> String {
    segment_with("listed", &json!({"rules": [rule("plan", "in", values)]}))
}

fn segment_is_edited(what: &str, body: &Value) -> Group {
    let back =
        step("it is taken back", [plan("beta")]).after(Method::PUT, at("beta"), body.clone(), 200);
    let back = if body.get("description").is_some() {
        // Without its mark the segment is foreign, and equal to the document but for the text.
        back.refused(["would-overwrite"])
    } else {
        back.updates(1)
    };
    group(format!("a person changes {what}"), STAGE, [made(), back])
}

fn set_is_edited() -> Vec<Step> {
    let documents = || [plan("beta"), attach("closed", &["beta"])];
    let rule = |keys: Value| {
        json!({"id": "closed", "priority": 1, "percentage": 10000, "match_type": "all", "value": true,
               "description": "Swedes", "segment_keys": keys,
               "conditions": [rule("country", "eq", &["se"])]})
    };
    vec![
        step("attached", documents()).creates(1).attaches(1),
        step("a person takes it off", documents())
            .after(
                Method::PUT,
                state("checkout", "production"),
                json!({"rules": [rule(json!([]))]}),
                200,
            )
            .attaches(1),
        step("a person adds a foreign one", documents())
            .after(
                Method::PUT,
                state("checkout", "production"),
                json!({"rules": [rule(json!(["beta", "theirs"]))]}),
                200,
            )
            .refused(["would-detach-foreign"]),
        step("and segctl is told to", documents()).adopt("checkout-production-closed").attaches(1),
        step("a person removes the rule", documents())
            .after(Method::PUT, state("checkout", "production"), json!({"rules": []}), 200)
            .refused(["rule-not-found"]),
    ]
}
