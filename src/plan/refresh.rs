//! Steps that have an environment notice that its segments changed, where it does not by itself.

use std::collections::BTreeSet;

use super::matching::Matching;
use super::{Action, Cause, ObjectKind, Step, StepId, Work};
use crate::live::{Live, LiveEnvironment};

/// Adds a step for each environment that does not know of a change of its segments, or will not
/// once `steps` are done. A changed rule tells its environment by itself.
pub(super) fn add_refreshes(steps: &mut Vec<Step>, live: &Live, matching: &Matching, target: &str) {
    let mut added = vec![];
    for environment in &live.environments {
        let changes = changes_in(environment, steps);
        if changes.is_empty() && !is_stale(environment, live, matching) {
            continue;
        }
        let attaches = attaches_in(environment, steps);
        if !attaches.iter().any(|step| changes.is_subset(&step.depends_on)) {
            // What tells the environment is a write of a rule's flag, and two of those at once could
            // undo each other.
            let after = attaches.iter().map(|step| step.id.clone()).collect();
            added.push(step(environment, changes, after, target));
        }
    }
    steps.extend(added);
}

/// The steps that change a segment which rules of the environment use.
fn changes_in(environment: &LiveEnvironment, steps: &[Step]) -> BTreeSet<StepId> {
    let changes = steps.iter().filter(|step| match &step.work {
        // A write that changes a mark alone is one that the environment was not told of, too.
        Work::Replace { id, .. } => environment.segments.contains(id),
        // Rules may name a segment that is not there yet.
        Work::Create { .. } => environment.segments.contains(&step.key),
        _ => false,
    });
    changes.filter(|step| step.refusal.is_none()).map(|step| step.id.clone()).collect()
}

/// The steps that change a rule of the environment.
fn attaches_in<'s>(environment: &LiveEnvironment, steps: &'s [Step]) -> Vec<&'s Step> {
    let is_there = |step: &&Step| match &step.work {
        Work::Attach { rule, .. } => rule.place.environment == environment.name,
        _ => false,
    };
    steps.iter().filter(is_there).filter(|step| step.refusal.is_none()).collect()
}

/// Whether a managed segment was written after the environment was told of anything.
fn is_stale(environment: &LiveEnvironment, live: &Live, matching: &Matching) -> bool {
    let ours = environment.segments.iter().filter_map(|id| live.place(id));
    ours.filter(|at| matching.ours.contains(at))
        .any(|at| live.segments[at].written > environment.written)
}

fn step(
    environment: &LiveEnvironment,
    changes: BTreeSet<StepId>,
    after: BTreeSet<StepId>,
    target: &str,
) -> Step {
    let (kind, name) = (ObjectKind::Environment, environment.name.as_str());
    let id = StepId(format!("{target}/{}/{name}/{}", kind.name(), Action::Refresh.name()));
    let mut step = Step::new(id, kind, name, Action::Refresh, name);
    step.cause = (!changes.is_empty()).then_some(Cause::Git);
    step.depends_on = changes;
    step.depends_on.extend(after);
    step.work = Work::Refresh { environment: environment.clone() };
    step
}
