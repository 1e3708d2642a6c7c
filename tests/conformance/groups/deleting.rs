//! What is gone from Git: reported always, deleted only where that is asked for and harmless.

use crate::conformance::documents::{attachment, users};
use crate::conformance::edits::Edit;
use crate::conformance::facts::Fact;
use crate::conformance::script::{Group, group, step};

pub(in crate::conformance) fn groups() -> Vec<Group> {
    vec![in_use(), uncounted(), freed(), protected(), drifted()]
}

fn in_use() -> Group {
    group(
        "an orphan in use",
        [
            step("a segment", [users("one", &["1"])]).creates(1),
            step("is put on a rule by hand, and stays", [])
                .after([Edit::Attach("Gradual", &["one"])])
                .prune()
                .refused(&["in-use"])
                .then([Fact::Rule("Gradual", &["one"])]),
            step("without a prune it is only named", []).then([Fact::Orphans(&["one"])]),
            step("once it is free, it goes", [])
                .after([Edit::Attach("Gradual", &[])])
                .prune()
                .deletes(1),
        ],
    )
}

fn uncounted() -> Group {
    group(
        "an orphan in a use that the server does not count",
        [
            step("a segment", [users("one", &["1"])]).creates(1),
            step("is kept by a default strategy", [])
                .after([Edit::Default(&["one"])])
                .prune()
                .refused(&["in-use"])
                .then([Fact::Default(&["one"])]),
            step("is kept by an archived flag", [])
                .after([Edit::Default(&[]), Edit::Archived("of-old", "one")])
                .prune()
                .refused(&["in-use"]),
            step("without a prune it is only named", []).then([Fact::Orphans(&["one"])]),
            step("once the flag is gone for good, it goes", [])
                .after([Edit::Forget("of-old")])
                .prune()
                .deletes(1)
                .then([Fact::Gone("one")]),
        ],
    )
}

fn freed() -> Group {
    let two_on = |title: &str| [users("two", &["2"]), attachment(title, &["two"])];
    group(
        "an orphan that the same plan frees",
        [
            step("two segments", [users("one", &["1"]), attachment("Gradual", &["one"])])
                .creates(1)
                .attaches(1),
            step("one takes the other's place", two_on("Gradual"))
                .prune()
                .creates(1)
                .attaches(1)
                .deletes(1)
                .then([Fact::Gone("one"), Fact::Rule("Gradual", &["two"])]),
            step("the rule is left to itself and the segment goes", [])
                .prune()
                .refused(&["in-use"]),
            step("the rule is emptied and the segment goes", [attachment("Gradual", &[])])
                .prune()
                .attaches(1)
                .deletes(1)
                .then([Fact::Gone("two"), Fact::Rule("Gradual", &[])]),
        ],
    )
}

fn protected() -> Group {
    group(
        "an orphan that is protected",
        [
            step("two segments", [users("vip-one", &["1"]), users("other", &["2"])]).creates(2),
            step("one goes, one is protected", [])
                .prune()
                .protect("vip-*")
                .deletes(1)
                .then([Fact::Orphans(&["vip-one"]), Fact::Gone("other")]),
            step("as long as that is said", []).prune().deletes(1),
        ],
    )
}

fn drifted() -> Group {
    group(
        "an orphan that a person edited",
        [
            step("a segment", [users("one", &["1"])]).creates(1),
            step("may be a person's by now, and stays", [])
                .after([Edit::Change("one", serde_json::json!({"project": "default"}))])
                .prune()
                .then([Fact::Orphans(&["one"])]),
        ],
    )
}
