//! The laws about why a step is there.

use super::holds;
use super::scenery::name;
use super::states::{Standing, State, states};
use super::world::{World, permissive};
use proptest::prelude::*;
use segctl::desired::Desired;
use segctl::plan::{Action, Before, Plan, Policy, Step, Why, attribute};
use std::collections::BTreeSet;

/// A base of which all could be read.
fn whole(desired: &Desired) -> Before<'_> {
    Before { desired, is_whole: true }
}

/// Held against what Git says anyway, no step is a change; held against nothing, every document is
/// one. Each step and each orphan has a reason, and what is live changes no step.
#[test]
fn attributed() {
    holds(
        (histories(), any::<(bool, u8)>()),
        async |(state, (prune, had)): (State, (bool, u8))| {
            let world = World::of(&state).await?;
            let (live, plan) = world.plan(&Policy { prune, ..permissive() }).await?;
            let desired = &world.desired;
            let (some, nothing) = (part(desired, had), part(desired, 0));
            let of = |base: Option<&Desired>| {
                let mut plan = plan.clone();
                attribute(&mut plan, desired, base.map(whole), &live);
                plan
            };
            let steps = |plan: &Plan| {
                format!("{:?}", plan.steps.iter().map(|it| &it.id).collect::<Vec<_>>())
            };
            for plan in [of(None), of(Some(desired)), of(Some(&some)), of(Some(&nothing))] {
                let without = plan.steps.iter().filter(|it| it.why.is_empty()).map(|it| &it.id);
                none(without, "steps without a reason")?;
                let without = plan.orphans.iter().filter(|it| it.why.is_empty()).map(|it| &it.name);
                none(without, "orphans without a reason")?;
            }
            let same = of(Some(desired));
            leftovers(&state, &same)?;
            let changed = same.steps.iter().filter(|it| it.why.contains(&Why::Change));
            none(changed.map(|it| &it.id), "a change where nothing changed")?;
            same_but_for_the_change(&same, &of(Some(&renamed(desired))))?;
            let mut forgetful = live.clone();
            forgetful.unkept.insert("description");
            let mut kept = plan.clone();
            attribute(&mut kept, desired, Some(whole(desired)), &forgetful);
            let changed = kept.steps.iter().filter(|it| it.why.contains(&Why::Change));
            none(changed.map(|it| &it.id), "a change of what the system does not keep")?;
            let new = of(Some(&nothing));
            let documents = new.steps.iter().filter(|it| it.origin.is_some());
            let unchanged = documents.filter(|it| !it.why.contains(&Why::Change));
            none(unchanged.map(|it| &it.id), "a new document that is no change")?;
            let deleted = new.steps.iter().filter(|it| it.action == Action::Delete);
            let changed = deleted.filter(|it| it.why.contains(&Why::Change));
            none(changed.map(|it| &it.id), "a deletion of what the base did not have")?;
            if steps(&same) == steps(&plan) {
                Ok(())
            } else {
                Err("the steps are others".to_owned())
            }
        },
    );
}

fn none<T: std::fmt::Debug>(found: impl Iterator<Item = T>, complaint: &str) -> Result<(), String> {
    let found: Vec<T> = found.collect();
    if found.is_empty() { Ok(()) } else { Err(format!("{complaint}: {found:?}")) }
}

/// What a base says that had some of the documents, by the bits of `had`.
fn part(desired: &Desired, had: u8) -> Desired {
    let mut part = desired.clone();
    let mut bits = (0..8).cycle().map(|at| had >> at & 1 == 1);
    part.segments.retain(|_, _| bits.next() == Some(true));
    part.attachments.retain(|_, _| bits.next() == Some(true));
    part
}

/// A base in which every document has another name.
fn renamed(desired: &Desired) -> Desired {
    let other = |name: &String| format!("was-{name}");
    let mut base = Desired { segments: [].into(), attachments: [].into(), ..desired.clone() };
    base.segments.extend(desired.segments.iter().map(|(name, it)| (other(name), it.clone())));
    for (name, attachment) in &desired.attachments {
        let mut attachment = attachment.clone();
        for name in attachment.segments.iter_mut().chain(&mut attachment.not_in) {
            *name = other(name);
        }
        base.attachments.insert(other(name), attachment);
    }
    base
}

/// New names hide nothing of what was there before them.
fn same_but_for_the_change(same: &Plan, renamed: &Plan) -> Result<(), String> {
    let left = |step: &Step| step.why.iter().copied().filter(|it| *it != Why::Change).collect();
    let pairs = same.steps.iter().zip(&renamed.steps);
    // What is deleted has no document that could have another name.
    let pairs = pairs.filter(|(step, _)| step.origin.is_some());
    let hidden = pairs.filter(|(one, other)| {
        let (one, other): (BTreeSet<Why>, BTreeSet<Why>) = (left(one), left(other));
        one != other
    });
    none(hidden.map(|(one, other)| (&one.id, &one.why, &other.why)), "hidden by new names")
}

/// States in which much was merged and never applied, or applied and merged away.
fn histories() -> impl Strategy<Value = State> {
    let past = prop::array::uniform5(prop_oneof![
        3 => Just(Past::Any),
        1 => Just(Past::Applied),
        2 => Just(Past::Renamed),
    ]);
    (states(), past).prop_map(|(mut state, past)| {
        for (number, past) in (0..).zip(past) {
            let Some(content) = state.documents.get(&number).cloned() else { continue };
            let standing = match past {
                Past::Any => continue,
                Past::Applied => Standing::Written(content),
                Past::Renamed => Standing::OfOldName(content),
            };
            state.standing.insert(number, standing);
        }
        state
    })
}

/// What became of a document before this change.
#[derive(Clone, Copy, Debug)]
enum Past {
    /// Whatever the state says.
    Any,
    /// It is live.
    Applied,
    /// It is live, under another name: the new one was merged, and not applied.
    Renamed,
}

/// What is live as the documents say, under an old name alone, is left over from an earlier merge.
fn leftovers(state: &State, plan: &Plan) -> Result<(), String> {
    let is_renamed = |number: &u8| match (state.standing.get(number), state.documents.get(number)) {
        (Some(Standing::OfOldName(live)), Some(wanted)) => live == wanted,
        _ => false,
    };
    let renamed: Vec<String> =
        state.documents.keys().filter(|it| is_renamed(it)).map(|it| name(*it)).collect();
    let updates = plan.steps.iter().filter(|it| it.action == Action::Update);
    let of_renamed = updates.filter(|it| renamed.contains(&it.name));
    let others = of_renamed.filter(|it| it.why != BTreeSet::from([Why::Leftover]));
    none(others.map(|it| (&it.id, &it.why)), "a rename that is not left over")
}
