//! Which flags a changed segment reaches: those that use it now, and those that come to use it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::item::Item;
use crate::live::{LiveRule, RulePlace, Use};
use crate::plan::{Change, ChangeKind, ObjectKind, Plan, Step, Work};

/// A flag in an environment that an object reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reach<'a> {
    pub(crate) place: &'a RulePlace,
    pub(crate) how: How,
}

/// How a flag stands to a segment, what counts most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum How {
    /// It uses the segment, and goes on doing so.
    Stays,
    /// It comes to use the segment.
    Gains,
    /// It uses the segment once somebody applies a change request.
    Pending,
    /// It uses the segment no longer.
    Loses,
}

impl How {
    /// The remark beside the flag.
    pub(crate) fn remark(self) -> Option<&'static str> {
        match self {
            Self::Stays => None,
            Self::Gains => Some("new"),
            Self::Loses => Some("no longer"),
            Self::Pending => Some("by a pending change request"),
        }
    }
}

/// Where the attachments of a plan bring each segment, and take it from, by its key; with the rule.
#[derive(Debug, Default)]
pub(super) struct Moves<'a>(BTreeMap<&'a str, Vec<(Reach<'a>, &'a str)>>);

impl<'a> Moves<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        let mut moves = Self::default();
        for step in plan.planned() {
            let Work::Attach { rule, .. } = &step.work else { continue };
            for change in &step.changes {
                moves.note(rule, change);
            }
        }
        moves
    }

    fn note(&mut self, rule: &'a LiveRule, change: &'a Change) {
        let ChangeKind::Set { added, removed, .. } = &change.kind else { return };
        let gained = added.iter().map(|key| (key, How::Gains));
        for (key, how) in gained.chain(removed.iter().map(|key| (key, How::Loses))) {
            let reach = Reach { place: &rule.place, how };
            self.0.entry(key).or_default().push((reach, &rule.id));
        }
    }

    /// What `step` reaches, each flag and environment once.
    pub(super) fn reached_by(&self, step: &'a Step) -> Vec<Reach<'a>> {
        match (&step.work, step.kind) {
            (Work::Attach { rule, .. }, _) => vec![Reach { place: &rule.place, how: How::Stays }],
            (_, ObjectKind::Segment) => self.of_segment(&step.key, &step.used_by),
            _ => vec![],
        }
    }

    /// What the segment `key` reaches, which `uses` use now.
    pub(super) fn of_segment(&self, key: &str, uses: &'a [Use]) -> Vec<Reach<'a>> {
        let moved = self.0.get(key).map_or(&[][..], Vec::as_slice);
        let leaves = |it: &Use| {
            let rule = it.rule.as_deref().unwrap_or_default();
            moved.iter().any(|(reach, of)| reach.how == How::Loses && *of == rule)
        };
        let stays = uses.iter().filter(|it| it.pending || !leaves(it));
        // Where it stays on one rule and leaves another, it stays.
        let mut found: BTreeMap<&RulePlace, How> = BTreeMap::new();
        for reach in moved.iter().map(|(reach, _)| *reach).chain(stays.map(Reach::of)) {
            let how = found.entry(reach.place).or_insert(reach.how);
            *how = reach.how.min(*how);
        }
        found.into_iter().map(|(place, how)| Reach { place, how }).collect()
    }
}

impl<'a> Reach<'a> {
    /// A use of a segment that no plan changes.
    pub(super) fn of(used: &'a Use) -> Self {
        let how = if used.pending { How::Pending } else { How::Stays };
        Self { place: &used.place, how }
    }
}

/// A segment on the rules of a flag in an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge<'a> {
    /// The key of the segment.
    pub(crate) segment: &'a str,
    pub(crate) reach: Reach<'a>,
}

/// Which segments reach which flags: those of `items`, and those on the rules that `plan` sets.
pub(super) fn edges<'a>(plan: &'a Plan, items: &[Item<'a>], planned: bool) -> Vec<Edge<'a>> {
    let of_items = items.iter().filter(|it| it.kind == ObjectKind::Segment).flat_map(|it| {
        let segment = it.key;
        it.reaches.iter().map(move |reach| (segment, *reach))
    });
    let steps = plan.planned().filter(|_| planned);
    let mut found: BTreeMap<(&str, &RulePlace), How> = BTreeMap::new();
    for (segment, reach) in of_items.chain(steps.flat_map(on_rule)) {
        let how = found.entry((segment, reach.place)).or_insert(reach.how);
        *how = reach.how.min(*how);
    }
    let edge = |((segment, place), how)| Edge { segment, reach: Reach { place, how } };
    found.into_iter().map(edge).collect()
}

/// The segments on the rule that `step` sets, before and after.
fn on_rule(step: &Step) -> Vec<(&str, Reach<'_>)> {
    let Work::Attach { rule, .. } = &step.work else { return vec![] };
    let (before, after) = (keys_of(step.before.as_ref()), keys_of(step.after.as_ref()));
    let how = |key: &str| match (before.contains(key), after.contains(key)) {
        (true, true) => How::Stays,
        (false, _) => How::Gains,
        (true, false) => How::Loses,
    };
    let all = before.union(&after);
    all.map(|key| (*key, Reach { place: &rule.place, how: how(key) })).collect()
}

/// The segments in what an attachment says of a rule.
fn keys_of(document: Option<&Json>) -> BTreeSet<&str> {
    let fields = document.and_then(Json::as_object).into_iter().flat_map(|it| it.values());
    fields.filter_map(Json::as_array).flatten().filter_map(Json::as_str).collect()
}
