//! People in what stands beside values: comments, conditions that are none, and the command line.

use super::Workspace;
use super::people::{FORMS, check, named, workspace_file};

/// A segment with two private values, and comments about people on all of its lines.
fn commented(values: &str) -> String {
    format!(
        "# n0171 asked for it
apiVersion: segctl.dev/v1 # n0172
kind: Segment
metadata: {{name: beta}} # segctl: ignore[policy-widening] lets n0173 in
spec: # segctl: ignore[policy-description] nobody but n0173
  unleash:
    constraints:
      - {{contextName: phone, operator: IN, values: [{values}]}}
"
    )
}

/// The same, private in the patch of another target only.
fn patched() -> String {
    commented("\"x\"").replace("phone", "userId").replace("name: beta", "name: gamma")
        + "  perTarget: {eu: {unleash: {constraints: [{contextName: phone, operator: IN, values: [n0174]}]}}}\n"
}

#[test]
fn a_comment_of_a_segment_about_people_names_none_wherever_it_stands() {
    let policies = "\"policies\":[{\"forbid\":\"no-description\"},{\"forbid\":\"widening\"}],";
    let eu = "{\"name\":\"eu\",\"provider\":\"unleash\",\"url\":\"sandbox:eu.yaml\"},";
    let file = workspace_file()
        .replace("\"privacy\"", &format!("{policies}\"privacy\""))
        .replace("\"targets\":[", &format!("\"targets\":[{eu}"));
    let workspace = Workspace::sandbox()
        .with("segctl.yaml", file.replace(policies, ""))
        .with("eu.yaml", "features: [{name: f}]")
        .with("docs/a.yaml", commented("\"n0174\""))
        .with("docs/b.yaml", patched());
    let run = workspace.run("apply -t local --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    workspace.write("segctl.yaml", file);
    workspace.write("docs/a.yaml", commented("\"n0174\", \"n0175\""));
    let run = workspace.run("plan -t local -q --out p.json");
    assert_eq!(run.code, Some(0), "{run}");
    workspace.write("docs/b.yaml", patched().replace("\"x\"", "\"x\", \"y\""));
    let mut wrong = vec![];
    for form in FORMS {
        for command in ["plan -v", "validate -v"] {
            let run = workspace.run(&format!("{command} -o {form}"));
            check(&mut wrong, &format!("{command}: {form}"), &run.to_string());
        }
        let run = workspace.run(&format!("plan -t local -v -o {form}")).to_string();
        for code in ["policy-description", "policy-widening"] {
            assert!(run.contains(code), "{form}: {code} is ignored: {run}");
        }
    }
    let reports = FORMS.map(|form| format!("--report {form}=report.{form}")).join(" ");
    let run = workspace.run(&format!("apply p.json -v {reports}"));
    assert_eq!(run.code, Some(0), "{run}");
    check(&mut wrong, "apply p.json", &run.to_string());
    for form in FORMS {
        let report = std::fs::read_to_string(workspace.folder().join(format!("report.{form}")));
        let report = report.expect("a report");
        assert!(report.contains("policy-widening"), "{report}");
        check(&mut wrong, &format!("apply p.json: {form}"), &report);
    }
    workspace.write("docs/a.yaml", commented("\"n0174\"").replace("name: beta", "nam: beta"));
    for form in FORMS {
        let run = workspace.run(&format!("validate -v -o {form}"));
        check(&mut wrong, &format!("a mistake: {form}"), &run.to_string());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What stands where a condition should, or in a field of one that holds no values.
const BARE: [&str; 12] = [
    "[{contextName: phone, operator: IN, +46701234567}]",
    "[{contextName: phone, operator: IN, n0171}]",
    "[{contextName: phone, operator: IN, values: [x], +46701234567: x}]",
    "[n0171]",
    "[+46701234567]",
    "[[n0171, 46701234567]]",
    "[{46701234567: IN}]",
    "n0171",
    "46701234567",
    "{n0171: n0172}",
    "[{contextName: phone, operator: IN, values: [x], inverted: n0171}]",
    "[{contextName: phone, operator: IN, values: [x], caseInsensitive: 46701234567}]",
];

#[test]
fn what_stands_in_the_place_of_a_condition_names_nobody() {
    let mut wrong = vec![];
    for bare in BARE {
        let document = commented("x");
        let head = document.split("    constraints:").next().unwrap_or_default();
        let workspace = Workspace::sandbox()
            .with("segctl.yaml", workspace_file())
            .with("docs/a.yaml", format!("{head}    constraints: {bare}\n"));
        for form in FORMS {
            let run = workspace.run(&format!("validate -o {form}"));
            assert_eq!(run.code, Some(3), "{bare} is a mistake: {run}");
            check(&mut wrong, bare, &run.to_string());
            if run.to_string().contains("4670") {
                wrong.push(format!("{bare}: a number is told: {run}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_help_that_would_have_a_hash_in_it_is_left_out() {
    let twice = "{contextName: plan, operator: IN, values: [a]}\n      - {contextName: plan, operator: IN, values: [b], values: [c]}";
    let workspace = Workspace::sandbox()
        .with("segctl.yaml", workspace_file())
        .with("docs/a.yaml", super::segment("beta", "", twice));
    let run = workspace.run("validate");
    assert_eq!(run.code, Some(3), "{run}");
    let helps = run.stderr.lines().filter(|it| it.contains("help:"));
    assert!(helps.clone().all(|it| !it.contains("private #")), "{run}");
}

#[test]
fn a_command_line_that_cannot_be_read_names_nobody() {
    let workspace = Workspace::sandbox();
    for (command, variable) in [
        ("plan --report x=adalove@acme.example", ("SEGCTL_QUIET", "false")),
        ("plan --bobross@acme.example", ("SEGCTL_QUIET", "false")),
        ("plan", ("SEGCTL_TIMEOUT", "evepark@acme.example")),
    ] {
        let run = workspace.run_with(command, &[variable]);
        assert_eq!(run.code, Some(64), "{run}");
        assert_eq!(named(&run.to_string()), Vec::<&str>::new(), "{run}");
        assert!(run.stderr.contains("private #"), "{run}");
    }
}
