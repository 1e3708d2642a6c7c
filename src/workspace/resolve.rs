//! Documents × targets -> what each target shall hold.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::envelope::{kind_of, name_of};
use super::variant::variant;
use super::{duplicates, references};
use crate::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::document::{self, Kind, Node, Provider, Target};
use crate::parallel;
use crate::source::{Files, Globs, Span};

/// A parsed document and the file it stands in.
#[derive(Clone, Debug)]
pub struct RawDocument {
    /// The document.
    pub node: Arc<Node>,
    /// The path of its file, relative to the workspace.
    pub path: String,
}

/// Everything that was read.
#[derive(Debug)]
pub struct Input<'a> {
    /// The texts.
    pub files: &'a Files,
    /// The workspace document.
    pub workspace: &'a document::Workspace,
    /// The documents, in the order of their paths.
    pub documents: &'a [RawDocument],
    /// The values of every `valuesFrom` file, by path relative to the workspace; none for a file
    /// that could not be read, which has been said.
    pub values: &'a HashMap<String, Option<Vec<Node>>>,
}

impl Input<'_> {
    /// The values of the file that `document` names as `path`.
    pub(super) fn values_of(&self, document: &RawDocument, path: &str) -> Option<Vec<Node>> {
        self.values.get(&beside(&document.path, path)).cloned().flatten()
    }
}

/// `path` as written in the file `document`, relative to the workspace: a file has one name,
/// whoever names it.
pub(crate) fn beside(document: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = vec![];
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// What one target shall hold, by the documents.
#[derive(Clone, Debug)]
pub struct ResolvedTarget {
    /// The target as the workspace file says it.
    pub target: Target,
    /// Its segments, by name: nodes that fit the schema.
    pub segments: BTreeMap<String, Arc<Node>>,
    /// Its attachments, by name, likewise.
    pub attachments: BTreeMap<String, Arc<Node>>,
    /// Names of segments whose document has a mistake; they are neither missing nor orphans.
    pub broken: BTreeSet<String>,
}

/// Resolves `input` for every target, and says all that is wrong.
pub fn resolve(input: &Input<'_>) -> (Vec<ResolvedTarget>, Vec<Diagnostic>) {
    let targets = &input.workspace.spec.targets;
    let scopes: Vec<Option<Globs>> = targets
        .iter()
        .map(|it| it.documents.as_deref().and_then(|it| Globs::new(it).ok()))
        .collect();
    let default_scope = Globs::new(&input.workspace.spec.documents).ok();
    let takes = |target: usize, path: &str| {
        scopes[target].as_ref().or(default_scope.as_ref()).is_some_and(|globs| globs.matches(path))
    };

    let read = parallel::map(input.documents, |raw| read_document(input, raw, &takes));
    let mut resolved: Vec<ResolvedTarget> = targets.iter().map(empty_target).collect();
    let mut diagnostics = vec![];
    let mut identities = duplicates::Identities::default();
    for (raw, read) in input.documents.iter().zip(read) {
        diagnostics.extend(read.diagnostics);
        let Some(kind) = read.kind else { continue };
        let name = name_of(&raw.node).unwrap_or_default().to_owned();
        let name_span = raw.node.span_at("/metadata/name");
        let mut used = read.variants.is_empty();
        for (at, variant) in read.variants {
            if !identities.claim(at, kind, &name, name_span, &mut diagnostics) {
                used = true;
                continue;
            }
            used |= take(&mut resolved[at], kind, &name, variant);
        }
        if !used {
            diagnostics.push(unused(kind, &name, name_span, targets));
        }
    }
    for target in &resolved {
        references::check(target, &mut diagnostics);
    }
    (resolved, diagnostics)
}

fn empty_target(target: &Target) -> ResolvedTarget {
    ResolvedTarget {
        target: target.clone(),
        segments: BTreeMap::new(),
        attachments: BTreeMap::new(),
        broken: BTreeSet::new(),
    }
}

/// Gives the target its document; false when the document has no block for the target's vendor.
fn take(target: &mut ResolvedTarget, kind: Kind, name: &str, variant: Option<Arc<Node>>) -> bool {
    let Some(node) = variant else {
        target.broken.insert(name.to_owned());
        return true;
    };
    if !has_block(&node, target.target.provider) {
        return false;
    }
    let documents = match kind {
        Kind::Segment => &mut target.segments,
        Kind::Attachment => &mut target.attachments,
        Kind::Workspace => return false,
    };
    documents.insert(name.to_owned(), node);
    true
}

fn has_block(node: &Node, provider: Provider) -> bool {
    node.at("/spec").and_then(|spec| spec.entry(provider.block())).is_some()
}

/// What one document is for each target that takes it; `None` where it has a mistake.
#[derive(Default)]
struct Read {
    kind: Option<Kind>,
    variants: Vec<(usize, Option<Arc<Node>>)>,
    diagnostics: Vec<Diagnostic>,
}

fn read_document(
    input: &Input<'_>,
    raw: &RawDocument,
    takes: &(dyn Fn(usize, &str) -> bool + Sync),
) -> Read {
    let mut read = Read::default();
    let kind = match kind_of(&raw.node) {
        Ok(Kind::Workspace) => {
            read.diagnostics.push(
                Diagnostic::new(Code::UnknownKind, "a workspace among the documents")
                    .at(raw.node.span_at("/kind"), "")
                    .help("the one workspace of a repository stands in segctl.yaml"),
            );
            return read;
        }
        Ok(kind) => kind,
        Err(diagnostic) => {
            read.diagnostics.push(*diagnostic);
            return read;
        }
    };
    read.kind = Some(kind);
    let patches = raw.node.at("/spec/perTarget");
    check_patched_targets(input, patches, &mut read.diagnostics);
    let mut base = None;
    for (at, target) in input.workspace.spec.targets.iter().enumerate() {
        if !takes(at, &raw.path) {
            continue;
        }
        let patch = patches.and_then(|patches| patches.get(&target.name));
        let found = &mut read.diagnostics;
        let variant = if patch.is_some() {
            variant(input, raw, kind, patch, found)
        } else {
            base.get_or_insert_with(|| variant(input, raw, kind, None, found)).clone()
        };
        read.variants.push((at, variant));
    }
    read
}

fn check_patched_targets(input: &Input<'_>, patches: Option<&Node>, found: &mut Vec<Diagnostic>) {
    let names = || input.workspace.spec.targets.iter().map(|target| target.name.as_str());
    for entry in patches.map_or(&[][..], Node::entries) {
        if names().any(|name| name == entry.key) {
            continue;
        }
        let message = format!("the workspace has no target `{}`", entry.key);
        let diagnostic = Diagnostic::new(Code::UnknownTarget, message);
        let span = entry.key_span;
        found.push(match did_you_mean(&entry.key, names()) {
            Some(meant) => diagnostic.at(span, format!("did you mean `{meant}`?")).fix(
                format!("write `{meant}`"),
                span,
                meant,
            ),
            None => diagnostic
                .at(span, "")
                .help(format!("its targets: {}", names().collect::<Vec<_>>().join(", "))),
        });
    }
}

fn unused(kind: Kind, name: &str, span: Span, targets: &[Target]) -> Diagnostic {
    let mut blocks: Vec<&str> = targets.iter().map(|target| target.provider.block()).collect();
    blocks.sort_unstable();
    blocks.dedup();
    let message = format!("no target takes the {} `{name}`", kind.name().to_lowercase());
    Diagnostic::new(Code::UnusedDocument, message)
        .at(span, "has no block for a vendor of the workspace")
        .help(format!("the vendors of the workspace: {}", blocks.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn a_file_has_one_name() {
        assert_eq!(beside("segments/a.yaml", "ids/x.txt"), "segments/ids/x.txt");
        assert_eq!(beside("segments/new/a.yaml", ".././ids//x.txt"), "segments/ids/x.txt");
        assert_eq!(beside("a.yaml", "x.txt"), "x.txt");
        assert_eq!(beside("segments/a.yaml", "../../x.txt"), "../x.txt", "and it leads out");
        assert_eq!(beside("segments/a.yaml", "/etc/passwd"), "/etc/passwd");
    }
}
