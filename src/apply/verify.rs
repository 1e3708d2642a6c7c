//! The proof: what was touched is read again, and must be what Git says.

use std::collections::BTreeMap;

use super::schedule::read;
use super::{Outcome, look_again};
use crate::desired::Desired;
use crate::live::Live;
use crate::plan::{Plan, Policy, Step, StepId, Work};
use crate::provider::{Failure, Reader, Writer};

/// How often twins are looked for again after some were deleted.
const HEALINGS: usize = 3;

/// What a second look showed.
#[derive(Debug, Default)]
pub struct Proof {
    /// What still differs although it was applied.
    pub differences: Vec<Difference>,
    /// How many twins, made by another run at the same moment, were deleted.
    pub healed: usize,
}

/// An object that still differs.
#[derive(Debug)]
pub struct Difference {
    /// The step that would be needed again.
    pub id: StepId,
    /// The fields that differ.
    pub paths: Vec<String>,
    /// Why nothing was done about it; only for a twin that has to stay.
    pub reason: Option<String>,
}

/// Looks again at what `outcomes` say was touched, and deletes twins that two runs made at once.
pub(super) async fn verify<R: Reader>(
    plan: &Plan,
    desired: &Desired,
    policy: &Policy,
    reader: &R,
    writer: &R::Writer,
    outcomes: &mut BTreeMap<StepId, Outcome>,
) -> Result<Proof, Failure> {
    let touched: Vec<&Step> = plan
        .steps
        .iter()
        .filter(|step| outcomes.get(&step.id).is_some_and(Outcome::touched))
        .collect();
    let (mut live, mut again) = look_again(&touched, desired, policy, reader).await?;
    let mut healed = 0;
    for _ in 0..HEALINGS {
        let deleted = heal(&again, &live, writer).await?;
        if deleted == 0 {
            break;
        }
        healed += deleted;
        (live, again) = look_again(&touched, desired, policy, reader).await?;
    }
    for step in &touched {
        settle(step, &again, outcomes);
    }
    let was_done = |step: &&Step| {
        touched.iter().any(|it| {
            let done = matches!(outcomes.get(&it.id), Some(Outcome::Done));
            done && is_same_object(it, step)
        })
    };
    let differs = |step: &&Step| was_done(step) || step.spare_twin;
    let differences = again.steps.iter().filter(differs).map(|step| Difference {
        id: step.id.clone(),
        paths: step.changes.iter().map(|change| change.path.clone()).collect(),
        reason: step.refusal.as_ref().filter(|_| step.spare_twin).map(|it| it.message.clone()),
    });
    Ok(Proof { differences: differences.collect(), healed })
}

/// A step whose answer was lost was done after all when nothing is left to do for its object.
fn settle(step: &Step, again: &Plan, outcomes: &mut BTreeMap<StepId, Outcome>) {
    let left = again.steps.iter().any(|it| is_same_object(it, step));
    let there = match &step.work {
        Work::Delete { id } => again.orphans.iter().any(|orphan| orphan.id == *id),
        _ => false,
    };
    if !left && !there {
        outcomes.insert(step.id.clone(), Outcome::Done);
    }
}

/// Deletes the twins that `again` found and that nobody uses, which is what every run does that
/// sees them.
async fn heal<W: Writer>(again: &Plan, live: &Live, writer: &W) -> Result<usize, Failure> {
    let mut healed = 0;
    for step in again.planned().filter(|step| step.spare_twin) {
        if let Work::Delete { id } = &step.work {
            writer.delete(read(id, live)?).await?;
            healed += 1;
        }
    }
    Ok(healed)
}

/// Whether two steps are about one object: a deletion is about a live one, all else about a
/// document.
fn is_same_object(one: &Step, other: &Step) -> bool {
    match (&one.work, &other.work) {
        (Work::Delete { id }, Work::Delete { id: other }) => id == other,
        (Work::Delete { .. }, _) | (_, Work::Delete { .. }) => false,
        _ => one.kind == other.kind && one.name == other.name,
    }
}
