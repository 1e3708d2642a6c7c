//! Progress and colours, on a terminal and elsewhere.

use std::time::{Duration, Instant};

use segctl::sandbox::Sandbox;

use super::trouble::workspace_at;
use super::{Workspace, segment, users};
use crate::support::sandbox::{OwnSandbox, sandbox};
use crate::support::slow::{Delays, slowed};
use crate::support::terminal;

const TOKEN: (&str, &str) = ("TOKEN", Sandbox::TOKEN);

/// So many segments that are not there yet.
fn workspace(url: &str, segments: usize) -> Workspace {
    let one = |workspace: Workspace, at: usize| {
        workspace.with(&format!("docs/{at}.yaml"), segment(&format!("s{at}"), "", &users("ada")))
    };
    (1..segments).fold(workspace_at(url), one)
}

/// Applies on a terminal: eight segments to a server that takes its time as `delays` says, or two
/// to one that is quick. Gives what was sent to the terminal, and how long it took.
async fn applied(
    more: &[&str],
    variables: &[(&str, &str)],
    delays: Option<Delays>,
) -> (String, Duration) {
    let server: OwnSandbox = sandbox("{}").await;
    let url = delays.map_or(server.url().to_owned(), |delays| slowed(server.url(), delays));
    let segments = if delays.is_some() { 8 } else { 2 };
    let arguments: Vec<String> =
        ["apply", "--auto-approve"].iter().chain(more).map(|it| (*it).to_owned()).collect();
    let variables: Vec<(String, String)> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let run = tokio::task::spawn_blocking(move || {
        let workspace = workspace(&url, segments);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut all = vec![TOKEN];
        all.extend(variables.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let start = Instant::now();
        (terminal::run(workspace.folder(), &arguments, &all), start.elapsed())
    });
    let ((code, sent), took) = run.await.expect("it ends");
    assert_eq!(code, Some(0), "{sent}");
    (sent, took)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_long_shows_a_bar_on_a_terminal() {
    let delays = Delays { reads: Duration::from_secs(1), writes: Duration::from_millis(300) };
    let (sent, _) = applied(&["--parallelism", "1"], &[], Some(delays)).await;
    assert!(sent.contains("reading live: 1 of 2 requests"), "{sent}");
    assert!(sent.contains("/8 create segment s"), "{sent}");
    assert!(sent.contains("] 8/8 reading again"), "{sent}");
    assert!(!sent.contains("created segment"), "the bar stands for the steps: {sent}");
    assert!(sent.ends_with("the live system is as applied.\r\n"), "{sent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_quick_is_told_in_lines() {
    // On a busy machine it takes many tries.
    let start = Instant::now();
    let sent = loop {
        let (sent, took) = applied(&["--color", "never"], &[], None).await;
        if took < Duration::from_secs(1) {
            break sent;
        }
        assert!(start.elapsed() < Duration::from_secs(180), "nothing is quick here");
    };
    assert!(sent.contains("\ncreated segment s1\r\n"), "{sent}");
    assert!(!sent.contains("reading") && !sent.contains('\u{1b}'), "{sent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ci_keeps_lines_and_quiet_is_quiet() {
    let delays = Delays { reads: Duration::from_millis(700), writes: Duration::from_millis(200) };
    let ((ci, _), (quiet, _)) = tokio::join!(
        applied(&["--parallelism", "1"], &[("CI", "true"), ("NO_COLOR", "1")], Some(delays)),
        applied(&["--parallelism", "1", "-q"], &[("NO_COLOR", "1")], Some(delays)),
    );
    assert!(ci.contains("\ncreated segment s1\r\n"), "{ci}");
    assert!(!quiet.contains("created segment"), "{quiet}");
    for sent in [ci, quiet] {
        assert!(!sent.contains("reading live") && !sent.contains('\u{1b}'), "{sent}");
    }
}

#[test]
fn colours_follow_the_variables_that_all_programs_follow() {
    let workspace = Workspace::sandbox().with("docs/a.yaml", segment("beta", "", &users("ada")));
    let plain = workspace.run("plan").to_string();
    let coloured = |variables: &[(&str, &str)]| {
        let run = workspace.run_with("plan", variables);
        assert_eq!(
            anstream::adapter::strip_str(&run.stdout).to_string(),
            workspace.run("plan").stdout
        );
        run.stdout.contains('\u{1b}')
    };
    assert!(!plain.contains('\u{1b}'), "a pipe wants no colours");
    assert!(coloured(&[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(coloured(&[("SEGCTL_COLOR", "always"), ("NO_COLOR", "1")]), "an option is nearer");
    let (_, sent) = terminal::run(workspace.folder(), &["plan"], &[]);
    assert!(sent.contains('\u{1b}'), "{sent}");
    let (_, sent) = terminal::run(workspace.folder(), &["plan"], &[("NO_COLOR", "1")]);
    assert!(!sent.contains('\u{1b}'), "{sent}");
}
