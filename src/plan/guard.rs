//! The guard: a plan that changes more of a target than people usually mean to.
//!
//! A wrong glob, a branch from last year or an emptied file looks like a plan like any other. It
//! is told from one by how much of the target it would change at once.

use std::collections::HashSet;

use serde_json::{Map, Value as Json};

use super::matching::Matching;
use super::{Policy, Step, StepId, Work};
use crate::desired::{Canonical, Desired};
use crate::document::Percent;
use crate::live::{Live, LiveRule};
use crate::provider::{self, Field, Shape};

/// How many objects of a kind, or values of a list, there are at least before a share of them
/// means anything.
const COUNTS_FROM: usize = 10;

/// A limit that a plan exceeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tripped {
    /// Which one.
    pub limit: GuardLimit,
    /// What the plan would do, in one lowercase sentence without a full stop.
    pub message: String,
    /// The steps that do it.
    pub steps: Vec<StepId>,
}

/// What the guard limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardLimit {
    /// Deletions of managed segments.
    Delete,
    /// Changes of the content of managed segments.
    Update,
    /// Changes of the set of segments on rules that have managed ones.
    Attach,
    /// Values that one list loses.
    Values,
    /// Segments that turn into matching everyone; none may.
    MatchesEveryone,
}

impl GuardLimit {
    /// The word in outputs and in `guard` of a target.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Update => "update",
            Self::Attach => "attach",
            Self::Values => "values",
            Self::MatchesEveryone => "matches-everyone",
        }
    }
}

/// The limits that `steps` exceed, where they are not all that was planned.
pub fn guard(steps: &[Step], desired: &Desired, live: &Live, policy: &Policy) -> Vec<Tripped> {
    let desired = &*desired.kept_by(live);
    check(steps, desired, live, policy, &Matching::of(desired, live))
}

/// The limits that `steps` exceed.
pub(super) fn check(
    steps: &[Step],
    desired: &Desired,
    live: &Live,
    policy: &Policy,
    matching: &Matching,
) -> Vec<Tripped> {
    let planned: Vec<&Step> = steps.iter().filter(|step| step.refusal.is_none()).collect();
    let audience = Audience { planned: &planned, desired, live };
    let guard = &policy.guard;
    let managed = matching.ours.len();
    let rules = managed_rules(live, matching);
    let of = |fits: &dyn Fn(&Step) -> bool| -> Vec<&Step> {
        planned.iter().copied().filter(|step| fits(step)).collect()
    };
    let deleted = of(&|it| matches!(it.work, Work::Delete { .. }) && !it.spare_twin);
    let updated = of(&|it| is_update(it) && it.before != it.after);
    let attached =
        of(&|it| matches!(&it.work, Work::Attach { rule, .. } if rules.contains(rule.id.as_str())));
    let shares = [
        share(GuardLimit::Delete, guard.delete, &deleted, managed, "delete", "managed segments"),
        share(GuardLimit::Update, guard.update, &updated, managed, "change", "managed segments"),
        share(
            GuardLimit::Attach,
            guard.attach,
            &attached,
            rules.len(),
            "change the segments of",
            "managed rules",
        ),
    ];
    shares
        .into_iter()
        .flatten()
        .chain(audience.lose_values(guard.values))
        .chain(audience.open())
        .collect()
}

/// The rules of attachments that have a managed segment, by id. One that has none yet is new to
/// segctl, so a first apply is no change of what it manages.
fn managed_rules<'a>(live: &'a Live, matching: &Matching) -> HashSet<&'a str> {
    let is_ours = |id: &String| live.place(id).is_some_and(|at| matching.ours.contains(&at));
    let rules = live.rules.values().filter_map(|rule| rule.as_ref().ok());
    let has_ours = |rule: &&LiveRule| rule.segments.iter().chain(&rule.not_in).any(is_ours);
    rules.filter(has_ours).map(|rule| rule.id.as_str()).collect()
}

/// Whether a step gives new content to a segment that is managed already.
fn is_update(step: &Step) -> bool {
    step.action == super::Action::Update && matches!(step.work, Work::Replace { .. })
}

/// The share of `whole` that `steps` are, where it exceeds `limit`.
fn share(
    name: GuardLimit,
    limit: Percent,
    steps: &[&Step],
    whole: usize,
    verb: &str,
    things: &str,
) -> Option<Tripped> {
    if whole < COUNTS_FROM || !limit.is_exceeded_by(steps.len(), whole) {
        return None;
    }
    let message =
        format!("it would {verb} {} of {whole} {things}; at most {limit} may", steps.len());
    Some(Tripped {
        limit: name,
        message,
        steps: steps.iter().map(|step| step.id.clone()).collect(),
    })
}

/// What a plan does to the audiences of segments that exist.
struct Audience<'a> {
    planned: &'a [&'a Step],
    desired: &'a Desired,
    live: &'a Live,
}

impl<'a> Audience<'a> {
    /// Steps that replace a segment, with its content before and after.
    fn replaced(&self) -> impl Iterator<Item = (&'a Step, &'a Canonical, &'a Canonical)> {
        self.planned.iter().filter_map(|step| match &step.work {
            Work::Replace { id, document, .. } => {
                Some((*step, &self.live.segment(id)?.document, document))
            }
            _ => None,
        })
    }

    /// Lists that lose more than `limit` of their values.
    fn lose_values(&self, limit: Percent) -> Vec<Tripped> {
        let fields = provider::segment_fields(self.desired.provider);
        let mut found = vec![];
        for (step, before, after) in self.replaced() {
            let after = lists(fields, after.document());
            for list in lists(fields, before.document()) {
                let lost = list.len() - most_kept(&list, &after);
                if list.len() >= COUNTS_FROM && limit.is_exceeded_by(lost, list.len()) {
                    let total = list.len();
                    let message = format!(
                        "segment {} would lose {lost} of the {total} values of one list; at most {limit} may",
                        step.name
                    );
                    let steps = vec![step.id.clone()];
                    found.push(Tripped { limit: GuardLimit::Values, message, steps });
                }
            }
        }
        found
    }

    /// Segments that do not match everyone, and would.
    fn open(&self) -> Vec<Tripped> {
        let everyone =
            |document: &Canonical| provider::matches_everyone(self.desired.provider, document);
        let opened = self.replaced().filter(|(_, old, new)| !everyone(old) && everyone(new));
        opened
            .map(|(step, ..)| Tripped {
                limit: GuardLimit::MatchesEveryone,
                message: format!("segment {} would come to match everyone", step.name),
                steps: vec![step.id.clone()],
            })
            .collect()
    }
}

/// Every set of texts in a document.
fn lists<'a>(fields: &[Field], document: &'a Map<String, Json>) -> Vec<HashSet<&'a str>> {
    let mut found = vec![];
    for field in fields {
        let items = document.get(field.name).and_then(Json::as_array).into_iter().flatten();
        match field.shape {
            Shape::Set => found.push(items.filter_map(Json::as_str).collect()),
            Shape::Objects(fields) => {
                found
                    .extend(items.filter_map(Json::as_object).flat_map(|item| lists(fields, item)));
            }
            Shape::Tree => {
                found.extend(document.get(field.name).map(super::tree::lists).unwrap_or_default());
            }
            Shape::Exact | Shape::Prose | Shape::Flag => {}
        }
    }
    found
}

/// How many values of `list` stand in the one of `others` that has most of them.
fn most_kept(list: &HashSet<&str>, others: &[HashSet<&str>]) -> usize {
    others.iter().map(|other| list.intersection(other).count()).max().unwrap_or(0)
}
