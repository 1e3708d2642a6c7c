//! People in every place that can hold a text, through every output.

use serde_json::{Value as Json, json};

use super::Workspace;
use super::drift::{Edit, by_hand};

/// What nobody may read: parts of addresses, and values of the private attribute `phone`.
const PEOPLE: [&str; 9] =
    ["adalove", "bobross", "evepark", "zoequinn", "n0171", "n0172", "n0173", "n0174", "n0175"];

/// Every form of a result.
pub(super) const FORMS: [&str; 6] = ["text", "json", "markdown", "github", "sarif", "html"];

pub(super) fn workspace_file() -> String {
    json!({
        "apiVersion": "segctl.dev/v1", "kind": "Workspace", "metadata": {"name": "acme"},
        "spec": {
            "documents": ["docs/**/*.yaml"],
            "privacy": {"attributes": ["phone"]},
            "targets": [{"name": "local", "provider": "unleash", "url": "sandbox:flags.yaml"}],
        },
    })
    .to_string()
}

/// A segment of a document, whose name in the vendor's system is that of a person.
fn segment(name: &str, person: &str, field: &str, values: &[&str]) -> String {
    json!({
        "apiVersion": "segctl.dev/v1", "kind": "Segment", "metadata": {"name": name},
        "spec": {
            "description": format!("Ask {person}@acme.example, or user!{person}@[10.0.0.1]."),
            "unleash": {
                "name": format!("for {person}@acme.example"),
                "constraints": [{"contextName": field, "operator": "IN", "values": values}],
            },
        },
    })
    .to_string()
}

fn attachment(name: &str, segment: &str, person: &str) -> String {
    json!({
        "apiVersion": "segctl.dev/v1", "kind": "Attachment", "metadata": {"name": name},
        "spec": {
            "segments": [segment],
            "unleash": {
                "feature": "flag-of-evepark@acme.example", "environment": "production",
                "strategy": {"title": format!("{person}@acme.example's")},
            },
        },
    })
    .to_string()
}

/// An applied workspace in which people are everywhere, and things of each kind are to be done.
fn shop() -> Workspace {
    let titles = ["adalove", "bobross"]
        .map(|it| json!({"name": "default", "title": format!("{it}@acme.example's")}));
    let fixture = json!({
        "contextFields": [{"name": "phone"}, {"name": "office", "legalValues": ["zoequinn@acme.example"]}],
        "features": [{"name": "flag-of-evepark@acme.example", "strategies": {"production": titles}}],
        "segments": [{
            "name": "for evepark@acme.example", "description": "evepark@acme.example made it",
            "constraints": [{"contextName": "phone", "operator": "IN", "values": ["n0174"]}],
        }],
    });
    let workspace = Workspace::sandbox()
        .with("segctl.yaml", workspace_file())
        .with("flags.yaml", fixture.to_string())
        .with("docs/a.yaml", segment("beta", "adalove", "phone", &["n0171", "n0172"]))
        .with("docs/b.yaml", segment("gamma", "bobross", "userId", &["bobross@acme.example"]))
        .with("docs/z.yaml", segment("gone", "zoequinn", "phone", &["n0175"]))
        .with("docs/r.yaml", attachment("first", "beta", "adalove"));
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    by_hand(&workspace, &[Edit::Values("for bobross@acme.example", &["evepark@acme.example"])]);
    workspace.remove("docs/z.yaml");
    workspace.write("docs/a.yaml", segment("beta", "adalove", "phone", &["n0171", "n0173"]));
    workspace.write("docs/e.yaml", segment("taken", "evepark", "phone", &["n0174", "n0173"]));
    workspace.write("docs/n.yaml", segment("new", "newton", "office", &["bobross@acme.example"]));
    workspace.write("docs/s.yaml", attachment("second", "gamma", "bobross"));
    workspace
}

/// What is shown of anybody in `text`; `docs` and hashes name nobody.
pub(super) fn named(text: &str) -> Vec<&'static str> {
    PEOPLE.into_iter().filter(|it| text.to_lowercase().contains(it)).collect()
}

pub(super) fn check(wrong: &mut Vec<String>, what: &str, text: &str) {
    let named = named(text);
    if !named.is_empty() {
        wrong.push(format!("{what} names {named:?}:\n{text}"));
    }
}

#[test]
fn no_output_names_anybody() {
    let shop = shop();
    let mut wrong = vec![];
    let reports: Vec<String> =
        FORMS.iter().map(|form| format!("--report {form}=report.{form}")).collect();
    let reports = reports.join(" ");
    let mut commands: Vec<String> = ["plan", "plan --prune --adopt-all", "drift", "validate"]
        .iter()
        .flat_map(|it| FORMS.map(|form| format!("{it} -v -o {form} {reports}")))
        .collect();
    commands.extend([
        "import --update --diff".to_owned(),
        "fmt --diff".to_owned(),
        "fmt --diff docs/a.yaml".to_owned(),
        format!("apply --prune --adopt-all --auto-approve --keep-going --force-guard -v {reports}"),
    ]);
    for command in &commands {
        let run = shop.run(command);
        check(&mut wrong, command, &run.to_string());
        if command.contains("--report") {
            for form in FORMS {
                let path = shop.folder().join(format!("report.{form}"));
                let report = std::fs::read_to_string(path).expect("a report");
                check(&mut wrong, &format!("{command}: {form}"), &report);
                assert!(
                    report.contains("private #") || command.starts_with("validate"),
                    "{report}"
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn who_is_shown_where_is_seen() {
    let shop = shop();
    let run = shop.run("plan --prune --adopt-all --show-values -o json").to_string();
    let missing: Vec<&str> = PEOPLE.into_iter().filter(|it| !run.contains(it)).collect();
    assert!(missing.is_empty(), "{missing:?} were never there: {run}");
}

/// Each document has one mistake beside private values; `validate` and `fmt` show its line.
const BROKEN: [&str; 12] = [
    "value: \"a`n0171`b\"",
    "value: \"!n0171\"",
    "inverted: 1\n        values: [\"n0171\"]",
    "values: [\"n0171\", \"n0172\"",
    "values: [\"n0171\"]\n        values: [\"n0172\"]",
    "values: [\"n0171\", *n0172]",
    "values: [\"n0171\"]\n        {\"n0172\": n0173}: x",
    "values: [0x1F3, {\"n0171\": n0172}]",
    "valuse: [\"n0171\"]",
    "values: \"n0171\"",
    "value: \"n0171 \"\n        values: [\"n0172\"]",
    "values:\n\t- \"n0171\"",
];

fn broken(mistake: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1
kind: Segment
metadata: {{name: beta}}
spec:
  unleash:
    constraints:
      - contextName: phone # \"n0174\" is adalove@acme.example
        operator: IN
        {mistake} # once n0175
"
    )
}

#[test]
fn mistakes_beside_people_do_not_name_them() {
    let mut wrong = vec![];
    let mut check = |mistake: &str, text: &str| {
        check(&mut wrong, mistake, text);
        if text.contains("499") || text.contains("0x1F3") {
            wrong.push(format!("{mistake}: a number is told: {text}"));
        }
    };
    for mistake in BROKEN {
        let workspace = Workspace::sandbox()
            .with("segctl.yaml", workspace_file())
            .with("docs/a.yaml", broken(mistake));
        for form in FORMS {
            check(mistake, &workspace.run(&format!("validate -o {form}")).to_string());
        }
        let run = workspace.run("validate");
        assert_eq!(run.code, Some(3), "{mistake} is a mistake: {run}");
        for command in ["fmt --diff", "fmt --check docs/a.yaml", "fmt --check -o json"] {
            check(mistake, &workspace.run(command).to_string());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn formatting_beside_people_does_not_name_them() {
    let messy = broken("values:   [\"n0172\",   \"n0171\"]");
    let workspace =
        Workspace::sandbox().with("segctl.yaml", workspace_file()).with("docs/a.yaml", &messy);
    let unreadable = Workspace::sandbox()
        .with("segctl.yaml", workspace_file().replace("Workspace", "Nonsense"))
        .with("docs/a.yaml", &messy);
    for workspace in [&workspace, &unreadable] {
        for command in ["fmt --diff docs/a.yaml", "fmt --diff docs"] {
            let run = workspace.run(command);
            assert_eq!(named(&run.to_string()), Vec::<&str>::new(), "{command}: {run}");
        }
        let (_, shown, said) = workspace.fed("fmt --diff -", &messy);
        assert!(shown.contains("private #"), "{shown}");
        assert_eq!(named(&[shown, said].concat()), Vec::<&str>::new());
        // An editor gets the document itself.
        let (_, document, _) = workspace.fed("fmt -", &messy);
        assert!(document.contains("n0172") && document.contains("adalove@"));
    }
}

#[test]
fn a_list_of_legal_values_names_nobody() {
    let fixture = json!({
        "contextFields": [{"name": "phone", "legalValues": ["n0173", "n0174"]}],
        "features": [{"name": "f"}],
    });
    let workspace = Workspace::sandbox()
        .with("segctl.yaml", workspace_file())
        .with("flags.yaml", fixture.to_string())
        .with("docs/a.yaml", segment("beta", "adalove", "phone", &["n0171"]));
    for form in FORMS {
        let run = workspace.run(&format!("plan -o {form}"));
        assert_eq!(run.code, Some(3), "{run}");
        assert!(run.to_string().contains("legal"), "{run}");
        assert_eq!(named(&run.to_string()), Vec::<&str>::new(), "{form}: {run}");
    }
}

#[test]
fn a_suggestion_without_people_is_offered_beside_them() {
    let text = broken("values: [\"n0171\"]").replace("kind: Segment", "kind: Segmnet");
    let workspace =
        Workspace::sandbox().with("segctl.yaml", workspace_file()).with("docs/a.yaml", text);
    let run = workspace.run("validate -o json");
    let said: Json = serde_json::from_str(&run.stdout).expect("JSON");
    let replacement = &said["diagnostics"][0]["fix"]["replacement"];
    assert_eq!(replacement, "Segment", "{run}");
}

/// Values that a message writes in another way than the document does.
#[test]
fn a_message_does_not_tell_a_value_in_other_words() {
    let document = |vendor: &str, body: Json| {
        json!({
            "apiVersion": "segctl.dev/v1", "kind": "Segment", "metadata": {"name": "beta"},
            "spec": {vendor: body},
        })
        .to_string()
    };
    let workspace = |vendor: &str| {
        let file = workspace_file().replace("\"unleash\"", &format!("\"{vendor}\""));
        Workspace::sandbox().with("segctl.yaml", file).with("flags.yaml", "{}")
    };
    let signals = workspace("featuresignals").with(
        "docs/a.yaml",
        document(
            "featuresignals",
            json!({
                "rules": [{"attribute": "phone", "operator": "eq", "values": ["10000001"]}],
            }),
        ),
    );
    let cat = workspace("configcat").with(
        "docs/a.yaml",
        document(
            "configcat",
            json!({
                "name": "Golden", "comparisonAttribute": "Phone", "comparator": "numberEquals",
                "comparisonValue": "01719",
            }),
        ),
    );
    for (workspace, told) in [(signals, ["10000001", "1.0000001"]), (cat, ["01719", "\"1719"])] {
        for form in FORMS {
            let run = workspace.run(&format!("validate -o {form}"));
            assert_eq!(run.code, Some(3), "{run}");
            let text = run.to_string();
            assert!(told.iter().all(|it| !text.contains(it)), "{form}: {text}");
        }
    }
}

#[test]
fn the_reason_of_a_comment_beside_people_does_not_name_them() {
    let text =
        broken("values: [\"n0171\", \"n0171\"] # segctl: ignore[repeated-value] n0171 it is");
    let workspace =
        Workspace::sandbox().with("segctl.yaml", workspace_file()).with("docs/a.yaml", text);
    for form in FORMS {
        let run = workspace.run(&format!("validate -v -o {form}"));
        assert_eq!((run.code, named(&run.to_string())), (Some(0), vec![]), "{form}: {run}");
    }
    assert!(workspace.run("validate -v").stderr.contains("ignored[repeated-value]"));
}
