//! Segments come onto rules and leave them.

use super::{STAGE, attach, attach_to, country, holds};
use crate::vendors::story::{Group, document, group, step};
use reqwest::Method;
use serde_json::json;

pub(super) fn groups() -> Vec<Group> {
    let rule = |name: &str| json!({"flag": "checkout", "rule": {"name": name}});
    vec![
        group(
            "a rule gets a segment",
            STAGE,
            [
                step(
                    "not without a word",
                    [country("beta-users", "SE"), attach("first", "beta-users")],
                )
                .refused(["would-detach-foreign"]),
                step("it is said", [country("beta-users", "SE"), attach("first", "beta-users")])
                    .adopt("rule")
                    .creates(1)
                    .attaches(1)
                    .then(|before, after| {
                        let name = "flags/checkout/rules/first";
                        holds(before.rules[name] == after.rules[name], &after.rules[name])
                    }),
                step("again", [country("beta-users", "SE"), attach("first", "beta-users")]),
                step(
                    "another one of ours",
                    [
                        country("beta-users", "SE"),
                        country("other-users", "NO"),
                        attach("first", "other-users"),
                    ],
                )
                .creates(1)
                .attaches(1),
                step(
                    "somebody points it elsewhere",
                    [
                        country("beta-users", "SE"),
                        country("other-users", "NO"),
                        attach("first", "other-users"),
                    ],
                )
                .after(
                    Method::PATCH,
                    "/v1/flags/checkout/rules/first?updateMask=segment",
                    json!({"segment": "segments/beta-users"}),
                    200,
                )
                .attaches(1),
                step("in use, it stays", [country("beta-users", "SE")]).prune().refused(["in-use"]),
            ],
        ),
        group(
            "two rules of a flag trade their segments",
            STAGE,
            [
                step("they get them", pair("one-of-two", "two-of-two"))
                    .adopt("first-rule")
                    .adopt("second-rule")
                    .creates(2)
                    .attaches(2),
                step("they trade", pair("two-of-two", "one-of-two")).attaches(2).then(
                    |_, after| {
                        let on = &after.on["flags/checkout/rules/first"];
                        holds(on.contains("two-of-two"), &json!(on))
                    },
                ),
            ],
        ),
        group(
            "a rule by its name",
            STAGE,
            [step(
                "it is put there",
                [
                    country("beta-users", "SE"),
                    attach_to(&rule("flags/checkout/rules/second"), &["beta-users"]),
                ],
            )
            .adopt("rule")
            .creates(1)
            .attaches(1)],
        ),
        group(
            "a rule that is not there",
            STAGE,
            [step("it is refused", [country("beta-users", "SE"), attach("nowhere", "beta-users")])
                .refused(["rule-not-found"])],
        ),
        group(
            "a flag that is not there",
            STAGE,
            [step(
                "it is refused",
                [
                    country("beta-users", "SE"),
                    attach_to(
                        &json!({"flag": "nowhere", "rule": {"labels": {"slot": "first"}}}),
                        &["beta-users"],
                    ),
                ],
            )
            .refused(["flag-not-found"])],
        ),
        group(
            "a flag that is archived",
            STAGE,
            [step(
                "it is refused",
                [
                    country("beta-users", "SE"),
                    attach_to(
                        &json!({"flag": "retired", "rule": {"labels": {"slot": "only"}}}),
                        &["beta-users"],
                    ),
                ],
            )
            .refused(["flag-archived"])],
        ),
        group(
            "a rule of a rollout",
            STAGE,
            [step("it is refused", [country("beta-users", "SE"), attach("third", "beta-users")])
                .refused(["belongs-to-system"])],
        ),
    ]
}

/// Two segments, and the rules that have them.
pub(in crate::vendors::confidence) fn pair(first: &str, second: &str) -> [String; 4] {
    let on = |name: &str, slot: &str, segment: &str| {
        let rule = json!({"flag": "checkout", "rule": {"labels": {"slot": slot}}});
        document("Attachment", name, &json!({"segments": [segment], "confidence": rule}))
    };
    [
        country("one-of-two", "SE"),
        country("two-of-two", "NO"),
        on("first-rule", "first", first),
        on("second-rule", "second", second),
    ]
}
