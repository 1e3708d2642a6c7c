//! Steps that have an environment notice that its segments changed, where it does not by itself.

use std::collections::BTreeSet;

use super::matching::Matching;
use super::undone::undone;
use super::{Action, Cause, ObjectKind, Policy, Step, StepId, Work};
use crate::live::{Live, LiveEnvironment};

/// Adds a step for each environment that does not know of a change of its segments, or will not
/// once `steps` are done.
///
/// A changed rule tells its environment by itself. That is enough for what this plan changes: if it
/// fails, the next plan finds the environment stale. One that is stale already is told by a step of
/// its own, or a rule that can never be changed would keep it so.
pub(super) fn add_refreshes(
    steps: &mut Vec<Step>,
    live: &Live,
    matching: &Matching,
    policy: &Policy,
) {
    if !live.refresh {
        return;
    }
    let undone = undone(steps);
    let planned: Vec<&Step> = steps.iter().filter(|step| !undone.contains(&step.id)).collect();
    let mut added = vec![];
    for environment in &live.environments {
        let changes = changes_in(environment, &planned);
        let attaches = attaches_in(environment, &planned);
        let stale = is_stale(environment, live, matching, policy);
        let tells = |step: &&Step| changes.iter().all(|change| waits_for(step, change));
        if !stale && (changes.is_empty() || attaches.iter().any(tells)) {
            continue;
        }
        // What tells the environment is a write of a rule's flag, and two of those at once could
        // undo each other.
        let attaches = attaches.iter().map(|step| step.id.clone()).collect();
        added.push(step(environment, stale, changes, attaches, &policy.target));
    }
    steps.extend(added);
}

fn waits_for(step: &Step, other: &StepId) -> bool {
    step.depends_on.contains(other) || step.follows.contains(other)
}

/// The steps that change a segment which rules of the environment use.
fn changes_in(environment: &LiveEnvironment, planned: &[&Step]) -> BTreeSet<StepId> {
    let changes = planned.iter().filter(|step| match &step.work {
        // A write that changes a mark alone is one that the environment was not told of, too.
        Work::Replace { id, .. } => environment.segments.contains(id),
        // Rules may name a segment that is not there yet.
        Work::Create { .. } => environment.segments.contains(&step.key),
        _ => false,
    });
    changes.map(|step| step.id.clone()).collect()
}

/// The steps that change a rule of the environment.
fn attaches_in<'s>(environment: &LiveEnvironment, planned: &[&'s Step]) -> Vec<&'s Step> {
    let is_there = |step: &&Step| match &step.work {
        Work::Attach { rule, .. } => rule.place.environment == environment.name,
        _ => false,
    };
    planned.iter().copied().filter(is_there).collect()
}

/// Whether a managed segment, one that is selected, was written after the environment was told of
/// anything.
fn is_stale(
    environment: &LiveEnvironment,
    live: &Live,
    matching: &Matching,
    policy: &Policy,
) -> bool {
    let is_selected = |at: &usize| match (&policy.selected, &live.segments[*at].mark) {
        (None, _) => true,
        (Some(selected), Some(mark)) => {
            selected.contains(&(ObjectKind::Segment, mark.name.clone()))
        }
        (Some(_), None) => false,
    };
    let ours = environment.segments.iter().filter_map(|id| live.place(id));
    ours.filter(|at| matching.ours.contains(at))
        .filter(is_selected)
        .any(|at| live.segments[at].written > environment.written)
}

fn step(
    environment: &LiveEnvironment,
    stale: bool,
    changes: BTreeSet<StepId>,
    attaches: BTreeSet<StepId>,
    target: &str,
) -> Step {
    let (kind, name) = (ObjectKind::Environment, environment.name.as_str());
    let id = StepId(format!("{target}/{}/{name}/{}", kind.name(), Action::Refresh.name()));
    let mut step = Step::new(id, kind, name, Action::Refresh, name);
    step.cause = (!changes.is_empty()).then_some(Cause::Git);
    step.follows = changes;
    step.follows.extend(attaches);
    step.work = Work::Refresh { environment: environment.clone(), stale };
    step
}
