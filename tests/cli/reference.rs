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
      obstacles    twins, name-taken, limit-reached, server-too-old, unknown-project, scope-in-use, out-of-scope, illegal-value, in-use, use-unknown, rule-of-release-plan

    confidence
      system       Spotify Confidence
      auth         clientId and clientSecret of an API client
      key          the id, which is chosen when the segment is made and never free again
      mark         the labels segctl-workspace, segctl-name and segctl-hash
      rename       a new segment: it is made, rules are pointed to it, and the old one is an orphan; who is in it and which variant a user gets is drawn anew
      prune        archives, which cannot be undone, unless a rule or another segment uses the segment
      rule         one rule of a flag by its labels or its name; exactly one segment on each
      concurrency  compared as late as possible
      limits       50 requests a second for the whole account
      requests     1 for each 100 segments, 1 for each 100 flags
      tested       on the embedded server only
      missing      segments of experiments, rollouts and flags are never taken over; materialized segments can be referred to; flags and rules are never made or removed
      obstacles    key-burnt, belongs-to-system, immutable-allocation, no-space, exclusive-swap, not-allocated, in-use, flag-archived

    configcat
      system       ConfigCat, its Public Management API
      auth         username and password: a public API credential
      key          the name, unique in its product without regard to case
      mark         the last line of the description
      rename       in place
      prune        deletes, unless a rule of any config in any environment uses the segment
      rule         one targeting rule by what it serves or by its position; in V2 configs several segments on each, all of which must match, beside those that must not; in V1 configs one
      concurrency  rules: compared by the server, as a JSON Patch with tests; segments: compared as late as possible
      limits       one comparison in each segment, 65,535 characters of values; segments by the plan: 2 to 1,000; requests by the answers' headers
      requests     2, and 1 for each segment; with attachments 2 more, and 1 for each config and environment that they name
      tested       on the embedded server, which the vendor's own typed client understands
      missing      change requests; flags and rules are never made, changed or removed
      obstacles    name-taken, limit-reached, in-use, environment-read-only, reason-required, rule-needs-condition

    featuresignals
      system       FeatureSignals, API v1, as of May 2026
      auth         email and password of a member without a second factor, or refreshToken
      key          the key; the server cannot change it
      mark         the last line of the description
      rename       a new key makes a new segment; rules are changed to it, and the old one is an orphan
      prune        deletes, unless a rule of a flag or of an archived flag names the segment
      rule         one rule of a flag in an environment, by description or id; several segments on each, any of which must match
      concurrency  the server compares nothing; segctl reads again just before it writes, and compares
      limits       names of 255 bytes, descriptions of 2,000 with the mark, 1 MiB a request; 100 to 2,000 requests a minute by plan
      requests     2, 1 for every 100 segments, 1 for each rule's flag and environment, and for each environment 1 for every 100 states of flags
      tested       on the embedded one, which was written from observations of the server's own code
      missing      approvals; flags, rules and environments are never made or removed
      obstacles    in-use, rule-ambiguous
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
