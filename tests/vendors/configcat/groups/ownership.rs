//! What is whose.

use super::super::stage::{STAGE, at, segment, single, theirs, users};
use crate::vendors::story::{Group, group, step};
use reqwest::Method;
use serde_json::json;

pub(super) fn groups() -> Vec<Group> {
    let own = |value: &str| {
        let block = json!({"name": "Theirs", "comparisonAttribute": "Email", "comparator": "contains", "comparisonValue": value});
        let spec = json!({"description": "by hand", "configcat": block});
        [super::super::stage::spec("mine", &spec)]
    };
    vec![
        group(
            "a segment that somebody made",
            STAGE,
            [
                step("equal to the document is left alone", own("@theirs")),
                step("different is refused", own("@mine")).refused(["would-overwrite"]),
                step("is taken over", own("@mine")).adopt("mine").adopts(1),
                step("and is ours from then on", own("@other")).updates(1),
            ],
        ),
        group(
            "everything is taken over",
            STAGE,
            [
                step("although it is equal", own("@theirs")).adopt_all().adopts(1),
                step("and pruned", []).prune().refused(["in-use"]),
            ],
        ),
        group(
            "a segment that is owned elsewhere",
            STAGE,
            [
                step("is never written", [theirs()]),
                step("whatever becomes of it", [theirs()]).after(
                    Method::PUT,
                    at("Theirs"),
                    json!({"comparisonValue": "@others"}),
                    200,
                ),
            ],
        ),
        group(
            "a copy with our mark",
            STAGE,
            [
                step("one of ours", [users("beta", &["ada"])]).creates(1),
                step("somebody changes the name and the content", [users("beta", &["ada"])])
                    .after(
                        Method::PUT,
                        at("beta"),
                        json!({"name": "renamed", "comparisonValue": "eve"}),
                        200,
                    )
                    .updates(1),
            ],
        ),
        group(
            "a document that becomes external",
            STAGE,
            [
                step("ours", [segment("beta", &single("numberLess", "5"))]).creates(1),
                step(
                    "given up",
                    [super::super::stage::spec(
                        "beta",
                        &json!({"external": true, "configcat": {}}),
                    )],
                )
                .prune(),
            ],
        ),
    ]
}
