//! Reads a workspace from disk: the workspace file, the documents its globs name, the files of
//! values that those name.
//!
//! All that is wrong is gathered; a document that could not be read is never taken for one that
//! does not exist.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, dedupe};
use crate::document::{self, Kind, Node};
use crate::parallel;
use crate::source::{Files, Globs, ReadError, Span, Tree};
use crate::workspace::{
    Input, RawDocument, ResolvedTarget, beside, check_targets, resolve, secret_places,
};

/// A workspace with everything it says, for every target.
#[derive(Debug)]
pub struct Loaded {
    /// The folder of the workspace file.
    pub root: PathBuf,
    /// Every text that was read.
    pub files: Files,
    /// The workspace document; absent when it has a mistake.
    pub workspace: Option<document::Workspace>,
    /// What each target shall hold.
    pub targets: Vec<ResolvedTarget>,
    /// How many documents were read.
    pub documents: usize,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Loads the workspace whose file is `file`.
pub fn load(file: &Path) -> std::io::Result<Loaded> {
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let tree = Tree::open(folder)?;
    let mut loader = Loader { tree, files: Files::default(), diagnostics: vec![] };
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let workspace = loader.workspace(&name);
    Ok(match workspace {
        Some((workspace, node)) => loader.finish(workspace, Some(&node)),
        None => loader.nothing(),
    })
}

/// Loads the documents in `folder` for a workspace that has no file.
pub fn load_without_file(folder: &Path, workspace: document::Workspace) -> std::io::Result<Loaded> {
    let loader = Loader { tree: Tree::open(folder)?, files: Files::default(), diagnostics: vec![] };
    Ok(loader.finish(workspace, None))
}

struct Loader {
    tree: Tree,
    files: Files,
    diagnostics: Vec<Diagnostic>,
}

impl Loader {
    fn nothing(self) -> Loaded {
        Loaded {
            root: self.tree.root().to_owned(),
            files: self.files,
            workspace: None,
            targets: vec![],
            documents: 0,
            diagnostics: self.diagnostics,
        }
    }

    fn finish(mut self, workspace: document::Workspace, node: Option<&Node>) -> Loaded {
        if let Some(node) = node {
            check_targets(&workspace, node, &mut self.diagnostics);
        }
        let paths = self.paths(&workspace, node);
        let documents = self.documents(&paths);
        let values = self.values(&documents);
        let input = Input {
            files: &self.files,
            workspace: &workspace,
            documents: &documents,
            values: &values,
        };
        let (targets, found) = resolve(&input);
        self.diagnostics.extend(found);
        dedupe(&mut self.diagnostics);
        Loaded { workspace: Some(workspace), targets, documents: documents.len(), ..self.nothing() }
    }

    fn workspace(&mut self, path: &str) -> Option<(document::Workspace, Node)> {
        let file = match self.tree.read(path, &mut self.files) {
            Ok(file) => file,
            Err(error) => {
                self.diagnostics.push(read_error(&error));
                return None;
            }
        };
        let before = self.diagnostics.len();
        let text = &self.files.get(file).text;
        let mut nodes = document::parse(file, text, &mut self.diagnostics);
        if nodes.len() > 1 {
            self.diagnostics.push(
                Diagnostic::new(Code::UnknownKind, "more than one document in the workspace file")
                    .at(nodes[1].span_at(""), "the second document")
                    .help("segments and attachments stand in files of their own"),
            );
        }
        let node = nodes.drain(..).next()?;
        for place in secret_places(&node) {
            self.files.mask(place);
        }
        let json = node.to_json();
        let source = |span| self.files.slice(span);
        document::check(Kind::Workspace, &json, &node, &source, &mut self.diagnostics);
        if self.diagnostics.len() > before {
            return None;
        }
        match serde_json::from_value(json) {
            Ok(workspace) => Some((workspace, node)),
            Err(error) => {
                let span = node.span_at("");
                let broken = Diagnostic::new(Code::BadValue, error.to_string());
                self.diagnostics.push(broken.at(span, ""));
                None
            }
        }
    }

    /// The paths that any glob of the workspace finds.
    fn paths(&mut self, workspace: &document::Workspace, node: Option<&Node>) -> Vec<String> {
        let place = |pointer: &str| node.map(|node| node.span_at(pointer));
        let mut lists = vec![("/spec/documents".to_owned(), &workspace.spec.documents)];
        for (at, target) in workspace.spec.targets.iter().enumerate() {
            if let Some(globs) = &target.documents {
                lists.push((format!("/spec/targets/{at}/documents"), globs));
            }
        }
        // The default globs are needed only by a target that names none of its own.
        if workspace.spec.targets.iter().all(|target| target.documents.is_some()) {
            lists.remove(0);
        }
        let mut paths = BTreeSet::new();
        for (pointer, patterns) in lists {
            match Globs::new(patterns) {
                Ok(globs) => {
                    let listing = self.tree.list(&globs);
                    self.diagnostics.extend(listing.errors.iter().map(read_error));
                    let explicit = place(&format!("{pointer}/0"))
                        .filter(|_| node.is_some_and(|node| node.at(&pointer).is_some()));
                    self.report_unmatched(&globs, &listing.paths, explicit, |at| {
                        place(&format!("{pointer}/{at}"))
                    });
                    paths.extend(listing.paths);
                }
                Err((at, problem)) => {
                    let message = format!("the glob `{}` cannot be used: {problem}", patterns[at]);
                    let diagnostic = Diagnostic::new(Code::BadGlob, message);
                    self.diagnostics
                        .push(with_place(diagnostic, place(&format!("{pointer}/{at}"))));
                }
            }
        }
        paths.into_iter().collect()
    }

    /// Says which globs find nothing; of the default ones, only when none of them finds anything.
    fn report_unmatched(
        &mut self,
        globs: &Globs,
        paths: &[String],
        explicit: Option<Span>,
        place: impl Fn(usize) -> Option<Span>,
    ) {
        let matched: Vec<bool> = (0..globs.patterns().len())
            .map(|at| paths.iter().any(|path| globs.matching(path).contains(&at)))
            .collect();
        if explicit.is_none() && matched.contains(&true) {
            return;
        }
        for (at, pattern) in globs.patterns().iter().enumerate().filter(|(at, _)| !matched[*at]) {
            let message = format!("the glob `{pattern}` matches no file");
            let diagnostic = Diagnostic::new(Code::NoMatch, message);
            let span = explicit.and_then(|_| place(at));
            self.diagnostics.push(
                with_place(diagnostic, span).help("it is relative to the folder of segctl.yaml"),
            );
        }
    }

    fn documents(&mut self, paths: &[String]) -> Vec<RawDocument> {
        let tree = &self.tree;
        let texts = parallel::map(paths, |path| tree.text(path));
        let mut read = vec![];
        for (path, text) in paths.iter().zip(texts) {
            match text {
                Ok(text) => read.push((path.clone(), self.files.add(path.clone(), text))),
                Err(error) => self.diagnostics.push(read_error(&error)),
            }
        }
        let files = &self.files;
        let parsed = parallel::map(&read, |(_, file)| {
            let mut found = vec![];
            let nodes = document::parse(*file, &files.get(*file).text, &mut found);
            (nodes, found)
        });
        let mut documents = vec![];
        for ((path, _), (nodes, found)) in read.into_iter().zip(parsed) {
            self.diagnostics.extend(found);
            let path = &path;
            documents
                .extend(nodes.into_iter().map(|node| RawDocument { node, path: path.clone() }));
        }
        documents
    }

    fn values(&mut self, documents: &[RawDocument]) -> HashMap<String, Option<Vec<Node>>> {
        let mut values = HashMap::new();
        for document in documents {
            for (path, span) in document::values_from_paths(&document.node) {
                let path = beside(&document.path, &path);
                if values.contains_key(&path) {
                    continue;
                }
                let list = match self.tree.read(&path, &mut self.files) {
                    Ok(file) => Some(document::values_of(file, &self.files.get(file).text)),
                    Err(error) => {
                        self.diagnostics.push(read_error(&error).at(span, "named here"));
                        None
                    }
                };
                values.insert(path, list);
            }
        }
        values
    }
}

fn with_place(diagnostic: Diagnostic, span: Option<Span>) -> Diagnostic {
    match span {
        Some(span) => diagnostic.at(span, ""),
        None => diagnostic,
    }
}

fn read_error(error: &ReadError) -> Diagnostic {
    let code = match error {
        ReadError::Outside(_) => Code::OutsideWorkspace,
        ReadError::TooLarge { .. } => Code::FileTooLarge,
        ReadError::NotText { .. } => Code::NotText,
        ReadError::Io { .. } => Code::FileUnreadable,
    };
    Diagnostic::new(code, error.to_string())
}
