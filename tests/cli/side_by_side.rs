//! Several targets at once: each is told of, and one that fails stops nobody else.

use super::{Workspace, segment, users};
use serde_json::Value as Json;

/// Two targets that work around one that nobody answers for.
fn workspace() -> Workspace {
    let target = |name: &str, url: &str| {
        format!(
            "    - {{name: {name}, provider: unleash, url: \"{url}\", auth: {{token: {{file: token}}}}}}\n"
        )
    };
    let targets = [
        target("eu", "sandbox:flags.yaml"),
        target("gone", "http://127.0.0.1:1"),
        target("us", "sandbox:more.yaml"),
    ];
    let head = "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {name: acme}\nspec:\n  documents: [\"docs/**/*.yaml\"]\n  targets:\n";
    Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "", &users("ada")))
        .with("more.yaml", "features: []\n")
        .with("token", "secret")
        .with("segctl.yaml", format!("{head}{}", targets.concat()))
}

#[test]
fn a_plan_of_all_tells_of_each_and_of_the_one_that_fails() {
    let run = workspace().run("plan --timeout 2 -o json");
    let envelope: Json = serde_json::from_str(&run.stdout).expect("an envelope");
    let targets = envelope["targets"].as_array().expect("targets");
    let said: Vec<(&Json, &Json, usize)> = targets
        .iter()
        .map(|it| (&it["name"], &it["failure"]["code"], it["steps"].as_array().map_or(0, Vec::len)))
        .collect();
    let expected =
        [("eu", Json::Null, 1), ("gone", "unreachable".into(), 0), ("us", Json::Null, 1)];
    for ((name, code, steps), (wanted, failure, count)) in said.iter().zip(&expected) {
        assert!(name == wanted && *code == failure && steps == count, "{run}");
    }
    assert_eq!((run.code, &envelope["ok"]), (Some(1), &Json::Bool(false)), "{run}");
}

#[test]
fn an_apply_of_several_does_what_can_be_done() {
    let workspace = workspace();
    let run = workspace.run("apply -t eu -t gone -t us --auto-approve --timeout 2");
    assert_eq!(run.code, Some(1), "{run}");
    for said in ["eu: created segment beta", "us: created segment beta", "error[unreachable]"] {
        assert!(run.stderr.contains(said), "{said} is missing in {run}");
    }
    for heading in ["Target eu\nApplied: 1 created.", "Target us\nApplied: 1 created."] {
        assert!(run.stdout.contains(heading), "{heading} is missing in {run}");
    }
    let again = workspace.run("apply -t eu -t us --auto-approve -q");
    let unchanged = again.stdout.matches("No changes. 1 document unchanged.").count();
    assert_eq!((again.code, unchanged), (Some(0), 2), "{again}");
}
