//! Policies about steps: a step that does what one forbids is refused, or warned of.

use std::collections::{BTreeMap, BTreeSet};

use super::matching::Matching;
use super::referrers::Referrers;
use super::{Action, ObjectKind, Refusal, SegmentRef, Step, Work};
use crate::desired::Desired;
use crate::diagnostic::{Code, Severity};
use crate::live::Live;
use crate::policy::{Forbids, Policies, Policy, Suppressed};

/// What policies forbid to the steps of one target.
#[derive(Clone, Debug, Default)]
pub struct Forbidden {
    /// The policies that hold for the target.
    pub policies: Policies,
    /// Findings that documents ignore by a comment, with the reason.
    pub ignored: BTreeMap<(ObjectKind, String, Code), String>,
}

/// Refuses what `forbidden` says, or warns of it; gives what comments ignore.
pub(super) fn forbid(
    steps: &mut [Step],
    forbidden: &Forbidden,
    desired: &Desired,
    live: &Live,
    matching: &Matching,
    referrers: &Referrers,
) -> Vec<Suppressed> {
    let look = Look { desired, live, matching, referrers };
    let mut suppressed = vec![];
    for step in steps.iter_mut().filter(|step| step.refusal.is_none()) {
        for policy in forbidden.policies.all() {
            let Some(finding) = look.offends(step, policy) else { continue };
            if look.labels(step).is_some_and(|labels| policy.passes(labels)) {
                continue;
            }
            let code = policy.forbids.code();
            let ignored = forbidden.ignored.get(&(step.kind, step.name.clone(), code));
            if let (Some(reason), Some(origin)) = (ignored, &step.origin) {
                suppressed.push(Suppressed {
                    code,
                    found: format!("{} `{}`: {finding}", step.action.name(), step.name),
                    reason: reason.clone(),
                    file: origin.file.clone(),
                    line: origin.line,
                });
                continue;
            }
            let message = policy.with_reason(finding);
            match policy.severity {
                Severity::Error => {
                    let refusal = Refusal::new(code, message).help(help(policy));
                    match step.refusal {
                        Some(_) => step.refused_too.push(refusal),
                        None => step.refusal = Some(refusal),
                    }
                }
                Severity::Warning => step.warnings.push(message),
            }
        }
    }
    suppressed
}

/// Which policy, and what lets the step pass.
fn help(policy: &Policy) -> String {
    let stands = format!("the policy stands at {}", policy.written);
    let code = policy.forbids.code();
    if code == Code::PolicyDeletion {
        return format!("{stands}; plan without --prune, or restore the document");
    }
    let comment = format!("`# segctl: ignore[{}] reason` at its name", code.name());
    match policy.unless() {
        Some(labels) => {
            format!("{stands}; the label `{labels}` on the document lets it pass, or {comment}")
        }
        None => format!("{stands}; where it is meant, write {comment}"),
    }
}

/// What a plan was made from.
pub(super) struct Look<'a> {
    pub(super) desired: &'a Desired,
    pub(super) live: &'a Live,
    pub(super) matching: &'a Matching,
    pub(super) referrers: &'a Referrers,
}

impl<'a> Look<'a> {
    fn labels(&self, step: &Step) -> Option<&'a BTreeMap<String, String>> {
        match step.kind {
            _ if step.action == Action::Delete => None,
            ObjectKind::Segment => self.desired.segments.get(&step.name).map(|it| &it.labels),
            ObjectKind::Attachment => self.desired.attachments.get(&step.name).map(|it| &it.labels),
            ObjectKind::Environment => None,
        }
    }

    /// What `step` does although `policy` forbids it.
    fn offends(&self, step: &Step, policy: &Policy) -> Option<String> {
        match policy.forbids {
            // A twin of our own is no segment more or less.
            Forbids::Deletion if step.action == Action::Delete && !step.spare_twin => {
                Some("a policy forbids deletions".to_owned())
            }
            Forbids::Widening => self.widens(step),
            Forbids::Reach(most) => self.reaches(step, most),
            _ => None,
        }
    }

    /// The flags that use the segment now, and those whose rules have it by the documents.
    fn reaches(&self, step: &Step, most: usize) -> Option<String> {
        let uses = match &step.work {
            Work::Create { .. } => &[][..],
            Work::Replace { .. } if step.changes_who(self.desired.provider) => &step.used_by,
            Work::Allocate { segment: SegmentRef::Live(id) } => {
                self.live.answers.uses.get(id).map_or(&[][..], Vec::as_slice)
            }
            _ => return None,
        };
        let used = uses.iter().map(|it| (&it.place.project, &it.place.flag));
        let through = self.referrers.keys(&step.key);
        let leads = |name: &String| {
            *name == step.name
                || self.desired.segments.get(name).is_some_and(|it| through.contains(&*it.key))
        };
        let by_documents = self
            .desired
            .attachments
            .iter()
            .filter(|(_, it)| it.segments.iter().chain(&it.not_in).any(leads));
        let rules = by_documents.filter_map(|(name, _)| self.live.rules.get(name)?.as_ref().ok());
        let flags: BTreeSet<_> =
            used.chain(rules.map(|it| (&it.place.project, &it.place.flag))).collect();
        let count = flags.len();
        let flags = if count == 1 { "flag" } else { "flags" };
        let message = || format!("the segment reaches {count} {flags}, and a policy allows {most}");
        (count > most).then(message)
    }
}
