//! `plan --base` where a segment was another's before, or had another name.

use insta::assert_snapshot;

use super::base::{commit, git, repository, shop, whys};
use super::{Workspace, attachment, segment, users};

/// The reasons of the steps of a pull request that says `now` where the base said `was`.
fn reasons(was: &str, now: &str, arguments: &str) -> String {
    let stray = segment("stray", "", &users("sam"));
    let workspace = Workspace::sandbox().with("docs/stray.yaml", stray);
    let workspace = repository(workspace);
    if !was.is_empty() {
        workspace.write("docs/legacy.yaml", was);
        commit(&workspace);
    }
    git(&workspace, "switch -q -c pull-request");
    workspace.write("docs/legacy.yaml", now);
    commit(&workspace);
    let run = workspace.run(&format!("plan --base main -o json {arguments}"));
    whys(&serde_json::from_str(&run.stdout).expect("JSON"))
}

fn ours(values: &str) -> String {
    segment("legacy", "", &users(values))
}

/// Nobody changed what segctl wrote: it wrote nothing.
#[test]
fn what_people_made_is_no_drift() {
    let shown = reasons("", &ours("new"), "--adopt legacy");
    assert_snapshot!(shown, @r#"local/Segment/legacy/adopt ["change"]"#);
}

#[test]
fn what_was_left_to_people_is_not_left_over() {
    let external = "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {name: legacy}\nspec: {external: true, unleash: {}}\n";
    let shown = reasons(external, &ours("new"), "--adopt legacy");
    assert_snapshot!(shown, @r#"local/Segment/legacy/adopt ["change"]"#);
}

#[test]
fn what_was_to_be_taken_over_may_have_lost_its_mark() {
    let shown = reasons(&ours("new"), &ours("new"), "--adopt legacy");
    assert_snapshot!(shown, @r#"local/Segment/legacy/adopt ["unknown"]"#);
}

/// It is as the base says, apart from its mark, which is another workspace's.
#[test]
fn what_another_workspace_manages_still_is_left_over() {
    let workspace = Workspace::sandbox();
    let config = std::fs::read_to_string(workspace.folder().join("segctl.yaml")).expect("it is");
    workspace.write("segctl.yaml", config.replace("acme", "other"));
    let workspace = repository(workspace.with("docs/b.yaml", segment("beta", "", &users("ada"))));
    workspace.write("segctl.yaml", config);
    commit(&workspace);
    let run = workspace.run("plan --base main -o json --adopt-from other");
    let shown = whys(&serde_json::from_str(&run.stdout).expect("JSON"));
    assert_snapshot!(shown, @r#"local/Segment/beta/adopt ["leftover"]"#);
}

#[test]
fn a_new_name_does_not_hide_what_was_merged_before() {
    let workspace = shop();
    workspace.write("docs/beta.yaml", segment("beta", "", &users("ada, ann")));
    workspace.write("docs/r.yaml", attachment("checkout", "beta"));
    commit(&workspace);
    git(&workspace, "switch -q -c pull-request");
    let named =
        segment("beta2", "", &users("ada, ann")).replace("unleash:", "unleash:\n    name: beta");
    workspace.write("docs/beta.yaml", named);
    workspace.write("docs/r.yaml", attachment("checkout2", "beta2"));
    commit(&workspace);
    let run = workspace.run("plan --base main -o json");
    let shown = whys(&serde_json::from_str(&run.stdout).expect("JSON"));
    assert_snapshot!(shown, @r#"
    local/Segment/beta2/update ["change","leftover"]
    local/Attachment/checkout2/attach ["unknown"]
    "#);
}
