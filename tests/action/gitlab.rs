//! The script for GitLab, against an imitation of its notes.

use super::runner::yaml;
use super::stage::Stage;
use crate::support::scratch::{SEGCTL, clean, repository};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Json, Response};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Who the token writes as.
const ME: u32 = 42;

const NOTES: &str = "/projects/5/merge_requests/7/notes";

/// The notes of the merge request, and whether they can be read.
#[derive(Debug, Default)]
struct Held {
    notes: Vec<Value>,
    is_closed: bool,
}

type Shared = Arc<Mutex<Held>>;

async fn answer(
    State(held): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut held = held.lock().expect("no test panics while it holds this");
    let hides = held.is_closed && (&method, uri.path()) == (&Method::GET, NOTES);
    if hides || headers.get("private-token").is_none_or(|it| it != "the-token") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut note: Value = serde_json::from_slice(&body).unwrap_or_default();
    note["author"] = json!({"id": ME});
    match (method.as_str(), uri.path()) {
        ("GET", "/user") => Json(json!({"id": ME})).into_response(),
        ("GET", NOTES) => {
            let is_first = uri.query().is_some_and(|it| it.ends_with("&page=1"));
            let (first, second) = held.notes.split_at(held.notes.len().min(100));
            Json(if is_first { first } else { second }).into_response()
        }
        ("POST", NOTES) => {
            note["id"] = held.notes.len().into();
            held.notes.push(note);
            StatusCode::CREATED.into_response()
        }
        ("PUT", path) => {
            let id = path.strip_prefix(NOTES).and_then(|it| it.strip_prefix('/'));
            let at: usize = id.and_then(|it| it.parse().ok()).expect("a note");
            held.notes[at]["body"] = note["body"].clone();
            StatusCode::OK.into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Runs the script as a job does; its code and what it printed.
fn run(stage: &Stage, url: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new("bash");
    command.arg(repository().join("examples/ci/gitlab/segctl.sh")).args(arguments);
    command.current_dir(stage.folder());
    let programs = Path::new(SEGCTL).parent().expect("a folder").to_owned();
    let system = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(programs).chain(std::env::split_paths(&system));
    let output = clean(&mut command)
        .env("PATH", std::env::join_paths(path).expect("folders"))
        .envs([("CI_API_V4_URL", url), ("CI_PROJECT_ID", "5"), ("CI_MERGE_REQUEST_IID", "7")])
        .env("SEGCTL_NOTE_TOKEN", "the-token")
        .output();
    let output = output.expect("bash can be started");
    let printed = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&printed).into_owned())
}

const TEMPLATE: &str = "examples/ci/gitlab/.gitlab-ci.yml";

/// Runs the script of a job with these variables; its code and what it printed.
fn of_job(stage: &Stage, name: &str, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let script = yaml(TEMPLATE)[name]["script"].clone();
    let lines = script.as_array().expect("a script").iter().filter_map(Value::as_str);
    let ours = repository().join("examples/ci/gitlab/segctl.sh").display().to_string();
    let lines = lines.collect::<Vec<_>>().join("\n");
    let lines = lines.replace(".gitlab/segctl.sh", &ours).replace("production", "local");
    let mut command = Command::new("sh");
    command.args(["-euc", &lines]).current_dir(stage.folder());
    let programs = Path::new(SEGCTL).parent().expect("a folder").to_owned();
    let system = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(programs).chain(std::env::split_paths(&system));
    let tokens = ["UNLEASH_READ_TOKEN", "UNLEASH_WRITE_TOKEN"].map(|name| (name, "secret"));
    let output = clean(&mut command)
        .env("PATH", std::env::join_paths(path).expect("folders"))
        .envs(variables.iter().copied())
        .envs(tokens)
        .output();
    let output = output.expect("sh can be started");
    let printed = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&printed).into_owned())
}

#[test]
fn what_is_applied_after_a_merge_says_why() {
    let stage = Stage::new();
    stage.values("pro, team");
    let before = stage.git(&["rev-parse", "HEAD"]);
    stage.commit();
    let (code, printed) = of_job(&stage, "plan-merged", &[("CI_COMMIT_BEFORE_SHA", &before)]);
    assert_eq!(code, Some(0), "{printed}");
    let (code, printed) = of_job(&stage, "apply", &[]);
    assert_eq!((code, stage.live()), (Some(0), json!(["pro", "team"])), "{printed}");
    assert!(printed.contains(&format!("why: changed since {}\n", &before[..12])), "{printed}");

    // The first commit of a branch has none before it.
    stage.values("pro");
    let none = "0".repeat(40);
    let (code, printed) = of_job(&stage, "plan-merged", &[("CI_COMMIT_BEFORE_SHA", &none)]);
    assert_eq!(code, Some(0), "{printed}");
    assert!(!printed.contains("why:"), "{printed}");
}

/// What was merged and applied since the branch began is no step of before.
#[test]
fn a_merge_request_is_held_against_its_target_branch_as_it_is_now() {
    let stage = Stage::new();
    stage.git(&["checkout", "-q", "-b", "change"]);
    stage.write("README.md", "Segments.\n");
    stage.commit();
    stage.git(&["checkout", "-q", "main"]);
    stage.values("pro, team");
    stage.commit();
    assert_eq!(stage.code(&["apply", "--auto-approve"]), Some(0));
    // The runner has the branch of the merge request, and nothing of the target branch.
    stage.git(&["clone", "-q", "--bare", ".", ".runner/origin.git"]);
    stage.git(&["remote", "add", "origin", ".runner/origin.git"]);
    let began = stage.git(&["merge-base", "main", "change"]);
    stage.git(&["checkout", "-q", "change"]);
    stage.git(&["branch", "-q", "-D", "main"]);

    let variables = [
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", began.as_str()),
    ];
    let (code, printed) = of_job(&stage, "plan", &variables);
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("warning[base-ahead]: `origin/main` has 1 commit"), "{printed}");
    assert!(printed.contains("why: changed since origin/main\n"), "{printed}");
}

/// Only a variable that a person gives to the job passes the guard.
#[test]
fn whoever_starts_the_job_may_pass_the_guard() {
    let stage = Stage::new();
    let many = stage.with_many_values();
    stage.values("pro");
    stage.commit();
    assert_eq!(of_job(&stage, "plan-merged", &[("CI_COMMIT_BEFORE_SHA", "")]).0, Some(0));
    for variables in [&[][..], &[("SEGCTL_PASS_GUARD", "false")]] {
        let (code, printed) = of_job(&stage, "apply", variables);
        assert_eq!((code, stage.live()), (Some(7), json!(many)), "{printed}");
    }
    let (code, printed) = of_job(&stage, "apply", &[("SEGCTL_PASS_GUARD", "true")]);
    assert_eq!((code, stage.live()), (Some(0), json!(["pro"])), "{printed}");
    let template = yaml(TEMPLATE);
    assert_eq!(template["apply"]["rules"][0]["when"], "manual");
    assert!(template["variables"].get("SEGCTL_PASS_GUARD").is_none(), "nobody gave it");
}

/// A plan file shows values in clear.
#[test]
fn artifacts_with_a_plan_are_for_members_of_the_project() {
    let template = yaml(TEMPLATE);
    let jobs = template.as_object().expect("jobs").iter();
    let with_plans = jobs.filter(|(_, job)| job["script"].to_string().contains("reviewed.plan"));
    let access: Vec<_> =
        with_plans.map(|(name, job)| (name.as_str(), &job["artifacts"]["access"])).collect();
    let developer = json!("developer");
    assert_eq!(access, [("plan-merged", &developer), ("apply", &developer)]);
}

#[test]
fn a_release_without_a_checksum_is_not_run() {
    let template = yaml(TEMPLATE);
    let first = template[".segctl"]["before_script"][0].as_str().expect("a line").to_owned();
    let check = |sum: &str| {
        let mut command = Command::new("sh");
        clean(command.args(["-euc", &first])).env("SEGCTL_SHA256", sum).output().expect("sh")
    };
    let empty = check(template["variables"]["SEGCTL_SHA256"].as_str().expect("a text"));
    let said = String::from_utf8_lossy(&empty.stderr).into_owned();
    assert!(!empty.status.success() && said.contains("SEGCTL_SHA256 is empty"), "{said}");
    assert!(check(&"0".repeat(64)).status.success());
}

#[test]
fn one_note_says_what_a_merge_would_do_and_is_changed_by_later_runs() {
    let held = Shared::default();
    let runtime = Runtime::new().expect("there are threads");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let app = axum::Router::new().fallback(answer).with_state(held.clone());
    drop(runtime.spawn(async move { axum::serve(listener, app).await }));

    let marker = "<!-- segctl:plan:acme-web -->";
    let of_others = json!({"id": 0, "author": {"id": 1}, "body": format!("{marker}\nA copy.")});
    let remark = |id: usize| json!({"id": id, "author": {"id": 1}, "body": "A remark."});
    held.lock().expect("a lock").notes =
        std::iter::once(of_others.clone()).chain((1..120).map(remark)).collect();
    let bodies = || -> Vec<String> {
        let held = held.lock().expect("a lock");
        held.notes[120..].iter().map(|it| it["body"].as_str().unwrap_or("").to_owned()).collect()
    };

    let stage = Stage::new();
    stage.values("pro, team");
    let (code, printed) = run(&stage, &url, &["plan", "--base", "HEAD"]);
    assert_eq!(code, Some(0), "{printed}");
    assert!(bodies().len() == 1 && bodies()[0].starts_with(marker), "{:?}", bodies());

    // The code of segctl is kept, and what it says is said.
    stage.values("pro, team, [");
    let (code, printed) = run(&stage, &url, &["plan"]);
    assert_eq!(code, Some(3), "{printed}");
    assert!(bodies().len() == 1 && bodies()[0].contains("yaml"), "{:?}", bodies());
    assert_eq!(held.lock().expect("a lock").notes[0], of_others);

    // Notes that cannot be read are not written a second time.
    held.lock().expect("a lock").is_closed = true;
    let (code, printed) = run(&stage, &url, &["plan"]);
    assert!(code != Some(0) && code != Some(3), "{code:?} {printed}");
    assert_eq!(bodies().len(), 1);
    assert!(!printed.contains("the-token"), "{printed}");
}
