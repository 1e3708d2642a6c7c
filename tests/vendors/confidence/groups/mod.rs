//! The groups, in the order in which they ask for more.

mod allocating;
mod attaching;
mod basics;
mod lints;
mod negating;
mod ownership;
mod rules;

pub(super) use attaching::pair;

use crate::vendors::story::{Group, document};
use serde_json::{Value, json};

/// All of them.
pub(super) fn groups() -> Vec<Group> {
    let chapters = [
        basics::groups(),
        rules::groups(),
        lints::groups(),
        ownership::groups(),
        attaching::groups(),
        allocating::groups(),
        negating::groups(),
    ];
    chapters.into_iter().flatten().collect()
}

/// An account with a flag of two rules, an archived one, and segments of others.
pub(super) const STAGE: &str = "
options: {requestsPerSecond: 1000000}
segments:
  - {id: everyone, allocation: {proportion: {value: '1'}}}
  - {id: by-hand, labels: {uiCreated: 'true'}, targeting: {criteria: {it: {attribute: {attributeName: plan, eqRule: {value: {stringValue: pro}}}}}, expression: {ref: it}}, allocation: {proportion: {value: '1'}}}
  - {id: rollout, workflowInstance: workflows/rollout/instances/1, allocation: {proportion: {value: '0.5'}}}
  - {id: burnt, state: ARCHIVED}
flags:
  - id: checkout
    rules:
      - {id: first, segment: everyone, labels: {slot: first}}
      - {id: second, segment: by-hand, labels: {slot: second}, variant: 'off'}
      - {id: third, segment: rollout, labels: {slot: third, workflowInstance: workflows/rollout/instances/1}}
  - {id: retired, archived: true, rules: [{id: only, segment: by-hand, labels: {slot: only}}]}
materializedSegments: [vips]
";

/// A segment document with this block.
pub(super) fn block(name: &str, block: &Value) -> String {
    document("Segment", name, &json!({"confidence": block}))
}

/// A targeting of one criterion with this rule on `country`.
fn with_rule(rule: &str, body: &Value) -> Value {
    json!({
        "criteria": {"it": {"attribute": {"attributeName": "country", rule: body}}},
        "expression": {"ref": "it"},
    })
}

/// A segment of one country.
pub(super) fn country(name: &str, country: &str) -> String {
    let value = json!({"value": {"stringValue": country}});
    block(name, &json!({"targeting": with_rule("eqRule", &value)}))
}

/// A segment that excludes the others of the tag `home`.
pub(super) fn exclusive(name: &str, share: &str) -> String {
    block(name, &exclusive_block(share))
}

/// A segment that says `not` of another one.
pub(super) fn all_but(name: &str, other: &str, allow: &[&str]) -> String {
    let other = json!({"segment": {"segment": format!("segments/{other}")}});
    let targeting = json!({"criteria": {"it": other}, "expression": {"not": {"ref": "it"}}});
    document("Segment", name, &json!({"allow": allow, "confidence": {"targeting": targeting}}))
}

fn exclusive_block(share: &str) -> Value {
    json!({"allocation": {
        "proportion": share, "exclusivityTags": ["home"], "exclusiveTo": ["home"],
    }})
}

/// An attachment of the rule with that slot.
fn attach(slot: &str, segment: &str) -> String {
    attach_to(&json!({"flag": "checkout", "rule": {"labels": {"slot": slot}}}), &[segment])
}

fn attach_to(rule: &Value, segments: &[&str]) -> String {
    document("Attachment", "rule", &json!({"segments": segments, "confidence": rule}))
}

/// Something that must be true of the server afterwards.
fn holds(is_right: bool, what: &Value) -> Result<(), String> {
    if is_right { Ok(()) } else { Err(format!("it is {what}")) }
}
