//! Known troubles, one by one: what a server can do to a run, and what the run makes of it.

use super::RUNTIME;
use super::world::World;
use crate::laws::states::{Constraint, Content, State};
use crate::support::steward::{Steward, cautious};
use segctl::apply::{Applied, Outcome};
use segctl::diagnostic::Code;
use segctl::plan::Policy;
use segctl::sandbox::{Fault, FaultKind, Matching, Sandbox};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;
use std::time::{Duration, Instant};

/// How often two applies race at most, and how often they must have collided.
const RACES: usize = 60;
const COLLISIONS: usize = 5;

/// Documents with these numbers, none of them live, and two of them on a rule.
fn wish(numbers: std::ops::Range<u8>) -> State {
    let list = Constraint::List("IN", BTreeSet::from(["a"]));
    let content = Content {
        description: Some("About.".to_owned()),
        scoped: false,
        constraints: BTreeMap::from([("userId", list)]),
    };
    State {
        wanted: [Some(numbers.clone().take(2).collect()), None],
        documents: numbers.map(|it| (it, content.clone())).collect(),
        standing: BTreeMap::new(),
        strangers: vec![content],
        attached: [BTreeSet::new(), BTreeSet::new()],
    }
}

async fn world(state: &State) -> World {
    World::of(state).await.expect("the documents are valid")
}

fn status(code: u16, retry_after: Option<u32>) -> FaultKind {
    FaultKind::Status {
        code,
        retry_after,
        body: r#"{"name":"Trouble","message":"trouble"}"#.to_owned(),
    }
}

fn once(on: Matching, after: usize, kind: FaultKind) -> Fault {
    Fault { on, after, kind, times: 1 }
}

fn names(segments: &[serde_json::Value]) -> BTreeSet<&str> {
    segments.iter().filter_map(|it| it["name"].as_str()).collect()
}

#[tokio::test]
async fn a_429_is_waited_for_as_long_as_the_server_asks() {
    let state = wish(0..2);
    for on in [Matching::AnyRequest, Matching::AnyWrite] {
        let world = world(&state).await;
        world.sandbox.faults().set(Some(once(on.clone(), 0, status(429, Some(1)))));
        let start = Instant::now();
        world.converge(&cautious()).await.expect("a run that waits");
        assert!(start.elapsed() >= Duration::from_secs(1), "{on:?} was not waited for");
        world.is_as_in_git(&state).await.expect("what Git says");
    }
}

#[tokio::test]
async fn a_500_on_a_read_is_tried_again() {
    let state = wish(0..2);
    let world = world(&state).await;
    world.sandbox.faults().set(Some(once(Matching::AnyRequest, 1, status(500, None))));
    world.converge(&cautious()).await.expect("a run that tries again");
    let failed = world.sandbox.requests().iter().filter(|it| it.status == Some(500)).count();
    assert_eq!(failed, 1);
}

#[tokio::test]
async fn a_creation_without_an_answer_makes_no_twin() {
    let state = wish(0..3);
    for kind in [FaultKind::CutAfter, FaultKind::CutBefore, status(500, None)] {
        let world = world(&state).await;
        world.sandbox.faults().set(Some(once(Matching::AnyWrite, 1, kind.clone())));
        world.converge(&cautious()).await.unwrap_or_else(|it| panic!("{kind:?}: {it}"));
        world.is_as_in_git(&state).await.unwrap_or_else(|it| panic!("{kind:?}: {it}"));
    }
}

#[tokio::test]
async fn an_attachment_without_an_answer_is_settled_by_a_look() {
    let state = wish(0..2);
    for kind in [FaultKind::CutAfter, FaultKind::CutBefore] {
        let world = world(&state).await;
        // The two creations pass.
        world.sandbox.faults().set(Some(once(Matching::AnyWrite, 2, kind.clone())));
        let applied = world.run(&cautious()).await.expect("a plan");
        // Not done, it is tried again: the `test` of the patch makes that harmless.
        assert!(applied.converged(), "{kind:?}: {applied:?}");
        world.is_as_in_git(&state).await.expect("what Git says");
    }
}

#[tokio::test]
async fn a_401_in_the_middle_ends_the_run() {
    let world = world(&wish(0..5)).await;
    let steward = Steward::with_parallelism(world.sandbox.url(), Sandbox::TOKEN, 1);
    let planned = steward.plan(&world.desired, &cautious()).await.expect("a plan");
    world.sandbox.faults().set(Some(Fault {
        on: Matching::AnyWrite,
        after: 2,
        kind: status(401, None),
        times: usize::MAX,
    }));
    let applied = steward.apply(&planned, &world.desired, &cautious()).await;
    let failures: Vec<_> = applied.failures().collect();
    assert!(failures.iter().all(|it| it.code == Code::Unauthorized), "{failures:?}");
    assert!(!failures.is_empty() && !applied.converged());
    assert_eq!(applied.done(), 2);
    // Nothing was sent after the answer.
    let writes = world.writes();
    assert_eq!(writes.len(), 3, "{writes:?}");
    assert!(stopped(&applied) >= 1, "{applied:?}");
}

/// How many steps were not begun.
fn stopped(applied: &Applied) -> usize {
    let outcomes = applied.outcomes.values();
    outcomes.filter(|it| matches!(it, Outcome::Stopped | Outcome::Skipped(_))).count()
}

/// The dearest mistake: a list that could not be read reads as "everything is gone".
#[tokio::test]
async fn a_list_that_fails_is_never_empty() {
    let answers = [
        (401, r#"{"message":"no"}"#),
        (403, r#"{"message":"no"}"#),
        (404, r#"{"message":"no"}"#),
        (200, "{}"),
        (200, "[]"),
        (200, "null"),
        (200, r#"{"segments":null}"#),
        (200, r#"{"segments":[{"id":1}]}"#),
        (200, r#"{"segments":["#),
        (200, "<!doctype html>"),
        (200, ""),
        (204, ""),
        (302, ""),
    ];
    let state = wish(0..2);
    let world = world(&state).await;
    world.converge(&cautious()).await.expect("a first run");
    let steward = Steward::with_parallelism(world.sandbox.url(), Sandbox::TOKEN, 1);
    let policy = Policy { prune: true, ..cautious() };
    // One at a time, a plan asks for the settings, the segments and the flag.
    for at in 0..3 {
        for (code, body) in answers {
            if at == 2 && code == 404 {
                continue; // A flag may be missing; see the next test.
            }
            let kind = FaultKind::Status { code, retry_after: None, body: body.to_owned() };
            world.sandbox.faults().set(Some(once(Matching::AnyRequest, at, kind)));
            let planned = steward.plan(&world.desired, &policy).await;
            assert!(
                planned.is_err(),
                "request {at}, {code} {body:?}: {:?}",
                planned.map(|it| it.1)
            );
        }
    }
}

#[tokio::test]
async fn a_flag_that_is_missing_refuses_its_rule_and_nothing_else() {
    let world = world(&wish(0..2)).await;
    let steward = Steward::with_parallelism(world.sandbox.url(), Sandbox::TOKEN, 1);
    world.sandbox.faults().set(Some(once(Matching::AnyRequest, 2, status(404, None))));
    let (_, plan) = steward.plan(&world.desired, &cautious()).await.expect("a plan");
    let refused: Vec<_> = plan.refused().filter_map(|it| it.refusal.as_ref()).collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!((refused[0].code, plan.planned().count()), (Code::FlagNotFound, 2));
}

/// Two runs see a name free and both take it; the server lets them.
#[test]
fn two_applies_at_once_make_no_name_twice() {
    let mut collisions = 0;
    for _ in 0..RACES {
        collisions += usize::from(race());
        if collisions == COLLISIONS {
            return;
        }
    }
    panic!("{RACES} races had {collisions} collisions, which shows nothing");
}

/// Two applies at once, each in a thread of its own; whether both made the same segment.
fn race() -> bool {
    let state = wish(0..5);
    let policy = cautious();
    let world = RUNTIME.block_on(world(&state));
    let start = Barrier::new(2);
    let run = || {
        let steward = Steward::new(world.sandbox.url(), Sandbox::TOKEN);
        let planned = RUNTIME.block_on(steward.plan(&world.desired, &policy));
        let planned = planned.expect("a plan");
        start.wait();
        RUNTIME.block_on(steward.apply(&planned, &world.desired, &policy))
    };
    let both = std::thread::scope(|scope| {
        let other = scope.spawn(run);
        (run(), other.join().expect("a run that ends"))
    });
    RUNTIME.block_on(async {
        let segments = world.segments().await;
        assert_eq!(names(&segments).len(), segments.len(), "{segments:?}\n{both:?}");
        let requests = world.sandbox.requests();
        let made = requests.iter().filter(|it| it.status == Some(201)).count();
        world.converge(&policy).await.expect("a third run");
        world.is_as_in_git(&state).await.expect("what Git says");
        made > state.documents.len()
    })
}
