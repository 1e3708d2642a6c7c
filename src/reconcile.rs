//! Desired -> scope -> live -> plan, for one target.

use crate::desired::Desired;
use crate::live::{Live, Scope};
use crate::plan::{Plan, Policy, plan, plan_or_ask};
use crate::provider::{Failure, Reader};

/// Reads what `desired` needs and plans. Sends nothing but reads.
pub async fn reconcile<R: Reader>(
    desired: &Desired,
    policy: &Policy,
    reader: &R,
) -> Result<(Live, Plan), Failure> {
    let live = Live::read(reader, &Scope::of(desired)).await?;
    reconcile_from(live, desired, policy, reader).await
}

/// As [`reconcile`], from a look at what `desired` needs that was just had.
pub async fn reconcile_from<R: Reader>(
    mut live: Live,
    desired: &Desired,
    policy: &Policy,
    reader: &R,
) -> Result<(Live, Plan), Failure> {
    let plan = match plan_or_ask(desired, &live, policy) {
        Ok(plan) => plan,
        Err(questions) => {
            live.ask(reader, &questions).await?;
            plan(desired, &live, policy)
        }
    };
    Ok((live, plan))
}
