//! Reads a workspace from disk: the workspace file, the documents its globs name, the files of
//! values that those name.
//!
//! All that is wrong is gathered; a document that could not be read is never taken for one that
//! does not exist.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use crate::source::Home;

use crate::diagnostic::{Code, Diagnostic, dedupe};
use crate::document::{self, Kind, Node};
use crate::parallel;
use crate::policy::{Ignores, Policies};
use crate::source::{FileId, Files, Globs, ReadError, Revision, Texts, Tree};
use crate::workspace::{
    Input, RawDocument, ResolvedTarget, beside, check_targets, hidden, resolve, secret_places,
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
    /// What documents and plans must not do.
    pub policies: Policies,
    /// The comments that take findings out.
    pub ignores: Ignores,
    /// What each target shall hold.
    pub targets: Vec<ResolvedTarget>,
    /// How many documents were read.
    pub documents: usize,
    /// The documents that have a kind and a name, whoever takes them.
    pub names: Vec<DocumentName>,
    /// Default globs that match no file; a renamed folder looks like this.
    pub unmatched: Vec<String>,
    /// The folders, relative to the root, in which a file that matters stands or could appear.
    pub folders: BTreeSet<String>,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// A document by its name.
#[derive(Clone, Debug)]
pub struct DocumentName {
    /// Its kind.
    pub kind: Kind,
    /// Its `metadata.name`.
    pub name: String,
    /// The path of its file, relative to the workspace.
    pub path: String,
}

impl DocumentName {
    fn of(document: &RawDocument) -> Option<Self> {
        let text = |pointer: &str| document.node.at(pointer).and_then(Node::as_str);
        let kind = Kind::of_name(text("/kind")?)?;
        let name = text("/metadata/name")?.to_owned();
        Some(Self { kind, name, path: document.path.clone() })
    }
}

/// Loads the workspace whose file is `file`.
pub fn load(file: &Path) -> std::io::Result<Loaded> {
    load_at(&Home::File(file.to_owned()))
}

/// Loads a workspace with all of its documents.
pub fn load_at(home: &Home) -> std::io::Result<Loaded> {
    load_telling(home, &|_| ())
}

/// As [`load_at`]; `on_read` hears of the files once the documents are read and before they are
/// understood, and again once the files of values are read.
pub fn load_telling(home: &Home, on_read: &dyn Fn(&Files)) -> std::io::Result<Loaded> {
    let tree = Tree::open(home.folder())?;
    Ok(load_from(home, &tree, on_read))
}

/// Loads a workspace as `revision` has it, which was opened in the folder of `home`; none where it
/// has none.
pub fn load_revision(home: &Home, revision: &Revision) -> Option<Loaded> {
    Some(load_from(&home.then(revision)?, revision, &|_| ()))
}

fn load_from(home: &Home, tree: &dyn Texts, on_read: &dyn Fn(&Files)) -> Loaded {
    let mut loader = Loader { on_read, ..Loader::at(tree) };
    match loader.open(home) {
        Some((workspace, node)) => loader.finish(workspace, &node),
        None => loader.nothing(),
    }
}

/// Loads what a workspace says itself, and none of its documents.
pub fn load_workspace(home: &Home) -> std::io::Result<Loaded> {
    let tree = Tree::open(home.folder())?;
    let mut loader = Loader::at(&tree);
    let workspace = loader.open(home).map(|(workspace, node)| {
        loader.check(&workspace, &node);
        workspace
    });
    Ok(Loaded { workspace, ..loader.nothing() })
}

struct Loader<'a> {
    on_read: &'a dyn Fn(&Files),
    tree: &'a dyn Texts,
    files: Files,
    unmatched: Vec<String>,
    folders: BTreeSet<String>,
    policies: Policies,
    ignores: Ignores,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Loader<'a> {
    fn at(tree: &'a dyn Texts) -> Self {
        Self {
            on_read: &|_| (),
            tree,
            files: Files::default(),
            unmatched: vec![],
            folders: BTreeSet::from([String::new()]),
            policies: Policies::default(),
            ignores: Ignores::default(),
            diagnostics: vec![],
        }
    }

    fn nothing(self) -> Loaded {
        Loaded {
            root: self.tree.root().to_owned(),
            files: self.files,
            workspace: None,
            policies: self.policies,
            ignores: self.ignores,
            targets: vec![],
            documents: 0,
            names: vec![],
            unmatched: self.unmatched,
            folders: self.folders,
            diagnostics: self.diagnostics,
        }
    }

    fn finish(mut self, workspace: document::Workspace, node: &Node) -> Loaded {
        self.check(&workspace, node);
        let paths = self.paths(&workspace, node);
        let documents = self.documents(&paths);
        let values = self.values(&documents);
        (self.on_read)(&self.files);
        self.mask(&documents, &values);
        let input = Input {
            files: &self.files,
            workspace: &workspace,
            documents: &documents,
            values: &values,
        };
        let (targets, mut found) = resolve(&input);
        found.retain(|it| !self.may_be_lost(it));
        self.diagnostics.extend(found);
        dedupe(&mut self.diagnostics);
        Loaded {
            workspace: Some(workspace),
            targets,
            documents: documents.len(),
            names: documents.iter().filter_map(DocumentName::of).collect(),
            ..self.nothing()
        }
    }

    /// Reads what the workspace says of targets and policies.
    fn check(&mut self, workspace: &document::Workspace, node: &Node) {
        check_targets(workspace, node, &mut self.diagnostics);
        self.policies = Policies::read(workspace, node, &self.files, &mut self.diagnostics);
    }

    /// Has no excerpt show what a vendor's table of fields hides.
    fn mask(&mut self, documents: &[RawDocument], values: &HashMap<String, Option<Vec<Node>>>) {
        for document in documents {
            let hidden = hidden(&document.node);
            let files = hidden.files.iter().map(|it| beside(&document.path, it));
            let in_files = files.filter_map(|it| values.get(&it)?.as_ref()).flatten();
            let in_files = in_files.map(|it| it.span);
            for place in hidden.places.into_iter().chain(in_files) {
                self.files.mask(place);
            }
        }
    }

    /// Whether `missing` is a reference to what may stand in a file that could not be read whole.
    /// Then the one mistake is that of the file.
    fn may_be_lost(&self, missing: &Diagnostic) -> bool {
        let Some(label) = missing.labels.first().filter(|_| missing.code == Code::MissingReference)
        else {
            return false;
        };
        let name = self.files.slice(label.span);
        self.diagnostics.iter().any(|it| match it.code {
            Code::Syntax | Code::Tab | Code::TooManyNodes => {
                it.labels.iter().any(|broken| self.files.get(broken.span.file).text.contains(name))
            }
            Code::FileUnreadable | Code::FileTooLarge | Code::NotText => it.labels.is_empty(),
            Code::BaseIncomplete => true,
            _ => false,
        })
    }

    fn open(&mut self, home: &Home) -> Option<(document::Workspace, Node)> {
        match home {
            Home::File(file) => {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                self.workspace(&name)
            }
            Home::CommandLine(_, text) => {
                let file = self.files.add("the command line", text);
                self.workspace_in(file)
            }
        }
    }

    fn workspace(&mut self, path: &str) -> Option<(document::Workspace, Node)> {
        let file = match self.tree.text(path) {
            Ok(text) => self.files.add(path, text),
            Err(error) => {
                self.diagnostics.push(read_error(&error));
                return None;
            }
        };
        self.workspace_in(file)
    }

    fn workspace_in(&mut self, file: FileId) -> Option<(document::Workspace, Node)> {
        let before = self.diagnostics.len();
        let text = &self.files.get(file).text;
        let mut nodes = document::parse(file, text, &mut self.diagnostics);
        self.ignores.extend(Ignores::read(file, text, &mut self.diagnostics));
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
        let source = |span| self.files.slice(span);
        document::check(Kind::Workspace, &node, &source, &mut self.diagnostics);
        if self.diagnostics.len() > before {
            return None;
        }
        match document::typed(&node) {
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
    fn paths(&mut self, workspace: &document::Workspace, node: &Node) -> Vec<String> {
        let mut lists = vec![("/spec/documents".to_owned(), &workspace.spec.documents)];
        for (at, target) in workspace.spec.targets.iter().enumerate() {
            if let Some(globs) = &target.documents {
                lists.push((format!("/spec/targets/{at}/documents"), globs));
            }
        }
        // The globs of the workspace are needed only by a target that names none of its own.
        if workspace.spec.targets.iter().all(|target| target.documents.is_some()) {
            lists.remove(0);
        }
        let mut paths = BTreeSet::new();
        for (pointer, patterns) in lists {
            match Globs::new(patterns) {
                Ok(globs) => {
                    let listing = self.tree.list(&globs);
                    for root in globs.roots() {
                        self.folders.extend(self.tree.folders_above(&format!("{root}/")));
                    }
                    self.folders.extend(listing.folders);
                    self.diagnostics.extend(listing.errors.iter().map(read_error));
                    // What a glob means may stand in a submodule.
                    if !listing.errors.iter().any(|it| matches!(it, ReadError::Submodule(_))) {
                        self.report_unmatched(&globs, &listing.paths, node, &pointer);
                    }
                    paths.extend(listing.paths);
                }
                Err((at, problem)) => {
                    let message = format!("the glob `{}` cannot be used: {problem}", patterns[at]);
                    let place = node.span_at(&format!("{pointer}/{at}"));
                    self.diagnostics.push(Diagnostic::new(Code::BadGlob, message).at(place, ""));
                }
            }
        }
        paths.into_iter().collect()
    }

    /// Says which globs find nothing; of the default ones, only when none of them finds anything.
    fn report_unmatched(&mut self, globs: &Globs, paths: &[String], node: &Node, pointer: &str) {
        let matches = |at: &usize| paths.iter().any(|path| globs.matching(path).contains(at));
        let unmatched: Vec<usize> = (0..globs.patterns().len()).filter(|at| !matches(at)).collect();
        let is_default = node.at(pointer).is_none();
        if is_default && unmatched.len() < globs.patterns().len() {
            let patterns = unmatched.into_iter().map(|at| globs.patterns()[at].clone());
            self.unmatched.extend(patterns);
            return;
        }
        for at in unmatched {
            let message = format!("the glob `{}` matches no file", globs.patterns()[at]);
            let place = node.span_at(&format!("{pointer}/{at}"));
            let diagnostic = Diagnostic::new(Code::NoMatch, message).at(place, "");
            self.diagnostics.push(diagnostic.help("it is relative to the folder of segctl.yaml"));
        }
    }

    fn documents(&mut self, paths: &[String]) -> Vec<RawDocument> {
        let tree = self.tree;
        let texts = parallel::map(paths, |path| tree.text(path));
        let mut read = vec![];
        for (path, text) in paths.iter().zip(texts) {
            match text {
                Ok(text) => read.push((path.clone(), self.files.add(path.clone(), text))),
                Err(error) => self.diagnostics.push(read_error(&error)),
            }
        }
        (self.on_read)(&self.files);
        let files = &self.files;
        let parsed = parallel::map(&read, |(_, file)| {
            let mut found = vec![];
            let text = &files.get(*file).text;
            let nodes = document::parse(*file, text, &mut found);
            // Before anything is masked: `*` would be read as something else.
            let ignores = Ignores::read(*file, text, &mut found);
            (nodes, ignores, found)
        });
        let mut documents = vec![];
        for ((path, _), (nodes, ignores, found)) in read.into_iter().zip(parsed) {
            self.diagnostics.extend(found);
            self.ignores.extend(ignores);
            let path = &path;
            documents.extend(
                nodes
                    .into_iter()
                    .map(|node| RawDocument { node: Arc::new(node), path: path.clone() }),
            );
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
                self.folders.extend(self.tree.folders_above(&path));
                let list = match self.tree.text(&path) {
                    Ok(text) => {
                        let file = self.files.add(path.clone(), text);
                        Some(document::values_of(file, &self.files.get(file).text))
                    }
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

/// What is wrong with a file that could not be read.
pub(crate) fn read_error(error: &ReadError) -> Diagnostic {
    let code = match error {
        ReadError::Outside(_) => Code::OutsideWorkspace,
        ReadError::TooLarge { .. } => Code::FileTooLarge,
        ReadError::NotText { .. } => Code::NotText,
        ReadError::Io { .. } => Code::FileUnreadable,
        // No mistake of a document, and only a revision is read without its submodules.
        ReadError::Submodule(_) => Code::BaseIncomplete,
    };
    Diagnostic::new(code, error.to_string())
}
