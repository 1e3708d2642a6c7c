//! Whose a segment is, and what is done about it: adoption, orphans, several workspaces, one server.

use insta::assert_snapshot;
use segctl::sandbox::Sandbox;

use super::trouble::workspace_at;
use super::workspace::Run;
use super::{Workspace, attachment, segment, users};
use crate::support::served::Served;

const ADMIN: (&str, &str) = ("TOKEN", Sandbox::TOKEN);

fn applied(workspace: Workspace) -> Workspace {
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

#[test]
fn orphans_alone_are_no_change() {
    let workspace = applied(
        Workspace::sandbox()
            .with("docs/a.yaml", segment("beta", "", &users("ada")))
            .with("docs/b.yaml", segment("gamma", "", &users("bob"))),
    );
    workspace.remove("docs/b.yaml");
    let plan = workspace.run("plan --detailed-exitcode");
    assert_eq!(plan.code, Some(0), "{plan}");
    assert!(plan.stdout.contains("Orphans, managed and no longer in Git"), "{plan}");
    let run = workspace.run("apply --auto-approve --detailed-exitcode");
    assert_eq!(run.code, Some(0), "{run}");
    assert_eq!(workspace.run("plan --prune --detailed-exitcode").code, Some(2));
}

#[test]
fn a_protected_segment_can_be_renamed_and_is_never_deleted() {
    let workspace = applied(
        Workspace::sandbox()
            .with("docs/a.yaml", segment("vip-eu", "", &users("ada")))
            .with("docs/b.yaml", segment("other", "", &users("bob"))),
    );
    let config =
        std::fs::read_to_string(workspace.folder().join("segctl.yaml")).expect("it is there");
    workspace.write("segctl.yaml", config.replace("spec:\n", "spec:\n  protect: [\"vip-*\"]\n"));
    // Another name for the same key: the mark changes, and nothing is deleted.
    let renamed = segment("vip-europe", "", &users("ada"))
        .replace("  unleash:\n", "  unleash:\n    name: vip-eu\n");
    workspace.write("docs/a.yaml", renamed);
    let plan = workspace.run("plan --prune");
    assert!(plan.stdout.contains("Plan: 1 to update."), "{plan}");
    assert_eq!(workspace.run("apply --auto-approve --prune -q").code, Some(0));
    workspace.remove("docs/a.yaml");
    let run = workspace.run("apply --auto-approve --prune --force-guard --keep-going");
    assert_eq!(run.code, Some(0), "{run}");
    assert!(run.stdout.contains("  vip-europe (vip-eu), protected\n"), "{run}");
}

#[test]
fn adoption_is_explicit_by_name_by_kind_or_all() {
    let fresh = || {
        let workspace = Workspace::sandbox()
            .with("docs/a.yaml", segment("legacy", "", &users("ada")))
            .with("docs/b.yaml", segment("beta", "", &users("ada")));
        assert_eq!(workspace.run("plan").code, Some(3));
        workspace
    };
    for decision in ["--adopt legacy", "--adopt segment/legacy", "--adopt-all"] {
        let workspace = fresh();
        let run = workspace.run(&format!("apply --auto-approve {decision}"));
        assert!(run.code == Some(0) && run.stdout.contains("1 adopted"), "{decision}: {run}");
        assert!(workspace.run("plan").stdout.contains("No changes. 2 documents"), "{decision}");
    }
    for decision in ["--adopt beta", "--adopt-from elsewhere"] {
        let run = fresh().run(&format!("apply --auto-approve {decision}"));
        assert_eq!(run.code, Some(3), "{decision}: {run}");
    }
}

#[test]
fn an_equal_foreign_segment_is_left_and_said() {
    let document = segment("legacy", "  description: Made by hand.\n", &users("old"));
    let workspace = Workspace::sandbox().with("docs/a.yaml", document);
    assert_snapshot!(workspace.run("apply --auto-approve"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Equal to what is live, and not managed here: legacy

    No changes. 1 document unchanged.
    --- exit 0
    ");
}

/// The workspace `acme` with its name changed.
fn named(workspace: &Workspace, name: &str) {
    let config =
        std::fs::read_to_string(workspace.folder().join("segctl.yaml")).expect("it is there");
    workspace.write("segctl.yaml", config.replace("name: acme", &format!("name: {name}")));
}

#[test]
fn two_workspaces_on_one_server_leave_each_other_alone() {
    let served = Served::new("{}", &[]);
    let one = workspace_at(&served.url);
    let other = workspace_at(&served.url).with("docs/a.yaml", segment("gamma", "", &users("bob")));
    named(&other, "ops");
    let with =
        |workspace: &Workspace, arguments: &str| -> Run { workspace.run_with(arguments, &[ADMIN]) };
    assert_eq!(with(&one, "apply --auto-approve -q").code, Some(0));
    let run = with(&other, "apply --auto-approve --prune");
    assert!(run.code == Some(0) && run.stdout.contains("Applied: 1 created."), "{run}");
    let run = with(&one, "apply --auto-approve --prune");
    assert!(run.code == Some(0) && run.stdout.contains("No changes."), "{run}");

    other.write("docs/a.yaml", segment("beta", "", &users("bob")));
    let plan = with(&other, "plan --adopt-all");
    assert_eq!(plan.code, Some(3), "{plan}");
    let said = "the live segment `beta` is managed by the workspace `acme`, and differs";
    assert!(plan.stdout.contains(said), "{plan}");
    let run = with(&other, "apply --auto-approve --adopt-from acme");
    assert!(run.code == Some(0) && run.stdout.contains("1 adopted"), "{run}");
    assert_eq!(with(&one, "plan").code, Some(3), "it is the other's now");
}

const USES: &str = "
features:
  - name: new-checkout
    strategies:
      production:
        - {name: flexibleRollout, title: Gradual rollout, parameters: {rollout: \"50\"}}
segments: []
";

/// What a prune says that keeps a segment, with ids taken out.
#[test]
fn a_deletion_names_what_uses_the_segment_and_what_frees_it() {
    let workspace = applied(
        Workspace::sandbox()
            .with("flags.yaml", USES)
            .with("docs/a.yaml", segment("beta", "", &users("ada")))
            .with("docs/b.yaml", segment("gamma", "", &users("bob")))
            .with("docs/r.yaml", attachment("checkout", "beta")),
    );
    workspace.remove("docs/a.yaml");
    workspace.remove("docs/r.yaml");
    let run = workspace.run("apply --auto-approve --prune");
    assert_eq!(run.code, Some(3), "{run}");
    let id = run.stdout.split("strategy: {id: ").nth(1).and_then(|it| it.split('}').next());
    let text = run.stdout.replace(id.expect("the YAML names the rule"), "ID");
    assert_snapshot!(text, @"
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ! delete segment beta [git]
          refused[in-use]: it is used by new-checkout in production
          help: an attachment takes it off: spec: {segments: [those that stay], unleash: {project: default, feature: new-checkout, environment: production, strategy: {id: ID}}}
          name: beta
          constraints
            {contextName: userId, operator: IN, values: [ada]}
          used by new-checkout in production

    Plan: nothing to do. 1 refused. 1 document unchanged.
    ");
    // What it says to write is what frees it.
    let id = id.expect("it is there");
    let yaml = format!(
        "unleash: {{project: default, feature: new-checkout, environment: production, strategy: {{id: {id}}}}}"
    );
    workspace.write("docs/r.yaml", format!("apiVersion: segctl.dev/v1\nkind: Attachment\nmetadata: {{name: checkout}}\nspec: {{segments: [gamma], {yaml}}}\n"));
    let run = workspace.run("apply --auto-approve --prune");
    assert!(run.code == Some(0) && run.stdout.contains("1 attached, 1 deleted"), "{run}");
}

/// The mark is sent too, so it counts: what `validate` lets pass is what the server takes.
#[test]
fn the_mark_counts_in_the_size_of_a_segment() {
    let workspace = Workspace::sandbox();
    let passes = |length: usize| {
        let description = format!("  description: {}\n", "d".repeat(length));
        workspace.write("docs/a.yaml", segment("beta", &description, &users("ada")));
        workspace.run("validate").code == Some(0)
    };
    let (mut passing, mut failing) = (90_000, 110_000);
    assert!(passes(passing) && !passes(failing));
    while failing - passing > 1 {
        let middle = usize::midpoint(passing, failing);
        if passes(middle) { passing = middle } else { failing = middle }
    }
    assert!(passes(passing));
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{passing}: {run}");
}
