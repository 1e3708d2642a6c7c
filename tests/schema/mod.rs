//! Generated files are as the code would generate them, and the examples fit them.
//!
//! `SEGCTL_UPDATE=1 cargo test --test main schema` writes them anew.

use crate::architecture::files::{has_ending, paths, read, write};
use jsonschema::validator_for;
use segctl::provider::all_capabilities;
use segctl::report::text::table_of_providers;
use serde::Deserialize as _;
use serde_json::Value;

/// The line with which an editor finds the schema of a document.
const SCHEMA_LINE: &str = "# yaml-language-server: $schema=";

/// Compares a file with what it should be, or makes it so where that is asked for.
fn is_generated(path: &str, text: &str) {
    if std::env::var_os("SEGCTL_UPDATE").is_some() {
        write(path, text);
    }
    assert!(
        read(path) == text,
        "{path} is out of date: SEGCTL_UPDATE=1 cargo test --test main schema"
    );
}

#[test]
fn schemas_are_those_of_the_types() {
    let mut names = vec![];
    for (name, text) in segctl::cli::schema_files() {
        let path = format!("schemas/{name}");
        is_generated(&path, &text);
        names.push(path);
    }
    names.sort();
    assert_eq!(paths("schemas"), names);
}

#[test]
fn every_code_is_in_the_reference() {
    is_generated("docs/diagnostics.md", &segctl::cli::reference());
}

/// What stands around the generated part of the README.
const TABLE: [&str; 2] = ["<!-- providers: generated -->\n", "<!-- end -->"];

#[test]
fn the_table_of_providers_is_made_of_what_they_say() {
    let readme = read("README.md");
    let (head, rest) = readme.split_once(TABLE[0]).expect("the beginning of the table");
    let (_, tail) = rest.split_once(TABLE[1]).expect("the end of the table");
    let table = table_of_providers(&all_capabilities());
    is_generated("README.md", &format!("{head}{}{table}{}{tail}", TABLE[0], TABLE[1]));
    for vendor in all_capabilities() {
        let page = format!("docs/providers/{}.md", vendor.provider);
        assert!(paths("docs/providers").contains(&page), "{page} is missing");
        for (heading, text) in vendor.rows() {
            assert!(!text.is_empty(), "{} says nothing of `{heading}`", vendor.provider);
        }
    }
}

#[test]
fn examples_fit_the_schema_that_they_name() {
    let mut checked = 0;
    let valid = |path: &&String| has_ending(path, "yaml") && !path.contains("/invalid/");
    for path in paths("examples").iter().filter(valid) {
        let text = read(path);
        let Some(schema) = text.lines().find_map(|it| it.strip_prefix(SCHEMA_LINE)) else {
            continue;
        };
        let schema: Value = serde_json::from_str(&read(&beside(path, schema))).expect("a schema");
        let validator = validator_for(&schema).expect("a schema that can be used");
        for document in serde_yaml::Deserializer::from_str(&text) {
            let document = Value::deserialize(document).expect("YAML without tags");
            let wrong: Vec<String> =
                validator.iter_errors(&document).map(|it| it.to_string()).collect();
            assert!(wrong.is_empty(), "{path}: {wrong:?}");
            checked += 1;
        }
    }
    assert!(checked >= 5, "only {checked} documents were found");
}

/// A relative path as written in a file, from the root of the repository.
fn beside(file: &str, path: &str) -> String {
    let mut folders: Vec<&str> = file.split('/').collect();
    folders.pop();
    for part in path.split('/') {
        match part {
            ".." => drop(folders.pop()),
            _ => folders.push(part),
        }
    }
    folders.join("/")
}
