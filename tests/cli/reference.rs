//! What the program says of itself: providers, completions and manual pages.

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::Workspace;

#[test]
fn providers_say_what_their_systems_let_segctl_do() {
    let run = Workspace::empty().run("providers");
    assert_snapshot!(run, @"
    --- stdout
    unleash
      system       Unleash 6, 7 and 8, open source or Enterprise
      auth         token: an admin token or a personal access token
      key          the name; the server lets two creations at once make twins, which segctl finds and heals
      mark         the last line of the description
      rename       in place
      prune        deletes, unless a flag, an archived flag, a default strategy or a pending change request uses the segment
      rule         one strategy by title, id or type; several segments on each, all of which must match
      concurrency  strategies: compared by the server since 7.2.3, before that as late as possible; segments: compared as late as possible
      limits       300 segments, 1,000 values in each, 5 segments on a strategy, 100 kB a request
      requests     2, and 1 for each flag that an attachment names
      tested       on real servers 8.2.0 and 6.10.1, and on the embedded one
      missing      change requests of Enterprise; flags and strategies are never made, changed or removed
    --- exit 0
    ");
    let run = Workspace::empty().run("providers -o json");
    let envelope: Json = serde_json::from_str(&run.stdout).expect("an envelope");
    assert_eq!(envelope["providers"][0]["provider"], "unleash");
}

#[test]
fn completions_are_there_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = Workspace::empty().run(&format!("completions {shell}"));
        assert!(run.code == Some(0) && run.stdout.contains("detailed-exitcode"), "{run}");
    }
    assert_eq!(Workspace::empty().run("completions tcsh").code, Some(64));
}

#[test]
fn every_command_has_a_manual_page() {
    let workspace = Workspace::empty();
    let run = workspace.run("man plan");
    assert!(run.code == Some(0) && run.stdout.contains(".TH segctl-plan 1"), "{run}");
    assert_eq!(workspace.run("man pln").code, Some(64));
    assert_eq!(workspace.run("man --out man1").code, Some(0));
    let folder = std::fs::read_dir(workspace.folder().join("man1")).expect("it was made");
    let mut names: Vec<_> =
        folder.map(|it| it.expect("an entry").file_name().into_string().expect("text")).collect();
    names.sort();
    assert!(names.contains(&"segctl.1".to_owned()), "{names:?}");
    assert!(names.contains(&"segctl-apply.1".to_owned()), "{names:?}");
    assert!(!names.contains(&"segctl-help.1".to_owned()), "{names:?}");
}
