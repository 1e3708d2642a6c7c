//! Why a segment that would be deleted has to stay: who uses it, and what frees it.

use std::collections::BTreeSet;

use super::{Refusal, Step, Work};
use crate::desired::Desired;
use crate::diagnostic::Code;
use crate::live::{Live, Use};
use crate::provider;

/// Why the deletion `step` is refused; `uses` are those that the plan does not end.
pub(super) fn refuse(
    desired: &Desired,
    live: &Live,
    step: &Step,
    uses: &[&Use],
) -> Option<Refusal> {
    let Work::Delete { id } = &step.work else { return None };
    let mut places = BTreeSet::new();
    let mut helps = vec![];
    for used in uses {
        let place = format!("{} in {}", used.place.flag, used.place.environment);
        places.insert(if used.pending {
            format!("{place}, by a pending change request")
        } else {
            place
        });
    }
    if let Some(used) = uses.iter().find(|used| !used.pending) {
        helps.push(freed_by(desired, live, used));
    }
    if uses.iter().any(|used| used.pending) {
        helps.push("close the change request".to_owned());
    }
    let archived: Vec<&String> =
        live.answers.archived.get(&step.key).into_iter().flatten().collect();
    places.extend(archived.iter().map(|flag| format!("{flag}, which is archived")));
    if !archived.is_empty() {
        helps.push("revive an archived flag and take it off there, or delete the flag".to_owned());
    }
    let defaults: Vec<_> = live.answers.defaults.get(id).into_iter().flatten().collect();
    places.extend(
        defaults.iter().map(|it| {
            format!("the default strategy of {} in project {}", it.environment, it.project)
        }),
    );
    if !defaults.is_empty() {
        helps.push("take it off a default strategy in the settings of the project".to_owned());
    }
    if !places.is_empty() {
        let places: Vec<String> = places.into_iter().collect();
        let message = format!("it is used by {}", places.join("; "));
        return Some(Refusal::new(Code::InUse, message).help(helps.join("; ")));
    }
    if live.answers.unread.is_empty() {
        return None;
    }
    let message = format!("whether it is used cannot be read: {}", live.answers.unread.join("; "));
    Some(Refusal::new(Code::UseUnknown, message))
}

/// The YAML that takes the segment off a rule.
fn freed_by(desired: &Desired, live: &Live, used: &Use) -> String {
    let rule = used.rule.as_deref().unwrap_or_default();
    let known = desired.attachments.iter().find(|(name, _)| {
        let here = live.rules.get(*name).and_then(|it| it.as_ref().ok());
        here.is_some_and(|it| it.id == rule)
    });
    if let Some((name, _)) = known {
        return format!(
            "the attachment `{name}` takes it off, once it is no longer refused itself"
        );
    }
    let yaml = provider::rule_yaml(desired.provider, &used.place, rule);
    format!("an attachment takes it off: spec: {{segments: [those that stay], {yaml}}}")
}
