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
    assert_snapshot!(shop().run("plan"), @r#"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

      + create segment new  docs/d.yaml:3
          name: new
          description: "Ask private #2a132241."
          constraints
            {contextName: phone, operator: IN, values: ["private #81dfe7fc"]}

      ~ update segment beta [live, replaces]  docs/a.yaml:7
          /constraints/0/values: +1 -1 of 2 values
            + "private #2debe85f"
            - "private #7d647c25"

      ~ update segment gamma [git, replaces]  docs/b.yaml:7
          /constraints/0/values: +1 -1 of 2 values
            + "private #81dfe7fc"
            - "private #76a4f221"

    Plan: 1 to create, 2 to update. 1 document unchanged.
    --- exit 0
    "#);
}

#[test]
fn drift_shows_hashes() {
    assert_snapshot!(shop().run("drift"), @r#"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Changed in the live system since segctl wrote it; `apply` sets it back:

      ~ segment beta [live, replaces]  docs/a.yaml:7
          /constraints/0/values: +1 -1 of 2 values
            + "private #7d647c25"
            - "private #2debe85f"

    Differs, and nothing tells whether Git or the live system moved:

      ? segment new  docs/d.yaml:3
          it is not there: new in Git, or deleted in the live system

    Changed in Git, and not applied yet: segment gamma

    Drift: 1 changed in the live system, 1 unclear. 1 document to apply. 1 document unchanged.
    --- exit 0
    "#);
}

#[test]
fn diagnostics_show_none() {
    assert_snapshot!(broken().run("validate"), @r#"
    --- stderr
    error[not-a-number]: `private #2a132241` is not a number that every SDK reads
     --> docs/a.yaml:7:56
      |
    7 |       - {contextName: userId, operator: NUM_EQ, value: ****************}
      |                                                        ^^^^^^^^^^^^^^^^
      |
      = help: write digits with an optional sign and fraction, such as "0.5"

    error[not-a-number]: `private #6deefc25` is not a number that every SDK reads
     --> docs/b.yaml:7:55
      |
    7 |       - {contextName: phone, operator: NUM_EQ, value: ********}
      |                                                       ^^^^^^^^
      |
      = help: write digits with an optional sign and fraction, such as "0.5"

    error[operator-arity]: NUM_EQ needs a `value`
     --> docs/c.yaml:7:40
      |
    7 |       - {contextName: phone, operator: NUM_EQ, valuesFrom: phones.txt}
      |                                        ^^^^^^
      |
      = help: one text: `value: "…"`

    error[operator-arity]: NUM_EQ compares with `value` and ignores `values`
     --> docs/c.yaml:7:48
      |
    7 |       - {contextName: phone, operator: NUM_EQ, valuesFrom: phones.txt}
      |                                                ^^^^^^^^^^

    4 errors; `segctl explain not-a-number` says more
    --- exit 3
    "#);
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
