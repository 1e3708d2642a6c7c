//! The law about why a step is there.

use super::holds;
use super::states::{State, states};
use super::world::{World, permissive};
use proptest::prelude::*;
use segctl::desired::Desired;
use segctl::plan::{Action, Plan, Policy, Why, attribute};
use std::collections::BTreeMap;

/// Held against what Git says anyway, no step is a change; held against nothing, every document is
/// one. Each step and each orphan has a reason, and what is live changes no step.
#[test]
fn attributed() {
    holds((states(), any::<bool>()), async |(state, prune): (State, bool)| {
        let world = World::of(&state).await?;
        let (live, plan) = world.plan(&Policy { prune, ..permissive() }).await?;
        let desired = &world.desired;
        let nothing =
            Desired { segments: BTreeMap::new(), attachments: BTreeMap::new(), ..desired.clone() };
        let of = |base: Option<&Desired>| {
            let mut plan = plan.clone();
            attribute(&mut plan, desired, base, &live);
            plan
        };
        let steps =
            |plan: &Plan| format!("{:?}", plan.steps.iter().map(|it| &it.id).collect::<Vec<_>>());
        for plan in [of(None), of(Some(desired)), of(Some(&nothing))] {
            let without = plan.steps.iter().filter(|it| it.why.is_empty()).map(|it| &it.id);
            none(without, "steps without a reason")?;
            let without = plan.orphans.iter().filter(|it| it.why.is_empty()).map(|it| &it.name);
            none(without, "orphans without a reason")?;
        }
        let same = of(Some(desired));
        let changed = same.steps.iter().filter(|it| it.why.contains(&Why::Change));
        none(changed.map(|it| &it.id), "a change where nothing changed")?;
        let new = of(Some(&nothing));
        let documents = new.steps.iter().filter(|it| it.origin.is_some());
        let unchanged = documents.filter(|it| !it.why.contains(&Why::Change));
        none(unchanged.map(|it| &it.id), "a new document that is no change")?;
        let deleted = new.steps.iter().filter(|it| it.action == Action::Delete);
        let changed = deleted.filter(|it| it.why.contains(&Why::Change));
        none(changed.map(|it| &it.id), "a deletion of what the base did not have")?;
        if steps(&same) == steps(&plan) { Ok(()) } else { Err("the steps are others".to_owned()) }
    });
}

fn none<T: std::fmt::Debug>(found: impl Iterator<Item = T>, complaint: &str) -> Result<(), String> {
    let found: Vec<T> = found.collect();
    if found.is_empty() { Ok(()) } else { Err(format!("{complaint}: {found:?}")) }
}
