//! The name in Git and the name on the server change, and the segment stays the same one.

use crate::conformance::documents::{attachment, named};
use crate::conformance::edits::Edit;
use crate::conformance::facts::Fact;
use crate::conformance::script::{Group, group, step};
use serde_json::json;

pub(in crate::conformance) fn groups() -> Vec<Group> {
    vec![in_git(), on_the_server(), chain(), swap(), taken(), reused()]
}

fn in_git() -> Group {
    group(
        "a new name in Git",
        [
            step("a segment", [named("old", "Beta users", &["1"])]).creates(1),
            step("its document is renamed", [named("new", "Beta users", &["1"])])
                .prune()
                .updates(1)
                .then([Fact::Renamed("Beta users", "Beta users"), Fact::Cause("git")]),
            step("and changed at once", [named("newer", "Beta users", &["1", "2"])])
                .prune()
                .updates(1)
                .then([Fact::Renamed("Beta users", "Beta users")]),
        ],
    )
}

fn on_the_server() -> Group {
    let attached = || attachment("Gradual", &["beta"]);
    group(
        "a new name on the server",
        [
            step("a segment on a rule", [named("beta", "Before", &["1"]), attached()])
                .creates(1)
                .attaches(1),
            step("is renamed in Git", [named("beta", "After", &["1"]), attached()])
                .updates(1)
                .then([
                    Fact::Renamed("Before", "After"),
                    Fact::Gone("Before"),
                    Fact::Rule("Gradual", &["After"]),
                ]),
            step("is renamed by a person", [named("beta", "After", &["1"]), attached()])
                .after([Edit::Change("After", json!({"name": "By hand"}))])
                .updates(1)
                .then([Fact::Renamed("By hand", "After"), Fact::Cause("live")]),
        ],
    )
}

fn chain() -> Group {
    group(
        "a chain of names",
        [
            step("two segments", [named("one", "A", &["1"]), named("two", "B", &["2"])]).creates(2),
            step(
                "the first takes the name that the second gives up",
                [named("one", "B", &["1"]), named("two", "C", &["2"])],
            )
            .updates(2)
            .then([Fact::Renamed("A", "B"), Fact::Renamed("B", "C"), Fact::Gone("A")]),
            step(
                "a new one takes a name that is given up",
                [named("one", "D", &["1"]), named("two", "C", &["2"]), named("three", "B", &["3"])],
            )
            .creates(1)
            .updates(1)
            .then([Fact::Renamed("B", "D")]),
        ],
    )
}

fn swap() -> Group {
    let both = |one: &str, two: &str| [named("one", one, &["1"]), named("two", two, &["2"])];
    group(
        "two names that are swapped",
        [
            step("two segments", both("A", "B")).creates(2),
            step("cannot swap names in one step", both("B", "A")).refused(&["name-taken"]),
            step("but by way of a third name", both("C", "A")).updates(2),
            step("they can", both("B", "A")).updates(1),
        ],
    )
}

fn taken() -> Group {
    group(
        "a name that is taken",
        [
            step("a segment", [named("beta", "Beta", &["1"])]).creates(1),
            step("cannot take a foreign one's name", [named("beta", "Neighbour", &["1"])])
                .refused(&["name-taken"]),
            step("and may not be foreign itself", [named("beta", "Beta", &["1"])]),
        ],
    )
}

fn reused() -> Group {
    group(
        "a name that is freed by a deletion",
        [
            step("two segments", [named("one", "A", &["1"]), named("two", "B", &["2"])]).creates(2),
            step("one goes, the other takes its name", [named("two", "A", &["2"])])
                .prune()
                .updates(1)
                .deletes(1)
                .then([Fact::Renamed("B", "A"), Fact::Gone("B")]),
            step("one goes and a new one comes under its name", [named("three", "A", &["3"])])
                .prune()
                .updates(1)
                .then([Fact::Renamed("A", "A")]),
        ],
    )
}
