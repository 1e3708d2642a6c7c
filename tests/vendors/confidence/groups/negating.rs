//! A `not` of a segment that nobody is in lets everyone in.

use super::{STAGE, all_but, block, country, exclusive, exclusive_block};
use crate::vendors::story::{Group, group, step};
use reqwest::Method;
use serde_json::{Value, json};

pub(super) fn groups() -> Vec<Group> {
    vec![never_allocated(), of_a_draft(), archived(), archived_of_ours()]
}

fn never_allocated() -> Group {
    let theirs = json!({"allocation": {"proportion": {"value": "0.5"},
        "exclusivityTags": ["home"], "exclusiveTo": ["home"]}});
    let meant = || all_but("all-but", "theirs", &["negates-nothing"]);
    group(
        "a `not` of what was never allocated",
        STAGE,
        [
            step("it is refused", [all_but("all-but", "theirs", &[])])
                .after(Method::POST, "/v1/segments?segmentId=theirs", theirs, 200)
                .refused(["negates-nothing"]),
            step("it is meant", [meant()]).creates(1),
            step("again", [meant()]),
            step("it is not meant any more", [all_but("all-but", "theirs", &[])])
                .refused(["negates-nothing"]),
            step("it is allocated", [all_but("all-but", "theirs", &[])]).after(
                Method::POST,
                "/v1/segments/theirs:allocate",
                json!({}),
                200,
            ),
        ],
    )
}

fn of_a_draft() -> Group {
    let draft = || {
        let mut content = exclusive_block("0.5");
        content["allocated"] = Value::Bool(false);
        block("draft-one", &content)
    };
    let all_but = || all_but("all-but", "draft-one", &[]);
    let in_service = || country("draft-one", "SE");
    group(
        "a `not` of what waits for its allocation",
        STAGE,
        [
            step("it is refused", [draft(), all_but()]).refused(["negates-nothing"]),
            step("it is in service", [in_service(), all_but()]).creates(2),
            step("it would not be any more", [draft(), all_but()]).refused(["negates-nothing"]),
            step("it is allocated", [exclusive("draft-one", "0.5"), all_but()])
                .updates(1)
                .allocates(1),
        ],
    )
}

fn archived() -> Group {
    let theirs = json!({"allocation": {"proportion": {"value": "1"}}});
    group(
        "a `not` of what somebody archives",
        STAGE,
        [
            step("it is made", [all_but("all-but", "theirs", &[])])
                .after(Method::POST, "/v1/segments?segmentId=theirs", theirs, 200)
                .creates(1),
            step("it is archived", [all_but("all-but", "theirs", &[])])
                .after(Method::POST, "/v1/segments/theirs:archive", json!({}), 200)
                .refused(["negates-nothing"]),
        ],
    )
}

fn archived_of_ours() -> Group {
    let documents = || [all_but("all-but", "blocked", &[]), country("blocked", "SE")];
    group(
        "a `not` of our own that somebody archives",
        STAGE,
        [
            step("they are made", documents()).creates(2),
            step("it is archived", documents())
                .after(Method::POST, "/v1/segments/blocked:archive", json!({}), 200)
                .refused(["key-burnt", "negates-nothing"]),
        ],
    )
}
