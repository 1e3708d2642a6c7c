//! Plans and applies through the library, as the commands do.

use super::workspace::TARGET;
use segctl::apply::{Applied, Outcome, Progress, apply};
use segctl::desired::Desired;
use segctl::live::Live;
use segctl::plan::{Plan, Policy, Step};
use segctl::provider::{Failure, UnleashReader};
use segctl::reconcile::reconcile;

/// Keeps one server equal to desired states.
#[derive(Debug)]
pub(crate) struct Steward {
    reader: UnleashReader,
}

impl Steward {
    pub(crate) fn new(url: &str, token: &str) -> Self {
        Self::with_parallelism(url, token, 4)
    }

    pub(crate) fn with_parallelism(url: &str, token: &str, parallelism: usize) -> Self {
        let url = url.parse().expect("the url of a server");
        let reader = UnleashReader::new(url, token.into(), parallelism);
        Self { reader: reader.expect("a token that can stand in a header") }
    }

    /// Reads and plans.
    pub(crate) async fn plan(
        &self,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<(Live, Plan), Failure> {
        reconcile(desired, policy, &self.reader).await
    }

    /// Does what a plan says, what it refuses left out.
    pub(crate) async fn apply(
        &self,
        (live, plan): &(Live, Plan),
        desired: &Desired,
        policy: &Policy,
    ) -> Applied {
        apply(plan, desired, live, policy, &self.reader, &Quiet).await
    }
}

/// A policy for the target of tests: nothing pruned, nothing adopted.
pub(crate) fn cautious() -> Policy {
    Policy { target: TARGET.to_owned(), ..Policy::default() }
}

/// Hears nothing and stops nothing.
struct Quiet;

impl Progress for Quiet {
    fn ended(&self, _: &Step, _: &Outcome) {}

    fn interrupted(&self) -> bool {
        false
    }
}
