//! What is ours, what is somebody else's, and what is gone.

use super::{STAGE, attach, block, country, holds};
use crate::vendors::seen::Seen;
use crate::vendors::story::{Group, document, group, step};
use reqwest::Method;
use serde_json::json;

pub(super) fn groups() -> Vec<Group> {
    let archived = "/v1/segments/beta-users:archive";
    vec![
        group(
            "what a person made by hand is adopted only when that is said",
            STAGE,
            [
                step("it differs", [country("by-hand", "SE")]).refused(["would-overwrite"]),
                step("not with all others", [country("by-hand", "SE")])
                    .adopt_all()
                    .refused(["would-overwrite"]),
                step("it is taken over", [country("by-hand", "SE")])
                    .adopt("by-hand")
                    .adopts(1)
                    .then(is_of_the_ui),
                step("it is ours", [country("by-hand", "NO")]).updates(1).then(is_of_the_ui),
            ],
        ),
        group(
            "what is not known to be made by hand is adopted with all others",
            STAGE,
            [step("it is taken over", [country("everyone", "SE")]).adopt_all().adopts(1)],
        ),
        group(
            "what an experiment made is never adopted",
            STAGE,
            [step("it is refused", [country("rollout", "SE")])
                .adopt_all()
                .refused(["belongs-to-system"])],
        ),
        group(
            "what a rollout took over is left to it",
            STAGE,
            [
                step("it is made", [share("roll-out", "0.5")]).creates(1),
                step("it is the rollout's now", [share("roll-out", "0.5")])
                    .after(
                        Method::PATCH,
                        "/v1/segments/roll-out?updateMask=workflowInstance,allocation.proportion",
                        json!({"workflowInstance": "workflows/rollout/instances/2",
                            "allocation": {"proportion": {"value": "0.9"}}}),
                        200,
                    )
                    .refused(["belongs-to-system"]),
            ],
        ),
        group(
            "what a document gives to a flag is still ours",
            STAGE,
            [
                step("it is made", [of_flag("SE")]).creates(1),
                step("it changes", [of_flag("NO")]).updates(1),
                step("the flag has it no more", [country("of-a-flag", "NO")]).updates(1),
            ],
        ),
        group(
            "an id is burnt",
            STAGE,
            [step("it is refused", [country("burnt", "SE")]).refused(["key-burnt"])],
        ),
        group(
            "an orphan is archived, and its id is burnt",
            STAGE,
            [
                step("it is made", [country("beta-users", "SE")]).creates(1),
                step("without prune it stays", []),
                step("with prune it goes", []).prune().deletes(1).then(|_, after| {
                    holds(!after.segments.contains_key("beta-users"), &json!("there"))
                }),
                step("it does not come back", [country("beta-users", "SE")]).refused(["key-burnt"]),
            ],
        ),
        group(
            "a person archives what is ours",
            STAGE,
            [
                step("it is made", [country("beta-users", "SE")]).creates(1),
                step("its id is gone", [country("beta-users", "SE")])
                    .after(Method::POST, archived, json!({}), 200)
                    .refused(["key-burnt"]),
            ],
        ),
        group(
            "drift is taken back",
            STAGE,
            [
                step("it is made", [country("beta-users", "SE")]).creates(1),
                step("somebody opens it to everyone", [country("beta-users", "SE")])
                    .after(
                        Method::PATCH,
                        "/v1/segments/beta-users?updateMask=targeting",
                        json!({"targeting": {"country": "NO"}}),
                        200,
                    )
                    .updates(1),
            ],
        ),
        group(
            "a new id is a new segment",
            STAGE,
            [
                step("it is made", [country("beta-users", "SE")]).creates(1),
                step("another id", [named("beta-users", "beta-people")]).creates(1),
                step("the old one goes", [named("beta-users", "beta-people")]).prune().deletes(1),
            ],
        ),
        group(
            "a segment that is owned elsewhere can be referred to",
            STAGE,
            [step("it is put on a rule", [external("by-hand"), attach("first", "by-hand")])
                .adopt("rule")
                .attaches(1)],
        ),
        group(
            "what is referred to is made first, and archived last",
            STAGE,
            [
                step("both are made", [refers("a-first", "z-last"), country("z-last", "SE")])
                    .creates(2),
                step("both go", []).prune().deletes(2),
            ],
        ),
        group(
            "what others refer to stays",
            STAGE,
            [
                step("both are made", [refers("a-first", "z-last"), country("z-last", "SE")])
                    .creates(2),
                step("one goes alone", [external("z-last"), refers("a-first", "z-last")]),
            ],
        ),
        group(
            "a reference that leads nowhere",
            STAGE,
            [step("it is refused", [refers("a-first", "nowhere")]).refused(["missing-reference"])],
        ),
    ]
}

/// Whether the server still knows where the segment comes from.
fn is_of_the_ui(_: &Seen, after: &Seen) -> Result<(), String> {
    let labels = &after.segments["by-hand"]["labels"];
    holds(labels["uiCreated"] == "true" && labels["segctl-name"] == "by-hand", labels)
}

fn named(name: &str, id: &str) -> String {
    let rule = json!({"value": {"stringValue": "SE"}});
    block(name, &json!({"id": id, "targeting": super::with_rule("eqRule", &rule)}))
}

fn share(name: &str, share: &str) -> String {
    block(name, &json!({"allocation": {"proportion": share}}))
}

fn of_flag(country: &str) -> String {
    let rule = json!({"value": {"stringValue": country}});
    let targeting = super::with_rule("eqRule", &rule);
    block("of-a-flag", &json!({"flag": "flags/checkout", "targeting": targeting}))
}

fn external(name: &str) -> String {
    document("Segment", name, &json!({"external": true, "confidence": {}}))
}

fn refers(name: &str, other: &str) -> String {
    let other = json!({"segment": {"segment": format!("segments/{other}")}});
    let targeting = json!({"criteria": {"other": other}, "expression": {"ref": "other"}});
    block(name, &json!({"targeting": targeting}))
}
