//! `segctl apply`.

use insta::assert_snapshot;

use super::{Workspace, attachment, segment, users};

#[test]
fn does_it_proves_it_and_then_has_nothing_to_do() {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "", &users("ada")))
        .with("docs/b.yaml", attachment("checkout", "beta"));
    assert_snapshot!(workspace.run("apply --auto-approve -v"), @"
    --- stderr
    created segment beta
    attached checkout
    local: 9 requests
          1 GET /api/admin/context
          2 GET /api/admin/projects/{}/features/{}
          2 GET /api/admin/segments
          2 GET /api/admin/ui-config
          1 PATCH /api/admin/projects/{}/features/{}/environments/{}/strategies/{}
          1 POST /api/admin/segments
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment beta  docs/a.yaml:3
          name: beta
          constraints
            {contextName: userId, operator: IN, values: [ada]}

      ~ attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production) [narrows]  docs/b.yaml:5
          /segments: +1 of 1 values
            + beta

    Plan: 1 to create, 1 to attach.
    Applied: 1 created, 1 attached.
    Verified: read again, and the live system is as applied.
    --- exit 0
    ");
    assert_snapshot!(workspace.run("apply --auto-approve -v"), @"
    --- stderr
    local: 3 requests
          1 GET /api/admin/projects/{}/features/{}
          1 GET /api/admin/segments
          1 GET /api/admin/ui-config
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    No changes. 2 documents unchanged.
    --- exit 0
    ");
}

#[test]
fn does_nothing_when_a_step_is_refused_unless_told_to_keep_going() {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("legacy", "", &users("ada")))
        .with("docs/b.yaml", segment("fine", "", &users("bob")))
        .with("docs/c.yaml", attachment("checkout", "legacy"));
    let run = workspace.run("apply --auto-approve");
    assert_eq!(run.code, Some(3));
    assert!(!run.stderr.contains("created"), "{run}");
    assert_snapshot!(workspace.run("apply --auto-approve --keep-going"), @r#"
    --- stderr
    skipped segment legacy: it is refused
    skipped checkout: it waits for local/Segment/legacy/adopt
    created segment fine
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment fine  docs/b.yaml:3
          name: fine
          constraints
            {contextName: userId, operator: IN, values: [bob]}

      ! adopt segment legacy [replaces]  docs/a.yaml:5
          refused[would-overwrite]: the live segment `legacy` is not managed by segctl, and differs
          help: take it over with `--adopt legacy`, or give the document another name in its block
          /description: "Made by hand." -> ""
          /constraints/0/values: +1 -1 of 1 values
            + ada
            - old

      ~ attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production) [narrows]  docs/c.yaml:5
          /segments: +1 of 1 values
            + legacy

    Plan: 1 to create, 1 to attach. 1 refused.
    Applied: 1 created, 2 skipped.
    Verified: read again, and the live system is as applied.
    --- exit 3
    "#);
}

#[test]
fn takes_over_only_what_is_named() {
    let workspace = Workspace::sandbox().with("docs/a.yaml", segment("legacy", "", &users("ada")));
    assert_snapshot!(workspace.run("apply --auto-approve --adopt legacy"), @r#"
    --- stderr
    adopted segment legacy
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ adopt segment legacy [replaces]  docs/a.yaml:5
          /description: "Made by hand." -> ""
          /constraints/0/values: +1 -1 of 1 values
            + ada
            - old

    Plan: 1 to adopt.
    Applied: 1 adopted.
    Verified: read again, and the live system is as applied.
    --- exit 0
    "#);
    assert_snapshot!(workspace.run("plan"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    No changes. 1 document unchanged.
    --- exit 0
    ");
}

#[test]
fn asks_nobody_who_is_not_there() {
    let workspace = Workspace::sandbox().with("docs/a.yaml", segment("beta", "", &users("ada")));
    assert_snapshot!(workspace.run("apply"), @"
    --- stderr
    error: there is no terminal to ask on: give --auto-approve
    --- exit 64
    ");
}

#[test]
fn protects_what_the_workspace_protects() {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("enterprise-eu", "", &users("ada")))
        .with("docs/b.yaml", segment("beta", "", &users("ada")));
    assert_eq!(workspace.run("apply --auto-approve").code, Some(0));
    workspace.remove("docs/a.yaml");
    let config =
        std::fs::read_to_string(workspace.folder().join("segctl.yaml")).expect("it is there");
    workspace
        .write("segctl.yaml", config.replace("spec:\n", "spec:\n  protect: [\"enterprise-*\"]\n"));
    assert_snapshot!(workspace.run("apply --auto-approve --prune"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Orphans, managed and no longer in Git (`--prune` deletes those that do not say otherwise):
      enterprise-eu, protected

    No changes. 1 document unchanged. 1 orphan stays: managed, and no longer in Git.
    --- exit 0
    ");
    let markdown = workspace.run("plan -o markdown").stdout;
    assert!(markdown.contains("protected: it is never deleted"), "{markdown}");
    assert!(!markdown.contains("`--prune` deletes it"), "{markdown}");
}
