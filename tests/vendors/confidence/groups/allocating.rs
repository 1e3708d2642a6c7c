//! Segments that exclude each other.

use super::{STAGE, attach, block, exclusive, exclusive_block, holds};
use crate::vendors::story::{Group, group, step};
use reqwest::Method;
use serde_json::json;

pub(super) fn groups() -> Vec<Group> {
    let unallocated = |name: &str| {
        let mut content = exclusive_block("0.5");
        content["allocated"] = json!(false);
        block(name, &content)
    };
    vec![
        group(
            "an exclusive segment is made and allocated",
            STAGE,
            [
                step("it is made", [exclusive("home-one", "0.6")]).creates(1).allocates(1).then(
                    |_, after| {
                        let segment = &after.segments["home-one"];
                        holds(segment["state"] == "ALLOCATED", segment)
                    },
                ),
                step("again", [exclusive("home-one", "0.6")]),
                step("it cannot change", [exclusive("home-one", "0.5")])
                    .refused(["immutable-allocation"]),
                step(
                    "another one beside it",
                    [exclusive("home-one", "0.6"), exclusive("home-two", "0.4")],
                )
                .creates(1)
                .allocates(1),
                step(
                    "they would trade",
                    [exclusive("home-one", "0.4"), exclusive("home-two", "0.6")],
                )
                .refused(["exclusive-swap", "exclusive-swap"]),
            ],
        ),
        group(
            "a person makes a segment exclusive, and Git takes it over",
            STAGE,
            [
                step("it is for all", [block("home-one", &json!({"allocation": {"proportion": "0.5"}}))])
                    .creates(1),
                // Its mark tells of what was there, and can be written no more.
                step("both say the same", [exclusive("home-one", "0.5")])
                    .after(
                        Method::PATCH,
                        "/v1/segments/home-one?updateMask=allocation.exclusivityTags,allocation.exclusiveTo",
                        json!({"allocation": {"exclusivityTags": ["home"], "exclusiveTo": ["home"]}}),
                        200,
                    )
                    .after(Method::POST, "/v1/segments/home-one:allocate", json!({}), 200),
            ],
        ),
        group(
            "allocation may wait",
            STAGE,
            [
                step("it is made", [unallocated("home-one")]).creates(1),
                step("again", [unallocated("home-one")]),
                step("now", [exclusive("home-one", "0.5")]).allocates(1),
            ],
        ),
        group(
            "what was never allocated is not archived",
            STAGE,
            [
                step("it is made", [unallocated("home-one")]).creates(1),
                step("it stays", []).prune().refused(["not-allocated"]),
            ],
        ),
        group(
            "somebody else has the room",
            STAGE,
            [step("there is too little", [exclusive("home-one", "0.5")])
                .after(
                    Method::POST,
                    "/v1/segments?segmentId=theirs",
                    json!({"allocation": {"proportion": {"value": "0.6"},
                        "exclusivityTags": ["home"], "exclusiveTo": ["home"]}}),
                    200,
                )
                .after(Method::POST, "/v1/segments/theirs:allocate", json!({}), 200)
                .refused(["no-space"])],
        ),
        group(
            "a new segment would take the room of the one on the rule",
            STAGE,
            [
                step(
                    "one is on the rule",
                    [exclusive("home-one", "0.7"), attach("first", "home-one")],
                )
                .adopt("rule")
                .creates(1)
                .allocates(1)
                .attaches(1),
                step(
                    "another one in its place",
                    [exclusive("home-two", "0.7"), attach("first", "home-two")],
                )
                .refused(["exclusive-swap"]),
            ],
        ),
        group(
            "tags that come later",
            STAGE,
            [
                step(
                    "it is made",
                    [block("home-one", &json!({"allocation": {"proportion": "0.5"}}))],
                )
                .creates(1),
                step("it is coordinated", [exclusive("home-one", "0.5")]).updates(1).allocates(1),
            ],
        ),
    ]
}
