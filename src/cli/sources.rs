//! The files that a command rewrites: which they are, reading them and writing them back.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::context::Context;
use super::output;
use crate::diagnostic::Diagnostic;
use crate::document::Workspace;
use crate::load::{Home, load_workspace, read_error};
use crate::report::Veil;
use crate::source::{Files, Globs, ReadError, Texts as _, Tree, find_workspace_file, read_bounded};

/// Which files, and what was wrong with finding them.
#[derive(Debug, Default)]
pub(super) struct Sources {
    pub(super) files: Files,
    /// The path of each and the name that a person knows it by, each file once.
    pub(super) paths: Vec<(PathBuf, String)>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) workspace: Option<String>,
    /// What is not shown of them.
    pub(super) veil: Veil,
}

/// What is not shown of `places`, files or folders, as the workspaces say that they are in. One
/// that cannot be read may name any attribute.
pub(super) fn veil_around(places: &[&Path]) -> Veil {
    let folders: BTreeSet<PathBuf> = places
        .iter()
        .filter_map(|it| std::path::absolute(it).ok())
        .map(|it| if it.is_dir() { it } else { it.parent().unwrap_or(&it).to_owned() })
        .collect();
    let workspaces: BTreeSet<PathBuf> =
        folders.iter().filter_map(|it| find_workspace_file(it, true)).collect();
    let said = workspaces.into_iter().map(|file| {
        let workspace = load_workspace(&Home::File(file)).ok().and_then(|it| it.workspace);
        workspace.map_or_else(output::veil_over_all, |it| output::veil(&it.spec.privacy.attributes))
    });
    said.fold(output::veil(&[]), Veil::and)
}

impl Sources {
    /// The files that `paths` name; without any, all of the workspace. The error is about the
    /// command line.
    pub(super) fn find(paths: &[PathBuf]) -> Result<Self, String> {
        let files: Vec<&Path> =
            paths.iter().map(PathBuf::as_path).filter(|it| it.is_file()).collect();
        let mut sources = Self { veil: veil_around(&files), ..Self::default() };
        if paths.is_empty() {
            sources.folder(Path::new("."), false)?;
        }
        for path in paths {
            if path.is_dir() {
                sources.folder(path, true)?;
            } else if path.exists() {
                let name = path.to_string_lossy().replace('\\', "/");
                sources.paths.push((path.clone(), name));
            } else {
                return Err(format!("there is no {}", path.display()));
            }
        }
        let mut seen = BTreeSet::new();
        sources.paths.retain(|(path, _)| seen.insert(path.canonicalize().ok()));
        Ok(sources)
    }

    /// Adds the documents of the workspace that `folder` is in and, where it is in none, every YAML
    /// file under it. `only` leaves out what stands elsewhere.
    fn folder(&mut self, named: &Path, only: bool) -> Result<(), String> {
        let cannot = |error: io::Error| format!("{}: {error}", named.display());
        let folder = named.canonicalize().map_err(cannot)?;
        let Some(file) = find_workspace_file(&folder, true) else {
            if !only {
                self.diagnostics = Context::missing().diagnostics;
                return Ok(());
            }
            let tree = Tree::open(&folder).map_err(cannot)?;
            self.list(&tree, &["**/*.{yaml,yml}".to_owned()], &folder, named);
            return Ok(());
        };
        let loaded = load_workspace(&Home::File(file.clone())).map_err(cannot)?;
        let Some(workspace) = loaded.workspace else {
            (self.files, self.diagnostics) = (loaded.files, loaded.diagnostics);
            self.veil = output::veil_over_all();
            self.paths.clear();
            return Ok(());
        };
        self.workspace = Some(workspace.metadata.name.clone());
        let own = output::veil(&workspace.spec.privacy.attributes);
        self.veil = std::mem::take(&mut self.veil).and(own);
        if file.starts_with(&folder) {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            self.paths.push((file, name));
        }
        let tree = Tree::open(&loaded.root).map_err(cannot)?;
        let under = if only { &folder } else { &loaded.root };
        self.list(&tree, &globs(&workspace), under, Path::new(""));
        Ok(())
    }

    /// Adds the files of `tree` that fit `patterns` and stand under a folder; `named` is what a
    /// person calls the tree.
    fn list(&mut self, tree: &Tree, patterns: &[String], under: &Path, named: &Path) {
        // A glob that cannot be used is what `validate` complains of.
        let usable = patterns.iter().filter_map(|it| Globs::new(std::slice::from_ref(it)).ok());
        let mut paths = BTreeSet::new();
        for globs in usable {
            let listing = tree.list(&globs);
            self.diagnostics.extend(listing.errors.iter().map(read_error));
            paths.extend(listing.paths);
        }
        let found = paths.into_iter().map(|path| {
            let name = named.join(&path).to_string_lossy().replace('\\', "/");
            (tree.root().join(path), name)
        });
        self.paths.extend(found.filter(|(path, _)| path.starts_with(under)));
    }
}

/// Every glob of documents.
fn globs(workspace: &Workspace) -> Vec<String> {
    let own = workspace.spec.targets.iter().filter_map(|it| it.documents.as_ref());
    let all = std::iter::once(&workspace.spec.documents).chain(own);
    all.flatten().cloned().collect()
}

/// A text, and what stood before it.
#[derive(Debug)]
pub(super) struct Text {
    /// The byte order mark, where there is one.
    pub(super) mark: &'static str,
    pub(super) text: String,
}

impl Text {
    /// Reads the file at `path`, which is called `name`.
    pub(super) fn read(path: &Path, name: &str) -> Result<Self, ReadError> {
        let io_error = |source| ReadError::Io { path: name.to_owned(), source };
        let metadata = fs::metadata(path).map_err(io_error)?;
        if !metadata.is_file() {
            return Err(io_error(io::Error::other("it is not a regular file")));
        }
        let file = fs::File::open(path).map_err(io_error)?;
        Self::of(name, read_bounded(file, metadata.len(), name)?)
    }

    /// The text of the bytes of `name`.
    pub(super) fn of(name: &str, bytes: Vec<u8>) -> Result<Self, ReadError> {
        let text = String::from_utf8(bytes).map_err(|error| ReadError::NotText {
            path: name.to_owned(),
            offset: error.utf8_error().valid_up_to(),
        })?;
        Ok(match text.strip_prefix(MARK) {
            Some(text) => Self { mark: MARK, text: text.to_owned() },
            None => Self { mark: "", text },
        })
    }
}

/// The byte order mark.
const MARK: &str = "\u{feff}";
