//! What is sensitive is shown nowhere.

use super::Workspace;

const CONFIG: &str = "
apiVersion: segctl.dev/v1
kind: Workspace
metadata: {name: acme}
spec:
  documents: [\"docs/*.yaml\"]
  targets: [{name: local, provider: configcat, url: \"sandbox:flags.yaml\"}]
";

fn segment(comparator: &str, values: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: beta}}\nspec:\n  configcat:\n    \
         comparisonAttribute: Email\n    comparator: {comparator}\n    {values}\n"
    )
}

fn workspace(document: String) -> Workspace {
    Workspace::empty()
        .with("segctl.yaml", CONFIG)
        .with("flags.yaml", "")
        .with("ids.txt", "ada@x\nada@x\n")
        .with("docs/a.yaml", document)
}

#[test]
fn sensitive_values_are_in_no_output() {
    let inline = segment("sensitiveIsOneOf", "comparisonValues: [ada@x, ada@x, lin@x]");
    let from_file = segment("sensitiveIsOneOf", "comparisonValuesFrom: ../ids.txt");
    let wrong = segment("sensitiveIsOneOf", "comparisonValues: [\"ada@x,lin@x\", 7]");
    for document in [inline, from_file, wrong] {
        let workspace = workspace(document);
        for arguments in ["validate", "plan", "plan -o json", "validate -o json"] {
            let run = workspace.run(arguments).to_string();
            assert!(!run.contains("@x"), "{arguments}: {run}");
        }
    }
}

#[test]
fn what_becomes_sensitive_is_in_no_plan() {
    let workspace = workspace(segment("isOneOf", "comparisonValues: [ada@x]"));
    assert_eq!(workspace.run("apply --auto-approve -q").code, Some(0));
    workspace.write("docs/a.yaml", segment("sensitiveIsOneOf", "comparisonValues: [ada@x, lin@x]"));
    for arguments in ["plan", "plan -o json", "apply --auto-approve"] {
        let run = workspace.run(arguments);
        assert!(!run.to_string().contains("@x"), "{arguments}: {run}");
        assert_eq!(run.code, Some(0), "{run}");
    }
    workspace.write("docs/a.yaml", segment("sensitiveIsOneOf", "comparisonValues: [eve@x]"));
    let run = workspace.run("drift -o json");
    assert!(!run.to_string().contains("@x"), "{run}");
}
