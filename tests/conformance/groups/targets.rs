//! What a document says for one target only.

use crate::conformance::documents::{attachment, segment};
use crate::conformance::facts::Fact;
use crate::conformance::script::{Group, group, step};
use serde_json::json;

pub(in crate::conformance) fn groups() -> Vec<Group> {
    vec![per_target()]
}

fn with(patch: &str) -> [String; 1] {
    let constraint = "{contextName: userId, operator: IN, values: ['1']}";
    let spec = format!(
        "description: About.\nunleash: {{name: Beta, constraints: [{constraint}]}}\nperTarget: {patch}"
    );
    [segment("beta", &spec)]
}

fn per_target() -> Group {
    let changed = json!([{
        "contextName": "userId", "operator": "IN", "values": ["9"],
        "inverted": false, "caseInsensitive": false,
    }]);
    group(
        "per target",
        [
            step("nothing", with("{}")).creates(1),
            step("something for another target", with("{other: {description: Theirs.}}")),
            step("a description", with("{live: {description: Ours.}}"))
                .updates(1)
                .then([Fact::Segment("Beta", json!({"description": "Ours."}))]),
            step("no description", with("{live: {description: null}}"))
                .updates(1)
                .then([Fact::Segment("Beta", json!({"description": ""}))]),
            step("a name", with("{live: {unleash: {name: Alpha}}}"))
                .updates(1)
                .then([Fact::Renamed("Beta", "Alpha")]),
            step(
                "constraints, which are a list and replaced as a whole",
                with("{live: {unleash: {constraints: [{contextName: userId, operator: IN, values: ['9']}]}}}"),
            )
            .updates(1)
            .then([Fact::Segment("Beta", json!({ "constraints": changed }))]),
            step("a target that there is not", with("{nowhere: {description: No.}}"))
                .invalid(&["unknown-target"]),
            step("something wrong", with("{live: {unleash: {constraints: null}}}"))
                .invalid(&["matches-everyone"]),
            step(
                "also on a rule",
                [
                    with("{}").concat(),
                    attachment("Gradual", &[])
                        .replace("spec:\n", "spec:\n  perTarget: {live: {segments: [beta]}}\n"),
                ],
            )
            .updates(1)
            .attaches(1)
            .then([Fact::Rule("Gradual", &["Beta"])]),
        ],
    )
}
