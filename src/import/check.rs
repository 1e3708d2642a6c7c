//! Reads documents that were just made as if people had written them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::{File, Scene};
use crate::desired::{Desired, desire};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{self, Node};
use crate::edit::yaml;
use crate::parallel;
use crate::source::{FileId, Files, MAX_FILE_BYTES};
use crate::workspace::{Input, RawDocument, resolve};

/// What documents that were just made say.
pub(super) struct Reading {
    /// What the target should hold by them.
    pub(super) desired: Desired,
    /// What is wrong with them, each with the number of the document.
    pub(super) found: Vec<(usize, Diagnostic)>,
}

/// A segment that has a document already: its name, the block that names it, and what it allows.
pub(super) type Known = (String, Map<String, Json>, BTreeSet<String>);

/// Reads `documents`, each with its files of values, beside the documents of `known` segments.
pub(super) fn read_back(
    scene: &Scene<'_>,
    documents: Vec<Vec<File>>,
    known: impl Iterator<Item = Known>,
) -> Reading {
    let mut files = Files::default();
    let mut owner: HashMap<FileId, usize> = HashMap::new();
    let mut values: HashMap<String, Option<Vec<Node>>> = HashMap::new();
    let mut found = vec![];
    let mut texts: Vec<(String, FileId)> = vec![];
    for (at, of_one) in documents.into_iter().enumerate() {
        let mut of_one = of_one.into_iter();
        let Some(File { path, text }) = of_one.next() else { continue };
        too_large(&path, &text, at, &mut found);
        let file = files.add(path.clone(), text);
        owner.insert(file, at);
        texts.push((path, file));
        for File { path, text } in of_one {
            too_large(&path, &text, at, &mut found);
            let file = files.add(path.clone(), text);
            owner.insert(file, at);
            values.insert(path, Some(document::values_of(file, &files.get(file).text)));
        }
    }
    for (name, text) in known_documents(scene, known) {
        let path = format!("known/{name}");
        texts.push((path.clone(), files.add(path, text)));
    }
    let parsed = parallel::map(&texts, |(_, file)| {
        let mut wrong = vec![];
        let nodes = document::parse(*file, &files.get(*file).text, &mut wrong);
        (nodes, wrong)
    });
    let mut wrong = vec![];
    let mut raw = vec![];
    for ((path, _), (nodes, diagnostics)) in texts.into_iter().zip(parsed) {
        wrong.extend(diagnostics);
        let document = |node| RawDocument { node: Arc::new(node), path: path.clone() };
        raw.extend(nodes.into_iter().map(document));
    }
    let workspace = workspace(scene);
    let input = Input { files: &files, workspace: &workspace, documents: &raw, values: &values };
    let (targets, diagnostics) = resolve(&input);
    wrong.extend(diagnostics);
    let mut desired = Desired {
        segments: BTreeMap::new(),
        attachments: BTreeMap::new(),
        ..scene.desired.clone()
    };
    if let Some(target) = targets.into_iter().next() {
        let (state, diagnostics) = desire(&workspace.metadata.name, target, &files);
        wrong.extend(diagnostics);
        desired = state;
    }
    let owner_of = |diagnostic: &Diagnostic| {
        // Where two documents are to blame, a known one cannot be changed any more.
        diagnostic.labels.iter().find_map(|label| owner.get(&label.span.file).copied())
    };
    found.extend(wrong.into_iter().filter_map(|it| Some((owner_of(&it)?, it))));
    Reading { desired, found }
}

/// A file that segctl would refuse to read.
fn too_large(path: &str, text: &str, at: usize, found: &mut Vec<(usize, Diagnostic)>) {
    if text.len() as u64 > MAX_FILE_BYTES {
        let message = format!("`{path}` would have {} bytes", text.len());
        found.push((at, Diagnostic::new(Code::FileTooLarge, message)));
    }
}

/// The workspace with the target alone, which takes every document.
fn workspace(scene: &Scene<'_>) -> document::Workspace {
    let mut workspace = scene.workspace.clone();
    workspace.spec.documents = vec!["**/*".to_owned()];
    workspace.spec.targets = vec![document::Target { documents: None, ..scene.target.clone() }];
    workspace
}

/// Documents that only name segments, by the name of each.
fn known_documents(
    scene: &Scene<'_>,
    known: impl Iterator<Item = Known>,
) -> BTreeMap<String, String> {
    let provider = scene.target.provider.block();
    let mut documents = BTreeMap::new();
    for (name, block, allow) in known {
        let document = json!({
            "apiVersion": "segctl.dev/v1", "kind": "Segment", "metadata": {"name": name},
            "spec": {"allow": allow, "external": true, provider: block},
        });
        let fields = document.as_object().cloned().unwrap_or_default();
        documents.entry(name).or_insert_with(|| yaml::document(&[], &fields));
    }
    documents
}
