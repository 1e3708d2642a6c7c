//! The files of this repository.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// A source file.
#[derive(Debug)]
pub(super) struct Source {
    /// Relative to the repository, with slashes.
    pub(super) path: String,
    pub(super) text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of the repository.
pub(crate) fn read(path: &str) -> String {
    match std::fs::read_to_string(root().join(path)) {
        Ok(text) => text,
        Err(error) => panic!("{path}: {error}"),
    }
}

/// Writes a file of the repository.
pub(crate) fn write(path: &str, text: &str) {
    if let Err(error) = std::fs::write(root().join(path), text) {
        panic!("{path}: {error}");
    }
}

/// The paths of all files in a folder and below, sorted, what begins with a dot left out.
pub(crate) fn paths(folder: &str) -> Vec<String> {
    let is_hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with('.');
    let walk = WalkDir::new(root().join(folder)).sort_by_file_name();
    let seen = walk.into_iter().filter_entry(|it| !is_hidden(it.file_name()));
    let files = seen.filter_map(Result::ok).filter(|it| it.file_type().is_file());
    let relative = |path: PathBuf| {
        let path = path.strip_prefix(root()).expect("a path in the repository");
        path.to_string_lossy().replace('\\', "/")
    };
    let mut paths: Vec<String> = files.map(|it| relative(it.into_path())).collect();
    paths.sort();
    paths
}

/// Whether the name of a file ends so, after a dot.
pub(crate) fn has_ending(path: &str, ending: &str) -> bool {
    Path::new(path).extension().is_some_and(|it| it == ending)
}

/// The Rust files of some folders.
pub(super) fn sources(folders: &[&str]) -> Vec<Source> {
    let paths = folders.iter().flat_map(|it| paths(it));
    let rust = paths.filter(|it| has_ending(it, "rs"));
    rust.map(|path| Source { text: read(&path), path }).collect()
}

/// The lines of a text with their numbers.
pub(super) fn lines_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines())
}

/// The names of the direct dependencies.
pub(super) fn dependencies() -> BTreeSet<String> {
    let manifest = read("Cargo.toml");
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if inside && let Some((name, _)) = line.split_once(" = ") {
            names.insert(name.to_owned());
        }
    }
    names
}
