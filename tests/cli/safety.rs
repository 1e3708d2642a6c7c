//! What must never happen: a flag that opens to everyone, or somebody else's segment that goes.

use segctl::sandbox::Sandbox;

use super::trouble::workspace_at;
use super::{Workspace, attachment, segment, users};
use crate::support::admin::Admin;
use crate::support::served::Served;

/// A rule without conditions of its own, on which `held` stands after the first apply.
fn with_rule(held: &str) -> Workspace {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("wide", "", &users("ada, bob, carl")))
        .with("docs/b.yaml", segment("narrow", "", &users("ada")))
        .with("docs/c.yaml", attachment("checkout", held));
    let run = workspace.run("apply --auto-approve");
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

#[test]
fn a_rule_loses_a_segment_only_once_those_that_stay_are_what_git_says() {
    let workspace = with_rule("wide, narrow");
    workspace.write("docs/a.yaml", segment("wide", "", &users("ada")));
    workspace.write("docs/c.yaml", attachment("checkout", "wide"));
    let plan = workspace.run("plan -o json");
    let plan: serde_json::Value = serde_json::from_str(&plan.stdout).expect("an envelope");
    let steps = plan["targets"][0]["steps"].as_array().expect("steps");
    let detach = steps.iter().find(|step| step["action"] == "attach").expect("a detachment");
    assert_eq!(detach["dependsOn"], serde_json::json!(["local/Segment/wide/update"]));
    assert_eq!(detach["effect"], serde_json::Value::Null, "the two together are not proven");
    // Alone it would leave the rule wider than Git says.
    let alone = workspace.run("plan -f docs/c.yaml");
    assert!(alone.stdout.contains("refused[outside-selection]"), "{alone}");
}

/// Git moves a condition of a segment into a new one, which joins it on the rule.
#[tokio::test]
async fn a_segment_keeps_its_conditions_until_the_rule_has_what_takes_their_place() {
    let flags = "features:\n  - {name: new-checkout, strategies: {production: [{name: flexibleRollout, title: Gradual rollout}]}}\n";
    let staff = "{contextName: email, operator: STR_ENDS_WITH, values: [\"@acme.test\"]}";
    let both = format!("{}\n      - {staff}", users("ada"));
    for fault in ["PATCH /api/admin/projects:0x:400", "POST /api/admin/segments:0x:400"] {
        let mut served = Served::new(flags, &[]);
        let workspace = workspace_at(&served.url);
        workspace.write("docs/a.yaml", segment("beta", "", &both));
        workspace.write("docs/c.yaml", attachment("checkout", "beta"));
        let run = |arguments: &str| workspace.run_with(arguments, &[("TOKEN", Sandbox::TOKEN)]);
        assert_eq!(run("apply --auto-approve -q").code, Some(0));

        workspace.write("docs/a.yaml", segment("beta", "", &users("ada")));
        workspace.write("docs/b.yaml", segment("staff", "", staff));
        workspace.write("docs/c.yaml", attachment("checkout", "beta, staff"));
        served.kill();
        served.start(&["--fault", fault]);
        let broken = run("apply --auto-approve");
        assert!(
            broken.code.is_some_and(|it| it != 0) && broken.stdout.contains("1 failed."),
            "{broken}"
        );
        let segments = Admin::new(&served.url, Sandbox::TOKEN).segments().await;
        let beta = segments.iter().find(|it| it["name"] == "beta").expect("it was applied");
        let conditions = beta["constraints"].as_array().map(Vec::len);
        assert_eq!(conditions, Some(2), "the rule is open to more people: {broken}");

        served.kill();
        served.start(&[]);
        let mended = run("apply --auto-approve");
        assert_eq!(mended.code, Some(0), "{mended}");
        assert!(run("plan").stdout.contains("No changes."));
        // Alone it would open the rule in the same way.
        workspace.write("docs/a.yaml", segment("beta", "", &users("ada, bob")));
        workspace.write("docs/d.yaml", segment("third", "", staff));
        workspace.write("docs/c.yaml", attachment("checkout", "beta, staff, third"));
        let alone = run("plan -f docs/a.yaml");
        assert!(alone.stdout.contains("refused[outside-selection]"), "{alone}");
    }
}

#[test]
fn a_rule_with_nothing_but_empty_segments_matches_everyone_too() {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "", &users("ada")))
        .with("docs/b.yaml", "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {name: open}\nspec:\n  allow: [matches-everyone]\n  unleash: {}\n")
        .with("docs/c.yaml", attachment("checkout", "beta"));
    assert_eq!(workspace.run("apply --auto-approve").code, Some(0));
    workspace.write("docs/c.yaml", attachment("checkout", "open"));
    let run = workspace.run("apply --auto-approve");
    assert_eq!(run.code, Some(3), "{run}");
    assert!(run.stdout.contains("refused[matches-everyone]"), "{run}");
}

#[test]
fn prune_leaves_what_a_document_calls_external() {
    let workspace = with_rule("wide");
    workspace.write(
        "docs/b.yaml",
        "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {name: theirs}\nspec:\n  external: true\n  unleash: {name: narrow}\n",
    );
    let run = workspace.run("apply --auto-approve --prune");
    assert!(run.code == Some(0) && run.stdout.contains("No changes."), "{run}");
}

#[test]
fn adoption_takes_names_that_exist() {
    let workspace = with_rule("wide");
    let run = workspace.run("plan --adopt wiide -o json");
    assert_eq!(run.code, Some(64), "{run}");
    assert!(run.stdout.contains("\"usage\""), "{run}");
    assert_eq!(workspace.run("plan --adopt segment/wide,checkout").code, Some(0));
    assert_eq!(workspace.run("plan --adopt attachment/wide").code, Some(64));
}

#[test]
fn an_owner_named_on_the_command_line_fits_a_mark() {
    let workspace = Workspace::empty().with("docs/a.yaml", segment("beta", "", &users("ada")));
    let run =
        workspace.run("plan -f docs --provider unleash --url http://127.0.0.1:1 --workspace a/b");
    assert_eq!(run.code, Some(3), "{run}");
    assert!(run.stderr.contains("error[bad-value]"), "{run}");
}

#[test]
fn a_fixture_stands_inside_the_workspace() {
    let outside = Workspace::empty().with("flags.yaml", "secret: value\n");
    let workspace = Workspace::sandbox().with("docs/a.yaml", segment("beta", "", &users("ada")));
    let config = "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {name: acme}\nspec:\n  documents: [\"docs/**\"]\n  targets:\n    - {name: local, provider: unleash, url: \"sandbox:OUTSIDE/flags.yaml\"}\n";
    let path = outside.folder().display().to_string();
    workspace.write("segctl.yaml", config.replace("OUTSIDE", &path));
    let run = workspace.run("plan");
    assert_eq!(run.code, Some(1), "{run}");
    assert!(run.stderr.contains("leads out of the workspace") && !run.stderr.contains("secret"));
}
