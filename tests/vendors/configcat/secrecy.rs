//! What sensitive comparators compare with is shown nowhere.

use crate::support::scratch::Scratch;

const SECRET: [&str; 3] = ["ada@acme.example", "grace@acme.example", "eve@acme.example"];

fn workspace() -> Scratch {
    let scratch = Scratch::new();
    scratch.write(
        "fixture.yaml",
        "products: [{name: Shop, environments: [{name: Production}], segments: [{name: Old, \
         comparisonAttribute: Email, comparator: sensitiveIsNotOneOf, comparisonValue: eve@acme.example}]}]\n",
    );
    scratch.write(
        "segctl.yaml",
        "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {name: acme}\nspec:\n  targets:\n    \
         - {name: live, provider: configcat, url: \"sandbox:fixture.yaml\"}\n",
    );
    document(&scratch, &SECRET[..2]);
    scratch
}

fn document(scratch: &Scratch, values: &[&str]) {
    scratch.write(
        "segments/beta.yaml",
        format!(
            "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: beta}}\nspec:\n  configcat: \
             {{comparisonAttribute: Email, comparator: sensitiveIsOneOf, comparisonValues: [\"{}\"]}}\n",
            values.join("\", \"")
        ),
    );
}

/// Runs segctl, and panics where it prints what is secret.
fn run(scratch: &Scratch, arguments: &[&str]) -> String {
    let output = scratch.segctl(arguments);
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    for secret in SECRET {
        assert!(!printed.contains(secret), "{arguments:?} prints {secret}: {printed}");
    }
    printed
}

#[test]
fn plans_outcomes_and_drift_show_a_hash() {
    let scratch = workspace();
    for output in ["text", "json"] {
        assert!(run(&scratch, &["plan", "-o", output]).contains("hidden #"));
        run(&scratch, &["plan", "-v", "-o", output]);
    }
    run(&scratch, &["apply", "--auto-approve", "-o", "json"]);
    document(&scratch, &SECRET[1..]);
    for output in ["text", "json"] {
        let plan = run(&scratch, &["plan", "-o", output]);
        assert!(plan.contains("hidden #"), "{plan}");
        run(&scratch, &["drift", "-o", output]);
    }
    run(&scratch, &["apply", "--auto-approve"]);
    run(&scratch, &["plan", "--prune"]);
    run(&scratch, &["import", "-o", "json"]);
}

#[test]
fn mistakes_do_not_quote_them() {
    let scratch = workspace();
    for wrong in ["eve@acme.example ", "eve@acme.example,x"] {
        document(&scratch, &[wrong]);
        let output = scratch.segctl(&["validate", "-o", "json"]);
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(3), "{printed}");
        assert!(!printed.contains("eve@acme"), "{printed}");
    }
}
