//! Segments are made, changed and left alone.

use super::stage::{STAGE, at, attach, plan, rule, segment, segment_with, spec};
use crate::vendors::story::{Group, group, step};
use serde_json::json;

pub(super) fn groups() -> Vec<Group> {
    vec![
        group("nothing is wanted", STAGE, [step("no documents", [])]),
        group(
            "a segment comes and changes",
            STAGE,
            [
                step("it is made", [plan("beta")]).creates(1).then(|_, after| {
                    let beta = &after.segments["beta"];
                    let as_sent = beta["name"] == "beta" && beta["match_type"] == "all";
                    if as_sent { Ok(()) } else { Err(format!("it is {beta}")) }
                }),
                step("again", [plan("beta")]),
                step("its rules change", [segment("beta", &json!([rule("plan", "neq", &["x"])]))])
                    .updates(1),
                step(
                    "its words change",
                    [spec(
                        "beta",
                        &json!({"description": "For the brave.", "featuresignals": {
                            "name": "The brave", "rules": [rule("plan", "neq", &["x"])]}}),
                    )],
                )
                .updates(1)
                .then(|_, after| {
                    let name = &after.segments["beta"]["name"];
                    if *name == "The brave" { Ok(()) } else { Err(format!("it is {name}")) }
                }),
            ],
        ),
        group(
            "all fields of the vendor's page",
            STAGE,
            [step(
                "as the page has them",
                [spec(
                    "enterprise-users",
                    &json!({"featuresignals": {
                        "key": "enterprise_users", "name": "Enterprise Users",
                        "description": "Users on enterprise plan", "match_type": "any",
                        "rules": [rule("plan", "eq", &["enterprise"]),
                                  rule("verified", "eq", &["true"])],
                    }}),
                )],
            )
            .creates(1)
            .then(|_, after| {
                let made = &after.segments["enterprise_users"];
                let text = made["description"].as_str().unwrap_or_default();
                let is_right = made["match_type"] == "any"
                    && made["name"] == "Enterprise Users"
                    && text.starts_with("Users on enterprise plan\n\nManaged by segctl:");
                if is_right { Ok(()) } else { Err(format!("it is {made}")) }
            })],
        ),
        group(
            "all and any",
            STAGE,
            [
                step("all", [both("all")]).creates(1),
                step("any", [both("any")]).updates(1),
                step("not said, which is all", [both_without()]).updates(1),
                step("all", [both("all")]),
            ],
        ),
        group(
            "a segment that a description keeps",
            STAGE,
            [
                step(
                    "with a description",
                    [spec(
                        "beta",
                        &json!({"description": "a\nb  ",
                    "featuresignals": {"rules": [rule("plan", "eq", &["x"])]}}),
                    )],
                )
                .creates(1),
                step("without", [segment("beta", &json!([rule("plan", "eq", &["x"])]))]).updates(1),
                step(
                    "an empty one is none",
                    [spec(
                        "beta",
                        &json!({"description": "",
                    "featuresignals": {"rules": [rule("plan", "eq", &["x"])]}}),
                    )],
                ),
                step(
                    "null is none",
                    [spec(
                        "beta",
                        &json!({"description": null,
                    "featuresignals": {"description": null,
                                       "rules": [rule("plan", "eq", &["x"])]}}),
                    )],
                ),
            ],
        ),
        group(
            "another key is another segment",
            STAGE,
            [
                step("under one key", [with_key("one"), attach("closed", &["beta"])])
                    .creates(1)
                    .attaches(1),
                step("under another", [with_key("two"), attach("closed", &["beta"])])
                    .creates(1)
                    .attaches(1)
                    .then(|_, after| {
                        let on = &after.on["checkout/production/id:closed"];
                        let moved = on.len() == 1 && on.contains("two");
                        if moved { Ok(()) } else { Err(format!("the rule has {on:?}")) }
                    }),
                step("the first one is an orphan", [with_key("two"), attach("closed", &["beta"])])
                    .prune()
                    .deletes(1),
            ],
        ),
        group(
            "another metadata.name is another mark",
            STAGE,
            [
                step("under one name", [named("one")]).creates(1),
                step("under another", [named("two")]).updates(1),
            ],
        ),
        group(
            "a segment that went comes back",
            STAGE,
            [
                step("it is made", [plan("beta")]).creates(1),
                step("a person deletes it", [plan("beta")])
                    .after(reqwest::Method::DELETE, at("beta"), None, 204)
                    .creates(1),
            ],
        ),
        group(
            "many at once",
            STAGE,
            [
                step("40 of them", many(0..40)).creates(40),
                step("half of them change", many(20..60)).creates(20),
                step("all but some go", many(55..60)).prune().deletes(55),
            ],
        ),
    ]
}

fn both(word: &str) -> String {
    let rules = [rule("plan", "eq", &["pro"]), rule("beta", "exists", &[])];
    segment_with("both", &json!({"match_type": word, "rules": rules}))
}

fn both_without() -> String {
    segment("both", &json!([rule("plan", "eq", &["pro"]), rule("beta", "exists", &[])]))
}

fn with_key(key: &str) -> String {
    segment_with("beta", &json!({"key": key, "rules": [rule("plan", "eq", &["pro"])]}))
}

fn named(name: &str) -> String {
    let rules = [rule("plan", "eq", &["pro"])];
    segment_with(name, &json!({"key": "beta", "name": "Beta", "rules": rules}))
}

fn many(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|number| plan(&format!("segment-{number}"))).collect()
}
