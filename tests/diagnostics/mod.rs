//! `examples/invalid` has a file for each code that one file can show; here they are held to it.
//!
//! `# error: [code]` stands on the line of the mistake, or above it on a line of its own;
//! `# error in the file: [code]` where the whole file is meant. The same with `warning`.

use crate::support::scratch::{Scratch, repository};
use segctl::diagnostic::{Class, Code};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// What a file is put beside: a workspace, and a document that fits every glob.
const WORKSPACE: &str = "apiVersion: segctl.dev/v1
kind: Workspace
metadata: {name: acme-web}
spec:
  documents: [segments/example.yaml]
  targets:
    - {name: local, provider: unleash, url: \"sandbox:flags.yaml\"}
    - {name: confidence, provider: confidence, url: \"sandbox:confidence.yaml\"}
";
const SEGMENT: &str = "apiVersion: segctl.dev/v1
kind: Segment
metadata: {name: valid}
spec: {unleash: {constraints: [{contextName: userId, operator: IN, values: [ada]}]}}
";

/// Codes that no single file of a repository can show.
const NOT_SHOWN: [Code; 4] = [
    Code::NoWorkspace,    // It takes the absence of a file.
    Code::FileTooLarge,   // It takes 4 MiB.
    Code::BaseIncomplete, // These take a Git repository.
    Code::BaseAhead,
];

/// A code with its severity and its line; no line where the whole file is meant.
type Finding = (String, String, Option<usize>);

#[test]
fn each_example_shows_what_it_says() {
    let mut wrong = vec![];
    for (code, bytes) in examples() {
        let said = said(&String::from_utf8_lossy(&bytes));
        let found = found(&bytes);
        if said != found {
            wrong.push(format!("{code}.yaml\n  says  {said:?}\n  shows {found:?}"));
        }
        if said.iter().all(|(_, it, _)| *it != code) {
            wrong.push(format!("{code}.yaml does not show {code}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_of_documents_has_an_example() {
    let about_documents = |code: &&Code| {
        let class = code.class();
        matches!(class, Class::Error | Class::Lint | Class::Warning) && !NOT_SHOWN.contains(code)
    };
    let codes = Code::ALL.iter().filter(about_documents);
    let codes: BTreeSet<String> = codes.map(|code| code.name().to_owned()).collect();
    let names: BTreeSet<String> = examples().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, codes);
}

/// The files, by the code that gives each its name.
fn examples() -> Vec<(String, Vec<u8>)> {
    let folder = repository().join("examples/invalid");
    let entries = fs::read_dir(folder).expect("there are invalid examples");
    let paths = entries.map(|entry| entry.expect("an entry of it").path());
    let mut examples: Vec<_> = paths
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(".yaml")?.to_owned();
            Some((name, fs::read(path).expect("an example can be read")))
        })
        .collect();
    examples.sort();
    examples
}

/// What the comments say.
fn said(text: &str) -> BTreeSet<Finding> {
    let mut said = BTreeSet::new();
    for (at, line) in text.lines().enumerate() {
        let Some((before, comment)) = line.split_once("# ") else {
            continue;
        };
        let Some((what, code)) = comment.split_once(": [") else {
            continue;
        };
        let codes = code.trim_end_matches(']').split(", ");
        let alone = usize::from(before.trim().is_empty());
        let (severity, place) = match what.strip_suffix(" in the file") {
            Some(severity) => (severity, None),
            None => (what, Some(at + 1 + alone)),
        };
        said.extend(codes.map(|code| (severity.to_owned(), code.to_owned(), place)));
    }
    said
}

/// What segctl finds.
fn found(bytes: &[u8]) -> BTreeSet<Finding> {
    let scratch = Scratch::new();
    let text = String::from_utf8_lossy(bytes);
    let path = if text.contains("kind: Workspace") {
        scratch.write("segments/example.yaml", SEGMENT);
        "segctl.yaml"
    } else {
        scratch.write("segctl.yaml", WORKSPACE);
        "segments/example.yaml"
    };
    scratch.write(path, bytes);
    let output = scratch.segctl(&["validate", "-o", "json"]);
    let envelope: Value = serde_json::from_slice(&output.stdout).expect("an envelope of JSON");
    let diagnostics = envelope["diagnostics"].as_array().expect("a list").iter();
    diagnostics
        .map(|it| {
            let text = |field: &str| it[field].as_str().unwrap_or_default().to_owned();
            let place = &it["places"][0];
            let line = place["line"].as_u64().and_then(|line| usize::try_from(line).ok());
            let whole = text("code") == Code::EmptyFile.name();
            (text("severity"), text("code"), line.filter(|_| !whole))
        })
        .collect()
}
