//! What is not ours stays as it is until somebody says otherwise.

use super::stage::{STAGE, attach, external, plan, rule, segment_with};
use crate::vendors::story::{Group, group, step};
use serde_json::json;

pub(super) fn groups() -> Vec<Group> {
    let same = || {
        let block = json!({"name": "Made by hand", "description": "of somebody",
                           "rules": [rule("plan", "eq", &["gold"])]});
        segment_with("theirs", &block)
    };
    vec![
        group(
            "a foreign segment of equal content",
            STAGE,
            [
                step("is left alone", [same()]),
                step("and can be attached", [same(), attach("closed", &["theirs"])]).attaches(1),
            ],
        ),
        group(
            "a foreign segment of other content",
            STAGE,
            [
                step("is not overwritten", [plan("theirs")]).refused(["would-overwrite"]),
                step("unless it is adopted", [plan("theirs")])
                    .adopt("theirs")
                    .adopts(1)
                    .refreshes(1),
                step("and then it is ours", [plan("theirs")]),
            ],
        ),
        group(
            "a foreign segment of equal content is adopted by its mark",
            STAGE,
            [
                step("all of them", [same()]).adopt_all().adopts(1).refreshes(1),
                step("again", [same()]),
            ],
        ),
        group(
            "an external document writes nothing",
            STAGE,
            [
                step("it is only named", [external("theirs"), attach("closed", &["theirs"])])
                    .attaches(1),
                step("one that is not there", [external("nobody"), attach("closed", &["nobody"])])
                    .refused(["external-not-found"]),
            ],
        ),
        group(
            "another workspace's segment",
            WITH_OTHERS,
            [
                step("is foreign", [plan("shared")]).refused(["would-overwrite"]),
                step("and no orphan of ours", []).prune(),
            ],
        ),
        group(
            "a copy of our mark",
            WITH_COPY,
            [step("is foreign, and the original ours", [plan("beta")]).updates(1)],
        ),
    ]
}

const WITH_OTHERS: &str = "
projects: [{slug: web, environments: [production]}]
segments:
  - {key: shared, description: 'Managed by segctl: elsewhere/shared 00000000', rules: [{attribute: a, operator: eq, values: [b]}]}
options: {requestsPerMinute: 1000000, loginsPerMinute: 1000000}
";

const WITH_COPY: &str = "
projects: [{slug: web, environments: [production]}]
segments:
  - {key: beta, name: beta, description: 'Managed by segctl: acme/beta 00000000', rules: [{attribute: a, operator: eq, values: [b]}]}
  - {key: copy, name: beta, description: 'Managed by segctl: acme/beta 00000000', rules: [{attribute: a, operator: eq, values: [b]}]}
options: {requestsPerMinute: 1000000, loginsPerMinute: 1000000}
";
