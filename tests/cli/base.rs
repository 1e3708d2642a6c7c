//! `plan --base`: why each step is there, held against a revision of a Git repository.

use std::process::Command;

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::drift::{Edit, by_hand};
use super::{Workspace, attachment, segment, users};
use segctl::diagnostic::Code;

/// Runs Git in the folder of `workspace`, unaffected by the settings of whoever runs the test.
pub(super) fn git(workspace: &Workspace, arguments: &str) {
    let words = arguments.split_whitespace();
    let settings = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "gc.auto=0"];
    let run = Command::new("git")
        .args(settings)
        .args(words)
        .current_dir(workspace.folder())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git can be run");
    assert!(run.status.success(), "git {arguments}: {}", String::from_utf8_lossy(&run.stderr));
}

pub(super) fn commit(workspace: &Workspace) {
    git(workspace, "add -A");
    git(workspace, "commit -q -m change --allow-empty");
}

/// A repository whose branch `main` was applied.
pub(super) fn repository(workspace: Workspace) -> Workspace {
    git(&workspace, "init -q -b main");
    let workspace = workspace.with(".gitignore", ".segctl\n");
    commit(&workspace);
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

pub(super) fn shop() -> Workspace {
    repository(
        Workspace::sandbox()
            .with("docs/beta.yaml", segment("beta", "", &users("ada")))
            .with("docs/gamma.yaml", segment("gamma", "", &users("bob")))
            .with("docs/delta.yaml", segment("delta", "", &users("dan")))
            .with("docs/old.yaml", segment("old", "", &users("olga")))
            .with("docs/older.yaml", segment("older", "", &users("otto")))
            .with("docs/r.yaml", attachment("checkout", "beta, gamma")),
    )
}

/// A pull request on a `main` of which the last commit was not applied, and a person's changes.
pub(super) fn pull_request() -> Workspace {
    let workspace = shop();
    workspace.write("docs/delta.yaml", segment("delta", "", &users("dan, dora")));
    workspace.write("docs/late.yaml", segment("late", "", &users("lea")));
    workspace.remove("docs/older.yaml");
    commit(&workspace);
    git(&workspace, "switch -q -c pull-request");
    workspace.write("docs/beta.yaml", segment("beta", "", &users("ada, ann")));
    workspace.write("docs/new.yaml", segment("new", "", &users("nils")));
    workspace.remove("docs/old.yaml");
    commit(&workspace);
    let people = [Edit::Values("gamma", &["bob", "eve"]), Edit::Detach("gamma")];
    by_hand(&workspace, &people);
    workspace
}

#[test]
fn each_step_says_why_it_is_there() {
    let run = pull_request().run("plan --base main --prune");
    assert_snapshot!(run, @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment late  docs/late.yaml:3
          why: main has it already: not applied yet, or deleted by a person
          name: late
          constraints
            {contextName: userId, operator: IN, values: [lea]}

      + create segment new  docs/new.yaml:3
          why: changed since main
          name: new
          constraints
            {contextName: userId, operator: IN, values: [nils]}

      ~ update segment delta [git, widens]  docs/delta.yaml:7
          why: main says so already, and it was not applied
          /constraints/0/values: +1 of 2 values
            + dora

      ~ update segment gamma [live, narrows]  docs/gamma.yaml:7
          why: a person changed the live system
          /constraints/0/values: -1 of 2 values
            - eve

      ~ attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production)  docs/r.yaml:5
          why: not as main says: not applied yet or changed by a person, nothing tells which
          /segments: +1 of 2 values
            + gamma

      ~ update segment beta [git, widens]  docs/beta.yaml:7
          why: changed since main
          /constraints/0/values: +1 of 2 values
            + ann
          used by new-checkout in production

      - delete segment old [git]  was written in docs/old.yaml:3
          why: its document is in main and no longer here
          name: old
          constraints
            {contextName: userId, operator: IN, values: [olga]}

      - delete segment older [git]
          why: main does not have it either, and it was not deleted
          name: older
          constraints
            {contextName: userId, operator: IN, values: [otto]}

    Plan: 2 to create, 3 to update, 1 to attach, 2 to delete.
    --- exit 0
    ");
}

#[test]
fn without_a_base_only_drift_is_certain() {
    let run = pull_request().run("plan -o json");
    let output: Json = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(output["base"], Json::Null);
    assert_snapshot!(whys(&output), @r#"
    local/Segment/late/create ["unknown"]
    local/Segment/new/create ["unknown"]
    local/Segment/delta/update ["unknown"]
    local/Segment/gamma/update ["drift"]
    local/Attachment/checkout/attach ["unknown"]
    local/Segment/beta/update ["unknown"]
    old ["unknown"]
    older ["unknown"]
    "#);
}

#[test]
fn json_names_the_base_and_the_reasons() {
    let run = pull_request().run("plan --base main -o json");
    let output: Json = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(output["base"], "main");
    assert_snapshot!(whys(&output), @r#"
    local/Segment/late/create ["unknown"]
    local/Segment/new/create ["change"]
    local/Segment/delta/update ["leftover"]
    local/Segment/gamma/update ["drift"]
    local/Attachment/checkout/attach ["unknown"]
    local/Segment/beta/update ["change"]
    old ["change"]
    older ["leftover"]
    "#);
}

/// The steps and the orphans of the first target, each with its reasons.
pub(super) fn whys(output: &Json) -> String {
    let target = &output["targets"][0];
    let lines = |list: &Json, name: &str| -> Vec<String> {
        let items = list.as_array().into_iter().flatten();
        items.map(|it| format!("{} {}", it[name].as_str().unwrap_or_default(), it["why"])).collect()
    };
    [lines(&target["steps"], "id"), lines(&target["orphans"], "name")].concat().join("\n")
}

#[test]
fn a_rename_that_was_merged_and_not_applied_is_left_over() {
    let workspace = shop();
    let rename = |from: &str, to: &str, path: &str, users: &str| {
        let key = format!("    name: {from}\n    constraints");
        let document = segment(to, "", users).replace("    constraints", &key);
        workspace.write(path, document);
    };
    rename("old", "new", "docs/old.yaml", &users("olga"));
    rename("delta", "epsilon", "docs/delta.yaml", &users("dan"));
    commit(&workspace);
    git(&workspace, "switch -q -c pull-request");
    rename("older", "oldest", "docs/older.yaml", &users("otto"));
    rename("delta", "epsilon", "docs/delta.yaml", &users("dan, dora"));
    commit(&workspace);
    let run = workspace.run("plan --base main");
    assert_snapshot!(run, @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ update segment epsilon (delta) [git, widens]  docs/delta.yaml:8
          why: changed since main; main says so already, and it was not applied
          /constraints/0/values: +1 of 2 values
            + dora
          /mark: delta -> epsilon

      ~ update segment new (old) [git]  docs/old.yaml:3
          why: main says so already, and it was not applied
          /mark: old -> new

      ~ update segment oldest (older) [git]  docs/older.yaml:3
          why: changed since main
          /mark: older -> oldest

    Plan: 3 to update. 3 documents unchanged.
    --- exit 0
    ");
}

#[test]
fn what_stays_as_the_base_and_the_live_system_have_it_is_no_step() {
    let run = shop().run("plan --base main");
    assert_snapshot!(run, @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    No changes. 6 documents unchanged.
    --- exit 0
    ");
}

#[test]
fn a_workspace_in_a_folder_of_its_repository() {
    let workspace = Workspace::empty()
        .with("flags/flags.yaml", "features: []\n")
        .with(
            "flags/segctl.yaml",
            "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {name: acme}\nspec:\n  documents: [\"docs/**/*.yaml\"]\n  targets:\n    - {name: local, provider: unleash, url: \"sandbox:flags.yaml\"}\n",
        )
        .with("flags/docs/a.yaml", segment("beta", "", &users("ada")))
        .with("docs/stray.yaml", "not a document");
    git(&workspace, "init -q -b main");
    commit(&workspace);
    let run = workspace.run("plan -f flags --base main");
    assert_snapshot!(run, @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment beta  docs/a.yaml:3
          why: main has it already: not applied yet, or deleted by a person
          name: beta
          constraints
            {contextName: userId, operator: IN, values: [ada]}

    Plan: 1 to create.
    --- exit 0
    ");
}

#[cfg(unix)]
#[test]
fn links_of_the_base_lead_where_they_led() {
    let workspace = Workspace::sandbox()
        .with("shared/a.yaml", segment("beta", "", &users("ada")))
        .with("shared/b.yaml", segment("gamma", "", &users("bob")))
        .with("docs/x.yaml", segment("delta", "", &users("dan")));
    let link = |to: &str, at: &str| {
        std::os::unix::fs::symlink(to, workspace.folder().join(at)).expect("a link can be made");
    };
    link("../shared", "docs/all");
    let workspace = repository(workspace);
    workspace.write("shared/a.yaml", segment("beta", "", &users("ada, ann")));
    let run = workspace.run("plan --base HEAD -o json");
    let output: Json = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(output["diagnostics"], serde_json::json!([]), "{run}");
    assert_snapshot!(whys(&output), @r#"local/Segment/beta/update ["change"]"#);
}

/// A base that others moved on.
fn behind() -> Workspace {
    let workspace = shop();
    git(&workspace, "switch -q -c pull-request");
    git(&workspace, "switch -q main");
    workspace.write("docs/beta.yaml", segment("beta", "", &users("ada, ann")));
    commit(&workspace);
    git(&workspace, "switch -q pull-request");
    workspace
}

/// What is said of each code of a base.
pub(super) fn said() -> Vec<(Code, String)> {
    let broken = shop();
    broken.write("docs/more.yaml", "apiVersion: segctl.dev/v1\nkind: Segmnt\n");
    commit(&broken);
    broken.remove("docs/more.yaml");
    let text = |workspace: &Workspace, base: &str| {
        workspace.run(&format!("plan --base {base}")).to_string()
    };
    vec![
        (Code::BaseAhead, text(&behind(), "main")),
        (Code::BaseIncomplete, text(&broken, "main")),
        (Code::BaseUnreadable, text(&broken, "no/such")),
    ]
}

#[test]
fn a_base_that_others_moved_on_is_said() {
    let run = behind().run("plan --base main");
    assert_snapshot!(run, @"
    --- stderr
    warning[base-ahead]: `main` has 1 commit that is not in what is checked out
     |
     = help: what they changed looks undone here: merge or rebase, then plan again

    1 warning; `segctl explain base-ahead` says more
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    No changes. 6 documents unchanged.
    --- exit 0
    ");
}

#[test]
fn a_base_with_mistakes_is_said() {
    let workspace = shop();
    workspace.write("docs/gamma.yaml", "apiVersion: segctl.dev/v1\nkind: Segmnt\n");
    commit(&workspace);
    workspace.write("docs/gamma.yaml", segment("gamma", "", &users("bob, bea")));
    let run = workspace.run("plan --base main");
    assert_snapshot!(run, @"
    --- stderr
    warning[base-incomplete]: the documents of `main` have 2 mistakes; what stands there counts as changed

    1 warning; `segctl explain base-incomplete` says more
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ update segment gamma [git, widens]  docs/gamma.yaml:7
          why: changed since main
          /constraints/0/values: +1 of 2 values
            + bea
          used by new-checkout in production

    Plan: 1 to update. 5 documents unchanged.
    --- exit 0
    ");
}

#[test]
fn a_base_without_the_workspace_is_said() {
    let workspace = Workspace::sandbox().with("docs/beta.yaml", segment("beta", "", &users("ada")));
    git(&workspace, "init -q -b main");
    git(&workspace, "commit -q -m nothing --allow-empty");
    let run = workspace.run("plan --base main");
    assert_snapshot!(run, @"
    --- stderr
    warning[base-incomplete]: `main` has no segctl.yaml here; what stands there counts as changed

    1 warning; `segctl explain base-incomplete` says more
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment beta  docs/beta.yaml:3
          why: changed since main
          name: beta
          constraints
            {contextName: userId, operator: IN, values: [ada]}

    Plan: 1 to create.
    --- exit 0
    ");
}

#[test]
fn a_base_that_cannot_be_read_ends_the_command() {
    let workspace = shop();
    assert_snapshot!(workspace.run("plan --base no/such"), @"
    --- stderr
    error[base-unreadable]: the repository has no revision `no/such`
      help: If `no/such` is spelt right, fetch it. In a pipeline the clone is cut short: actions/checkout takes fetch-depth: 2 for the base of a pull request, and fetch-depth: 0 for any revision.
    --- exit 1
    ");
    assert_snapshot!(workspace.run("plan --base=--output=x"), @"
    --- stderr
    error[base-unreadable]: the repository has no revision `--output=x`
      help: If `--output=x` is spelt right, fetch it. In a pipeline the clone is cut short: actions/checkout takes fetch-depth: 2 for the base of a pull request, and fetch-depth: 0 for any revision.
    --- exit 1
    ");
    assert!(!workspace.folder().join("x").exists());
    let run = workspace.run("plan --base no/such -o json");
    let output: Json = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(output["failure"]["code"], "base-unreadable", "{run}");
    assert_eq!(run.code, Some(1), "{run}");
}
