//! What `ConfigCat` would refuse, told before anything is sent.

use super::client::Identity;
use crate::desired::{Canonical, Desired};
use crate::diagnostic::Code;
use crate::live::{Live, LiveRule, Questions};
use crate::plan::{Refusal, SegmentRef, Step, Work};

/// Why `ConfigCat` would refuse `step`.
pub(crate) fn refuse(_: &Desired, live: &Live, step: &Step) -> Option<Refusal> {
    match &step.work {
        Work::Create { .. } => similar_name(step, None, live),
        Work::Replace { id, .. } => similar_name(step, Some(id), live),
        Work::Attach { rule, segments, not_in } => conditions(rule, segments, not_in, live),
        _ => None,
    }
}

/// Names are unique without regard to case; an equal one is looked after elsewhere.
fn similar_name(step: &Step, own: Option<&String>, live: &Live) -> Option<Refusal> {
    let name = step.key.to_lowercase();
    let others = live.segments.iter().filter(|it| Some(&it.id) != own && it.key != step.key);
    let taken = others.into_iter().find(|it| it.key.to_lowercase() == name)?;
    let message = format!("`{}` is one name with `{}`, which is there", step.key, taken.key);
    let refusal = Refusal::new(Code::NameTaken, message);
    Some(refusal.help("the system passes over case: rename or delete that one first"))
}

fn conditions(
    rule: &LiveRule,
    segments: &[SegmentRef],
    not_in: &[SegmentRef],
    live: &Live,
) -> Option<Refusal> {
    let of_segments = segments.len() + not_in.len();
    let all = of_segments + rule.conditions.len();
    if all == 0 {
        let message = "the rule would have no condition left, and ConfigCat has no such rule";
        let refusal = Refusal::new(Code::RuleNeedsCondition, message);
        return Some(refusal.help("remove the rule in the dashboard, and then this document"));
    }
    let is_old = Identity::of(&rule.id).is_some_and(|it| it.version == "v1");
    if is_old && (of_segments != 1 || !rule.conditions.is_empty()) {
        let message = "a rule of a V1 config has one condition, which is one segment or none";
        let refusal = Refusal::new(Code::LimitReached, message);
        return Some(
            refusal.help("name one segment of a rule that has one, or migrate the config"),
        );
    }
    let limit = live.limits.rule_segments?;
    (!is_old && all > limit).then(|| {
        let message = format!("the rule would have {all} conditions, and the plan takes {limit}");
        Refusal::new(Code::LimitReached, message).help("join some of the segments")
    })
}

/// Nothing has to be asked for a single step.
pub(crate) fn questions(_: &Step, _: &Canonical, _: Option<&Canonical>) -> Questions {
    Questions::default()
}

/// What is to be known of `step` beside what it changes.
pub(crate) fn warnings(_: &Desired, _: &Live, step: &Step) -> Vec<String> {
    let Work::Attach { rule, segments, not_in } = &step.work else { return vec![] };
    let loses = segments.len() + not_in.len() < rule.segments.len() + rule.not_in.len();
    if !loses {
        return vec![];
    }
    vec![
        "all conditions of a rule hold at once, so with fewer of them it reaches more users".into(),
    ]
}
