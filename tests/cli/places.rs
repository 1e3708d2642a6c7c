//! Which line of the documents a step names.

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::{Workspace, attachment, segment, users};

/// The steps that a change of the applied `before` to `after` makes, each with its place.
fn places(before: &[(&str, String)], after: &[(&str, String)]) -> String {
    let workspace = Workspace::sandbox();
    for (path, text) in before {
        workspace.write(path, text);
    }
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    for (path, text) in after {
        workspace.write(path, text);
    }
    let run = workspace.run("plan -o json");
    let output: Json = serde_json::from_str(&run.stdout).expect("JSON");
    let steps = output["targets"][0]["steps"].as_array().expect("steps").iter();
    let line = |step: &Json| {
        let place = &step["place"];
        let file = place["file"].as_str().unwrap_or("nowhere");
        format!(
            "{} {file}:{}:{}",
            step["id"].as_str().unwrap_or_default(),
            place["line"],
            place["column"]
        )
    };
    steps.map(line).collect::<Vec<_>>().join("\n")
}

/// A segment in block style with these values, and more lines under its block.
fn block(name: &str, values: &[&str], more: &str) -> String {
    let values: Vec<String> = values.iter().map(|it| format!("          - {it}\n")).collect();
    let values = values.concat();
    format!(
        "# A comment.\napiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: {name}}}\nspec:\n  unleash:\n{more}    constraints:\n      - contextName: userId\n        operator: IN\n        values:\n{values}"
    )
}

#[test]
fn a_value_that_is_added_is_named_by_its_line() {
    let shown = places(
        &[("docs/a.yaml", block("beta", &["ada", "bob"], ""))],
        &[("docs/a.yaml", block("beta", &["ada", "ann", "bob"], ""))],
    );
    assert_snapshot!(shown, @"local/Segment/beta/update docs/a.yaml:12:13");
}

#[test]
fn a_value_that_goes_is_named_by_its_list() {
    let shown = places(
        &[("docs/a.yaml", block("beta", &["ada", "bob"], ""))],
        &[("docs/a.yaml", block("beta", &["ada"], ""))],
    );
    assert_snapshot!(shown, @"local/Segment/beta/update docs/a.yaml:10:9");
}

#[test]
fn a_value_of_a_file_is_named_by_the_line_of_the_file() {
    let document =
        segment("beta", "", "{contextName: userId, operator: IN, valuesFrom: ids/beta.txt}");
    let shown = places(
        &[("docs/a.yaml", document), ("docs/ids/beta.txt", "ada\nbob\n".to_owned())],
        &[("docs/ids/beta.txt", "ada\n\nann\nbob\n".to_owned())],
    );
    assert_snapshot!(shown, @"local/Segment/beta/update docs/ids/beta.txt:3:1");
}

#[test]
fn an_override_of_the_target_counts_first() {
    let over = |project: &str| {
        format!(
            "{}  perTarget:\n    local:\n      unleash:\n        project: {project}\n",
            block("beta", &["ada"], "    project: blue\n")
        )
    };
    let shown = places(&[("docs/a.yaml", over("default"))], &[("docs/a.yaml", over("null"))]);
    assert_snapshot!(shown, @"local/Segment/beta/update docs/a.yaml:16:18");
}

#[test]
fn attachments_and_descriptions_stand_outside_of_the_block() {
    let described =
        |text: &str| segment("beta", &format!("  description: {text}\n"), &users("ada"));
    let gamma = segment("gamma", "", &users("bob"));
    let shown = places(
        &[
            ("docs/a.yaml", described("One")),
            ("docs/b.yaml", gamma),
            ("docs/r.yaml", attachment("checkout", "beta")),
        ],
        &[
            ("docs/a.yaml", described("Two")),
            ("docs/r.yaml", attachment("checkout", "beta, gamma")),
        ],
    );
    assert_snapshot!(shown, @"
    local/Segment/beta/update docs/a.yaml:5:16
    local/Attachment/checkout/attach docs/r.yaml:5:20
    ");
}

#[test]
fn one_document_of_several_in_a_file() {
    let two = |values: &[&str]| {
        format!("{}---\n{}", block("beta", &["ada"], ""), block("gamma", values, ""))
    };
    let shown = places(&[("docs/a.yaml", two(&["ada"]))], &[("docs/a.yaml", two(&["ada", "bob"]))]);
    assert_snapshot!(shown, @"local/Segment/gamma/update docs/a.yaml:24:13");
}

#[test]
fn a_condition_that_comes_is_named_by_itself_and_one_that_goes_by_its_list() {
    let with = |more: &str| block("beta", &["ada"], "") + more;
    let plan = "      - contextName: plan\n        operator: IN\n        values: [pro]\n";
    let app = "      - contextName: appName\n        operator: IN\n        values: [web]\n";
    let shown = places(&[("docs/a.yaml", with(app))], &[("docs/a.yaml", with(plan))]);
    assert_snapshot!(shown, @"local/Segment/beta/update docs/a.yaml:12:9");
    let shown = places(&[("docs/a.yaml", with(app))], &[("docs/a.yaml", with(""))]);
    assert_snapshot!(shown, @"local/Segment/beta/update docs/a.yaml:7:5");
}

#[test]
fn a_new_name_is_named_by_its_line() {
    let shown = places(
        &[("docs/a.yaml", block("beta", &["ada"], ""))],
        &[(
            "docs/a.yaml",
            block("gamma", &["ada"], "")
                .replace("    constraints", "    name: beta\n    constraints"),
        )],
    );
    assert_snapshot!(shown, @"local/Segment/gamma/update docs/a.yaml:4:18");
}
