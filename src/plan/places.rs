//! Which line of the documents a step is about.
//!
//! A plan knows what changes by the vendor's fields; a reviewer reads files. The files are looked
//! into again for the few documents that change.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Change, ChangeKind, Drift, ObjectKind, Plan, Written};
use crate::desired::Origin;
use crate::document::pointer::escaped;
use crate::document::{Node, Provider, parse, values_of};
use crate::source::{FileId, Files, Span};
use crate::workspace::beside;

/// Says of each step of `plan` which line says what it changes first, where one does.
pub fn locate(plan: &mut Plan, provider: Provider, target: &str, files: &Files) {
    let mut documents = Documents::new(provider, target, files);
    for step in &mut plan.steps {
        let what = (step.kind, step.name.as_str());
        if let Some(origin) = step.origin.as_ref().filter(|_| !step.changes.is_empty()) {
            let found = documents.place(what, origin, &step.changes);
            step.place = found.map(Written::Here);
        }
    }
}

/// Says of each difference of `drift` which line says what is live no longer, where one does.
pub fn locate_drift(drift: &mut Drift, provider: Provider, target: &str, files: &Files) {
    let mut documents = Documents::new(provider, target, files);
    for difference in drift.drifted.iter_mut().chain(&mut drift.unclear) {
        let what = (difference.kind, difference.name.as_str());
        // Git is where it would go back to.
        let changes: Vec<Change> = difference.changes.iter().map(Change::reversed).collect();
        if let Some(origin) = difference.origin.as_ref().filter(|_| !changes.is_empty())
            && let Some(found) = documents.place(what, origin, &changes)
        {
            difference.origin = Some(found);
        }
    }
}

/// The files of a workspace, each parsed at most once.
struct Documents<'a> {
    provider: Provider,
    target: &'a str,
    files: &'a Files,
    ids: BTreeMap<&'a str, FileId>,
    parsed: BTreeMap<FileId, Vec<Node>>,
}

impl<'a> Documents<'a> {
    fn new(provider: Provider, target: &'a str, files: &'a Files) -> Self {
        let ids = files.ids().map(|(id, it)| (it.path.as_str(), id)).collect();
        Self { provider, target, files, ids, parsed: BTreeMap::new() }
    }

    /// Where the first of `changes` is written in the document of that kind and name at `origin`.
    fn place(
        &mut self,
        (kind, name): (ObjectKind, &str),
        origin: &Origin,
        changes: &[Change],
    ) -> Option<Origin> {
        let file = *self.ids.get(origin.file.as_str())?;
        let files = self.files;
        let nodes = self.parsed.entry(file).or_insert_with(|| {
            // What is wrong with it was said before.
            parse(file, &files.get(file).readable(), &mut vec![])
        });
        let document = nodes.iter().find(|node| {
            let text = |pointer: &str| node.at(pointer).and_then(Node::as_str);
            text("/kind") == Some(kind.name()) && text("/metadata/name") == Some(name)
        })?;
        let (provider, target, ids) = (self.provider, self.target, &self.ids);
        let search = Search { document, provider, target, files, ids };
        let found = search.place(kind, changes, &origin.file)?;
        Some(Origin::of(found, files))
    }
}

/// One document, and what its lines are read with.
struct Search<'a> {
    document: &'a Node,
    provider: Provider,
    target: &'a str,
    files: &'a Files,
    ids: &'a BTreeMap<&'a str, FileId>,
}

impl Search<'_> {
    /// Where the first of `changes` is written that leaves something to be read; else where the
    /// first of all was.
    fn place(&self, kind: ObjectKind, changes: &[Change], path: &str) -> Option<Span> {
        let change = changes.iter().find(|it| it.says_something()).or(changes.first())?;
        if change.path == "/mark" {
            return Some(self.document.span_at("/metadata/name"));
        }
        let wanted = match &change.kind {
            ChangeKind::Set { added, .. } => added.first().cloned(),
            ChangeKind::Value { to, .. } => scalar(to),
        };
        let wanted = wanted.as_deref();
        let roots = self.roots(kind);
        if let Some(list) = list_of(change) {
            return self.in_list(&roots, list, change);
        }
        let exact = roots.iter().find_map(|root| {
            let field = format!("{root}{}", change.path);
            self.in_field(&field, wanted).or_else(|| self.in_values_file(&field, wanted, path))
        });
        let anywhere = || {
            let wanted = wanted.filter(|it| !it.is_empty())?;
            roots.iter().find_map(|root| text_in(self.document.at(root)?, wanted))
        };
        exact.or_else(anywhere).or_else(|| self.nearest(&roots, &change.path))
    }

    /// Where an item of the list at `list` is written; of one that goes, where the list is. The
    /// order of items is not that of the document.
    fn in_list(&self, roots: &[String], list: &str, change: &Change) -> Option<Span> {
        let ChangeKind::Value { to, .. } = &change.kind else { return None };
        let fields = roots.iter().find(|root| self.document.at(&format!("{root}{list}")).is_some());
        let Some(root) = fields else { return self.nearest(roots, list) };
        let pointer = format!("{root}{list}");
        let alike = |item: &Node| {
            let fields = to.as_object().into_iter().flatten();
            let same = |(name, value): (&String, &Json)| {
                let own = item.get(name).and_then(Node::as_str);
                own.is_some() && own == value.as_str()
            };
            fields.filter(|field| same(*field)).count()
        };
        let items = self.document.at(&pointer).map_or(&[][..], Node::items);
        let best = (0..items.len()).rev().max_by_key(|at| alike(&items[*at]));
        let best = best.filter(|at| alike(&items[*at]) > 0);
        let item = best.map_or(pointer.clone(), |at| format!("{pointer}/{at}"));
        Some(self.document.span_at(&item))
    }

    /// Where the fields of the vendor stand, what counts most first.
    fn roots(&self, kind: ObjectKind) -> Vec<String> {
        let target = escaped(self.target);
        let (own, block) = (format!("/spec/perTarget/{target}"), self.provider.block());
        let fields = [format!("{own}/{block}"), format!("/spec/{block}")];
        let common = [own, "/spec".to_owned()];
        let both = match kind {
            ObjectKind::Segment => [fields, common],
            ObjectKind::Attachment | ObjectKind::Environment => [common, fields],
        };
        both.into_iter().flatten().filter(|root| self.document.at(root).is_some()).collect()
    }

    /// The place of `wanted` in the field at `pointer`, or of the field.
    fn in_field(&self, pointer: &str, wanted: Option<&str>) -> Option<Span> {
        let field = self.document.at(pointer)?;
        let value = wanted.and_then(|wanted| text_in(field, wanted));
        Some(value.unwrap_or_else(|| self.document.span_at(pointer)))
    }

    /// The same in the file of values that stands in the place of the field.
    fn in_values_file(&self, pointer: &str, wanted: Option<&str>, document: &str) -> Option<Span> {
        let pointer = format!("{pointer}From");
        let name = self.document.at(&pointer)?.as_str()?;
        let named_here = self.document.span_at(&pointer);
        let file = self.ids.get(beside(document, name).as_str());
        let values = file.map(|file| values_of(*file, &self.files.get(*file).text));
        let line =
            values.into_iter().flatten().find(|it| it.as_str() == wanted && wanted.is_some());
        Some(line.map_or(named_here, |it| it.span))
    }

    /// The nearest place that there is on the way to a field.
    fn nearest(&self, roots: &[String], path: &str) -> Option<Span> {
        let depth = |root: &&String| {
            let mut found = 0;
            for (at, _) in path.match_indices('/').skip(1).chain([(path.len(), "")]) {
                found += usize::from(self.document.at(&format!("{root}{}", &path[..at])).is_some());
            }
            found
        };
        // Of two that are equally near, the first counts more.
        let root = roots.iter().rev().max_by_key(depth)?;
        Some(self.document.span_at(&format!("{root}{path}")))
    }
}

/// The list of which `change` adds or takes away a whole item.
fn list_of(change: &Change) -> Option<&str> {
    let ChangeKind::Value { from, to } = &change.kind else { return None };
    let (list, at) = change.path.rsplit_once('/')?;
    let whole = from.is_null() != to.is_null();
    (whole && !at.is_empty() && at.bytes().all(|it| it.is_ascii_digit())).then_some(list)
}

/// A single value as it would be written.
fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The first place under `node` where `wanted` stands.
fn text_in(node: &Node, wanted: &str) -> Option<Span> {
    if node.as_str() == Some(wanted) {
        return Some(node.span);
    }
    let in_entries = node.entries().iter().find_map(|it| text_in(&it.node, wanted));
    in_entries.or_else(|| node.items().iter().find_map(|it| text_in(it, wanted)))
}
