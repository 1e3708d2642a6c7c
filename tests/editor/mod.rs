//! The schema in an editor: yaml-language-server, which most of them use, on the examples.

use crate::architecture::files::{has_ending, paths, read};
use crate::support::packages::Package;
use crate::support::scratch::repository;
use insta::assert_snapshot;
use serde_json::{Value as Json, json};

const FILES: [(&str, &str); 3] = [
    ("package.json", include_str!("server/package.json")),
    ("package-lock.json", include_str!("server/package-lock.json")),
    ("ask.mjs", include_str!("server/ask.mjs")),
];

/// The line with which an editor finds the schema of a document.
const SCHEMA_LINE: &str = "# yaml-language-server: $schema=";

/// A document that is open in the editor.
struct Open {
    uri: String,
    text: String,
}

impl Open {
    /// A document at `path` in the repository; the editor has `text` of it, saved or not.
    fn new(path: &str, text: String) -> Self {
        Self { uri: format!("file://{}/{path}", repository().display()), text }
    }

    /// The place behind `before`, as the protocol counts.
    fn after(&self, before: &str) -> Json {
        let at = self.text.find(before).expect("the document has it") + before.len();
        let (above, line) = self.text[..at].rsplit_once('\n').expect("it is not the first line");
        let lines = above.matches('\n').count() + 1;
        json!({"uri": self.uri, "line": lines, "character": line.encode_utf16().count()})
    }
}

/// What the server says of `documents`, and at some places in them.
fn ask(documents: &[&Open], at: &[Json]) -> Json {
    let documents: Vec<Json> =
        documents.iter().map(|it| json!({"uri": it.uri, "text": it.text})).collect();
    let question = json!({"documents": documents, "at": at}).to_string();
    let server = Package::install("editor", &FILES);
    let said = server.script("ask.mjs").arg(question).output().expect("Node.js can be started");
    let complaints = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success(), "{complaints}");
    serde_json::from_slice(&said.stdout).expect("it prints JSON")
}

/// Every document of a valid example, with its path.
fn examples() -> Vec<(String, Open)> {
    let valid = |path: &String| has_ending(path, "yaml") && !path.contains("/invalid/");
    let read = paths("examples").into_iter().filter(valid).map(|path| {
        let text = read(&path);
        (path.clone(), Open::new(&path, text))
    });
    read.filter(|(_, it)| it.text.contains("apiVersion: segctl.dev/v1")).collect()
}

#[test]
fn no_example_is_wrong_in_an_editor() {
    let examples = examples();
    assert!(examples.len() >= 30, "only {} documents were found", examples.len());
    for (path, document) in &examples {
        assert!(document.text.contains(SCHEMA_LINE), "{path} names no schema");
    }
    let documents: Vec<&Open> = examples.iter().map(|(_, it)| it).collect();
    let said = ask(&documents, &[]);
    for (path, document) in &examples {
        assert_eq!(said["diagnostics"][&document.uri], json!([]), "{path}");
    }
}

#[test]
fn a_wrong_field_is_marked_and_the_right_ones_are_offered_and_explained() {
    let path = "examples/quickstart/segments/beta-users.yaml";
    let right = Open::new(path, read(path));
    let beside = |name: &str, text: String| Open::new(&path.replace("beta-users", name), text);
    let wrong = beside("wrong", right.text.replace("description:", "descripton:"));
    let (head, _) = right.text.split_once("spec:").expect("a document has a spec");
    let half = beside("half", format!("{head}spec:\n  "));
    let constraint = "    constraints:\n      - contextName: userId\n        operator: ";
    let value = beside("value", format!("{head}spec:\n  unleash:\n{constraint}"));
    let at = [half.after("spec:\n  "), value.after("operator: "), right.after("  descrip")];
    let said = ask(&[&right, &wrong, &half, &value], &at);

    assert_eq!(said["diagnostics"][&right.uri], json!([]));
    let marked = &said["diagnostics"][&wrong.uri];
    assert_eq!(marked.as_array().map(Vec::len), Some(1), "{marked}");
    assert_eq!(
        (&marked[0]["severity"], &marked[0]["range"]["start"]["line"]),
        (&json!(1), &json!(7))
    );
    assert_eq!(marked[0]["message"], "Property descripton is not allowed.");

    let labels = |at: usize| {
        let labels = said["places"][at]["labels"].as_array().expect("a list").iter();
        let labels: Vec<&str> = labels.filter_map(Json::as_str).collect();
        labels.join(" ")
    };
    assert_snapshot!(labels(0), @"allow confidence configcat description external featuresignals perTarget unleash");
    assert_snapshot!(labels(1), @"DATE_AFTER DATE_BEFORE IN NOT_IN NUM_EQ NUM_GT NUM_GTE NUM_LT NUM_LTE REGEX SEMVER_EQ SEMVER_GT SEMVER_GTE SEMVER_LT SEMVER_LTE STR_CONTAINS STR_ENDS_WITH STR_STARTS_WITH");
    let hover = said["places"][2]["hover"].as_str().expect("a text");
    // The last line has the address of the schema on this machine.
    let (hover, _) = hover.split_once("\n\nSource: ").expect("it says where it is from");
    assert_snapshot!(hover, @"
    #### Segment

    What the segment is for. People see it in the vendor's UI.

    Example:

    ```yaml
    Users willing to help us test new features.
    ```
    ");
}
