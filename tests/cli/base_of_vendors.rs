//! `plan --base` where a vendor's own ways decide what is said: segments that refer to others, rules
//! that keep people out, environments that have to be told, values that nobody sees.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use super::Workspace;
use super::base::{commit, git};

/// A repository of what is in `examples/NAME`, with `more` files, applied.
fn applied(name: &str, more: &[(&str, &str)], adopt: &str) -> Workspace {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    let workspace = Workspace::empty().with(".gitignore", ".segctl\n");
    for folder in [".", "fixtures", "segments", "segments/ids", "attachments"] {
        for file in fs::read_dir(example.join(folder)).into_iter().flatten().flatten() {
            if let Ok(text) = fs::read_to_string(file.path()) {
                workspace.write(&format!("{folder}/{}", file.file_name().display()), text);
            }
        }
    }
    for (path, text) in more {
        workspace.write(path, text);
    }
    git(&workspace, "init -q -b main");
    commit(&workspace);
    let run = workspace.run(&format!("apply --auto-approve -q {adopt}"));
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

fn replace(workspace: &Workspace, path: &str, old: &str, new: &str) {
    let text = fs::read_to_string(workspace.folder().join(path)).expect("it is there");
    assert!(text.contains(old), "{path} has no {old}");
    workspace.write(path, text.replacen(old, new, 1));
}

const BLOCKED: &str = "
apiVersion: segctl.dev/v1
kind: Segment
metadata: {name: blocked}
spec:
  configcat: {comparisonAttribute: Country, comparator: isOneOf, comparisonValues: [se, no, dk]}
";

/// Whoever is taken off the list of those who are kept out gets in.
#[test]
fn whom_a_list_lets_in_is_not_said_of_one_that_keeps_people_out() {
    let workspace = applied("configcat", &[("segments/blocked.yaml", BLOCKED)], "");
    replace(
        &workspace,
        "attachments/new-checkout.yaml",
        "notIn: [staff]",
        "notIn: [staff, blocked]",
    );
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
    commit(&workspace);
    replace(&workspace, "segments/blocked.yaml", "[se, no, dk]", "[se]");
    assert_snapshot!(workspace.run("plan --base main"), @"
    --- stdout
    Target local (configcat v1 at sandbox:fixtures/shop.yaml)

      ~ update segment blocked [git]  segments/blocked.yaml:6
          why: changed since main
          /comparisonValues: -2 of 3 values
            - dk
            - no
          used by newCheckout in Production

    Plan: 1 to update. 3 documents unchanged.
    --- exit 0
    ");
}

/// The values of a sensitive comparator are hidden, and their line is not.
#[test]
fn the_line_of_what_nobody_sees_is_told() {
    let workspace = applied("configcat", &[], "");
    replace(&workspace, "segments/beta-users.yaml", "[ada@", "[zoe@acme.example, ada@");
    assert_snapshot!(workspace.run("plan --base main"), @r#"
    --- stdout
    Target local (configcat v1 at sandbox:fixtures/shop.yaml)

      ~ update segment beta-users (Beta users) [git, widens]  segments/beta-users.yaml:13
          why: changed since main
          /comparisonValues: +1 of 3 values
            + "hidden #ba97f7a7"
          used by newCheckout in Production

    Plan: 1 to update. 2 documents unchanged.
    --- exit 0
    "#);
}

const INNER_AND_OUTER: &str = "
apiVersion: segctl.dev/v1
kind: Segment
metadata: {name: inner}
spec:
  confidence:
    targeting:
      criteria:
        c: {attribute: {attributeName: country, setRule: {values: [{stringValue: SE}, {stringValue: DK}]}}}
      expression: {ref: c}
---
apiVersion: segctl.dev/v1
kind: Segment
metadata: {name: outer}
spec:
  confidence:
    targeting:
      criteria: {c: {segment: {segment: segments/inner}}}
      expression: {ref: c}
";

/// A rule that has a segment has those that it refers to.
#[test]
fn a_segment_reaches_what_uses_it_through_another() {
    let workspace =
        applied("confidence", &[("segments/more.yaml", INNER_AND_OUTER)], "--adopt new-checkout");
    replace(&workspace, "attachments/new-checkout.yaml", "[sweden-users]", "[outer]");
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
    commit(&workspace);
    replace(&workspace, "segments/more.yaml", ", {stringValue: DK}", "");
    let policies = "spec:\n  policies: [{forbid: reach, over: 0}]\n";
    replace(&workspace, "segctl.yaml", "spec:\n", policies);
    assert_snapshot!(workspace.run("plan --base main"), @"
    --- stdout
    Target local (confidence v1 at sandbox:fixtures/account.yaml)

      ! update segment inner [git, narrows]  segments/more.yaml:9
          why: changed since main
          refused[policy-reach]: the segment reaches 1 flag, and a policy allows 0
          help: the policy stands at segctl.yaml:6; where it is meant, write `# segctl: ignore[policy-reach] reason` at its name
          /targeting/criteria/c/attribute/setRule/values: -1 of 2 values
            - DK
          used by new-checkout in all environments

    Plan: nothing to do. 1 refused. 4 documents unchanged.
    --- exit 3
    ");
    // The other one takes in whoever is not in it.
    let workspace = negated(workspace);
    assert_snapshot!(workspace.run("plan --base main"), @"
    --- stdout
    Target local (confidence v1 at sandbox:fixtures/account.yaml)

      ~ update segment inner [git]  segments/more.yaml:9
          why: changed since main
          /targeting/criteria/c/attribute/setRule/values: -1 of 2 values
            - DK
          used by new-checkout in all environments

    Plan: 1 to update. 4 documents unchanged.
    --- exit 0
    ");
}

/// It does so by the documents too, before anything of it is live.
#[test]
fn a_segment_reaches_what_will_use_it_through_another() {
    let workspace =
        applied("confidence", &[("segments/more.yaml", INNER_AND_OUTER)], "--adopt new-checkout");
    replace(&workspace, "attachments/new-checkout.yaml", "[sweden-users]", "[outer]");
    replace(&workspace, "segments/more.yaml", ", {stringValue: DK}", "");
    replace(
        &workspace,
        "segctl.yaml",
        "spec:\n",
        "spec:\n  policies: [{forbid: reach, over: 0}]\n",
    );
    let run = workspace.run("plan");
    assert!(run.stdout.contains("refused[policy-reach]: the segment reaches 1 flag,"), "{run}");
}

/// The same, where the outer segment says `not` of the inner one.
fn negated(workspace: Workspace) -> Workspace {
    git(&workspace, "checkout -q .");
    let outer = "criteria: {c: {segment: {segment: segments/inner}}}\n      expression: ";
    replace(
        &workspace,
        "segments/more.yaml",
        &format!("{outer}{{ref: c}}"),
        &format!("{outer}{{not: {{ref: c}}}}"),
    );
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    commit(&workspace);
    replace(&workspace, "segments/more.yaml", ", {stringValue: DK}", "");
    workspace
}

/// An environment is told because of this change, and not because of an earlier one.
#[test]
fn an_environment_is_told_of_this_change() {
    let workspace = applied("featuresignals", &[], "");
    replace(&workspace, "segments/early-birds.yaml", "1000", "2000");
    assert_snapshot!(workspace.run("plan --base main"), @r#"
    --- stdout
    Target local (featuresignals v1 at sandbox:fixtures/web-shop.yaml)

      ~ update segment early-birds [git, widens]  segments/early-birds.yaml:12
          why: changed since main
          /rules/1/values: +1 -1 of 1 values
            + "2000"
            - "1000"
          used by new-checkout in production, new-checkout in staging

      ~ refresh environment production [git]
          why: changed since main

      ~ refresh environment staging [git]
          why: changed since main

    Plan: 1 to update, 2 to refresh. 3 documents unchanged.
    --- exit 0
    "#);
}
