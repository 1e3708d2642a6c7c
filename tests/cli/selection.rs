//! `-t`, `-l` and `-f`.

use insta::assert_snapshot;

use super::{Workspace, attachment, segment, users};

fn labelled(name: &str, team: &str) -> String {
    let document = segment(name, "", &users("ada"));
    document.replace(
        &format!("{{name: {name}}}"),
        &format!("{{name: {name}, labels: {{team: {team}}}}}"),
    )
}

fn workspace() -> Workspace {
    Workspace::sandbox()
        .with("docs/growth/a.yaml", labelled("beta", "growth"))
        .with("docs/core/b.yaml", labelled("gamma", "core"))
        .with("docs/c.yaml", attachment("checkout", "beta"))
}

#[test]
fn labels_and_paths_narrow_the_steps() {
    let workspace = workspace();
    assert_snapshot!(workspace.run("plan -l team=core"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment gamma  docs/core/b.yaml:3
          name: gamma
          constraints
            {contextName: userId, operator: IN, values: [ada]}

    Plan: 1 to create.
    --- exit 0
    ");
    assert_snapshot!(workspace.run("plan -f docs/growth"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment beta  docs/growth/a.yaml:3
          name: beta
          constraints
            {contextName: userId, operator: IN, values: [ada]}

    Plan: 1 to create.
    --- exit 0
    ");
}

#[test]
fn a_step_that_needs_one_left_out_is_refused() {
    assert_snapshot!(workspace().run("plan -f docs/c.yaml"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ! attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production) [narrows]  docs/c.yaml:5
          refused[outside-selection]: it needs local/Segment/beta/create, which the selection leaves out
          /segments: +1 of 1 values
            + beta

    Plan: nothing to do. 1 refused.
    --- exit 3
    ");
}

#[test]
fn a_selection_excludes_prune() {
    assert_snapshot!(workspace().run("plan -l team=core --prune"), @"
    --- stderr
    error: --prune judges all documents, so it excludes -l and -f of single ones
    --- exit 64
    ");
}

#[test]
fn a_folder_with_a_workspace_is_that_workspace() {
    let workspace = workspace();
    let above = workspace.folder().parent().expect("it has one").display().to_string();
    let name = workspace.folder().file_name().expect("it has one").to_string_lossy().into_owned();
    let run = Workspace::empty().run(&format!("plan -f {above}/{name} --detailed-exitcode"));
    assert_eq!(run.code, Some(2), "{run}");
}

#[test]
fn several_targets_must_be_chosen_from_before_anything_is_written() {
    let workspace = workspace().with("more.yaml", "features: []\n").with(
        "segctl.yaml",
        "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {name: acme}\nspec:\n  documents: [\"docs/**/*.yaml\"]\n  targets:\n    - {name: local, provider: unleash, url: \"sandbox:flags.yaml\"}\n    - {name: other, provider: unleash, url: \"sandbox:more.yaml\"}\n",
    );
    assert_snapshot!(workspace.run("apply --auto-approve"), @"
    --- stderr
    error: the workspace has several targets: say -t local or -t other
    --- exit 64
    ");
    assert_snapshot!(workspace.run("plan -t elsewhere"), @"
    --- stderr
    error: the workspace has no target `elsewhere`; it has local, other
    --- exit 64
    ");
    assert_eq!(workspace.run("apply --auto-approve -t local").code, Some(0));
    let run = workspace.run("plan --detailed-exitcode -t local");
    assert_eq!(run.code, Some(0), "{run}");
}
