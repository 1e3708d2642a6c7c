//! Plans and applies through the library, as the commands do.

use super::workspace::TARGET;
use segctl::apply::{Applied, Outcome, Progress, apply};
use segctl::desired::Desired;
use segctl::document::Provider;
use segctl::live::{FoundRule, Live};
use segctl::plan::{Plan, Policy, Step};
use segctl::provider::{AnyReader, Connect, Failure, Reader as _, connect};
use segctl::reconcile::reconcile;
use std::collections::BTreeSet;

/// Keeps one server equal to desired states.
#[derive(Debug)]
pub(crate) struct Steward {
    reader: AnyReader,
}

impl Steward {
    pub(crate) fn new(url: &str, token: &str) -> Self {
        Self::with_parallelism(url, token, 4)
    }

    pub(crate) fn with_parallelism(url: &str, token: &str, parallelism: usize) -> Self {
        let url = url.parse().expect("the url of a server");
        Self::of(Provider::Unleash, &Connect::new(url, [("token", token)], parallelism))
    }

    /// Keeps the system of `provider` that `to` names.
    pub(crate) fn of(provider: Provider, to: &Connect) -> Self {
        let reader = connect(provider, to);
        Self { reader: reader.expect("secrets that can stand in a header") }
    }

    /// Reads and plans.
    pub(crate) async fn plan(
        &self,
        desired: &Desired,
        policy: &Policy,
    ) -> Result<(Live, Plan), Failure> {
        reconcile(desired, policy, &self.reader).await
    }

    /// Finds the rules that have any of the live segments, as an import does.
    pub(crate) async fn find_rules(&self, live: &Live) -> Result<Vec<FoundRule>, Failure> {
        let ids: BTreeSet<String> = live.segments.iter().map(|it| it.id.clone()).collect();
        self.reader.find_rules(&ids).await
    }

    /// The endpoints that were asked so far, by method and path.
    pub(crate) fn asked(&self) -> BTreeSet<String> {
        self.reader.requests().0.into_keys().collect()
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
