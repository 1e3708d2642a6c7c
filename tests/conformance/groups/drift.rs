//! People change what is managed: who moved is known from the hash in the mark.

use crate::conformance::documents::{segment, users};
use crate::conformance::edits::Edit;
use crate::conformance::facts::Fact;
use crate::conformance::script::{Group, group, step};
use serde_json::{Value, json};

pub(in crate::conformance) fn groups() -> Vec<Group> {
    vec![edited(), both_moved(), deleted(), unmarked(), copied()]
}

/// A description as people leave it: their text above a mark that they did not touch.
fn described(text: &str, ids: &[&str]) -> [String; 1] {
    let ids = Value::from(ids);
    let constraint = format!("{{contextName: userId, operator: IN, values: {ids}}}");
    let text = Value::from(text);
    [segment("beta", &format!("description: {text}\nunleash: {{constraints: [{constraint}]}}"))]
}

fn values(values: &[&str]) -> Value {
    let constraint = json!({"contextName": "userId", "operator": "IN", "values": values});
    json!({"constraints": [constraint]})
}

fn edited() -> Group {
    let wanted = || described("About.", &["1"]);
    group(
        "a person edits",
        [
            step("a segment", wanted()).creates(1),
            step("its constraints", wanted())
                .after([Edit::Change("beta", values(&["9"]))])
                .updates(1)
                .then([Fact::Cause("live"), Fact::Renamed("beta", "beta")]),
            step("its scope", wanted())
                .after([Edit::Change("beta", json!({"project": "default"}))])
                .updates(1)
                .then([Fact::Cause("live"), Fact::Segment("beta", json!({"project": null}))]),
            step("the order and the repetition of its values, which is no edit", wanted())
                .after([Edit::Change("beta", values(&["1", "1"]))]),
        ],
    )
}

fn both_moved() -> Group {
    group(
        "a person and Git both edit",
        [
            step("a segment", [users("beta", &["1"])]).creates(1),
            step("different things", [users("beta", &["1", "2"])])
                .after([Edit::Change("beta", values(&["9"]))])
                .updates(1)
                .then([Fact::Cause("both")]),
            step("the same thing, which the mark does not tell of", [users("beta", &["3"])])
                .after([Edit::Change("beta", values(&["3"]))])
                .updates(1)
                .then([Fact::Cause("git"), Fact::Renamed("beta", "beta")]),
            step("and by now it does", []).prune().deletes(1),
            step("another one", [users("gamma", &["1"])]).creates(1),
            step("which a person edits, so it stays", [])
                .after([Edit::Change("gamma", values(&["3"]))])
                .prune()
                .then([Fact::Orphans(&["gamma"])]),
        ],
    )
}

fn deleted() -> Group {
    group(
        "a person deletes",
        [
            step("a segment", [users("beta", &["1"])]).creates(1),
            step("which comes back", [users("beta", &["1"])])
                .after([Edit::Delete("beta")])
                .creates(1),
        ],
    )
}

fn unmarked() -> Group {
    let wanted = |id: &'static str| described("About.", &[id]);
    group(
        "a person removes the mark",
        [
            step("a segment", wanted("1")).creates(1),
            step("is foreign then, and equal", wanted("1"))
                .after([Edit::Unmark("beta")])
                .then([Fact::Foreign(1)]),
            step("is not deleted", []).prune(),
            step("is not overwritten", wanted("2")).refused(&["would-overwrite"]),
            step("but may be adopted", wanted("2")).adopt("beta").adopts(1).then([
                Fact::Renamed("beta", "beta"),
                Fact::Segment("beta", json!({"description": "About."})),
            ]),
            step("and is ours again", wanted("3")).updates(1),
        ],
    )
}

/// A copy carries the mark of its original, which does not fit it.
fn copied() -> Group {
    let wanted = |id: &'static str| [users("beta", &[id])];
    group(
        "a person copies",
        [
            step("a segment", wanted("1")).creates(1),
            step("the copy is foreign", wanted("1"))
                .after([Edit::Copy("beta", "a copy")])
                .then([Fact::Segment("a copy", values_as_stored(&["1"]))]),
            step("the copy does not follow", wanted("2"))
                .updates(1)
                .then([Fact::Segment("a copy", values_as_stored(&["1"]))]),
            step("the original is edited too", wanted("2"))
                .after([Edit::Change("beta", values(&["9"]))])
                .updates(1)
                .then([Fact::Segment("a copy", values_as_stored(&["1"]))]),
            step("the copy is not pruned", wanted("2"))
                .prune()
                .then([Fact::Segment("a copy", values_as_stored(&["1"]))]),
        ],
    )
}

fn values_as_stored(values: &[&str]) -> Value {
    json!({"constraints": [{
        "contextName": "userId", "operator": "IN", "values": values,
        "inverted": false, "caseInsensitive": false,
    }]})
}
