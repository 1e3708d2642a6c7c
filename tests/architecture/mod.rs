//! The structure of the source, as far as the compiler does not keep it.

pub(crate) mod files;
mod rust;

use files::{Source, lines_of, sources};
use std::collections::BTreeSet;

/// The folders that turn values into values.
const PURE: [&str; 10] = [
    "document",
    "format",
    "workspace",
    "policy",
    "desired",
    "plan",
    "saved",
    "edit",
    "import",
    "report",
];

/// What only the edges may know.
const IMPURE: [&str; 9] = [
    "tokio",
    "reqwest",
    "std::fs",
    "std::env",
    "std::net",
    "SystemTime",
    "Instant::now",
    "println!",
    "print!",
];

/// The most lines of a file.
const LINES: usize = 400;

/// Longer files: tables that would not gain by being split.
const LONGER: [&str; 1] = ["src/diagnostic/code.rs"];

/// Where a vendor may be named, beside the folders of providers and of the sandbox: the words of
/// documents, and the single place that chooses a provider.
const VENDOR_KNOWN: [&str; 2] = ["src/document/types/", "src/cli/target.rs"];

const VENDORS: [&str; 4] = ["unleash", "confidence", "configcat", "featuresignals"];

/// Fails with every complaint.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n  {}\n", complaints.join("\n  "));
}

/// The lines of `sources` for which `is_wrong`, each as a complaint.
fn lines_where<'a>(
    sources: impl IntoIterator<Item = &'a Source>,
    is_wrong: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut complaints = vec![];
    for source in sources {
        for (at, line) in lines_of(&source.text) {
            if is_wrong(line) {
                complaints.push(format!("{}:{at}: {}", source.path, line.trim()));
            }
        }
    }
    complaints
}

#[test]
fn pure_folders_know_nothing_of_the_world() {
    let all = sources(&["src"]);
    let is_pure = |path: &str| {
        let mut folders = PURE.iter().map(|it| format!("src/{it}/"));
        folders.any(|folder| path.starts_with(&folder))
    };
    let pure: Vec<&Source> = all.iter().filter(|it| is_pure(&it.path)).collect();
    assert!(pure.len() > 30, "the pure folders were not found");
    none(&lines_where(pure, |line| IMPURE.iter().any(|word| line.contains(word))));
}

#[test]
fn vendors_are_known_to_providers_only() {
    let code: Vec<Source> = sources(&["src"]).into_iter().map(rust::code_only).collect();
    let elsewhere = code.iter().filter(|it| {
        let known = ["src/provider/", "src/sandbox/"].iter().chain(&VENDOR_KNOWN);
        known.into_iter().all(|place| !it.path.starts_with(place))
    });
    let names_one = |line: &str| {
        let line = line.to_lowercase();
        VENDORS.iter().any(|vendor| line.contains(vendor))
    };
    none(&lines_where(elsewhere, names_one));
    let compares = |line: &str| line.contains("provider ==") || line.contains("provider !=");
    none(&lines_where(&code, compares));
}

#[test]
fn the_sandbox_shares_nothing_with_what_it_tests() {
    let all = sources(&["src/sandbox"]);
    none(&lines_where(&all, |line| line.replace("crate::sandbox", "").contains("crate::")));
}

#[test]
fn only_apply_can_permit_a_write() {
    let elsewhere = sources(&["src"]);
    let elsewhere = elsewhere.iter().filter(|it| !it.path.starts_with("src/apply/"));
    none(&lines_where(elsewhere, |line| line.contains("WritePermit(")));
}

#[test]
fn no_file_is_long() {
    let all = sources(&["src", "tests"]);
    let long: Vec<&str> = all
        .iter()
        .filter(|it| it.text.lines().count() > LINES)
        .map(|it| it.path.as_str())
        .collect();
    assert_eq!(long, LONGER, "files of more than {LINES} lines, and those that may be longer");
}

#[test]
fn every_file_says_what_it_is_for() {
    let all = sources(&["src", "tests"]);
    let silent = all.iter().filter(|it| !it.text.starts_with("//! "));
    none(&silent.map(|it| it.path.clone()).collect::<Vec<_>>());
}

#[test]
fn no_file_is_forgotten() {
    for (folder, roots) in [("src", &["main.rs", "lib.rs"][..]), ("tests", &["main.rs"])] {
        let all = sources(&[folder]);
        let mut reached = BTreeSet::new();
        let mut next: Vec<String> = roots.iter().map(|it| format!("{folder}/{it}")).collect();
        while let Some(path) = next.pop() {
            if let Some(source) = all.iter().find(|it| it.path == path) {
                next.extend(rust::modules(source));
                reached.insert(path);
            }
        }
        let forgotten = all.iter().filter(|it| !reached.contains(&it.path));
        none(&forgotten.map(|it| it.path.clone()).collect::<Vec<_>>());
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let direct = files::dependencies();
    let reasons = files::read("docs/dependencies.md");
    let explained: BTreeSet<String> = reasons
        .lines()
        .filter_map(|line| Some(line.strip_prefix("- `")?.split_once("`: ")?.0.to_owned()))
        .collect();
    assert!(direct.len() > 20, "the dependencies were not found");
    assert_eq!(direct, explained, "Cargo.toml, and docs/dependencies.md");
}
