//! `segctl plan`: what a reviewer reads.

use insta::assert_snapshot;

use super::{Workspace, attachment, segment, users};

#[test]
fn of_a_new_workspace() {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "  description: Helpers.\n", &users("ada, bob")))
        .with("docs/b.yaml", attachment("checkout", "beta"));
    assert_snapshot!(workspace.run("plan"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment beta  docs/a.yaml:3
          name: beta
          description: Helpers.
          constraints
            {contextName: userId, operator: IN, values: [ada, bob]}

      ~ attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production) [narrows]  docs/b.yaml:5
          /segments: +1 of 1 values
            + beta

    Plan: 1 to create, 1 to attach.
    --- exit 0
    ");
}

#[test]
fn of_a_change() {
    let workspace = Workspace::sandbox()
        .with(
            "docs/a.yaml",
            segment("beta", "  description: |\n    One.\n    Two.\n", &users("ada, bob")),
        )
        .with("docs/b.yaml", segment("gone", "", &users("x")))
        .with("docs/c.yaml", attachment("checkout", "beta, gone"));
    assert_eq!(workspace.run("apply --auto-approve").code, Some(0));
    workspace.write(
        "docs/a.yaml",
        segment("beta", "  description: |\n    One.\n    Three.\n", &users("bob, carl, dora")),
    );
    workspace.remove("docs/b.yaml");
    workspace.write("docs/c.yaml", attachment("checkout", "beta"));
    assert_snapshot!(workspace.run("plan"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ update segment beta [git, replaces]  docs/a.yaml:6
          /description:
              One.
            - Two.
            + Three.
          /constraints/0/values: +2 -1 of 3 values
            + carl
            + dora
            - ada
          used by new-checkout in production

      ~ attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production)  docs/c.yaml:5
          /segments: -1 of 2 values
            - gone

    Orphans, managed and no longer in Git (`--prune` deletes them):
      gone, used by new-checkout in production

    Plan: 1 to update, 1 to attach. 1 orphan stays: managed, and no longer in Git.
    --- exit 0
    ");
    assert_snapshot!(workspace.run("apply --prune --auto-approve"), @"
    --- stderr
    updated segment beta
    attached checkout
    deleted segment gone
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ update segment beta [git, replaces]  docs/a.yaml:6
          /description:
              One.
            - Two.
            + Three.
          /constraints/0/values: +2 -1 of 3 values
            + carl
            + dora
            - ada
          used by new-checkout in production

      ~ attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production)  docs/c.yaml:5
          /segments: -1 of 2 values
            - gone

      - delete segment gone [git]
          name: gone
          constraints
            {contextName: userId, operator: IN, values: [x]}
          used by new-checkout in production

    Plan: 1 to update, 1 to attach, 1 to delete.
    Applied: 1 updated, 1 attached, 1 deleted.
    Verified: read again, and the live system is as applied.
    --- exit 0
    ");
    assert_snapshot!(workspace.run("plan"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    No changes. 2 documents unchanged.
    --- exit 0
    ");
}

/// The text without the ids of strategies, which are made anew each time.
fn without_ids(text: &str) -> String {
    let parts = text.split("(id ").enumerate();
    parts
        .map(|(at, part)| if at == 0 { part.to_owned() } else { format!("(id ID{}", &part[26..]) })
        .collect()
}

#[test]
fn refuses_what_must_not_happen() {
    let staff = attachment("staff", "fine").replace("Gradual rollout", "Staff");
    let lost = attachment("lost", "fine").replace("new-checkout", "old-checkout");
    let scoped = segment("scoped", "", &users("ada"))
        .replace("  unleash:\n", "  unleash:\n    project: nowhere\n");
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("legacy", "", &users("ada")))
        .with("docs/b.yaml", segment("fine", "", &users("ada")))
        .with("docs/c.yaml", staff)
        .with("docs/d.yaml", lost)
        .with("docs/e.yaml", scoped);
    assert_snapshot!(without_ids(&workspace.run("plan").to_string()), @r#"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment fine  docs/b.yaml:3
          name: fine
          constraints
            {contextName: userId, operator: IN, values: [ada]}

      ! create segment scoped  docs/e.yaml:3
          refused[unknown-project]: the server has no project `nowhere`
          help: it has `default`
          name: scoped
          project: nowhere
          constraints
            {contextName: userId, operator: IN, values: [ada]}

      ! adopt segment legacy [replaces]  docs/a.yaml:5
          refused[would-overwrite]: the live segment `legacy` is not managed by segctl, and differs
          help: take it over with `--adopt legacy`, or give the document another name in its block
          /description: "Made by hand." -> ""
          /constraints/0/values: +1 -1 of 1 values
            + ada
            - old

      ! attach lost (strategy titled `Gradual rollout` of default/old-checkout in production)  docs/d.yaml:3
          refused[flag-not-found]: project `default` has no flag `old-checkout`

      ! attach staff (strategy titled `Staff` of default/new-checkout in production)  docs/c.yaml:3
          refused[rule-ambiguous]: 2 strategies of `new-checkout` fit
          help: select one by id: `default` titled `Staff` (id ID), `default` titled `Staff` (id ID)

    Plan: 1 to create. 4 refused.
    --- exit 3
    "#);
    assert_snapshot!(workspace.run("apply --auto-approve -q").code.unwrap_or(-1), @"3");
}

#[test]
fn exits_with_2_when_asked_to() {
    let workspace = Workspace::sandbox().with("docs/a.yaml", segment("beta", "", &users("ada")));
    assert_eq!(workspace.run("plan").code, Some(0));
    assert_eq!(workspace.run("plan --detailed-exitcode").code, Some(2));
    assert_eq!(workspace.run("apply --auto-approve --detailed-exitcode").code, Some(2));
    assert_eq!(workspace.run("plan --detailed-exitcode").code, Some(0));
}

#[test]
fn names_that_would_act_on_the_terminal_are_spelt_out() {
    let hostile = "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {name: hostile}\nspec:\n  description: \"a\\e[2Jb\"\n  unleash:\n    name: \"safe\\u202Eelif\\nPlan: 0 to create.\"\n    constraints: [{contextName: userId, operator: IN, values: [\"\\u200Bada\"]}]\n";
    let workspace = Workspace::sandbox().with("docs/a.yaml", hostile);
    assert_snapshot!(workspace.run("plan"), @r#"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment hostile (safe\u{202e}elif\nPlan: 0 to create.)  docs/a.yaml:3
          name: "safe\u{202e}elif\nPlan: 0 to create."
          description: "a\u{1b}[2Jb"
          constraints
            {contextName: userId, operator: IN, values: ["\u{200b}ada"]}

    Plan: 1 to create.
    --- exit 0
    "#);
}

/// A flag can use a segment in several of its strategies.
#[test]
fn names_each_place_that_uses_a_segment_once() {
    let flags = std::fs::read_to_string(Workspace::sandbox().folder().join("flags.yaml"));
    let flags = flags.expect("it is there").replacen("title: Staff", "title: Others", 1);
    let other = attachment("others", "beta").replace("Gradual rollout", "Others");
    let workspace = Workspace::sandbox()
        .with("flags.yaml", flags)
        .with("docs/a.yaml", segment("beta", "", &users("ada")))
        .with("docs/b.yaml", attachment("checkout", "beta"))
        .with("docs/c.yaml", other);
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada, bob")));
    let run = workspace.run("plan");
    assert!(run.stdout.contains("used by new-checkout in production\n"), "{run}");
}
