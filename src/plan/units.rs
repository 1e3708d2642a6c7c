//! Rules that are changed by one request are changed at one moment.

use std::collections::{BTreeMap, BTreeSet};

use super::finish::order;
use super::undone::undone;
use super::{Step, StepId, Work};

/// Has the changes of rules of one unit wait for the same, so that they begin together. What only
/// another one needs has to have ended, and no more: each needs what it needed before.
///
/// Where one of them would then wait for another by way of others, each goes on its own: what is
/// sent is compared with what is live each time.
pub(super) fn bring_together(steps: &mut [Step]) {
    let mut units: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let undone = undone(steps);
    for (at, step) in steps.iter().enumerate().filter(|(_, it)| !undone.contains(&it.id)) {
        if let Work::Attach { rule, .. } = &step.work {
            units.entry(rule.unit.clone()).or_default().push(at);
        }
    }
    let orderly = order(steps).len();
    for places in units.into_values().filter(|it| it.len() > 1) {
        let waits_for: BTreeSet<StepId> =
            places.iter().flat_map(|at| steps[*at].depends_on.clone()).collect();
        for at in &places {
            steps[*at].follows.clone_from(&waits_for);
        }
        if order(steps).len() < orderly {
            for at in &places {
                steps[*at].follows.clear();
            }
        }
    }
}
