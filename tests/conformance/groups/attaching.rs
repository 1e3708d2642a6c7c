//! The set of segments on a rule.

use crate::conformance::documents::{attachment, document_with_allow, users};
use crate::conformance::edits::Edit;
use crate::conformance::facts::Fact;
use crate::conformance::script::{Group, group, step};

pub(in crate::conformance) fn groups() -> Vec<Group> {
    vec![
        attach_and_detach(),
        after_a_change(),
        everyone(),
        by_hand(),
        foreign_on_the_rule(),
        limit_of_five(),
    ]
}

/// Two segments, and the rule of that title with some of them.
fn two_and(title: &str, segments: &[&str]) -> [String; 3] {
    [users("one", &["1"]), users("two", &["2"]), attachment(title, segments)]
}

fn attach_and_detach() -> Group {
    let rule = |names: &'static [&'static str]| [Fact::Rule("Gradual", names)];
    group(
        "attach and detach",
        [
            step("one that is made on the way", two_and("Gradual", &["one"]))
                .creates(2)
                .attaches(1)
                .then(rule(&["one"])),
            step("another one", two_and("Gradual", &["one", "two"]))
                .attaches(1)
                .then(rule(&["one", "two"])),
            step("in another order", two_and("Gradual", &["two", "one"])),
            step("one twice", two_and("Gradual", &["two", "one", "two"])),
            step("one less", two_and("Gradual", &["two"])).attaches(1).then(rule(&["two"])),
            step("another in its place", two_and("Gradual", &["one"]))
                .attaches(1)
                .then(rule(&["one"])),
            step("none, as the rule has a condition", two_and("Gradual", &[]))
                .attaches(1)
                .then(rule(&[])),
            step("all of them again", two_and("Gradual", &["one", "two"])).attaches(1),
            step("no document, no change", [users("one", &["1"]), users("two", &["2"])])
                .then(rule(&["one", "two"])),
        ],
    )
}

/// Servers do not keep the segments of a rule in the order of their ids: one that was changed
/// comes last.
fn after_a_change() -> Group {
    let with = |first: &str, attached: &[&str]| {
        [users("one", &[first]), users("two", &["2"]), attachment("Gradual", attached)]
    };
    group(
        "detach after a change",
        [
            step("two on a rule", with("1", &["one", "two"])).creates(2).attaches(1),
            step("one of them changes", with("3", &["one", "two"])).updates(1),
            step("and goes", with("3", &["two"]))
                .attaches(1)
                .then([Fact::Rule("Gradual", &["two"])]),
            step("and comes back", with("3", &["one", "two"])).attaches(1),
            step(
                "the other changes",
                [
                    users("one", &["3"]),
                    users("two", &["4"]),
                    attachment("Gradual", &["one", "two"]),
                ],
            )
            .updates(1),
            step(
                "and both go",
                [users("one", &["3"]), users("two", &["4"]), attachment("Gradual", &[])],
            )
            .attaches(1),
        ],
    )
}

fn everyone() -> Group {
    let none = |allow: &str| [users("one", &["1"]), document_with_allow("Open", &[], allow)];
    group(
        "a rule that would match everyone",
        [
            step("one is attached", [users("one", &["1"]), attachment("Open", &["one"])])
                .creates(1)
                .attaches(1),
            step("the last one cannot go", none("[]")).refused(&["matches-everyone"]),
            step("unless that is allowed", none("[matches-everyone]"))
                .attaches(1)
                .then([Fact::Rule("Open", &[])]),
            step("and stays so", none("[matches-everyone]")),
        ],
    )
}

fn by_hand() -> Group {
    let wanted = || two_and("Gradual", &["one"]);
    group(
        "a person attaches and detaches",
        [
            step("one is attached", wanted()).creates(2).attaches(1),
            step("a person takes it off", wanted())
                .after([Edit::Attach("Gradual", &[])])
                .attaches(1)
                .then([Fact::Rule("Gradual", &["one"])]),
            step("a person adds one of ours", wanted())
                .after([Edit::Attach("Gradual", &["one", "two"])])
                .attaches(1)
                .then([Fact::Rule("Gradual", &["one"])]),
        ],
    )
}

fn foreign_on_the_rule() -> Group {
    let both: &[&str] = &["Neighbour", "one"];
    group(
        "a foreign segment on the rule",
        [
            step("cannot be taken off", two_and("Foreign", &["one"]))
                .refused(&["would-detach-foreign"]),
            step("nor by a prune", two_and("Foreign", &[]))
                .prune()
                .refused(&["would-detach-foreign"]),
            step("unless the rule is adopted", two_and("Foreign", &["one"]))
                .adopt("rule")
                .creates(2)
                .attaches(1)
                .then([Fact::Rule("Foreign", &["one"])]),
            step("a person puts it back", two_and("Foreign", &["one"]))
                .after([Edit::Attach("Foreign", both)])
                .refused(&["would-detach-foreign"])
                .then([Fact::Rule("Foreign", both)]),
        ],
    )
}

fn limit_of_five() -> Group {
    let names: Vec<String> = (1..=6).map(|n| format!("s{n}")).collect();
    let with = |count: usize| {
        let mut documents: Vec<String> = names.iter().map(|it| users(it, &["1"])).collect();
        let attached: Vec<&str> = names.iter().take(count).map(String::as_str).collect();
        documents.push(attachment("Gradual", &attached));
        documents
    };
    group(
        "five segments on a rule",
        [
            step("are allowed", with(5)).creates(6).attaches(1),
            step("six are not", with(6)).invalid(&["too-many-segments"]),
        ],
    )
}
