//! Reads texts as if they stood in the files of the workspace.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::Id;
use crate::desired::{Desired, desire};
use crate::diagnostic::Diagnostic;
use crate::document::{self, Node, Workspace};
use crate::parallel;
use crate::plan::ObjectKind;
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
    /// The files of values that each document names.
    pub(super) reads: BTreeMap<Id, BTreeSet<String>>,
}

/// What is wrong with a text.
pub(super) struct Found {
    pub(super) diagnostic: Diagnostic,
    /// The file, when it is about one.
    pub(super) path: String,
    /// The object in whose document it stands.
    pub(super) object: Option<Id>,
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
    let reads = raw.iter().filter_map(|it| Some((object(it)?, read_by(it).collect())));
    let reads = reads.collect();
    Reading { targets, found, reads }
}

/// The object that a document is about.
fn object(document: &RawDocument) -> Option<Id> {
    let text = |at: &str| document.node.at(at).and_then(Node::as_str);
    let kinds = [ObjectKind::Segment, ObjectKind::Attachment];
    let kind = kinds.into_iter().find(|it| text("/kind") == Some(it.name()))?;
    Some((kind, text("/metadata/name")?.to_owned()))
}

/// The files of values that a document names.
fn read_by(document: &RawDocument) -> impl Iterator<Item = String> {
    let named = document::values_from_paths(&document.node).into_iter();
    named.map(|(it, _)| beside(&document.path, &it))
}

impl Found {
    fn of(diagnostic: Diagnostic, files: &Files, raw: &[RawDocument]) -> Self {
        let span = diagnostic.labels.first().map(|it| it.span);
        let path = span.map(|it| files.get(it.file).path.clone()).unwrap_or_default();
        let holds = |it: &&RawDocument| {
            span.is_some_and(|span| {
                let own = it.node.span;
                own.file == span.file && own.start <= span.start && span.end <= own.end
            }) || read_by(it).any(|it| it == path)
        };
        let object = raw.iter().find(holds).and_then(object);
        Self { diagnostic, path, object }
    }
}
