//! The sandbox as people serve it: its faults, its limits and its tokens, met by the program.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use segctl::sandbox::Sandbox;

use super::trouble::workspace_at;
use super::workspace::Run;
use super::{Workspace, segment, users};
use crate::support::admin::Admin;
use crate::support::scratch::{SEGCTL, clean};
use crate::support::served::Served;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

const ADMIN: (&str, &str) = ("TOKEN", Sandbox::TOKEN);

/// A sandbox with these faults, and a workspace of segments that it does not have.
fn troubled(faults: &[&str], segments: usize) -> (Served, Workspace) {
    let options: Vec<&str> = faults.iter().flat_map(|fault| ["--fault", *fault]).collect();
    let served = Served::new("{}", &options);
    let workspace = workspace_at(&served.url);
    for number in 1..segments {
        let name = format!("s{number}");
        workspace.write(&format!("docs/{name}.yaml"), segment(&name, "", &users(&name)));
    }
    (served, workspace)
}

fn apply(workspace: &Workspace) -> Run {
    workspace.run_with("apply --auto-approve --parallelism 1 --timeout 1", &[ADMIN])
}

/// An apply of one segment under `fault` ends with that code and says so.
fn ends(fault: &str, code: i32, says: &str) -> Run {
    let (_served, workspace) = troubled(&[fault], 1);
    let run = apply(&workspace);
    assert_eq!(run.code, Some(code), "{fault}: {run}");
    assert!(run.to_string().contains(says), "{fault}: {run}");
    run
}

/// An apply of one segment under `fault` gets there, and nothing is there twice.
fn survives(fault: &str) -> Run {
    let (_served, workspace) = troubled(&[fault], 1);
    let run = apply(&workspace);
    assert_eq!(run.code, Some(0), "{fault}: {run}");
    let again = workspace.run_with("plan", &[ADMIN]);
    assert!(again.stdout.contains("No changes. 1 document unchanged."), "{fault}: {again}");
    run
}

#[test]
fn a_429_that_says_when_is_waited_for_and_said_once() {
    let run = survives("GET /api/admin/segments:0:429,retry-after=1");
    let said = "waiting 1 s, as the server asks: GET /api/admin/segments answered 429";
    assert_eq!(run.stderr.matches(said).count(), 1, "{run}");
    let (_served, workspace) = troubled(&["read:0:429,retry-after=1"], 1);
    let quiet = workspace.run_with("plan -q", &[ADMIN]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""), "{quiet}");
}

#[test]
fn a_429_without_a_time_is_tried_again_a_few_times() {
    assert!(!survives("read:0:429").stderr.contains("waiting"));
    let run =
        ends("GET /api/admin/segments:0x:429", 1, "error[rate-limited]: GET /api/admin/segments");
    assert!(run.stderr.contains("429 Too Many Requests"), "{run}");
}

#[test]
fn a_500_is_tried_again_a_few_times() {
    survives("read:0:500");
    survives("write:0:500");
    ends(
        "GET /api/admin/segments:0x:500",
        1,
        "error[server-fault]: GET /api/admin/segments answered 500",
    );
}

#[test]
fn an_answer_that_comes_too_late_or_never_makes_no_twin() {
    survives("write:0:late=2500");
    survives("write:0:cut-after");
    survives("write:0:cut-before");
    survives("write:0:truncated");
}

#[test]
fn half_a_list_is_no_list() {
    let run = ends("GET /api/admin/segments:0x:truncated", 1, "error[unexpected-answer]");
    assert_eq!(run.stdout, "", "{run}");
}

#[test]
fn a_page_of_a_proxy_is_an_error_and_is_not_shown() {
    let run = ends("GET /api/admin/segments:0x:502,html", 1, "answered 502 Bad Gateway");
    assert!(run.stderr.contains("error[server-fault]") && !run.stderr.contains("html"), "{run}");
}

#[test]
fn credentials_that_end_in_the_middle_leave_it_partly_applied() {
    let (_served, workspace) = troubled(&["write:2x:401"], 4);
    let run = apply(&workspace);
    assert_eq!(run.code, Some(4), "{run}");
    assert_snapshot!(run.stdout.lines().last().unwrap_or_default(), @"Verified: read again, and the live system is as applied.");
    assert!(run.stdout.contains("Applied: 2 created, 1 skipped, 1 failed."), "{run}");
    assert!(
        run.stderr.contains("error[unauthorized]: POST /api/admin/segments answered 401"),
        "{run}"
    );
}

#[test]
fn what_the_server_does_not_take_is_said_in_its_words() {
    ends(
        "write:0:413",
        1,
        "error[rejected]: POST /api/admin/segments answered 413 Payload Too Large: made up",
    );
    ends("write:0:415", 1, "answered 415 Unsupported Media Type: made up");
}

#[test]
fn a_wrong_base_path_is_no_empty_server() {
    let served = Served::new("{}", &[]);
    let workspace = workspace_at(&format!("{}/nowhere", served.url));
    let run = workspace.run_with("plan --parallelism 1", &[ADMIN]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{run}");
    assert!(
        run.stderr
            .contains("error[not-the-api]: GET /api/admin/ui-config answered with a web page")
    );
}

#[test]
fn a_token_that_may_only_look_is_enough_to_plan() {
    let (_served, workspace) = troubled(&[], 1);
    let viewer = [("TOKEN", Sandbox::VIEWER_TOKEN)];
    let plan = workspace.run_with("plan", &viewer);
    assert!(plan.code == Some(0) && plan.stdout.contains("Plan: 1 to create."), "{plan}");
    let run = workspace.run_with("apply --auto-approve", &viewer);
    assert_eq!(run.code, Some(6), "{run}");
    assert!(
        run.stderr.contains("error[forbidden]: POST /api/admin/segments answered 403"),
        "{run}"
    );
    assert!(run.stderr.contains("CREATE_SEGMENT"), "{run}");
    let person = workspace.run_with("apply --auto-approve", &[("TOKEN", Sandbox::PERSONAL_TOKEN)]);
    assert_eq!(person.code, Some(0), "{person}");
}

#[test]
fn a_token_of_an_sdk_is_of_the_wrong_kind() {
    let (_served, workspace) = troubled(&[], 1);
    let sdk = [("TOKEN", "*:production.sandbox-client-token")];
    let run = workspace.run_with("plan --parallelism 1", &sdk);
    assert_eq!(run.code, Some(6), "{run}");
    assert!(run.stderr.contains("invalid token: expected a different token type"), "{run}");
}

/// Runs a plan until it says that it waits, and what it said; then Ctrl-C, which ends it.
fn waits(workspace: &Workspace, arguments: &str, token: &str) -> String {
    let mut command = Command::new(SEGCTL);
    clean(&mut command).args(arguments.split_whitespace()).current_dir(workspace.folder());
    command.env("TOKEN", token).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("segctl can be started");
    let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    let said = lines.find_map(|line| line.ok().filter(|it| it.starts_with("waiting")));
    interrupt(&child);
    let ended = child.wait().expect("it ends");
    let interrupted = ended.code() == Some(130) || ended.signal() == Some(2);
    assert!(interrupted, "a wait can be interrupted: {ended}");
    said.expect("it waits")
}

/// An apply of two segments, one after the other, under a fault of the second, which has said
/// `line`; and what it says from then on.
fn applies(workspace: &Workspace, line: &str) -> (Child, impl Iterator<Item = String>) {
    let mut command = Command::new(SEGCTL);
    clean(&mut command).args(["apply", "--auto-approve", "--parallelism", "1"]);
    // Nothing here is to end because a request took too long.
    command.args(["--timeout", "600"]);
    command.current_dir(workspace.folder()).env("TOKEN", Sandbox::TOKEN);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("segctl can be started");
    let lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    let mut lines = lines.map_while(Result::ok);
    assert!(lines.any(|it| it.starts_with(line)), "it never said {line}");
    (child, lines)
}

/// Sends Ctrl-C to a process.
fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|it| it.success()));
}

#[test]
fn a_write_that_waits_for_the_server_is_not_in_flight() {
    let (_served, workspace) = troubled(&["write:1x:429,retry-after=60"], 2);
    let (mut child, said) = applies(&workspace, "waiting 60 s");
    let start = Instant::now();
    interrupt(&child);
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(start.elapsed() < Duration::from_secs(10), "it waited all the same");
    let said: Vec<String> = said.collect();
    assert!(said.concat().contains("429 Too Many Requests"), "the outcome is said: {said:?}");
}

/// Waits until so many segments are there, answered or not.
async fn until_there(served: &Served, segments: usize) {
    let admin = Admin::new(&served.url, Sandbox::TOKEN);
    let start = Instant::now();
    while admin.segments().await.len() < segments {
        assert!(start.elapsed() < PATIENCE, "there are never {segments} segments");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_twice_does_not_wait_for_what_is_in_flight() {
    let (served, workspace) = troubled(&["write:1x:late=600000"], 2);
    let (mut child, _said) = applies(&workspace, "created segment");
    until_there(&served, 2).await;
    interrupt(&child);
    // Long enough not to be the same Ctrl-C.
    std::thread::sleep(Duration::from_secs(1));
    assert!(child.try_wait().expect("its state").is_none(), "what is in flight is finished");
    // The answer is ten minutes away. A busy machine may have told segctl late of the first Ctrl-C,
    // so that the second still is the same one; who waits presses again.
    let start = Instant::now();
    let ended = loop {
        interrupt(&child);
        std::thread::sleep(Duration::from_millis(200));
        if let Some(ended) = child.try_wait().expect("its state") {
            break ended;
        }
        assert!(start.elapsed() < PATIENCE, "it waited all the same");
    };
    assert_eq!(ended.code(), Some(130));
}

#[test]
fn a_person_has_a_limit_of_requests() {
    let served = Served::new("{}", &["--rate-limit", "1/min"]);
    let said = waits(&workspace_at(&served.url), "plan --parallelism 1", Sandbox::PERSONAL_TOKEN);
    assert!(said.contains("as the server asks: GET /api/admin/segments answered 429"), "{said}");
    let machine = workspace_at(&served.url).run_with("plan", &[ADMIN]);
    assert_eq!(machine.code, Some(0), "an admin token has none: {machine}");
}

/// A sandbox with so many archived flags and these options, and a workspace whose only segment is an orphan.
fn archived(count: usize, options: &[&str]) -> (Served, Workspace) {
    let flags = (0..count).fold("features:\n".to_owned(), |text, it| {
        text + &format!("  - {{name: f{it}, archived: true}}\n")
    });
    let served = Served::new(&flags, options);
    let workspace = workspace_at(&served.url);
    assert_eq!(workspace.run_with("apply --auto-approve -q", &[ADMIN]).code, Some(0));
    workspace.write("docs/a.yaml", segment("other", "", &users("ada")));
    (served, workspace)
}

#[test]
fn archived_flags_are_asked_for_a_hundred_at_once() {
    let (_served, workspace) = archived(201, &[]);
    let run = workspace.run_with("plan --prune -v", &[ADMIN]);
    assert!(run.stdout.contains("Plan: 1 to create, 1 to delete."), "{run}");
    assert!(run.stderr.contains("3 GET /api/admin/search/features\n"), "{run}");
    let calm = workspace.run_with("plan -v", &[ADMIN]);
    assert!(!calm.stderr.contains("search"), "without a deletion nobody asks: {calm}");
}

#[test]
fn more_archived_flags_than_the_server_tells_in_a_minute_are_waited_for() {
    let (_served, workspace) = archived(301, &["--search-limit", "3/min"]);
    let said = waits(&workspace, "plan --prune", Sandbox::TOKEN);
    assert!(said.contains("GET /api/admin/search/features answered 429"), "{said}");
}

#[test]
fn a_fault_that_nobody_understands_is_a_usage_error() {
    let run = Workspace::empty().run("sandbox --fault write:3:explode");
    assert_eq!(run.code, Some(64), "{run}");
    assert!(run.stderr.contains("`explode` is nothing that can happen"), "{run}");
    assert_eq!(Workspace::empty().run("sandbox --rate-limit 5/h").code, Some(64));
}

/// The server dies in the middle of an apply; the next one goes on where it stopped.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_loses_nothing_that_it_answered() {
    let (mut served, workspace) = troubled(&["write:0x:late=200"], 12);
    let mut command = Command::new(SEGCTL);
    clean(&mut command).args(["apply", "--auto-approve", "--parallelism", "1", "-q"]);
    command.current_dir(workspace.folder()).env("TOKEN", Sandbox::TOKEN);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a process");
    until_there(&served, 3).await;
    served.kill();
    assert_eq!(child.wait().expect("it ends").code(), Some(4), "some of it is applied");
    let down = workspace.run_with("plan --parallelism 1", &[ADMIN]);
    assert!(down.code == Some(1) && down.stderr.contains("error[unreachable]"), "{down}");
    served.start(&[]);
    let run = apply(&workspace);
    assert_eq!(run.code, Some(0), "{run}");
    assert!(workspace.run_with("plan", &[ADMIN]).stdout.contains("No changes. 12 documents"));
}

/// It is an account of the sandbox, and nobody's address.
#[test]
fn what_opens_the_sandbox_is_printed_in_clear() {
    let workspace = Workspace::empty();
    let mut sandbox = Command::new(SEGCTL)
        .args(["sandbox", "--provider", "featuresignals", "--data", "data.db", "--port", "0"])
        .current_dir(workspace.folder())
        .env_clear()
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program can be run");
    let printed = BufReader::new(sandbox.stdout.take().expect("a pipe"));
    let names: Vec<String> = printed
        .lines()
        .map_while(Result::ok)
        .map(|line| line.split("127.0.0.1").next().unwrap_or_default().to_owned())
        .take(3)
        .collect();
    sandbox.kill().expect("it runs");
    sandbox.wait().expect("it ends");
    assert_eq!(
        names,
        [
            "FEATURESIGNALS_URL=http://",
            "FEATURESIGNALS_EMAIL=owner@sandbox.example",
            "FEATURESIGNALS_PASSWORD=sandbox-password",
        ]
    );
}
