//! Segments are made, changed and left alone.

use super::{STAGE, block, country, holds};
use crate::vendors::story::{Group, document, group, step};
use reqwest::Method;
use serde_json::json;

pub(super) fn groups() -> Vec<Group> {
    let mut groups = vec![
        group("nothing is wanted", STAGE, [step("no documents", [])]),
        group(
            "a segment comes and changes",
            STAGE,
            [
                step("it is made", [country("beta-users", "SE")]).creates(1),
                step("again", [country("beta-users", "SE")]),
                step("its rule changes", [country("beta-users", "NO")]).updates(1),
                step("and back", [country("beta-users", "SE")]).updates(1),
            ],
        ),
        group(
            "all fields of the vendor's page",
            STAGE,
            [step(
                "as the page has them",
                [block(
                    "page",
                    &json!({
                        "id": "from-the-page", "displayName": "A name", "description": "Words.",
                        "targeting": {
                            "criteria": {
                                "a": {"segment": {"segment": "segments/by-hand"}},
                                "b": {"materializedSegment":
                                    {"materializedSegment": "materializedSegments/vips"}},
                            },
                            "expression": {"and": {"operands": [
                                {"not": {"ref": "a"}}, {"or": {"operands": [{"ref": "b"}]}},
                            ]}},
                        },
                        "allocation": {"proportion": "0.10", "exclusivityTags": ["x"],
                            "exclusiveTo": ["y"]},
                        "labels": {"team": "growth"}, "owner": "identities/anna",
                        "flag": "flags/checkout",
                        "workflowInstance": "workflows/w/instances/1",
                    }),
                )],
            )
            .creates(1)
            .allocates(1)
            .then(|_, after| {
                let made = &after.segments["from-the-page"];
                let is_right = made["owner"] == "identities/anna"
                    && made["allocation"]["proportion"]["value"] == "0.1"
                    && made["state"] == "ALLOCATED";
                holds(is_right, made)
            })],
        ),
        group(
            "an owner that Git does not name stays",
            STAGE,
            [
                step("it is made", [country("beta-users", "SE")]).creates(1),
                step("somebody else owns it, and its rule changes", [country("beta-users", "NO")])
                    .after(
                        Method::PATCH,
                        "/v1/segments/beta-users?updateMask=owner",
                        json!({"owner": "identities/bert"}),
                        200,
                    )
                    .updates(1)
                    .then(|_, after| {
                        let segment = &after.segments["beta-users"];
                        holds(segment["owner"] == "identities/bert", segment)
                    }),
            ],
        ),
        group(
            "a description that the server drops",
            "options: {keepsDescriptions: false, requestsPerSecond: 1000000}",
            [
                step("it is made", [described("first-one", "a")]).creates(1),
                step("again", [described("first-one", "a")]),
                step("another word of it", [described("first-one", "b")]),
                step("a second one", [described("first-one", "b"), described("other-one", "a")])
                    .creates(1),
                step("and they go", []).prune().deletes(2),
            ],
        ),
    ];
    for length in [4, 63] {
        let name = "x".repeat(length);
        let made = step("it is made", [country(&name, "SE")]).creates(1);
        groups.push(group(format!("an id of {length} characters"), STAGE, [made]));
    }
    for count in [49, 50, 51, 99, 100, 101] {
        let documents: Vec<String> =
            (0..count).map(|at| country(&format!("segment-{at}"), "SE")).collect();
        let again = step("again", documents.clone());
        let steps = [step("they are made", documents).creates(count), again];
        groups.push(group(format!("{count} segments"), STAGE, steps));
    }
    for text in ["Ünïcode 🎉", "\"quotes\" and 'others'", "a, b,c", "back\\slash", " blanks "] {
        let labels = json!({"targeting": super::with_rule("eqRule",
            &json!({"value": {"stringValue": text}})), "labels": {"said": text},
            "displayName": text});
        let steps = [
            step("it is made", [block("texts", &labels)]).creates(1).then(move |_, after| {
                let made = &after.segments["texts"];
                holds(made["displayName"] == text && made["labels"]["said"] == text, made)
            }),
            step("again", [block("texts", &labels)]),
        ];
        groups.push(group(format!("the text {text:?}"), STAGE, steps));
    }
    groups
}

fn described(name: &str, words: &str) -> String {
    let value = json!({"value": {"stringValue": "SE"}});
    let block = json!({"targeting": super::with_rule("eqRule", &value)});
    document("Segment", name, &json!({"description": words, "confidence": block}))
}
