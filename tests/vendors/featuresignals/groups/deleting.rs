//! Orphans are deleted when it is asked for, and only when nothing names them.

use super::stage::{STAGE, at, attach, plan, rule, state};
use crate::vendors::story::{Group, Step, group, step};
use reqwest::Method;
use serde_json::{Value, json};

pub(super) fn groups() -> Vec<Group> {
    vec![
        group(
            "orphans",
            STAGE,
            [
                step("two are made", [plan("a"), plan("b")]).creates(2),
                step("one goes from Git and stays", [plan("a")]),
                step("until it is asked for", [plan("a")]).prune().deletes(1),
                step("again", [plan("a")]).prune(),
            ],
        ),
        group("an orphan in use", STAGE, in_use()),
        group(
            "an orphan that an archived flag uses",
            ARCHIVED,
            [
                step("made", [plan("a")]).creates(1),
                step("used, then archived", [])
                    .after(Method::PUT, state("old", "production"), using("a"), 200)
                    .prune()
                    .refused(["in-use"]),
            ],
        ),
        group(
            "an orphan that a person changed",
            STAGE,
            [
                step("made", [plan("a")]).creates(1),
                step("changed", []).after(Method::PUT, at("a"), json!({"rules": []}), 200).prune(),
            ],
        ),
        group(
            "an orphan that is freed in the same run",
            STAGE,
            [
                step("attached", [plan("a"), attach("closed", &["a"])]).creates(1).attaches(1),
                step("freed and deleted", [attach("closed", &[])]).prune().attaches(1).deletes(1),
            ],
        ),
    ]
}

fn using(key: &str) -> Value {
    let rule = json!({"id": "r", "segment_keys": [key], "percentage": 10000, "value": true,
                      "conditions": [rule("a", "eq", &["b"])], "match_type": "all"});
    json!({"rules": [rule]})
}

fn in_use() -> Vec<Step> {
    vec![
        step("attached", [plan("a"), attach("closed", &["a"])]).creates(1).attaches(1),
        step("the documents go", []).prune().refused(["in-use"]),
        step("a person takes it off", [])
            .after(Method::PUT, state("checkout", "production"), json!({"rules": []}), 200)
            .prune()
            .deletes(1),
    ]
}

const ARCHIVED: &str = "
projects: [{slug: web, environments: [production]}]
flags: [{key: new}, {key: old, status: archived}]
options: {requestsPerMinute: 1000000, loginsPerMinute: 1000000}
";
