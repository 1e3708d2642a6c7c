//! Law 3: whatever ends a run after whichever request, the next run goes on where it stopped.

use super::holds;
use super::states::{State, states};
use super::world::{NEIGHBOUR, World, permissive};
use crate::vendors::vendor::Vendor;
use proptest::prelude::*;
use segctl::sandbox::{Fault, FaultKind, Matching};
use std::time::Duration;

/// How a run ends.
#[derive(Clone, Copy, Debug)]
enum End {
    /// The run is killed, together with everything that it still wanted to send.
    Killed,
    /// One answer is lost, and the run goes on as it can.
    Disturbed,
}

/// Nothing is doubled and nothing is lost, whether the last request was done or not.
pub(crate) fn crash_safe<V: Vendor>() {
    let ends = prop_oneof![3 => Just(End::Killed), 1 => Just(End::Disturbed)];
    let kinds = prop_oneof![Just(FaultKind::CutBefore), Just(FaultKind::CutAfter)];
    let cases = (states::<V>(), 0..6_usize, kinds, ends);
    holds(cases, async |(state, after, kind, end): (State, usize, FaultKind, End)| {
        let world = World::<V>::of(&state).await?;
        let neighbour = world.look().await.segments.get(NEIGHBOUR).cloned();
        world.sandbox.faults().set(Some(Fault {
            on: Matching::AnyWrite,
            after,
            kind,
            times: match end {
                End::Killed => usize::MAX,
                End::Disturbed => 1,
            },
        }));
        match end {
            End::Killed => kill_at_the_fault(&world).await?,
            End::Disturbed => drop(world.run(&permissive()).await),
        }
        world.sandbox.faults().set(None);
        world.converge(&permissive()).await?;
        world.is_as_in_git(&state).await?;
        let now = world.look().await.segments.get(NEIGHBOUR).cloned();
        if now == neighbour { Ok(()) } else { Err(format!("the neighbour is now {now:?}")) }
    });
}

/// Runs segctl and drops the run as soon as a request was cut.
async fn kill_at_the_fault<V: Vendor>(world: &World<V>) -> Result<(), String> {
    let policy = permissive();
    let run = world.run(&policy);
    let cut = async {
        while world.sandbox.requests().iter().all(|it| it.status.is_some()) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        // A plan whose sign-in is cut fails.
        ended = run => drop(ended),
        () = cut => {}
    }
    // What had arrived at the server is still done there.
    tokio::time::sleep(Duration::from_millis(30)).await;
    Ok(())
}
