//! Steps for segments: create, update, adopt; and deletions of orphans and spare twins.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::changes::changes;
use super::matching::Match;
use super::{
    Action, Cause, Change, ChangeKind, Draft, Effect, ObjectKind, Orphan, Refusal, Step, StepId,
    Work,
};
use crate::desired::{DesiredSegment, Mark};
use crate::diagnostic::Code;
use crate::live::{LiveSegment, Use};
use crate::provider;

impl Draft<'_> {
    /// Plans every segment.
    pub(super) fn segments(&mut self) {
        for (name, segment) in &self.desired.segments {
            if segment.external {
                continue;
            }
            let step = match &self.matching.of[name] {
                Match::Absent => Some(self.create(name, segment)),
                Match::Managed(at) => self.update(name, segment, *at),
                Match::Foreign(at) => {
                    let step = self.take_over(name, segment, *at);
                    if step.is_none() {
                        self.foreign.push(name.clone());
                    }
                    step
                }
                Match::Twins(places) => Some(self.refuse_twins(name, segment, places)),
            };
            match step {
                Some(step) => self.steps.push(step),
                None => self.unchanged.push((ObjectKind::Segment, name.clone())),
            }
        }
    }

    /// A step with nothing in it yet but its identity.
    pub(super) fn step(&self, kind: ObjectKind, name: &str, action: Action, key: &str) -> Step {
        let id = format!("{}/{}/{name}/{}", self.policy.target, kind.name(), action.name());
        Step::new(StepId(id), kind, name, action, key)
    }

    fn mark(&self, name: &str, segment: &DesiredSegment) -> Mark {
        Mark::new(&self.desired.workspace, name, &segment.document)
    }

    fn create(&self, name: &str, segment: &DesiredSegment) -> Step {
        let mut step = self.step(ObjectKind::Segment, name, Action::Create, &segment.key);
        step.cause = Some(Cause::Git);
        step.after = Some(segment.document.to_json());
        step.origin = Some(segment.origin.clone());
        step.work =
            Work::Create { document: segment.document.clone(), mark: self.mark(name, segment) };
        if self.live.burnt.contains(&segment.key) {
            let message = format!("`{}` belonged to a segment that was archived", segment.key);
            let refusal = Refusal::new(Code::KeyBurnt, message);
            step.refusal = Some(refusal.help("give the document another key in its block"));
        }
        step
    }

    /// The step for a managed segment; none when it is as it should be.
    fn update(&self, name: &str, segment: &DesiredSegment, at: usize) -> Option<Step> {
        let live = &self.live.segments[at];
        let marked = live.mark.as_ref();
        let renamed = marked.filter(|mark| mark.name != name).map(|mark| mark.name.clone());
        // What Git took over from a person would count as drift for ever.
        let outdated = marked.and_then(|mark| mark.hash.clone()).filter(|_| !live.fits_its_mark());
        let is_as_wanted = live.document == segment.document;
        if is_as_wanted && renamed.is_none() && outdated.is_none() {
            return None;
        }
        let mut step = self.replace(name, segment, live, Action::Update);
        step.cause = if is_as_wanted { Some(Cause::Git) } else { cause(live, segment) };
        // What was written by segctl is Git's own to take back, whom it belongs to included.
        if !live.fits_its_mark()
            && live.belongs_to != provider::belongs_to(self.desired.provider, &segment.document)
        {
            step.refusal = belongs_to_system(live);
        }
        let is_of_hash = is_as_wanted && renamed.is_none();
        let of_mark = match (renamed, outdated) {
            (Some(old), _) => Some((old, name.to_owned())),
            (None, Some(old)) if is_as_wanted => Some((old, segment.document.hash8().to_owned())),
            _ => None,
        };
        step.changes.extend(of_mark.map(|(from, to)| Change {
            path: "/mark".to_owned(),
            kind: ChangeKind::Value { from: from.into(), to: to.into() },
        }));
        // Where the system would refuse the write, its mark stays: nothing else is wrong.
        let is_refused =
            || step.refusal.is_some() || provider::refuse(self.desired, self.live, &step).is_some();
        if is_of_hash && is_refused() { None } else { Some(step) }
    }

    /// The step for a segment that this workspace does not manage; none when it is as it should be.
    fn take_over(&self, name: &str, segment: &DesiredSegment, at: usize) -> Option<Step> {
        let live = &self.live.segments[at];
        let owner = live.mark.as_ref().map(|mark| mark.workspace.as_str());
        let by_name = !live.by_hand || owner.is_some() || self.is_named(ObjectKind::Segment, name);
        let adopted = by_name && self.may_adopt(ObjectKind::Segment, name, owner);
        if live.document == segment.document && !adopted {
            return None;
        }
        let mut step = self.replace(name, segment, live, Action::Adopt);
        step.refusal = belongs_to_system(live);
        if step.refusal.is_none() && !adopted {
            let owner = match owner {
                Some(owner) => format!("is managed by the workspace `{owner}`"),
                None if live.by_hand => "was made by people in the UI".to_owned(),
                None => "is not managed by segctl".to_owned(),
            };
            let message = format!("the live segment `{}` {owner}, and differs", live.key);
            let refusal = Refusal::new(Code::WouldOverwrite, message);
            step.refusal = Some(refusal.help(format!(
                "take it over with `--adopt {name}`, or give the document another name in its block"
            )));
        }
        Some(step)
    }

    /// Whether the user said that the document may take over what `owner` manages, or nobody.
    pub(super) fn may_adopt(&self, kind: ObjectKind, name: &str, owner: Option<&str>) -> bool {
        let adopt = &self.policy.adopt;
        self.is_named(kind, name)
            || match owner {
                Some(owner) => adopt.workspaces.contains(owner),
                None => adopt.all,
            }
    }

    /// Whether the user named the document as one that may take over what is there.
    fn is_named(&self, kind: ObjectKind, name: &str) -> bool {
        let names = &self.policy.adopt.names;
        let qualified = format!("{}/{name}", kind.name().to_lowercase());
        names.contains(name) || names.contains(&qualified)
    }

    /// A step that gives a live segment the content of a document.
    fn replace(
        &self,
        name: &str,
        segment: &DesiredSegment,
        live: &LiveSegment,
        action: Action,
    ) -> Step {
        let provider = self.desired.provider;
        let mut step = self.step(ObjectKind::Segment, name, action, &segment.key);
        step.used_by = self.referrers.uses(self.live, live);
        let effect = provider::effect(provider, &live.document, &segment.document);
        step.effect = effect.filter(|it| {
            *it == Effect::Replaces || !self.may_be_negated(name, live, &step.used_by)
        });
        step.changes =
            changes(provider::segment_fields(provider), &live.document, &segment.document);
        step.before = Some(Json::Object(live.document.shown_beside(&segment.document)));
        step.after = Some(Json::Object(segment.document.shown_beside(&live.document)));
        step.origin = Some(segment.origin.clone());
        step.work = Work::Replace {
            id: live.id.clone(),
            document: segment.document.clone(),
            mark: self.mark(name, segment),
        };
        step
    }

    fn uses(&self, id: &str) -> Vec<Use> {
        self.live.answers.uses.get(id).cloned().unwrap_or_default()
    }

    /// Whether a rule or a segment may let in whom this segment does not.
    fn may_be_negated(&self, name: &str, live: &LiveSegment, uses: &[Use]) -> bool {
        let excludes = provider::audience(self.desired.provider).excludes;
        let mut attachments = self.desired.attachments.values();
        excludes && uses.iter().any(|it| !self.is_only_asked_for(it, &live.id))
            || attachments.any(|it| it.not_in.iter().any(|it| it == name))
            || self.referrers.negate(&live.key)
    }

    /// Whether the rule of a use was read, and a user must be in the segment there.
    fn is_only_asked_for(&self, used: &Use, id: &str) -> bool {
        let mut read = self.live.rules.values().filter_map(|rule| rule.as_ref().ok());
        let rule = read.find(|rule| used.rule.as_ref() == Some(&rule.id));
        rule.is_some_and(|rule| !used.pending && !rule.not_in.contains(id))
    }

    fn refuse_twins(&self, name: &str, segment: &DesiredSegment, places: &[usize]) -> Step {
        let mut step = self.create(name, segment);
        let ids: Vec<&str> = places.iter().map(|at| self.live.segments[*at].id.as_str()).collect();
        let message =
            format!("{} live segments are named `{}`: {}", ids.len(), segment.key, ids.join(", "));
        let refusal = Refusal::new(Code::Twins, message);
        step.refusal = Some(refusal.help("delete or rename the others, by these ids"));
        step.work = Work::Nothing;
        step
    }

    /// Plans deletions: spare twins always, orphans with `--prune`. The others stay orphans.
    pub(super) fn deletions(&mut self) {
        for (at, kept) in &self.matching.spare {
            let live = &self.live.segments[*at];
            let name = live.mark.as_ref().map_or(live.key.as_str(), |mark| mark.name.as_str());
            let mut step = self.step(ObjectKind::Segment, name, Action::Delete, &live.key);
            step.id = StepId(format!("{}/{}", step.id, live.id));
            step.spare_twin = true;
            step.warnings.push(format!(
                "made twice by two runs at once: {} stays, {} goes",
                self.live.segments[*kept].id, live.id
            ));
            self.steps.push(self.deletion(step, live));
        }
        for at in &self.matching.orphans {
            let live = &self.live.segments[*at];
            let name = live.mark.as_ref().map_or(live.key.as_str(), |mark| mark.name.as_str());
            let protected = self.policy.protect.is_match(name);
            // What a person made of it, or copied from it, is not ours to delete.
            let edited = !live.fits_its_mark();
            if self.policy.prune && !protected && !edited {
                let mut step = self.step(ObjectKind::Segment, name, Action::Delete, &live.key);
                // Where keys are fixed, a name may have left several behind.
                if self.steps.iter().rev().any(|it| it.id == step.id) {
                    step.id = StepId(format!("{}/{}", step.id, live.id));
                }
                step.cause = Some(Cause::Git);
                self.steps.push(self.deletion(step, live));
            } else {
                self.orphans.push(Orphan {
                    name: name.to_owned(),
                    key: live.key.clone(),
                    id: live.id.clone(),
                    used_by: self.uses(&live.id),
                    protected,
                    edited,
                    why: BTreeSet::new(),
                    place: None,
                });
            }
        }
    }

    fn deletion(&self, mut step: Step, live: &LiveSegment) -> Step {
        step.before = Some(live.document.to_json());
        step.used_by = self.uses(&live.id);
        step.work = Work::Delete { id: live.id.clone() };
        step
    }
}

/// Why what the system made for itself, or took over, is left to it.
fn belongs_to_system(live: &LiveSegment) -> Option<Refusal> {
    let owner = live.belongs_to.as_ref()?;
    let message = format!("the live segment `{}` belongs to {owner}", live.key);
    let refusal = Refusal::new(Code::BelongsToSystem, message);
    Some(refusal.help("give the document another key in its block"))
}

/// Who moved: what the mark says was last written is still live, or is still in Git, or neither. A
/// mark without a hash says nothing of it.
fn cause(live: &LiveSegment, desired: &DesiredSegment) -> Option<Cause> {
    let written = live.mark.as_ref()?.hash.as_deref()?;
    Some(if live.fits_its_mark() {
        Cause::Git
    } else if written == desired.document.hash8() {
        Cause::Live
    } else {
        Cause::Both
    })
}
