//! Two segments of one name, which servers make when two requests race.

use crate::conformance::documents::{attachment, named};
use crate::conformance::edits::Edit;
use crate::conformance::facts::Fact;
use crate::conformance::script::{Group, group, step};
use serde_json::json;

pub(in crate::conformance) fn groups() -> Vec<Group> {
    vec![foreign(), ours(), ours_in_use(), ours_by_default(), ours_in_both()]
}

fn wanted(id: &str) -> String {
    named("beta", "Beta", &[id])
}

fn foreign() -> Group {
    let twins = json!({
        "name": "Beta", "description": "By hand.",
        "constraints": [{"contextName": "userId", "operator": "IN", "values": ["1"]}],
    });
    group(
        "twins that others made",
        [
            step("are left alone", []).after([Edit::Twins(twins)]).prune(),
            step("and refused where one is meant", [wanted("1")]).refused(&["twins"]),
            step("also for adoption", [wanted("1")]).adopt_all().refused(&["twins"]),
            step("and on a rule", [wanted("1"), attachment("Open", &["beta"])]).refused(&["twins"]),
            step("one of them is foreign again", [wanted("1")])
                .after([Edit::Delete("Beta")])
                .refused(&["would-overwrite"]),
        ],
    )
}

fn ours() -> Group {
    group(
        "twins that two runs made",
        [
            step("a segment", [wanted("1")]).creates(1),
            step("twice", [wanted("1")])
                .after([Edit::Double("Beta")])
                .deletes(1)
                .then([Fact::Segment("Beta", json!({}))]),
            step("twice, and Git moves", [wanted("2")])
                .after([Edit::Double("Beta")])
                .updates(1)
                .deletes(1)
                .then([Fact::Segment("Beta", json!({}))]),
            step("twice, and gone from Git", [])
                .after([Edit::Double("Beta")])
                .prune()
                .deletes(2)
                .then([Fact::Gone("Beta")]),
        ],
    )
}

fn ours_in_use() -> Group {
    let both = || [wanted("1"), attachment("Open", &["beta"])];
    group(
        "twins that two runs made, one of them in use",
        [
            step("a segment", [wanted("1")]).creates(1),
            step("twice, and the rule gets the one that stays", both())
                .after([Edit::Double("Beta")])
                .attaches(1)
                .deletes(1)
                .then([Fact::Rule("Open", &["Beta"])]),
            step("the one in use stays", both()),
        ],
    )
}

fn ours_by_default() -> Group {
    group(
        "twins that two runs made, the younger one in a default strategy",
        [
            step("a segment", [wanted("1")]).creates(1),
            step("twice: the one in use stays", [wanted("1")])
                .after([Edit::Double("Beta"), Edit::Default(&["Beta"])])
                .deletes(1)
                .then([Fact::Default(&["Beta"])]),
            step("then it is alone", [wanted("1")])
                .after([Edit::Default(&[])])
                .then([Fact::Segment("Beta", json!({}))]),
        ],
    )
}

fn ours_in_both() -> Group {
    let both = || [wanted("1"), attachment("Open", &["beta"])];
    group(
        "twins that two runs made, both of them in use",
        [
            step("a segment", [wanted("1")]).creates(1),
            step("twice, one on a rule and one in a default strategy: both stay", both())
                .after([
                    Edit::Double("Beta"),
                    Edit::Default(&["Beta"]),
                    Edit::Attach("Open", &["Beta"]),
                ])
                .refused(&["in-use"]),
            step("until one is free", both()).after([Edit::Default(&[])]).deletes(1),
        ],
    )
}
