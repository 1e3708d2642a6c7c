//! Segments on a rule that change and stay the same object: a new key, other prose.

use insta::assert_snapshot;
use serde_json::{Value as Json, json};

use super::base::{commit, git, repository, whys};
use super::drift::{Edit, by_hand};
use super::policies::hold;
use super::{Workspace, attachment, segment, users};

/// The segment `two` of that key, managed and on the rule, with `prose`.
fn two(key: &str, prose: &str) -> String {
    let unleash = format!("  unleash:\n    name: {key}\n");
    segment("two", prose, &users("ada, bob")).replace("  unleash:\n", &unleash)
}

/// A branch on which only documents change; `two` is on the rule.
fn branch() -> Workspace {
    let workspace = repository(
        Workspace::sandbox()
            .with("docs/one.yaml", segment("one", "", &users("ada, bob, carl")))
            .with("docs/two.yaml", two("Two", ""))
            .with("docs/three.yaml", segment("three", "", &users("ada")))
            .with("docs/co.yaml", attachment("co", "one, two")),
    );
    git(&workspace, "switch -q -c pull-request");
    workspace
}

fn plan(workspace: &Workspace) -> Json {
    commit(workspace);
    let run = workspace.run("plan --base main -o json");
    serde_json::from_str(&run.stdout).expect("an envelope")
}

/// The attachment among the steps of a plan.
fn attach(plan: &Json) -> &Json {
    let steps = plan["targets"][0]["steps"].as_array().expect("steps");
    steps.iter().find(|step| step["action"] == "attach").expect("an attachment")
}

#[test]
fn a_segment_that_gets_a_new_key_stays_on_its_rule() {
    let workspace = branch();
    workspace.write("docs/two.yaml", two("Two new", ""));
    workspace.write("docs/co.yaml", attachment("co", "one, two, three"));
    commit(&workspace);
    assert_snapshot!(workspace.run("plan --base main"), @r#"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      ~ attach co (strategy titled `Gradual rollout` of default/new-checkout in production) [narrows]  docs/co.yaml:5
          why: changed since main
          /segments: +1 of 3 values
            + three

      ~ update segment two (Two new) [git]  docs/two.yaml:6
          why: changed since main
          /name: Two -> "Two new"
          used by new-checkout in production

    Plan: 1 to update, 1 to attach. 2 documents unchanged.
    --- exit 0
    "#);
    // Nor does it come where another one goes.
    workspace.write("docs/co.yaml", attachment("co", "two"));
    let plan = plan(&workspace);
    let attach = attach(&plan);
    assert_eq!(attach["before"]["segments"], json!(["one", "Two new"]), "{attach:#}");
    assert_eq!(attach["after"]["segments"], json!(["Two new"]), "{attach:#}");
    assert_eq!(attach["why"], json!(["change"]), "{attach:#}");
}

#[test]
fn a_new_key_alone_sets_no_rule() {
    let workspace = branch();
    workspace.write("docs/two.yaml", two("Two new", ""));
    assert_snapshot!(whys(&plan(&workspace)), @r#"local/Segment/two/update ["change"]"#);
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    assert_eq!(workspace.run("plan --detailed-exitcode").code, Some(0));
}

/// What a person took off the rule is no change of the branch that renames a segment of it.
#[test]
fn a_new_key_is_no_change_of_the_rule() {
    let workspace = branch();
    by_hand(&workspace, &[Edit::Detach("one")]);
    workspace.write("docs/two.yaml", two("Two new", ""));
    assert_eq!(attach(&plan(&workspace))["why"], json!(["unknown"]));
}

#[test]
fn what_only_people_read_leaves_the_effect_on_a_rule_proven() {
    let workspace = branch();
    hold(&workspace, &["{forbid: widening}"]);
    workspace.write("docs/two.yaml", two("Two new", "  description: Early.\n"));
    workspace.write("docs/co.yaml", attachment("co", "one, two, three"));
    let narrows = plan(&workspace);
    assert_eq!(attach(&narrows)["effect"], "narrows");
    assert_eq!(workspace.run("plan").code, Some(0));
    // A change of who is in it may let in more than the rule loses.
    for users in [users("ada, bob, carl"), users("ada"), users("eve")] {
        workspace.write("docs/two.yaml", segment("two", "", &users));
        let unproven = plan(&workspace);
        assert_eq!(attach(&unproven)["effect"], Json::Null, "{users}");
    }
}
