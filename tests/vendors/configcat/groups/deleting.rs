//! Deletions, and what keeps a segment.

use super::super::stage::{PRODUCTION, SHOP, STAGE, attach, attach_block, on, rule, users};
use crate::vendors::story::{Group, group, step};
use reqwest::Method;
use serde_json::json;

pub(super) fn groups() -> Vec<Group> {
    let used = || [users("a", &["ada"]), attach(&["a"])];
    let by_hand = |id: &str| {
        json!([{"op": "add", "path": "/targetingRules/0/conditions/-",
            "value": {"segmentCondition": {"segmentId": id, "comparator": "isIn"}}}])
    };
    vec![
        group(
            "a segment in use",
            STAGE,
            [
                step("is attached", used()).creates(1).attaches(1),
                step("its document and that of the rule go", []).prune().refused(["in-use"]),
                step("the rule lets it go first", [attach(&[])]).prune().attaches(1).deletes(1),
            ],
        ),
        group(
            "a use that nobody planned",
            STAGE,
            [
                step("a segment", [users("a", &["ada"])]).creates(1),
                step("somebody uses a foreign one", [users("a", &["ada"])]).after(
                    Method::PATCH,
                    format!("/v2/environments/{PRODUCTION}/settings/3/value"),
                    by_hand("00000000-0000-4000-8000-00000000005e"),
                    200,
                ),
                step("which keeps nothing of ours", []).prune().deletes(1),
            ],
        ),
        group(
            "a segment that a rule must not have",
            STAGE,
            [
                step("is attached", {
                    let block = json!({"config": "Main", "environment": "Production", "setting": "checkout", "rule": {"serves": true}, "notIn": ["a"]});
                    [users("a", &["ada"]), attach_block(&block, &[])]
                })
                .creates(1)
                .attaches(1)
                .then(on(rule("v2", 1, 0, "true"), &["!a"])),
                step("and is kept by it", []).prune().refused(["in-use"]),
            ],
        ),
        group(
            "what is gone already",
            STAGE,
            [
                step("a segment", [users("a", &["ada"])]).creates(1),
                step("somebody deleted it", []).prune().after(
                    Method::DELETE,
                    "/v1/segments/<id of a>",
                    None,
                    204,
                ),
            ],
        ),
        group(
            "a name that is free again",
            STAGE,
            [
                step("a segment", [users("a", &["ada"])]).creates(1),
                step("goes", []).prune().deletes(1),
                step("somebody makes one of its name", [users("a", &["ada"])])
                    .after(
                        Method::POST,
                        format!("/v1/products/{SHOP}/segments"),
                        json!({"name": "A", "comparisonAttribute": "Email", "comparator": "isOneOf", "comparisonValue": "x"}),
                        201,
                    )
                    .refused(["name-taken"]),
            ],
        ),
    ]
}
