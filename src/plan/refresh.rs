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
        let is_told = steps.iter().any(|step| match &step.work {
            Work::Attach { rule, .. } if step.refusal.is_none() => {
                rule.place.environment == environment.name && changes.is_subset(&step.depends_on)
            }
            _ => false,
        });
        if !is_told {
            added.push(step(environment, changes, target));
        }
    }
    steps.extend(added);
}

/// The steps that change a segment which rules of the environment use.
fn changes_in(environment: &LiveEnvironment, steps: &[Step]) -> BTreeSet<StepId> {
    let changes = steps.iter().filter(|step| match &step.work {
        Work::Replace { id, .. } => {
            step.refusal.is_none() && step.before != step.after && environment.segments.contains(id)
        }
        _ => false,
    });
    changes.map(|step| step.id.clone()).collect()
}

/// Whether a managed segment was written after the environment was told of anything.
fn is_stale(environment: &LiveEnvironment, live: &Live, matching: &Matching) -> bool {
    let ours = environment.segments.iter().filter_map(|id| live.place(id));
    ours.filter(|at| matching.ours.contains(at))
        .any(|at| live.segments[at].written > environment.written)
}

fn step(environment: &LiveEnvironment, changes: BTreeSet<StepId>, target: &str) -> Step {
    let (kind, name) = (ObjectKind::Environment, environment.name.as_str());
    let id = StepId(format!("{target}/{}/{name}/{}", kind.name(), Action::Refresh.name()));
    let mut step = Step::new(id, kind, name, Action::Refresh, name);
    step.cause = (!changes.is_empty()).then_some(Cause::Git);
    step.depends_on = changes;
    step.work = Work::Refresh { environment: environment.clone() };
    step
}
