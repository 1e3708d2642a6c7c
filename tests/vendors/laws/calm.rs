//! The laws of runs that nothing disturbs.

use super::holds;
use super::states::{State, states};
use super::world::{World, permissive, rule_name, wanted};
use crate::support::steward::cautious;
use crate::support::workspace::File;
use crate::vendors::seen::{Seen, trespass};
use crate::vendors::vendor::Vendor;
use proptest::prelude::*;
use segctl::live::Live;
use segctl::plan::{Plan, Policy};

/// After an apply, the plan is empty, and applying it sends nothing but reads.
pub(crate) fn idempotent<V: Vendor>() {
    holds((states::<V>(), any::<bool>()), async |(state, prune): (State, bool)| {
        let policy = Policy { prune, ..permissive() };
        let world = World::<V>::of(&state).await?;
        world.converge(&policy).await?;
        world.sandbox.forget_requests();
        world.run(&policy).await?;
        none(&world.writes(), "a second apply writes")
    });
}

/// From any live state, an apply leads to what Git says.
pub(crate) fn convergent<V: Vendor>() {
    holds(states::<V>(), async |state: State| {
        let world = World::<V>::of(&state).await?;
        world.converge(&permissive()).await?;
        world.is_as_in_git(&state).await
    });
}

/// Neither the order of files nor that of documents matters.
pub(crate) fn order_free<V: Vendor>() {
    let shuffled = states::<V>().prop_flat_map(|state| {
        let documents = Just(state.texts::<V>()).prop_shuffle();
        (Just(state), documents, 1..4_usize)
    });
    holds(shuffled, async |(state, documents, each): (State, Vec<String>, usize)| {
        let mut world = World::<V>::of(&state).await?;
        let one = without_origins(world.plan(&cautious()).await?.1);
        world.desired = wanted::<V>(&in_files_of(each, &documents))?;
        let other = without_origins(world.plan(&cautious()).await?.1);
        equal(&format!("{one:?}"), &format!("{other:?}"))
    });
}

/// Writes go to objects with our mark and to the segments of rules that a document names; what is
/// foreign stays as it is.
pub(crate) fn foreign_safe<V: Vendor>() {
    holds((states::<V>(), any::<bool>()), async |(state, prune): (State, bool)| {
        let world = World::<V>::of(&state).await?;
        let policy = Policy { prune, ..cautious() };
        let before = world.look().await;
        let (live, plan) = world.plan(&policy).await?;
        world.run(&policy).await?;
        let after = world.look().await;
        trespass::<V>(&before, &after, &plan)?;
        unnamed_rules(&state, &before, &after, &live)
    });
}

/// Rules that no document names are as they were.
fn unnamed_rules(state: &State, before: &Seen, after: &Seen, live: &Live) -> Result<(), String> {
    let named = (0..state.wanted.len()).filter(|at| state.wanted[*at].is_some());
    let named: Vec<&str> = named
        .filter_map(|at| live.rules.get(&rule_name(at))?.as_ref().ok())
        .map(|rule| rule.id.as_str())
        .collect();
    for (id, on) in &before.on {
        if !named.contains(&id.as_str()) && after.on.get(id) != Some(on) {
            return Err(format!("the rule {id}, which no document names, was changed"));
        }
    }
    Ok(())
}

/// A plan sends nothing but reads.
pub(crate) fn plan_reads<V: Vendor>() {
    holds((states::<V>(), any::<bool>()), async |(state, free): (State, bool)| {
        let world = World::<V>::of(&state).await?;
        let policy = if free { permissive() } else { cautious() };
        let before = world.look().await;
        world.sandbox.forget_requests();
        world.plan(&policy).await?;
        none(&world.writes(), "a plan writes")?;
        let read = world.sandbox.requests().len();
        if read < 2 {
            return Err(format!("a plan without a look: {read} requests"));
        }
        equal(&format!("{before:?}"), &format!("{:?}", world.look().await))
    });
}

/// Two plans of one state are the same bytes.
pub(crate) fn same_twice<V: Vendor>() {
    holds((states::<V>(), any::<bool>()), async |(state, free): (State, bool)| {
        let mut world = World::<V>::of(&state).await?;
        let policy = if free { permissive() } else { cautious() };
        let one = world.plan(&policy).await?.1;
        world.desired = wanted::<V>(&state.files::<V>())?;
        let other = world.plan(&policy).await?.1;
        equal(&format!("{one:?}"), &format!("{other:?}"))
    });
}

fn none<T: std::fmt::Debug>(found: &[T], complaint: &str) -> Result<(), String> {
    if found.is_empty() { Ok(()) } else { Err(format!("{complaint}: {found:?}")) }
}

fn equal(one: &str, other: &str) -> Result<(), String> {
    if one == other { Ok(()) } else { Err(format!("these differ:\n{one}\n{other}")) }
}

fn in_files_of(each: usize, documents: &[String]) -> Vec<File> {
    let files = documents.chunks(each).enumerate();
    let path = |at: usize| format!("attachments/{}/{at}.yaml", at % 2);
    files.map(|(at, texts)| (path(at), texts.join("---\n"))).collect()
}

/// Where a document stands is said, and is all that may differ.
fn without_origins(mut plan: Plan) -> Plan {
    for step in &mut plan.steps {
        step.origin = None;
    }
    plan
}
