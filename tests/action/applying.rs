//! What was reviewed is applied, and nothing else.

use super::runner::{Job, Ran};
use super::stage::Stage;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// A pull request that was planned, and the artifact with its plan.
fn reviewed(stage: &Stage, values: &str) -> (Value, PathBuf) {
    stage.values(values);
    let event = stage.pull_request();
    let mut job = stage.job(&event);
    job.inputs.extend([("plan-file", "reviewed.plan"), ("targets", "local")]);
    let ran = job.run();
    assert_eq!(ran.code, 0, "{}", ran.log);
    let plan = stage.folder().join("reviewed.plan");
    let kept = ran.used.iter().find(|(_, with)| with["name"] == "segctl-plan");
    assert_eq!(kept.map(|(_, with)| Path::new(&with["path"])), Some(&*plan));
    (event, plan)
}

/// The same as that job, without a look at what was written before.
fn run(stage: &Stage, job: &Job<'_>) -> (i32, String) {
    stage.github.written();
    let ran = job.run();
    let found = ran.outputs["reviewed"]["run-id"].clone();
    assert!(found.is_empty() || found == "65", "of the run for the head: {found}");
    (ran.code, ran.log)
}

#[test]
fn a_merge_applies_the_plan_that_was_reviewed_once() {
    let stage = Stage::new();
    let (event, plan) = reviewed(&stage, "pro, team");
    stage.merge(&event);
    let (code, log) = run(&stage, &stage.apply(Some(&plan)));
    assert_eq!((code, stage.live()), (0, json!(["pro", "team"])), "{log}");
    // The pull request hears of it, though the event is a push.
    assert_eq!(stage.github.written(), ["POST /repos/acme/flags/issues/7/comments"]);

    let (code, log) = run(&stage, &stage.apply(Some(&plan)));
    assert_eq!(code, 0, "{log}");
    assert!(log.contains("there is nothing to apply"), "{log}");
}

/// What a run says of the base that it was held against, and of why the segment changes.
fn why(ran: &Ran) -> (Value, Value) {
    let report: Value = serde_json::from_str(&ran.report("json")).expect("a report");
    (report["base"].clone(), report["targets"][0]["steps"][0]["why"].clone())
}

#[test]
fn an_apply_says_which_steps_are_due_to_the_merge() {
    let stage = Stage::new();
    let (event, plan) = reviewed(&stage, "pro, team");
    stage.merge(&event);
    let job = stage.apply(Some(&plan));
    let ran = job.run();
    assert_eq!((ran.code, stage.live()), (0, json!(["pro", "team"])), "{}", ran.log);
    assert_eq!(why(&ran), (job.event["before"].clone(), json!(["change"])), "{}", ran.log);
    assert!(ran.summary.contains("| this change |"), "{}", ran.summary);
    assert!(ran.log.contains("why: changed since"), "{}", ran.log);
}

#[test]
fn the_commit_before_a_merge_is_fetched_where_the_checkout_lacks_it() {
    let stage = Stage::new();
    let (event, plan) = reviewed(&stage, "pro, team");
    stage.merge(&event);
    let job = stage.apply(Some(&plan));
    stage.cut_off();
    let ran = job.run();
    assert_eq!((ran.code, stage.live()), (0, json!(["pro", "team"])), "{}", ran.log);
    assert_eq!(why(&ran), (job.event["before"].clone(), json!(["change"])), "{}", ran.log);
    assert!(!ran.log.contains("the-token"), "{}", ran.log);
}

#[test]
fn without_the_commit_before_a_merge_it_is_applied_all_the_same() {
    let nowhere = "0".repeat(40);
    for before in [None, Some(nowhere), Some("--output=x".to_owned())] {
        let stage = Stage::new();
        let (event, plan) = reviewed(&stage, "pro, team");
        stage.merge(&event);
        let mut job = stage.apply(Some(&plan));
        fs::remove_dir_all(stage.cut_off()).expect("an origin");
        if let Some(before) = before {
            job.event["before"] = before.into();
        }
        let ran = job.run();
        assert_eq!((ran.code, stage.live()), (0, json!(["pro", "team"])), "{}", ran.log);
        assert_eq!(why(&ran), (Value::Null, json!(["unknown"])), "{}", ran.log);
    }
}

/// A base that the user names is theirs, however they name it.
#[test]
fn a_base_of_the_user_goes_before_the_commit_before() {
    for (input, value) in [("base", "HEAD"), ("args", "--base=HEAD"), ("args", "--base\nHEAD")] {
        let stage = Stage::new();
        let (event, plan) = reviewed(&stage, "pro, team");
        stage.merge(&event);
        let mut job = stage.apply(Some(&plan));
        job.inputs.insert(input, value);
        let ran = job.run();
        assert_eq!((ran.code, stage.live()), (0, json!(["pro", "team"])), "{}", ran.log);
        assert_eq!(why(&ran), (json!("HEAD"), json!(["leftover"])), "{}", ran.log);
    }
}

#[test]
fn a_plan_is_stale_when_somebody_changed_the_live_system_since() {
    let stage = Stage::new();
    let (event, plan) = reviewed(&stage, "pro, team");
    stage.merge(&event);
    stage.by_hand(&["pro", "eve"]);
    let (code, log) = run(&stage, &stage.apply(Some(&plan)));
    assert_eq!((code, stage.live()), (5, json!(["pro", "eve"])), "{log}");
    assert!(log.contains("are not those that were reviewed"), "{log}");
}

#[test]
fn a_plan_is_stale_when_another_merge_added_steps() {
    let stage = Stage::new();
    let (event, plan) = reviewed(&stage, "pro, team");
    stage.git(&["checkout", "-q", "main"]);
    let document = fs::read_to_string(stage.folder().join("segments/beta.yaml"));
    let other = document.expect("a document").replace("name: beta", "name: gamma");
    stage.write("segments/gamma.yaml", &other);
    stage.commit();
    stage.merge(&event);
    let (code, log) = run(&stage, &stage.apply(Some(&plan)));
    assert_eq!((code, stage.live()), (5, json!(["pro"])), "{log}");
}

/// Whoever may push a branch may change its workflow, and leave any file as the artifact.
#[test]
fn a_forged_plan_is_not_applied() {
    let stage = Stage::new();
    let (event, plan) = reviewed(&stage, "pro, team");
    // A plan that is in order, of documents that nobody reviewed.
    stage.values("pro, team, everyone");
    stage.segctl(&["plan", "--out", "forged.plan"]);
    stage.git(&["checkout", "-q", "."]);
    stage.merge(&event);
    let (code, log) = run(&stage, &stage.apply(Some(&stage.folder().join("forged.plan"))));
    assert_eq!((code, stage.live()), (5, json!(["pro"])), "{log}");

    fs::write(&plan, "{}").expect("a file");
    let (code, log) = run(&stage, &stage.apply(Some(&plan)));
    assert_eq!((code, stage.live()), (3, json!(["pro"])), "{log}");
}

#[test]
fn without_a_reviewed_plan_nothing_is_applied() {
    let stage = Stage::new();
    let (event, _) = reviewed(&stage, "pro, team");
    stage.merge(&event);
    // The pull request of a fork leaves no plan, for it saw no secret.
    stage.github.held().artifacts.truncate(1);
    let (code, log) = run(&stage, &stage.apply(None));
    assert_eq!((code, stage.live()), (5, json!(["pro"])), "{log}");
    assert!(log.contains("start the workflow by hand"), "{log}");

    // Nor where GitHub does not say what was reviewed.
    stage.github.held().is_closed = true;
    let ran = stage.apply(None).run();
    assert_eq!(stage.live(), json!(["pro"]), "{}", ran.log);
    assert!(ran.code != 0 && !ran.names.contains(&"Run segctl".to_owned()), "{}", ran.log);
    stage.github.held().is_closed = false;

    // By hand, it is applied as it is.
    let mut job = stage.apply(None);
    job.inputs.remove("plan-file");
    let ran = job.run();
    assert_eq!((ran.code, stage.live()), (0, json!(["pro", "team"])), "{}", ran.log);
    assert!(ran.summary.starts_with("<!-- segctl:apply:acme-web -->"), "{}", ran.summary);
}

/// What trips the guard is applied when a person says so, and `plan` knows no such thing.
#[test]
fn what_trips_the_guard_is_applied_by_a_person_alone() {
    let stage = Stage::new();
    let many = stage.with_many_values();
    stage.commit();
    let (event, plan) = reviewed(&stage, "pro");
    stage.merge(&event);
    let (code, log) = run(&stage, &stage.apply(Some(&plan)));
    assert_eq!((code, stage.live()), (7, json!(many)), "{log}");
    let mut job = stage.apply(Some(&plan));
    job.inputs.insert("force-guard", "true");
    let (code, log) = run(&stage, &job);
    assert_eq!((code, stage.live()), (0, json!(["pro"])), "{log}");

    // By hand, without a reviewed plan.
    stage.by_hand(&many);
    for (force, code, live) in [("false", 7, json!(many)), ("true", 0, json!(["pro"]))] {
        let mut job = stage.apply(None);
        job.inputs.remove("plan-file");
        job.inputs.insert("force-guard", force);
        let ran = job.run();
        assert_eq!((ran.code, stage.live()), (code, live), "{force}: {}", ran.log);
    }
    let mut job = stage.job(&event);
    job.inputs.insert("force-guard", "true");
    let ran = job.run();
    assert_eq!(ran.code, 0, "{}", ran.log);
}
