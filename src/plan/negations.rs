//! References to segments that nobody is in: those match nobody, and a `not` of one lets everyone in.

use std::collections::{BTreeMap, BTreeSet};

use super::matching::{Match, Matching};
use super::{Action, Cause, ObjectKind, Refusal, Step, StepId, Work};
use crate::desired::{Desired, DesiredSegment};
use crate::diagnostic::Code;
use crate::live::{Live, Ready};
use crate::provider;

/// What steps are planned from.
pub(super) struct Around<'a> {
    pub(super) desired: &'a Desired,
    pub(super) live: &'a Live,
    pub(super) matching: &'a Matching,
    pub(super) target: &'a str,
}

/// Refuses the segments that say `not` of one that nobody is in, those too that would not change:
/// somebody may have archived what they refer to. Other such references are said, those of segments
/// without a step in what this gives.
pub(super) fn refuse_negations(
    steps: &mut Vec<Step>,
    unchanged: &mut Vec<(ObjectKind, String)>,
    around: &Around<'_>,
) -> Vec<String> {
    let Around { desired, live, matching, .. } = around;
    let managed = desired.segments.iter().filter(|(_, segment)| !segment.external);
    let referring: Vec<(&String, &DesiredSegment, BTreeSet<String>)> = managed
        .map(|(name, it)| (name, it, provider::references(desired.provider, &it.document)))
        .filter(|(.., keys)| !keys.is_empty())
        .collect();
    let mut notes = vec![];
    if referring.is_empty() {
        return notes;
    }
    let empty = Empty::of(steps, desired, live);
    let found = referring.into_iter().map(|(name, segment, keys)| {
        let (refusal, warnings) = empty.found(desired, segment, &keys);
        (name, segment, refusal, warnings)
    });
    let found: Vec<_> = found.collect();
    let contents: BTreeMap<String, usize> =
        steps.iter().enumerate().filter(|(_, it)| is_content(it)).map(place_of).collect();
    for (name, segment, refusal, warnings) in found {
        if let Some(at) = contents.get(name) {
            let step = &mut steps[*at];
            if step.refusal.is_none() {
                step.refusal = refusal;
                step.warnings.extend(warnings);
            }
        } else if let Match::Managed(at) = matching.of[name] {
            notes.extend(warnings.iter().map(|it| format!("Segment {name}: {it}.")));
            if let Some(refusal) = refusal {
                unchanged.retain(|it| *it != (ObjectKind::Segment, name.clone()));
                let used_by = live.answers.uses.get(&live.segments[at].id).cloned();
                let used_by = used_by.unwrap_or_default();
                steps.push(Step { used_by, ..opened(name, segment, refusal, around.target) });
            }
        }
    }
    notes
}

fn place_of((at, step): (usize, &Step)) -> (String, usize) {
    (step.name.clone(), at)
}

/// Whether a step gives a segment its content.
fn is_content(step: &Step) -> bool {
    step.kind == ObjectKind::Segment
        && matches!(step.action, Action::Create | Action::Update | Action::Adopt)
}

/// The step of a segment that is what Git says, and came to let everyone in all the same.
fn opened(name: &str, segment: &DesiredSegment, refusal: Refusal, target: &str) -> Step {
    let (kind, action) = (ObjectKind::Segment, Action::Update);
    let id = StepId(format!("{target}/{}/{name}/{}", kind.name(), action.name()));
    let mut step = Step::new(id, kind, name, action, &segment.key);
    step.cause = Some(Cause::Live);
    step.origin = Some(segment.origin.clone());
    step.refusal = Some(refusal);
    step
}

/// Which segments nobody is in once the steps are done.
struct Empty<'a> {
    /// By key; why nobody is in it, for those that somebody could be in otherwise.
    known: BTreeMap<&'a str, Option<&'static str>>,
    burnt: &'a BTreeSet<String>,
}

impl<'a> Empty<'a> {
    fn of(steps: &'a [Step], desired: &Desired, live: &'a Live) -> Self {
        const WAITS: &str = "is not allocated";
        let mut known: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for segment in &live.segments {
            let waits = segment.ready == Ready::Unallocated;
            known.insert(&segment.key, waits.then_some(WAITS));
        }
        let done = || steps.iter().filter(|step| step.refusal.is_none());
        for step in done() {
            if let Work::Create { document, .. } | Work::Replace { document, .. } = &step.work {
                let waits = provider::begins_unallocated(desired.provider, document);
                known.insert(&step.key, waits.then_some(WAITS));
            }
        }
        let allocated = done().filter(|step| step.action == Action::Allocate);
        known.extend(allocated.map(|step| (step.key.as_str(), None)));
        Self { known, burnt: &live.burnt }
    }

    /// Why nobody is in the segment of that key.
    fn why(&self, key: &str) -> Option<&'static str> {
        match self.known.get(key) {
            Some(why) => *why,
            None if self.burnt.contains(key) => Some("is archived"),
            None => Some("is not there"),
        }
    }

    /// What is to be said of a segment that refers to `keys`.
    fn found(
        &self,
        desired: &Desired,
        segment: &DesiredSegment,
        keys: &BTreeSet<String>,
    ) -> (Option<Refusal>, Vec<String>) {
        let code = Code::NegatesNothing;
        let negated = provider::negated(desired.provider, &segment.document);
        let (mut refusal, mut warnings) = (None, vec![]);
        for key in keys {
            let Some(why) = self.why(key) else { continue };
            if !negated.contains(key) {
                warnings.push(format!("it refers to `{key}`, which {why}: nobody matches that"));
            } else if refusal.is_none() && !segment.allow.contains(code.name()) {
                let message =
                    format!("it says `not` of `{key}`, which {why}: everyone matches that");
                let help = format!("where it is meant, write `allow: [{}]` in spec", code.name());
                refusal = Some(Refusal::new(code, message).help(help));
            }
        }
        (refusal, warnings)
    }
}
