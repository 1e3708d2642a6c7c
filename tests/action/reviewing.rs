//! What a reviewer of a pull request gets to see.

use super::stage::Stage;
use serde_json::json;

const MARKER: &str = "<!-- segctl:plan:acme-web -->";
const BOT: &str = "github-actions[bot]";

#[test]
fn one_comment_says_what_a_merge_would_do_and_is_updated_in_place() {
    let stage = Stage::new();
    stage.values("pro, team");
    let event = stage.pull_request();
    let ran = stage.plan(&event);
    assert_eq!((ran.code, ran.output("changes")), (0, "true"), "{}", ran.log);
    assert_eq!(stage.github.written(), ["POST /repos/acme/flags/issues/7/comments"]);
    let head = event["pull_request"]["head"]["sha"].as_str().expect("a commit");
    let body = stage.github.held().comments[0]["body"].as_str().unwrap_or_default().to_owned();
    assert!(body.starts_with(MARKER) && body.contains("beta"), "{body}");
    assert!(body.contains(&format!("Commit {}", &head[..12])), "{body}");
    assert!(body.contains("https://github.example/acme/flags/actions/runs/99"), "{body}");
    assert!(ran.summary.starts_with(MARKER), "{}", ran.summary);
    assert!(ran.report("html").contains("beta"));
    assert!(ran.report("json").contains("\"change\""), "each step says why it is there");

    stage.values("pro, team, trial");
    let ran = stage.plan(&stage.pull_request());
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert_eq!(stage.github.written(), ["PATCH /repos/acme/flags/issues/comments/1000"]);
    let held = stage.github.held();
    assert_eq!(held.comments.len(), 1);
    assert!(held.comments[0]["body"].as_str().is_some_and(|it| it.contains("trial")));
}

#[test]
fn the_comment_is_found_on_any_page_and_copies_by_others_are_left_alone() {
    let stage = Stage::new();
    let before = format!("{MARKER}\nAn older plan.");
    stage.github.comment("mallory", &before);
    for number in 0..230 {
        stage.github.comment("ada", &format!("Remark {number}"));
    }
    // Of the same robot, for another workspace, and one that quotes the marker.
    stage.github.comment(BOT, "<!-- segctl:plan:acme-app -->\nAnother plan.");
    stage.github.comment(BOT, &format!("See {before}"));
    // GitHub stores what was edited on its pages with carriage returns.
    let ours = stage.github.comment(BOT, &before.replace('\n', "\r\n"));
    stage.github.comment("mallory[bot]", &before);
    let others: Vec<_> = {
        let held = stage.github.held();
        held.comments.iter().filter(|it| it["id"] != ours).cloned().collect()
    };
    stage.values("pro, team");
    let ran = stage.plan(&stage.pull_request());
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert_eq!(stage.github.written(), [format!("PATCH /repos/acme/flags/issues/comments/{ours}")]);
    let held = stage.github.held();
    let left: Vec<_> = held.comments.iter().filter(|it| it["id"] != ours).cloned().collect();
    assert_eq!(left, others);
}

#[test]
fn without_changes_no_comment_is_posted_but_an_old_one_is_brought_up_to_date() {
    let stage = Stage::new();
    stage.write("README.md", "Segments.\n");
    let event = stage.pull_request();
    let ran = stage.plan(&event);
    assert_eq!((ran.code, ran.output("changes")), (0, "false"), "{}", ran.log);
    assert_eq!(stage.github.written(), [""; 0]);
    assert!(ran.summary.contains("No changes"), "{}", ran.summary);

    stage.github.comment(BOT, &format!("{MARKER}\n1 to change."));
    stage.plan(&event);
    assert_eq!(stage.github.written(), ["PATCH /repos/acme/flags/issues/comments/1000"]);
    let held = stage.github.held();
    let body = held.comments[0]["body"].as_str().unwrap_or_default();
    assert!(body.contains("No changes"), "{body}");
}

#[test]
fn a_segment_that_is_only_taken_out_of_git_is_said() {
    let stage = Stage::new();
    let path = stage.folder().join("segments/beta.yaml");
    let document = std::fs::read_to_string(&path).expect("a document");
    stage.write("segments/gamma.yaml", &document.replace("name: beta", "name: gamma"));
    stage.commit();
    assert_eq!(stage.code(&["apply", "--auto-approve"]), Some(0));
    std::fs::remove_file(path).expect("a document");
    let event = stage.pull_request();
    let ran = stage.plan(&event);
    assert_eq!((ran.code, ran.output("changes")), (0, "false"), "{}", ran.log);
    assert_eq!(stage.github.written(), ["POST /repos/acme/flags/issues/7/comments"]);
    let said =
        "**No changes. 1 document unchanged. 1 orphan stays: managed, and no longer in Git.**";
    let body = stage.github.held().comments[0]["body"].as_str().unwrap_or_default().to_owned();
    assert!(body.contains(said), "{body}");
    assert!(ran.summary.contains(said), "{}", ran.summary);

    // The next change, after the merge, did not do that; without a base nobody knows.
    stage.merge(&event);
    stage.github.held().comments.clear();
    stage.write("README.md", "Segments.\n");
    let event = stage.pull_request();
    stage.plan(&event);
    assert_eq!(stage.github.written(), [""; 0]);
    let mut job = stage.job(&event);
    job.inputs.insert("base", "none");
    job.run();
    assert_eq!(stage.github.written(), ["POST /repos/acme/flags/issues/7/comments"]);
}

#[test]
fn invalid_documents_fail_the_job_after_everything_was_written() {
    let stage = Stage::new();
    stage.write("segments/beta.yaml", "apiVersion: segctl.dev/v1\nkind: Segment\nspec: {}\n");
    let event = stage.pull_request();
    let mut job = stage.job(&event);
    job.inputs.insert("sarif", "true");
    let ran = job.run();
    assert_eq!((ran.code, ran.output("exit-code")), (3, "3"), "{}", ran.log);
    assert_eq!(stage.github.written(), ["POST /repos/acme/flags/issues/7/comments"]);
    let held = stage.github.held();
    let body = held.comments[0]["body"].as_str().unwrap_or_default();
    assert!(body.starts_with(MARKER) && body.contains("missing-field"), "{body}");
    assert!(ran.summary.contains("missing-field"), "{}", ran.summary);
    // Annotations, at the place in the file.
    assert!(ran.log.contains("\n::error file=segments/beta.yaml,line="), "{}", ran.log);
    let sarif = ran.given("github/codeql-action/upload-sarif@").expect("it is uploaded");
    assert_eq!(sarif["sarif_file"], ran.output("sarif"));
    assert!(ran.report("sarif").contains("missing-field"));
    assert!(ran.given("actions/upload-artifact@").is_some());
}

#[test]
fn a_refused_step_fails_the_job_after_everything_was_written() {
    let stage = Stage::new();
    stage.by_hand_made("legacy");
    let document = std::fs::read_to_string(stage.folder().join("segments/beta.yaml"));
    let document =
        document.expect("the document of the base").replace("name: beta", "name: legacy");
    stage.write("segments/legacy.yaml", &document);
    let ran = stage.plan(&stage.pull_request());
    assert_eq!((ran.code, ran.output("exit-code")), (3, "3"), "{}", ran.log);
    assert_eq!(stage.github.written(), ["POST /repos/acme/flags/issues/7/comments"]);
    assert!(ran.summary.contains("would-overwrite"), "{}", ran.summary);
}

#[test]
fn changes_fail_the_job_only_where_that_is_wanted() {
    let stage = Stage::new();
    stage.values("pro, team");
    let event = stage.pull_request();
    let mut job = stage.job(&event);
    job.inputs.extend([("fail-on", "changes"), ("comment", "false"), ("artifact", "")]);
    let ran = job.run();
    assert_eq!(ran.code, 2, "{}", ran.log);
    assert_eq!(stage.github.written(), [""; 0]);
    assert!(ran.used.is_empty(), "{:?}", ran.used);
}

#[test]
fn a_comment_that_cannot_be_written_fails_the_job() {
    let stage = Stage::new();
    stage.values("pro, team");
    stage.github.held().reads_only = true;
    let ran = stage.plan(&stage.pull_request());
    assert_ne!(ran.code, 0);
    assert!(ran.log.contains("403"), "{}", ran.log);
    assert!(ran.names.contains(&"End as segctl ended".to_owned()));
}

#[test]
fn where_comments_cannot_be_read_no_second_one_is_written() {
    let stage = Stage::new();
    stage.values("pro, team");
    stage.github.held().is_closed = true;
    let ran = stage.plan(&stage.pull_request());
    assert_ne!(ran.code, 0);
    assert_eq!(stage.github.held().asked, ["GET /repos/acme/flags/issues/7/comments"]);
    assert!(ran.log.contains("403") && !ran.log.contains("the-token"), "{}", ran.log);
}

#[test]
fn arguments_and_targets_reach_segctl_as_they_were_given() {
    let stage = Stage::new();
    stage.values("pro, team");
    let event = stage.pull_request();
    let mut job = stage.job(&event);
    job.inputs.extend([("targets", "local\n"), ("args", "--selector=team=growth\n--verbose\n")]);
    let ran = job.run();
    assert_eq!((ran.code, ran.output("changes")), (0, "false"), "{}", ran.log);
    let mut job = stage.job(&event);
    job.inputs.insert("targets", "elsewhere");
    let ran = job.run();
    assert_eq!((ran.code, ran.output("exit-code")), (64, "64"), "{}", ran.log);
    assert!(ran.log.contains("no target `elsewhere`"), "{}", ran.log);
}

#[test]
fn what_a_run_said_that_knew_no_workspace_is_taken_back() {
    const NAMELESS: &str = "<!-- segctl:plan: -->\nThere is no workspace.";
    let stage = Stage::new();
    stage.values("pro, team");
    let event = stage.pull_request();
    stage.github.comment("mallory", NAMELESS);
    stage.github.comment(BOT, NAMELESS);
    stage.plan(&event);
    assert_eq!(stage.github.written(), ["PATCH /repos/acme/flags/issues/comments/1001"]);
    stage.github.comment(BOT, NAMELESS);
    stage.plan(&event);
    let asked = stage.github.written();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert_eq!(asked[0], "DELETE /repos/acme/flags/issues/comments/1002");
    assert_eq!(asked[1], "PATCH /repos/acme/flags/issues/comments/1001");
    assert_eq!(stage.github.held().comments.len(), 2);

    // One that fails so says it once, however often it runs.
    std::fs::remove_file(stage.folder().join("segctl.yaml")).expect("a workspace");
    for written in
        ["POST /repos/acme/flags/issues/7/comments", "PATCH /repos/acme/flags/issues/comments/1002"]
    {
        assert_ne!(stage.plan(&event).code, 0);
        assert_eq!(stage.github.written(), [written]);
    }
}

#[test]
fn drift_keeps_one_issue_until_it_is_gone() {
    let stage = Stage::new();
    let nightly = || {
        let mut job = stage.job(&json!({"schedule": "0 3 * * *"}));
        job.inputs.extend([("command", "drift"), ("issue", "true")]);
        (job.event_name, job.reference) = ("schedule", "refs/heads/main");
        job.run()
    };
    stage.github.issue("mallory", "<!-- segctl:drift:acme-web -->\nNot ours.");
    assert_eq!((nightly().code, stage.github.written()), (0, vec![]));

    stage.by_hand(&["pro", "team"]);
    let ran = nightly();
    assert_eq!(stage.github.written(), ["POST /repos/acme/flags/issues"], "{}", ran.log);
    assert_eq!(stage.github.held().issues[1]["title"], "Drift in acme-web");
    nightly();
    assert_eq!(stage.github.written(), ["PATCH /repos/acme/flags/issues/1001"]);

    stage.segctl(&["apply", "--auto-approve"]);
    nightly();
    assert_eq!(stage.github.written(), ["PATCH /repos/acme/flags/issues/1001"]);
    let held = stage.github.held();
    let states: Vec<_> = held.issues.iter().map(|it| it["state"].clone()).collect();
    assert_eq!(states, ["open", "closed"]);
}
