//! Reads texts as if they stood in the files of the workspace.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::desired::{Desired, desire};
use crate::diagnostic::Diagnostic;
use crate::document::{self, Node, Workspace};
use crate::parallel;
use crate::source::{FileId, Files};
use crate::workspace::{Input, RawDocument, beside, resolve};

/// The texts of documents and of files of values, by their paths in the workspace.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// The files of documents.
    pub documents: BTreeMap<String, String>,
    /// The files of values.
    pub values: BTreeMap<String, String>,
}

/// What texts mean.
pub(super) struct Reading {
    /// What each target should hold, by the name of the target.
    pub(super) targets: BTreeMap<String, Desired>,
    /// What is wrong, and where.
    pub(super) found: Vec<Found>,
}

/// What is wrong with a text.
pub(super) struct Found {
    pub(super) diagnostic: Diagnostic,
    /// The file, when it is about one.
    pub(super) path: String,
    /// The name and the kind of the document in which it stands.
    pub(super) document: Option<(String, String)>,
}

/// Reads `texts` for every target of `workspace`.
pub(super) fn read(workspace: &Workspace, texts: &Texts) -> Reading {
    let mut files = Files::default();
    let add = |files: &mut Files, (path, text): (&String, &String)| {
        (path.clone(), files.add(path.clone(), text.clone()))
    };
    let documents: Vec<(String, FileId)> =
        texts.documents.iter().map(|it| add(&mut files, it)).collect();
    let values: Vec<(String, FileId)> = texts.values.iter().map(|it| add(&mut files, it)).collect();
    let parsed = parallel::map(&documents, |(_, file)| {
        let mut wrong = vec![];
        (document::parse(*file, &files.get(*file).text, &mut wrong), wrong)
    });
    let mut diagnostics = vec![];
    let mut raw = vec![];
    for ((path, _), (nodes, wrong)) in documents.iter().zip(parsed) {
        diagnostics.extend(wrong);
        let of = |node| RawDocument { node: Arc::new(node), path: path.clone() };
        raw.extend(nodes.into_iter().map(of));
    }
    let values: HashMap<String, Option<Vec<Node>>> = values
        .into_iter()
        .map(|(path, file)| (path, Some(document::values_of(file, &files.get(file).text))))
        .collect();
    let input = Input { files: &files, workspace, documents: &raw, values: &values };
    let (resolved, wrong) = resolve(&input);
    diagnostics.extend(wrong);
    let mut targets = BTreeMap::new();
    for target in resolved {
        let name = target.target.name.clone();
        let (desired, wrong) = desire(&workspace.metadata.name, target, &files);
        diagnostics.extend(wrong);
        targets.insert(name, desired);
    }
    let found = diagnostics.into_iter().map(|it| Found::of(it, &files, &raw)).collect();
    Reading { targets, found }
}

impl Found {
    fn of(diagnostic: Diagnostic, files: &Files, raw: &[RawDocument]) -> Self {
        let span = diagnostic.labels.first().map(|it| it.span);
        let path = span.map(|it| files.get(it.file).path.clone()).unwrap_or_default();
        let holds = |it: &&RawDocument| {
            span.is_some_and(|span| {
                let own = it.node.span;
                own.file == span.file && own.start <= span.start && span.end <= own.end
            }) || document::values_from_paths(&it.node)
                .iter()
                .any(|(named, _)| beside(&it.path, named) == path)
        };
        let text = |node: &Node, at: &str| node.at(at).and_then(Node::as_str).map(str::to_owned);
        let document = raw
            .iter()
            .find(holds)
            .and_then(|it| Some((text(&it.node, "/kind")?, text(&it.node, "/metadata/name")?)));
        Self { diagnostic, path, document }
    }
}
