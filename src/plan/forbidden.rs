//! Policies about steps: a step that does what one forbids is refused, or warned of.

use std::collections::{BTreeMap, BTreeSet};

use super::matching::Matching;
use super::{Action, Effect, ObjectKind, Refusal, SegmentRef, Step, Work};
use crate::desired::Desired;
use crate::diagnostic::{Code, Severity};
use crate::live::Live;
use crate::policy::{Forbids, Policies, Policy, Suppressed};
use crate::provider::{self, Combine, Field, Shape};

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
) -> Vec<Suppressed> {
    let look = Look { desired, live, matching, fields: provider::segment_fields(desired.provider) };
    let mut suppressed = vec![];
    for step in steps.iter_mut().filter(|step| step.refusal.is_none()) {
        for policy in forbidden.policies.iter() {
            let Some(finding) = look.offends(step, policy) else { continue };
            if look.labels(step).is_some_and(|labels| policy.passes(labels)) {
                continue;
            }
            let code = policy.forbids.code();
            let ignored = forbidden.ignored.get(&(step.kind, step.name.clone(), code));
            if let (Some(reason), Some(origin)) = (ignored, &step.origin) {
                suppressed.push(Suppressed {
                    code,
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
                    step.refusal.get_or_insert(refusal);
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
struct Look<'a> {
    desired: &'a Desired,
    live: &'a Live,
    matching: &'a Matching,
    fields: &'static [Field],
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

    fn widens(&self, step: &Step) -> Option<String> {
        let everyone = match &step.work {
            Work::Replace { id, document, .. } => {
                let is = |it| provider::matches_everyone(self.desired.provider, it);
                is(document) && !self.live.segment(id).is_some_and(|it| is(&it.document))
            }
            Work::Attach { rule, segments, not_in } => {
                let now = rule.segments.iter().map(|id| self.is_everyone_now(id));
                rule.conditions.is_empty()
                    && not_in.is_empty()
                    && self.lets_all_in(segments.iter().map(|it| self.will_be_everyone(it)))
                    && !(rule.not_in.is_empty() && self.lets_all_in(now))
            }
            _ => false,
        };
        if everyone {
            let what = if step.kind == ObjectKind::Segment { "segment" } else { "rule" };
            return Some(format!("a policy forbids that a {what} comes to match everyone"));
        }
        let widens = step.effect == Some(Effect::Widens);
        widens.then(|| "a policy forbids steps that widen an audience".to_owned())
    }

    /// Whether a rule without a condition of its own matches everyone, by whether each of its
    /// segments does.
    fn lets_all_in(&self, mut segments: impl ExactSizeIterator<Item = bool>) -> bool {
        match provider::capabilities(self.desired.provider).combine {
            Combine::Any => segments.len() == 0 || segments.any(|it| it),
            Combine::All | Combine::One => segments.all(|it| it),
        }
    }

    fn is_everyone_now(&self, id: &str) -> bool {
        let segment = self.live.segment(id);
        segment.is_some_and(|it| provider::matches_everyone(self.desired.provider, &it.document))
    }

    /// Whether a segment matches everyone: as Git says it or, where Git does not, as it is.
    fn will_be_everyone(&self, segment: &SegmentRef) -> bool {
        let of_git = self.desired.segments.iter().find(|(name, it)| match segment {
            SegmentRef::Made(made) => *name == made,
            SegmentRef::Live(id) => {
                let at = self.matching.live_of(name);
                !it.external && at.is_some_and(|at| self.live.segments[at].id == *id)
            }
        });
        match (of_git, segment) {
            (Some((_, it)), _) => {
                provider::matches_everyone(self.desired.provider, &it.document)
            }
            (None, SegmentRef::Live(id)) => self.is_everyone_now(id),
            (None, SegmentRef::Made(_)) => false,
        }
    }

    /// The flags that use the segment now, and those whose rules have it by the documents.
    fn reaches(&self, step: &Step, most: usize) -> Option<String> {
        let changes_who = match &step.work {
            Work::Create { .. } => true,
            Work::Replace { .. } => step.changes.iter().any(|it| self.says_who(&it.path)),
            _ => false,
        };
        if !changes_who {
            return None;
        }
        let used = step.used_by.iter().map(|it| (&it.place.project, &it.place.flag));
        let by_documents = self.desired.attachments.iter().filter(|(_, it)| {
            it.segments.contains(&step.name) || it.not_in.contains(&step.name)
        });
        let rules = by_documents.filter_map(|(name, _)| self.live.rules.get(name)?.as_ref().ok());
        let flags: BTreeSet<_> =
            used.chain(rules.map(|it| (&it.place.project, &it.place.flag))).collect();
        let count = flags.len();
        let message = || format!("the segment reaches {count} flags, and a policy allows {most}");
        (count > most).then(message)
    }

    /// Whether a field says who is meant, and not only what people read.
    fn says_who(&self, path: &str) -> bool {
        let name = path.split('/').nth(1).unwrap_or_default();
        let field = self.fields.iter().find(|field| field.name == name);
        field.is_some_and(|field| !matches!(field.shape, Shape::Prose))
    }
}
