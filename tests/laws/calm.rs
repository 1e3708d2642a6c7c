//! The laws about runs that nothing disturbs.

use super::holds;
use super::states::{RULES, State, states};
use super::world::{World, owner, permissive, wanted};
use crate::support::steward::cautious;
use crate::support::workspace::{File, TARGET, WORKSPACE};
use proptest::prelude::*;
use segctl::document::Provider;
use segctl::plan::{Plan, Policy};
use segctl::provider::Requests;
use segctl::report::{Planned, Report, TargetReport, Veil, json, text};
use segctl::source::Files;
use std::collections::BTreeSet;

/// After an apply, the plan is empty, and applying it sends nothing but reads.
#[test]
fn idempotent() {
    holds((states(), any::<bool>()), async |(state, prune): (State, bool)| {
        let policy = Policy { prune, ..permissive() };
        let world = World::of(&state).await?;
        world.converge(&policy).await?;
        world.sandbox.forget_requests();
        world.run(&policy).await?;
        none(&world.writes(), "a second apply writes")
    });
}

/// From any live state, an apply leads to what Git says.
#[test]
fn convergent() {
    holds(states(), async |state: State| {
        let world = World::of(&state).await?;
        world.converge(&permissive()).await?;
        world.is_as_in_git(&state).await
    });
}

/// Neither the order of files nor that of documents matters.
#[test]
fn order_free() {
    let shuffled = states().prop_flat_map(|state| {
        let documents = Just(state.documents()).prop_shuffle();
        (Just(state), documents, 1..4_usize)
    });
    holds(shuffled, async |(state, documents, each): (State, Vec<String>, usize)| {
        let mut world = World::of(&state).await?;
        let one = without_origins(world.plan(&cautious()).await?.1);
        world.desired = wanted(&in_files_of(each, &documents))?;
        let other = without_origins(world.plan(&cautious()).await?.1);
        equal(&format!("{one:?}"), &format!("{other:?}"))
    });
}

/// Writes go to objects with our mark and to the segments of rules that a document names; what is
/// foreign stays as it is.
#[test]
fn foreign_safe() {
    holds((states(), any::<bool>()), async |(state, prune): (State, bool)| {
        let world = World::of(&state).await?;
        let before = world.segments().await;
        let untouched = rules_without_document(&world, &state).await;
        world.sandbox.forget_requests();
        world.run(&Policy { prune, ..cautious() }).await?;
        let strange = strange_writes(&world, &state, &before).await;
        none(&strange, "it wrote what is not ours")?;
        let after = world.segments().await;
        let foreign = before.iter().filter(|it| owner(it).is_none() || is_copy(it));
        let lost: Vec<_> = foreign.filter(|it| !after.contains(it)).collect();
        none(&lost, "a foreign segment is not as it was")?;
        let now = rules_without_document(&world, &state).await;
        equal(&format!("{untouched:?}"), &format!("{now:?}"))
    });
}

/// A plan sends nothing but reads.
#[test]
fn plan_reads() {
    holds((states(), any::<bool>()), async |(state, free): (State, bool)| {
        let world = World::of(&state).await?;
        let policy = if free { permissive() } else { cautious() };
        world.plan(&policy).await?;
        none(&world.writes(), "a plan writes")?;
        let read = world.sandbox.requests().len();
        if read < 2 {
            return Err(format!("a plan without a look: {read} requests"));
        }
        Ok(())
    });
}

/// Two plans of one state are the same bytes.
#[test]
fn same_twice() {
    holds((states(), any::<bool>()), async |(state, free): (State, bool)| {
        let mut world = World::of(&state).await?;
        let policy = if free { permissive() } else { cautious() };
        let one = world.plan(&policy).await?.1;
        world.desired = wanted(&state.files())?;
        let other = world.plan(&policy).await?.1;
        equal(&format!("{one:?}"), &format!("{other:?}"))?;
        equal(&shown(one), &shown(other))
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

/// The plan as text and as JSON.
fn shown(plan: Plan) -> String {
    let planned = Planned::new(None, plan, Provider::Unleash, &Veil::lifted());
    let target = TargetReport {
        name: TARGET.to_owned(),
        provider: Provider::Unleash,
        url: String::new(),
        result: Err(segctl::provider::Failure::new(segctl::diagnostic::Code::Stale, "")),
        requests: Requests::default(),
    };
    let text = text::plan(&target, &planned, None);
    let nothing = Files::new();
    let report = Report {
        workspace: Some(WORKSPACE.to_owned()),
        targets: vec![TargetReport { result: Ok(planned), ..target }],
        ..Report::new("plan", &nothing)
    };
    let json = serde_json::to_string(&json::envelope(&report));
    text + &json.expect("an envelope is JSON")
}

/// A copy carries our mark, but is a stranger.
fn is_copy(segment: &serde_json::Value) -> bool {
    segment["name"].as_str().is_some_and(|it| it.starts_with("Copy of"))
}

/// Writes to other things than our segments and the rules of documents.
async fn strange_writes(
    world: &World,
    state: &State,
    before: &[serde_json::Value],
) -> Vec<(String, String)> {
    let ours = before.iter().filter(|it| owner(it).is_some() && !is_copy(it));
    let mut allowed: BTreeSet<(String, String)> = BTreeSet::new();
    for segment in ours {
        let path = format!("/api/admin/segments/{}", segment["id"]);
        allowed.insert(("PUT".to_owned(), path.clone()));
        allowed.insert(("DELETE".to_owned(), path));
    }
    allowed.insert(("POST".to_owned(), "/api/admin/segments".to_owned()));
    for (title, _) in RULES.iter().zip(&state.wanted).filter(|(_, it)| it.is_some()) {
        let id = world.rule(title).await["id"].clone();
        let id = id.as_str().unwrap_or_default();
        let flag = "/api/admin/projects/default/features/flag";
        let path = format!("{flag}/environments/development/strategies/{id}");
        allowed.insert(("PATCH".to_owned(), path));
    }
    let writes = world.writes().into_iter();
    writes.filter(|it| !allowed.contains(it)).collect()
}

async fn rules_without_document(world: &World, state: &State) -> Vec<serde_json::Value> {
    let mut rules = vec![world.rule(RULES[2]).await];
    for (title, _) in RULES.iter().zip(&state.wanted).filter(|(_, it)| it.is_none()) {
        rules.push(world.rule(title).await);
    }
    rules
}
