//! Which steps of a plan will not be done.

use std::collections::BTreeSet;

use super::finish::order;
use super::{Step, StepId};

/// The steps that are refused, and those that wait for one of these.
///
/// Steps in a circle are not among them: they are refused later.
pub(super) fn undone(steps: &[Step]) -> BTreeSet<StepId> {
    let mut undone = BTreeSet::new();
    for at in order(steps) {
        let step = &steps[at];
        if step.refusal.is_some() || !step.depends_on.is_disjoint(&undone) {
            undone.insert(step.id.clone());
        }
    }
    undone
}
