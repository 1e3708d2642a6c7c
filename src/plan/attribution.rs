//! Why a step is there: this change of the documents, a person, or an earlier merge.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::matching::Matching;
use super::{Action, Cause, ObjectKind, Orphan, Plan, SegmentRef, Step, StepId, Work, Written};
use crate::desired::{Desired, DesiredAttachment, DesiredSegment, Mark};
use crate::live::{Live, LiveSegment};
use crate::provider::{self, Identity};

/// A reason why a step is there. A step can have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// The documents changed since the base.
    Change,
    /// A person changed the live system since segctl wrote it.
    Drift,
    /// The base says it already, and it was never applied.
    Leftover,
    /// Nothing tells.
    Unknown,
}

impl Why {
    /// The word in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Drift => "drift",
            Self::Leftover => "leftover",
            Self::Unknown => "unknown",
        }
    }
}

/// What the base wanted.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// What it wanted, as far as it could be read.
    pub desired: &'a Desired,
    /// Whether all of it could be read.
    pub is_whole: bool,
}

/// Says of each step of `plan` why it is there, held against what `base` wanted and what is live.
/// No step and no orphan is left without a reason.
pub fn attribute(plan: &mut Plan, desired: &Desired, base: Option<Before<'_>>, live: &Live) {
    let desired = &*desired.kept_by(live);
    let is_whole = base.is_some_and(|base| base.is_whole);
    let base = base.map(|base| base.desired.kept_by(live));
    let base = base.as_deref();
    let matched = |desired: &Desired| Matching::of(desired, live);
    let (was, now) = (base.map(matched), base.map(|_| matched(desired)));
    let held = Held { desired, base, is_whole, live, was, now };
    let mut known: BTreeMap<StepId, BTreeSet<Why>> = BTreeMap::new();
    // Each step comes after those that it waits for, so what it inherits is known.
    for step in &mut plan.steps {
        // An environment is told of segments; rules only come before it.
        let told_of = step.follows.iter().filter(|_| step.action == Action::Refresh);
        let before = step.depends_on.iter().chain(told_of).filter_map(|id| known.get(id));
        step.why = held.step(step, before.flatten().copied().collect());
        if step.why.is_empty() {
            step.why.insert(Why::Unknown);
        }
        if step.action == Action::Delete {
            step.place = held.was_written(&step.name, &step.key);
        }
        if step.kind == ObjectKind::Segment {
            known.insert(step.id.clone(), step.why.clone());
        }
    }
    for orphan in &mut plan.orphans {
        orphan.why = held.orphan(orphan);
        orphan.place = held.was_written(&orphan.name, &orphan.key);
    }
}

/// What the steps of a plan are held against.
struct Held<'a> {
    desired: &'a Desired,
    base: Option<&'a Desired>,
    is_whole: bool,
    live: &'a Live,
    /// What is live of the base.
    was: Option<Matching>,
    /// What is live of the documents, where there is a base.
    now: Option<Matching>,
}

impl Held<'_> {
    fn step(&self, step: &Step, inherited: BTreeSet<Why>) -> BTreeSet<Why> {
        let one = |why| BTreeSet::from([why]);
        match (step.kind, step.action) {
            (ObjectKind::Environment, _) => refresh(step, inherited),
            (_, Action::Delete) => one(self.deletion(&step.name, &step.key, step.spare_twin)),
            (ObjectKind::Segment, Action::Allocate) if !inherited.is_empty() => inherited,
            (ObjectKind::Segment, _) => self.segment(step),
            (ObjectKind::Attachment, _) => self.attachment(step),
        }
    }

    fn orphan(&self, orphan: &Orphan) -> BTreeSet<Why> {
        let mut why = BTreeSet::from([self.deletion(&orphan.name, &orphan.key, false)]);
        if orphan.edited {
            why.insert(Why::Drift);
        }
        why
    }

    /// Why a live segment is no longer in Git.
    fn deletion(&self, name: &str, key: &str, spare_twin: bool) -> Why {
        match self.was(name, key) {
            Some(_) if !spare_twin => Why::Change,
            // It may stand in what could not be read.
            None if !self.is_whole && !spare_twin => Why::Unknown,
            _ if self.base.is_none() => Why::Unknown,
            _ => Why::Leftover,
        }
    }

    /// The document of a live segment in the base.
    fn was(&self, name: &str, key: &str) -> Option<&DesiredSegment> {
        let base = self.base?;
        let fixed = provider::capabilities(base.provider).identity == Identity::Fixed;
        let of_key = || base.segments.values().find(|it| it.key == key);
        let found = if fixed { of_key() } else { base.segments.get(name) };
        found.filter(|it| !it.external)
    }

    /// Where the document of a live segment was written in the base.
    fn was_written(&self, name: &str, key: &str) -> Option<Written> {
        self.was(name, key).map(|it| Written::InBase(it.origin.clone()))
    }

    fn segment(&self, step: &Step) -> BTreeSet<Why> {
        let live = match &step.work {
            Work::Replace { id, .. } | Work::Allocate { segment: SegmentRef::Live(id) } => {
                self.live.segment(id)
            }
            _ => None,
        };
        let Some(base) = self.base else { return without_base(step.cause) };
        let now = self.desired.segments.get(&step.name);
        let found = self.segment_was(base, step, live);
        let was = found.map(|(_, was)| was);
        let mut why = BTreeSet::new();
        let is_renamed = found.is_some_and(|(name, _)| *name != step.name);
        if is_renamed || now.is_some_and(|now| was.is_none_or(|was| !same(was, now))) {
            why.insert(Why::Change);
        }
        // What was left to others had to become nothing.
        match (live, found.filter(|(_, was)| !was.external)) {
            (Some(live), Some(was)) => why.extend(self.before_this(live, was, step)),
            // Made and deleted by a person, or never made: a segment that is gone has no mark.
            (None, Some(_)) => why.extend([Why::Unknown]),
            (Some(live), None) if live.mark.is_some() && !live.fits_its_mark() => {
                why.extend([Why::Drift]);
            }
            (_, None) => {}
        }
        why
    }

    /// The document of `step` in the base, with its name there: a document that has another name by
    /// now is known by the mark of what is live, or by its key.
    fn segment_was<'b>(
        &self,
        base: &'b Desired,
        step: &Step,
        live: Option<&LiveSegment>,
    ) -> Option<(&'b String, &'b DesiredSegment)> {
        let gone = |(name, _): &(&String, _)| !self.desired.segments.contains_key(*name);
        let mark = live.and_then(|it| it.mark.as_ref());
        let marked = mark.filter(|it| it.workspace == base.workspace).map(|it| &it.name);
        let of_name = |name: &String| base.segments.get_key_value(name);
        let of_key = || base.segments.iter().find(|it| it.1.key == step.key && gone(it));
        let renamed = || marked.and_then(of_name).filter(gone).or_else(of_key);
        of_name(&step.name).or_else(renamed)
    }

    /// What the live segment had to become before this change of the documents, and why; with the
    /// name of its document there.
    fn before_this(
        &self,
        live: &LiveSegment,
        (name, was): (&String, &DesiredSegment),
        step: &Step,
    ) -> Vec<Why> {
        // Nobody took it over yet, or somebody took its mark away.
        let Some(mark) = live.mark.as_ref() else { return vec![Why::Unknown] };
        let mut why = content(live, mark, was, step);
        let is_ours = mark.workspace == self.desired.workspace;
        // It has the name that it had or has; or nobody gave it the one that it had.
        if !is_ours || mark.name != *name && mark.name != step.name {
            why.push(Why::Leftover);
        }
        why
    }

    fn attachment(&self, step: &Step) -> BTreeSet<Why> {
        let Some(base) = self.base else { return BTreeSet::from([Why::Unknown]) };
        let Some(now) = self.desired.attachments.get(&step.name) else {
            return BTreeSet::from([Why::Unknown]);
        };
        // A rule has one attachment, whatever it is called.
        let of_rule = || base.attachments.values().find(|it| it.rule == now.rule);
        let was = base.attachments.get(&step.name).or_else(of_rule);
        let mut why = BTreeSet::new();
        let was = was.zip(self.was.as_ref());
        let was = was.map(|(was, matching)| objects(base, matching, was, self.live));
        if was != self.now.as_ref().map(|it| objects(self.desired, it, now, self.live)) {
            why.insert(Why::Change);
        }
        let as_it_was = match (&step.work, &was) {
            (Work::Attach { rule, .. }, Some((_, segments, not_in))) => {
                on_rule(&rule.segments) == *segments && on_rule(&rule.not_in) == *not_in
            }
            _ => false,
        };
        // A rule has no mark that tells who set its segments.
        if was.is_some() && !as_it_was {
            why.insert(Why::Unknown);
        }
        why
    }
}

/// A rule, its segments, and those that a user must not be in.
type Objects = (String, BTreeSet<SegmentRef>, BTreeSet<SegmentRef>);

/// The rule of an attachment and its segments: a live one is the same whatever its key.
fn objects(
    desired: &Desired,
    matching: &Matching,
    attachment: &DesiredAttachment,
    live: &Live,
) -> Objects {
    let fixed = provider::capabilities(desired.provider).identity == Identity::Fixed;
    let object = |name: &String| {
        let key = || desired.segments.get(name).map_or(name, |it| &it.key).clone();
        match matching.live_of(name) {
            Some(at) => SegmentRef::Live(live.segments[at].id.clone()),
            // A rule may name the key of a segment that is gone.
            None if fixed => SegmentRef::Live(key()),
            None => SegmentRef::Made(key()),
        }
    };
    let objects = |names: &[String]| names.iter().map(object).collect();
    let rule = attachment.rule.to_string();
    (rule, objects(&attachment.segments), objects(&attachment.not_in))
}

fn on_rule(ids: &BTreeSet<String>) -> BTreeSet<SegmentRef> {
    ids.iter().cloned().map(SegmentRef::Live).collect()
}

/// Why an environment must be told: what was stored before, and what steps before it store.
fn refresh(step: &Step, mut inherited: BTreeSet<Why>) -> BTreeSet<Why> {
    if inherited.is_empty() || matches!(step.work, Work::Refresh { stale: true, .. }) {
        inherited.insert(Why::Leftover);
    }
    inherited
}

/// What only the mark tells.
fn without_base(cause: Option<Cause>) -> BTreeSet<Why> {
    match cause {
        Some(Cause::Live) => BTreeSet::from([Why::Drift]),
        Some(Cause::Both) => BTreeSet::from([Why::Drift, Why::Unknown]),
        Some(Cause::Git) | None => BTreeSet::from([Why::Unknown]),
    }
}

/// Whether two revisions of a document want the same.
fn same(was: &DesiredSegment, now: &DesiredSegment) -> bool {
    (&was.key, was.external, &was.document, was.allocation)
        == (&now.key, now.external, &now.document, now.allocation)
}

/// What the content of the live segment had to become before this change, and why.
fn content(live: &LiveSegment, mark: &Mark, was: &DesiredSegment, step: &Step) -> Vec<Why> {
    let as_it_was = live.document == was.document;
    match mark.hash.as_deref() {
        // What a person did was taken over already, and the mark does not say so yet.
        Some(_) if as_it_was && step.is_of_mark() && !live.fits_its_mark() => vec![Why::Leftover],
        _ if as_it_was && step.action != Action::Allocate => vec![],
        None => vec![Why::Unknown],
        // Nothing tells whether it was ever made ready.
        Some(_) if as_it_was => vec![Why::Unknown],
        Some(_) if live.fits_its_mark() => vec![Why::Leftover],
        Some(written) if written != was.document.hash8() => vec![Why::Drift, Why::Leftover],
        Some(_) => vec![Why::Drift],
    }
}

/// Why `step` is there, each reason in a sentence without a full stop; `base` is the name of the
/// revision that the documents were held against.
pub fn reasons(step: &Step, base: Option<&str>) -> Vec<String> {
    step.why.iter().map(|why| reason(*why, step, base)).collect()
}

/// Why `orphan` is no longer in Git, as [`reasons`] says it of a step.
pub fn orphan_reasons(orphan: &Orphan, base: Option<&str>) -> Vec<String> {
    orphan.why.iter().map(|why| orphan_reason(*why, base)).collect()
}

fn reason(why: Why, step: &Step, base: Option<&str>) -> String {
    match (why, base) {
        _ if step.spare_twin => "two runs at once made it twice".to_owned(),
        (Why::Change, Some(base)) if step.action == Action::Delete => gone(base),
        (Why::Change, Some(base)) => format!("changed since {base}"),
        (Why::Change, None) => "changed in Git".to_owned(),
        (Why::Drift, _) => "a person changed the live system".to_owned(),
        (Why::Leftover, _) if step.action == Action::Refresh => {
            "a change was stored before, and the environment was not told".to_owned()
        }
        (Why::Leftover, Some(base)) if step.action == Action::Delete => {
            format!("{}, and it was not deleted", gone_before(base))
        }
        (Why::Leftover, Some(base)) => {
            format!("{base} says so already, and it was not applied")
        }
        (Why::Leftover, None) => "merged before, and not applied".to_owned(),
        (Why::Unknown, None) if step.cause == Some(Cause::Git) => {
            "Git moved: without a base nothing tells this change from earlier ones".to_owned()
        }
        (Why::Unknown, None) => {
            "without a base nothing tells this change, earlier ones and drift apart".to_owned()
        }
        (Why::Unknown, Some(base)) if step.action == Action::Delete => no_document(base),
        (Why::Unknown, Some(base)) if step.action == Action::Create => {
            format!("{base} has it already: not applied yet, or deleted by a person")
        }
        (Why::Unknown, Some(base)) => {
            format!(
                "not as {base} says: not applied yet or changed by a person, nothing tells which"
            )
        }
    }
}

fn orphan_reason(why: Why, base: Option<&str>) -> String {
    match (why, base) {
        (Why::Change, Some(base)) => gone(base),
        (Why::Change, None) => "its document was taken out of Git".to_owned(),
        (Why::Drift, _) => "a person changed the live system".to_owned(),
        (Why::Leftover, Some(base)) => gone_before(base),
        (Why::Leftover, None) => "its document was taken out of Git before".to_owned(),
        (Why::Unknown, None) => {
            "without a base nothing tells whether this change took its document away".to_owned()
        }
        // The base could not be read, or a saved plan did not see the orphan.
        (Why::Unknown, Some(base)) => no_document(base),
    }
}

fn gone(base: &str) -> String {
    format!("its document is in {base} and no longer here")
}

fn no_document(base: &str) -> String {
    format!("it has no document, and nothing tells whether {base} has one")
}

fn gone_before(base: &str) -> String {
    format!("{base} does not have it either")
}
