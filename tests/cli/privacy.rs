//! Nothing that names people is shown, in any form, unless it is asked for.

use insta::assert_snapshot;

use super::drift::{Edit, by_hand};
use super::{Workspace, segment, users};

const WORKSPACE: &str = "apiVersion: segctl.dev/v1
kind: Workspace
metadata: {name: acme}
spec:
  documents: [\"docs/**/*.yaml\"]
  privacy: {attributes: [phone]}
  targets:
    - {name: local, provider: unleash, url: \"sandbox:flags.yaml\"}
";

/// What names people in the documents and in the live system.
const PEOPLE: [&str; 6] = ["ada@", "bob@", "eve@", "0171", "0172", "0173"];

fn phones(values: &str) -> String {
    format!("{{contextName: phone, operator: IN, values: [{values}]}}")
}

/// An applied workspace, in which people and documents changed.
fn shop() -> Workspace {
    let workspace = Workspace::sandbox()
        .with("segctl.yaml", WORKSPACE)
        .with("docs/a.yaml", segment("beta", "", &users("ada@acme.example, bob@acme.example")))
        .with("docs/b.yaml", segment("gamma", "", &phones("\"0171\", \"0172\"")))
        .with(
            "docs/c.yaml",
            segment("delta", "", "{contextName: phone, operator: IN, valuesFrom: phones.txt}"),
        )
        .with("docs/phones.txt", "0171\n0172\n");
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    by_hand(&workspace, &[Edit::Values("beta", &["ada@acme.example", "eve@acme.example"])]);
    workspace.write("docs/b.yaml", segment("gamma", "", &phones("\"0171\", \"0173\"")));
    workspace.write(
        "docs/d.yaml",
        segment("new", "  description: Ask ada@acme.example.\n", &phones("\"0173\"")),
    );
    workspace
}

/// The same with a mistake beside every value.
fn broken() -> Workspace {
    let number = |attribute: &str, value: &str| {
        format!("{{contextName: {attribute}, operator: NUM_EQ, value: {value}}}")
    };
    Workspace::sandbox()
        .with("segctl.yaml", WORKSPACE)
        .with("docs/a.yaml", segment("beta", "", &number("userId", "ada@acme.example")))
        .with("docs/b.yaml", segment("gamma", "", &number("phone", "\"0171-x\"")))
        .with(
            "docs/c.yaml",
            segment("delta", "", "{contextName: phone, operator: NUM_EQ, valuesFrom: phones.txt}"),
        )
        .with("docs/phones.txt", "0172\n0172\n")
}

#[test]
fn a_plan_shows_hashes() {
    assert_snapshot!(shop().run("plan"), @"");
}

#[test]
fn drift_shows_hashes() {
    assert_snapshot!(shop().run("drift"), @"");
}

#[test]
fn diagnostics_show_none() {
    assert_snapshot!(broken().run("validate"), @"");
}

#[test]
fn no_form_shows_any() {
    let (shop, broken) = (shop(), broken());
    for form in ["text", "json", "markdown", "github", "sarif", "html"] {
        let runs = [
            shop.run(&format!("plan -o {form}")),
            shop.run(&format!("plan -q --report {form}=report")),
            shop.run(&format!("drift -o {form}")),
            broken.run(&format!("validate -o {form}")),
        ];
        let report = std::fs::read_to_string(shop.folder().join("report")).expect("a report");
        for text in runs.iter().map(ToString::to_string).chain([report]) {
            for person in PEOPLE {
                assert!(!text.contains(person), "{form} shows {person}:\n{text}");
            }
        }
    }
    let run = shop.run("apply --auto-approve -v -o json");
    assert_eq!(run.code, Some(0), "{run}");
    assert!(PEOPLE.iter().all(|it| !run.to_string().contains(it)), "{run}");
    assert_eq!(
        shop.run("plan --detailed-exitcode").code,
        Some(0),
        "the values were sent as they are"
    );
}

#[test]
fn all_is_shown_to_who_asks() {
    let shop = shop();
    for run in
        [shop.run("plan --show-values"), shop.run_with("plan", &[("SEGCTL_SHOW_VALUES", "1")])]
    {
        let text = run.to_string();
        for person in
            ["bob@acme.example", "eve@acme.example", "0172", "0173", "Ask ada@acme.example."]
        {
            assert!(text.contains(person), "no {person}:\n{text}");
        }
        assert!(!text.contains("private #"), "{text}");
    }
}
