//! Every example is valid, can be applied, and then is what is live.

use crate::support::scratch::{Scratch, repository};
use std::fs;
use std::process::Output;

/// Arguments that single examples need.
const DECISIONS: &[(&str, &[&str])] = &[
    ("03-adopt-and-prune", &["--adopt", "beta-users,new-search"]),
    ("all-four", &["--adopt", "new-checkout"]),
    ("confidence", &["--adopt", "new-checkout"]),
];

/// Examples whose documents are made by these arguments.
const MADE: &[(&str, &[&str])] = &[("05-import", &["import"])];

#[test]
fn examples_can_be_applied_and_then_need_nothing() {
    let names = workspaces();
    assert!(names.len() >= 3, "{names:?}");
    for name in names {
        let scratch = Scratch::new().with(&format!("examples/{name}"));
        let folder = format!("examples/{name}");
        let made = MADE.iter().find(|(example, _)| *example == name);
        if let Some((_, arguments)) = made {
            let output = scratch.segctl(&[arguments, &["-f", &*folder][..]].concat());
            assert!(output.status.code() == Some(4), "{output:?}");
        }
        expect(&scratch.segctl(&["validate", "-f", &folder]), "Valid: ");
        let formatted = scratch.segctl(&["fmt", "--check", &folder]);
        assert!(formatted.status.success(), "{}", String::from_utf8_lossy(&formatted.stdout));
        for target in targets(&name) {
            let mut arguments = vec!["apply", "-f", &*folder, "-t", &*target, "--auto-approve"];
            let decisions = DECISIONS.iter().find(|(example, _)| *example == name);
            arguments.extend(decisions.map_or(&[][..], |(_, decisions)| decisions));
            if made.is_none() {
                expect(&scratch.segctl(&arguments), "Verified: ");
            }
            expect(&scratch.segctl(&arguments), "No changes. ");
        }
    }
}

/// What the fixture of an example has, imported into a workspace without documents, is what is live.
#[test]
fn what_examples_begin_with_can_be_imported_and_then_needs_nothing() {
    for name in ["all-four", "confidence", "configcat", "featuresignals", "quickstart"] {
        for target in targets(name) {
            let folder = format!("examples/{name}");
            let scratch = Scratch::new().with(&folder);
            for documents in ["segments", "attachments"] {
                fs::remove_dir_all(scratch.path.join(&folder).join(documents))
                    .expect("it is there");
            }
            let at = ["-f", &*folder, "-t", &*target];
            let import = scratch.segctl(&[&["import"], &at[..]].concat());
            let printed = String::from_utf8_lossy(&import.stdout);
            assert!(import.status.success(), "{name}/{target}: {printed}");
            // A system without segments has nothing to import.
            if printed.contains("Imported: ") {
                expect(&scratch.segctl(&[&["plan"], &at[..]].concat()), "No changes. ");
            }
        }
    }
}

/// The folders in `examples` that hold a workspace.
fn workspaces() -> Vec<String> {
    let folders = fs::read_dir(repository().join("examples")).expect("there are examples");
    let mut names: Vec<String> = folders
        .map(|entry| entry.expect("an entry of it").path())
        .filter(|path| path.join("segctl.yaml").is_file())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

fn targets(name: &str) -> Vec<String> {
    let path = repository().join(format!("examples/{name}/segctl.yaml"));
    let text = fs::read_to_string(path).expect("a workspace file is text");
    let workspace: serde_json::Value = serde_yaml::from_str(&text).expect("it is YAML");
    let targets = workspace["spec"]["targets"].as_array().expect("a list of targets");
    targets.iter().map(|it| it["name"].as_str().expect("a target has a name").to_owned()).collect()
}

fn expect(output: &Output, line: &str) {
    let printed = String::from_utf8_lossy(&output.stdout);
    let log = String::from_utf8_lossy(&output.stderr);
    let found = printed.lines().any(|it| it.starts_with(line));
    assert!(output.status.success() && found, "no `{line}`:\n{printed}{log}");
}
