//! Limits of the server, told before anything is sent.

use crate::conformance::documents::{attachment, users};
use crate::conformance::script::{Group, group, step};

/// The settings of a small server. The stage has one segment already.
pub(crate) const SMALL_SERVER: [(&str, &str); 3] = [
    ("UNLEASH_SEGMENTS_LIMIT", "4"),
    ("UNLEASH_SEGMENT_VALUES_LIMIT", "3"),
    ("UNLEASH_STRATEGY_SEGMENTS_LIMIT", "2"),
];

/// The same for a sandbox.
pub(crate) const SMALL_FIXTURE: &str =
    "{limits: {segments: 4, segmentValues: 3, strategySegments: 2}}";

pub(in crate::conformance) fn groups() -> Vec<Group> {
    vec![segments(), values(), on_a_rule()]
}

fn many(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| users(name, &["1"])).collect()
}

fn segments() -> Group {
    group(
        "the number of segments",
        [
            step("one too many", many(&["a", "b", "c", "d"])).refused(&["limit-reached"]),
            step("as many as there may be", many(&["a", "b", "c"])).creates(3),
            step("one more", many(&["a", "b", "c", "d"])).refused(&["limit-reached"]),
            step("a change needs no room", vec![users("a", &["2"]), users("b", &["1"])])
                .prune()
                .updates(1)
                .deletes(1),
        ],
    )
}

fn values() -> Group {
    group(
        "the number of values",
        [
            step("as many as there may be", [users("a", &["1", "2", "3"])]).creates(1),
            step("one more", [users("a", &["1", "2", "3", "4"])]).refused(&["limit-reached"]),
        ],
    )
}

fn on_a_rule() -> Group {
    let with = |segments: &[&str]| {
        let mut documents = many(&["a", "b", "c"]);
        documents.push(attachment("Gradual", segments));
        documents
    };
    group(
        "the number of segments on a rule",
        [
            step("as many as there may be", with(&["a", "b"])).creates(3).attaches(1),
            step("one more", with(&["a", "b", "c"])).refused(&["limit-reached"]),
        ],
    )
}
