//! What others made is theirs until it is adopted by name.

use crate::conformance::documents::{attachment, named, segment};
use crate::conformance::edits::Edit;
use crate::conformance::facts::Fact;
use crate::conformance::script::{Group, group, step};
use serde_json::{Value, json};

pub(in crate::conformance) fn groups() -> Vec<Group> {
    vec![equal(), different(), another_workspace(), external(), mark()]
}

const NEIGHBOUR: &str = "Neighbour";

/// The document that equals the neighbour of the stage.
fn neighbour() -> [String; 1] {
    let spec = "description: |\n  Made by hand.\n\n  Not yours.\n\
        unleash: {name: Neighbour, constraints: [{contextName: userId, operator: IN, values: [neighbour]}]}";
    [segment("mine", spec)]
}

fn equal() -> Group {
    group(
        "a foreign segment that is equal",
        [
            step("is left as it is", neighbour()).then([Fact::Foreign(1)]),
            step("also by a prune", neighbour()).prune().then([Fact::Foreign(1)]),
            step("and does not become an orphan", []).prune().then([Fact::Orphans(&[])]),
            step("it may be adopted", neighbour())
                .adopt("mine")
                .adopts(1)
                .then([Fact::Renamed(NEIGHBOUR, NEIGHBOUR), Fact::Foreign(0)]),
            step("once", neighbour()).adopt("mine"),
        ],
    )
}

fn different() -> Group {
    let wanted = |id: &'static str| [named("mine", NEIGHBOUR, &[id])];
    group(
        "a foreign segment that differs",
        [
            step("is refused", wanted("1")).refused(&["would-overwrite"]),
            step("another name does not adopt it", wanted("1"))
                .adopt("yours")
                .refused(&["would-overwrite"]),
            step("another workspace does not either", wanted("1"))
                .adopt_from("acme-ops")
                .refused(&["would-overwrite"]),
            step("all of them do", wanted("1"))
                .adopt_all()
                .adopts(1)
                .then([Fact::Renamed(NEIGHBOUR, NEIGHBOUR)]),
            step("then it is ours", wanted("2")).updates(1),
            step("for better or worse", [])
                .after([Edit::Attach("Foreign", &[])])
                .prune()
                .deletes(1),
        ],
    )
}

fn another_workspace() -> Group {
    let wanted = || [named("beta", "Beta", &["1"])];
    let theirs: Value = json!({
        "name": "Beta", "description": "Theirs.\n\nManaged by segctl: acme-ops/beta 01234567",
        "constraints": [{"contextName": "userId", "operator": "IN", "values": ["2"]}],
    });
    group(
        "a segment of another workspace",
        [
            step("is not an orphan of ours", [])
                .after([Edit::Create(theirs)])
                .prune()
                .then([Fact::Orphans(&[])]),
            step("is not overwritten", wanted()).refused(&["would-overwrite"]),
            step("also when everything unmanaged is adopted", wanted())
                .adopt_all()
                .refused(&["would-overwrite"]),
            step("is adopted from that workspace", wanted())
                .adopt_from("acme-ops")
                .adopts(1)
                .then([Fact::Renamed("Beta", "Beta")]),
            step("and is an orphan of ours without a document", [])
                .then([Fact::Orphans(&["beta"])]),
        ],
    )
}

fn external() -> Group {
    let theirs = |key: &str| {
        let spec = format!("external: true\nunleash: {{name: {key}}}");
        segment("theirs", &spec)
    };
    group(
        "a segment that is owned elsewhere",
        [
            step("is never written", [theirs(NEIGHBOUR)]),
            step("but can be put on a rule", [theirs(NEIGHBOUR), attachment("Open", &["theirs"])])
                .attaches(1)
                .then([Fact::Rule("Open", &[NEIGHBOUR])]),
            step("and may be missing while nobody needs it", [theirs("Nowhere")]),
            step("only then", [theirs("Nowhere"), attachment("Open", &["theirs"])])
                .refused(&["external-not-found"]),
        ],
    )
}

/// What editors and people do to the last line of a description.
fn mark() -> Group {
    let wanted = |id: &'static str| {
        let constraint = format!("{{contextName: userId, operator: IN, values: [\"{id}\"]}}");
        let spec = format!("description: About.\nunleash: {{constraints: [{constraint}]}}");
        [segment("beta", &spec)]
    };
    let hashless = |text: &str| text.rsplit_once(' ').map_or("", |(mark, _)| mark).to_owned();
    group(
        "a mark that was touched",
        [
            step("a segment", wanted("1")).creates(1),
            step("with blanks and lines behind it", wanted("1"))
                .after([Edit::Rewrite("beta", |text| format!("{text}  \t\n\n "))]),
            step("with CRLF", wanted("1"))
                .after([Edit::Rewrite("beta", |text| text.replace('\n', "\r\n"))]),
            step("in capitals", wanted("1")).after([Edit::Rewrite("beta", |text| {
                text.replace("Managed by segctl", "MANAGED BY SEGCTL")
            })]),
            step("it is still ours", wanted("2")).updates(1).then([Fact::Cause("git")]),
            step("without its hash it is ours, and tells nothing", wanted("2"))
                .after([Edit::Rewrite("beta", hashless)]),
            step("so an orphan stays", [])
                .after([Edit::Rewrite("beta", str::to_owned)])
                .prune()
                .then([Fact::Orphans(&["beta"])]),
            step("until it is written again", wanted("3")).updates(1).then([
                Fact::Cause("none"),
                Fact::Segment("beta", json!({"description": "About."})),
            ]),
            step("with the name of a document that is gone", wanted("3"))
                .after([Edit::Rewrite("beta", |text| text.replace("acme/beta", "acme/gone"))])
                .updates(1),
            step("with a word too many it is a person's text", wanted("3"))
                .after([Edit::Rewrite("beta", |text| format!("{text} really"))])
                .refused(&["would-overwrite"]),
        ],
    )
}
