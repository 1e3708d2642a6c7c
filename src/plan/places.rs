//! Which line of the documents a step is about.
//!
//! A plan knows what changes by the vendor's fields; a reviewer reads files. The files are looked
//! into again for the few documents that change.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{ChangeKind, ObjectKind, Plan, Step, Written};
use crate::desired::Origin;
use crate::document::{Node, Provider, parse, values_of};
use crate::source::{FileId, Files, Span};
use crate::workspace::beside;

/// Says of each step of `plan` which line says what it changes first, where one does.
pub fn locate(plan: &mut Plan, provider: Provider, target: &str, files: &Files) {
    if plan.steps.iter().all(|step| step.changes.is_empty()) {
        return;
    }
    let ids: BTreeMap<&str, FileId> = files.ids().map(|(id, it)| (it.path.as_str(), id)).collect();
    let mut parsed = BTreeMap::new();
    for step in &mut plan.steps {
        let Some(origin) = step.origin.as_ref().filter(|_| !step.changes.is_empty()) else {
            continue;
        };
        let Some(file) = ids.get(origin.file.as_str()).copied() else { continue };
        let nodes = parsed.entry(file).or_insert_with(|| {
            // What is wrong with it was said before.
            parse(file, &files.get(file).text, &mut vec![])
        });
        let document = nodes.iter().find(|node| is_of(node, step));
        let search =
            document.map(|document| Search { document, provider, target, files, ids: &ids });
        let found = search.and_then(|search| search.place(step, &origin.file));
        step.place = found.map(|span| Written::Here(Origin::of(span, files)));
    }
}

/// Whether `node` is the document of `step`.
fn is_of(node: &Node, step: &Step) -> bool {
    let text = |pointer: &str| node.at(pointer).and_then(Node::as_str);
    text("/kind") == Some(step.kind.name()) && text("/metadata/name") == Some(&step.name)
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
    /// Where the first change of `step` is written.
    fn place(&self, step: &Step, path: &str) -> Option<Span> {
        let change = step.changes.first()?;
        let wanted = match &change.kind {
            ChangeKind::Set { added, .. } => added.first().cloned(),
            ChangeKind::Value { to, .. } => scalar(to),
        };
        let wanted = wanted.as_deref();
        let roots = self.roots(step.kind);
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

    /// Where the fields of the vendor stand, what counts most first.
    fn roots(&self, kind: ObjectKind) -> Vec<String> {
        let target = self.target.replace('~', "~0").replace('/', "~1");
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
