//! A plan -> what became of it. The only code that can write to a live system.
//!
//! A [`crate::provider::Writer`] is made from a [`WritePermit`], and only this module can make one.

mod schedule;
mod verify;

pub use schedule::{Outcome, Progress};
pub use verify::{Difference, Proof};

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::Desired;
use crate::live::{Live, Scope};
use crate::plan::{Plan, Policy, Step, StepId, plan, twin_questions};
use crate::provider::{Failure, Reader};

/// The right to write, which nobody outside of this module can have.
#[derive(Debug)]
pub struct WritePermit(());

/// What became of a plan.
#[derive(Debug)]
pub struct Applied {
    /// What became of each step.
    pub outcomes: BTreeMap<StepId, Outcome>,
    /// What a second look showed; none when nothing was changed.
    pub proof: Option<Result<Proof, Failure>>,
}

impl Applied {
    /// The failures, in the order of the steps' ids.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.outcomes.values().filter_map(|outcome| match outcome {
            Outcome::Failed(failure) => Some(failure),
            _ => None,
        })
    }

    /// How many steps were done.
    pub fn done(&self) -> usize {
        self.outcomes.values().filter(|outcome| matches!(outcome, Outcome::Done)).count()
    }

    /// Whether every step was done and a second look agrees.
    pub fn converged(&self) -> bool {
        let proven = match &self.proof {
            None => true,
            Some(Ok(proof)) => proof.differences.is_empty(),
            Some(Err(_)) => false,
        };
        proven && self.outcomes.values().all(|outcome| matches!(outcome, Outcome::Done))
    }
}

/// Does what `plan` says, then reads again what was touched.
pub async fn apply<R: Reader>(
    plan: &Plan,
    desired: &Desired,
    live: &Live,
    policy: &Policy,
    reader: &R,
    progress: &dyn Progress,
) -> Applied {
    let writer = reader.writer(WritePermit(()), live);
    let mut outcomes = schedule::run(&plan.steps, live, &writer, progress).await;
    let changed = outcomes.values().any(Outcome::touched);
    if !changed || progress.interrupted() {
        return Applied { outcomes, proof: None };
    }
    let proof = verify::verify(plan, desired, policy, reader, &writer, &mut outcomes).await;
    Applied { outcomes, proof: Some(proof) }
}

/// Plans again from a fresh look at what `steps` touched.
async fn look_again<R: Reader>(
    steps: &[&Step],
    desired: &Desired,
    policy: &Policy,
    reader: &R,
) -> Result<(Live, Plan), Failure> {
    let touched: BTreeSet<&str> = steps.iter().filter_map(|step| step.attachment()).collect();
    let mut scope = Scope::of(desired);
    scope.rules.retain(|name, _| touched.contains(name.as_str()));
    let mut live = Live::read(reader, &scope).await?;
    // Twins may be deleted on the ground of this look, and nothing else.
    live.ask(reader, &twin_questions(desired, &live)).await?;
    let plan = plan(desired, &live, policy);
    Ok((live, plan))
}
