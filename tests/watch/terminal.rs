//! What a person sees where there is no terminal: plain lines.

use super::watching::Watching;
use super::{Desk, segment};
use crate::support::terminal;
use insta::assert_snapshot;
use regex::Regex;
use segctl::sandbox::Sandbox;

/// Reads lines until one begins with `end`.
fn until(watching: &Watching, end: &str) -> String {
    let mut text = String::new();
    loop {
        let line = watching.line();
        text.push_str(&line);
        text.push('\n');
        if line.starts_with(end) {
            return text;
        }
    }
}

/// `text` with the time and the address of this run taken out.
fn plain(text: &str) -> String {
    let time = Regex::new(r"(?m)^\d\d:\d\d:\d\d").expect("it compiles");
    let port = Regex::new(r"127\.0\.0\.1:\d+").expect("it compiles");
    port.replace_all(&time.replace_all(text, "12:00:00"), "HOST").into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn says_what_it_sees_and_does() {
    let desk = Desk::new().await;
    let watching = desk.start(&["--parallelism", "1"]);
    let mut shown = until(&watching, "Verified");
    desk.write("segments/first.yaml", segment("first", "{values: [two]}"));
    shown += &until(&watching, "Verified");
    desk.write("segments/first.yaml", segment("first", "{value: two}"));
    watching.until_logged("Nothing was applied");
    desk.write("segments/first.yaml", segment("first", "{values: [two]}"));
    shown += &until(&watching, "local:");
    assert_snapshot!(plain(&shown), @"
    Target local (unleash 8.2.0 at http://HOST)

      + create segment always  always.yml:3
          name: always
          constraints
            {contextName: userId, operator: IN, values: [here]}

      + create segment first  segments/first.yaml:3
          name: first
          constraints
            {contextName: userId, operator: IN, values: [one]}

    Plan: 2 to create.
    Applied: 2 created.
    Verified: read again, and the live system is as applied.
    Target local (unleash 8.2.0 at http://HOST)

      ~ update segment first [git, replaces]  segments/first.yaml:7
          /constraints/0/values: +1 -1 of 1 values
            + two
            - one

    Plan: 1 to update. 1 document unchanged.
    Applied: 1 updated.
    Verified: read again, and the live system is as applied.
    local: No changes. 2 documents unchanged.
    ");
    let (status, log) = watching.stop();
    assert_eq!(status.code(), Some(130));
    assert_snapshot!(plain(&log), @"
    Watching 2 documents of acme for local. Ctrl-C ends it.
    12:00:00 first look
    created segment always
    created segment first
    12:00:00 segments/first.yaml changed
    updated segment first
    12:00:00 segments/first.yaml changed
    error[operator-arity]: IN needs at least one of `values`
     --> segments/first.yaml:7:41
      |
    7 |       - {contextName: userId, operator: IN, value: two}
      |                                         ^^
      |
      = help: without values it would match nobody

    error[operator-arity]: IN compares with `values` and ignores `value`
     --> segments/first.yaml:7:52
      |
    7 |       - {contextName: userId, operator: IN, value: two}
      |                                                    ^^^
      |
      = help: put it into `values`

    2 errors; `segctl explain operator-arity` says more
    Nothing was applied: the documents are invalid. What was applied before stays.
    12:00:00 segments/first.yaml changed
    Stopped.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_on_the_command_line_ends_it_at_once() {
    let desk = Desk::new().await;
    let run = |arguments: &[&str]| {
        let output = desk.scratch.segctl(&[&["watch"], arguments].concat());
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, said) = run(&["-t", "nowhere"]);
    assert_eq!(code, Some(64), "{said}");
    let (code, said) = run(&["--interval", "5"]);
    assert!(code == Some(64) && said.contains("write it as `30s`, `5m` or `1h`"), "{said}");
    let (code, said) = run(&["-l", "=x"]);
    assert_eq!(code, Some(64), "{said}");
    std::fs::remove_file(desk.scratch.path.join("segctl.yaml")).expect("it is there");
    assert_eq!(run(&[]).0, Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_has_a_status_line() {
    let desk = Desk::new().await;
    let folder = desk.scratch.path.clone();
    let run = tokio::task::spawn_blocking(move || {
        let token = [("TOKEN", Sandbox::TOKEN)];
        terminal::run_interrupted(&folder, &["watch", "--color", "never"], &token, "up to date")
    });
    let (code, sent) = run.await.expect("it ends");
    assert_eq!(code, Some(130), "{sent}");
    assert!(sent.contains("watching local: up to date ("), "{sent}");
    assert!(sent.contains("Stopped."), "{sent}");
}
