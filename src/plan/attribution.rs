//! Why a step is there: this change of the documents, a person, or an earlier merge.

use std::collections::{BTreeMap, BTreeSet};

use super::{Action, Cause, ObjectKind, Orphan, Plan, SegmentRef, Step, StepId, Work};
use crate::desired::{Desired, DesiredAttachment, DesiredSegment};
use crate::live::{Live, LiveRule, LiveSegment};
use crate::provider::{self, Identity};

/// A reason why a step is there. A step can have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

/// Says of each step of `plan` why it is there, held against what `base` wanted and what is live.
pub fn attribute(plan: &mut Plan, desired: &Desired, base: Option<&Desired>, live: &Live) {
    let base = base.map(|base| base.kept_by(live));
    let held = Held { desired, base: base.as_deref(), live };
    let mut known: BTreeMap<StepId, BTreeSet<Why>> = BTreeMap::new();
    // Each step comes after those that it waits for, so what it inherits is known.
    for step in &mut plan.steps {
        let before = step.depends_on.iter().filter_map(|id| known.get(id)).flatten().copied();
        step.why = held.step(step, before.collect());
        if step.action == Action::Delete {
            step.place = held.was(&step.name, &step.key).map(|it| it.origin.clone());
        }
        known.insert(step.id.clone(), step.why.clone());
    }
    for orphan in &mut plan.orphans {
        orphan.why = held.orphan(orphan);
    }
}

/// What the steps of a plan are held against.
struct Held<'a> {
    desired: &'a Desired,
    base: Option<&'a Desired>,
    live: &'a Live,
}

impl Held<'_> {
    fn step(&self, step: &Step, inherited: BTreeSet<Why>) -> BTreeSet<Why> {
        let one = |why| BTreeSet::from([why]);
        match (step.kind, step.action) {
            (ObjectKind::Environment, _) if inherited.is_empty() => one(Why::Leftover),
            (ObjectKind::Environment, _) => inherited,
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
        if self.base.is_none() {
            return Why::Unknown;
        }
        if self.was(name, key).is_some() && !spare_twin { Why::Change } else { Why::Leftover }
    }

    /// The document of a live segment in the base.
    fn was(&self, name: &str, key: &str) -> Option<&DesiredSegment> {
        let base = self.base?;
        let fixed = provider::capabilities(base.provider).identity == Identity::Fixed;
        let of_key = || base.segments.values().find(|it| it.key == key);
        let found = if fixed { of_key() } else { base.segments.get(name) };
        found.filter(|it| !it.external)
    }

    fn segment(&self, step: &Step) -> BTreeSet<Why> {
        let live = match &step.work {
            Work::Replace { id, .. } | Work::Allocate { segment: SegmentRef::Live(id) } => {
                self.live.segment(id)
            }
            _ => None,
        };
        let Some(base) = self.base else { return without_base(step.cause) };
        let was = base.segments.get(&step.name);
        let now = self.desired.segments.get(&step.name);
        let mut why = BTreeSet::new();
        if now.is_some_and(|now| was.is_none_or(|was| !same(was, now))) {
            why.insert(Why::Change);
        }
        match (live, was) {
            (Some(live), Some(was)) => why.extend(before_this(live, was, step.action)),
            // Made and deleted by a person, or never made: a segment that is gone has no mark.
            (None, Some(_)) => why.extend([Why::Unknown]),
            (Some(live), None) if !live.fits_its_mark() => why.extend([Why::Drift]),
            (_, None) => {}
        }
        why
    }

    fn attachment(&self, step: &Step) -> BTreeSet<Why> {
        let Some(base) = self.base else { return BTreeSet::from([Why::Unknown]) };
        let was = base.attachments.get(&step.name);
        let Some(now) = self.desired.attachments.get(&step.name) else {
            return BTreeSet::from([Why::Unknown]);
        };
        let mut why = BTreeSet::new();
        if was.is_none_or(|was| keys(base, was) != keys(self.desired, now)) {
            why.insert(Why::Change);
        }
        let as_it_was = match (&step.work, was) {
            (Work::Attach { rule, .. }, Some(was)) => {
                let (_, segments, not_in) = keys(base, was);
                self.on(rule) == (segments, not_in)
            }
            _ => false,
        };
        // A rule has no mark that tells who set its segments.
        if was.is_some() && !as_it_was {
            why.insert(Why::Unknown);
        }
        why
    }

    fn on(&self, rule: &LiveRule) -> (BTreeSet<String>, BTreeSet<String>) {
        let key = |id: &String| {
            self.live.segment(id).map_or_else(|| id.clone(), |segment| segment.key.clone())
        };
        (rule.segments.iter().map(key).collect(), rule.not_in.iter().map(key).collect())
    }
}

/// A rule, the keys of its segments, and of those that a user must not be in.
type Keys = (String, BTreeSet<String>, BTreeSet<String>);

/// The rule of an attachment and the keys of its segments.
fn keys(desired: &Desired, attachment: &DesiredAttachment) -> Keys {
    let key = |name: &String| {
        let segment = desired.segments.get(name);
        segment.map_or_else(|| name.clone(), |it| it.key.clone())
    };
    (
        attachment.rule.to_string(),
        attachment.segments.iter().map(key).collect(),
        attachment.not_in.iter().map(key).collect(),
    )
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

/// What the live segment had to become before this change of the documents, and why.
fn before_this(live: &LiveSegment, was: &DesiredSegment, action: Action) -> Vec<Why> {
    let mark = live.mark.as_ref();
    let written = mark.and_then(|mark| mark.hash.as_deref());
    let never_applied = written.is_none_or(|written| written != was.document.hash8());
    match (live.document == was.document, mark, written) {
        (true, ..) if action != Action::Allocate && action != Action::Adopt => vec![],
        // Nobody took it over yet.
        (_, None, _) => vec![Why::Leftover],
        (_, Some(_), None) | (true, ..) => vec![Why::Unknown],
        (false, ..) if live.fits_its_mark() => vec![Why::Leftover],
        (false, ..) if never_applied => vec![Why::Drift, Why::Leftover],
        (false, ..) => vec![Why::Drift],
    }
}

/// Why `step` is there, each reason in a sentence without a full stop; `base` is the name of the
/// revision that the documents were held against.
pub fn reasons(step: &Step, base: Option<&str>) -> Vec<String> {
    step.why.iter().map(|why| reason(*why, step, base)).collect()
}

fn reason(why: Why, step: &Step, base: Option<&str>) -> String {
    match (why, base) {
        _ if step.spare_twin => "two runs at once made it twice".to_owned(),
        (Why::Change, Some(base)) if step.action == Action::Delete => {
            format!("its document is in {base} and no longer here")
        }
        (Why::Change, Some(base)) => format!("changed since {base}"),
        (Why::Change, None) => "changed in Git".to_owned(),
        (Why::Drift, _) => "a person changed the live system".to_owned(),
        (Why::Leftover, _) if step.action == Action::Refresh => {
            "a change was stored before, and the environment was not told".to_owned()
        }
        (Why::Leftover, Some(base)) if step.action == Action::Delete => {
            format!("{base} does not have it either, and it is not deleted yet")
        }
        (Why::Leftover, Some(base)) => {
            format!("{base} says so already, and it is not applied yet")
        }
        (Why::Leftover, None) => "merged before, and not applied yet".to_owned(),
        (Why::Unknown, None) if step.cause == Some(Cause::Git) => {
            "Git moved: without a base nothing tells this change from earlier ones".to_owned()
        }
        (Why::Unknown, None) => {
            "without a base nothing tells this change, earlier ones and drift apart".to_owned()
        }
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
