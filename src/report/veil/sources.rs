//! Diagnostics, and the excerpts of files under them.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::conditions::names_private;
use super::{Texts, Veil, covered, emails};
use crate::diagnostic::Diagnostic;
use crate::document::{Node, Provider, Value, parse, values_of};
use crate::provider;
use crate::source::{FileId, Files, Span};
use crate::workspace::beside;
use serde_json::{Map, Value as Json};

impl Veil {
    /// Diagnostics and the files that they show, without what is private. Of the files only those
    /// are touched that a diagnostic shows, and no place in them moves.
    pub fn sources<'a>(
        &self,
        diagnostics: &'a [Diagnostic],
        files: &'a Files,
    ) -> (Cow<'a, [Diagnostic]>, Cow<'a, Files>) {
        if self.lifted || diagnostics.is_empty() {
            return (Cow::Borrowed(diagnostics), Cow::Borrowed(files));
        }
        let mut texts = Texts::new();
        let mut covered_files = files.clone();
        for file in shown(diagnostics) {
            for (span, text) in self.private_places(file, files) {
                covered_files.mask(span);
                texts.insert(text);
            }
        }
        let said = diagnostics.iter().map(|it| self.diagnostic(it, &texts)).collect();
        (Cow::Owned(said), Cow::Owned(covered_files))
    }

    /// The text of the document or of the file of values at `path`, without what is private;
    /// `files` are the documents that may name it.
    pub fn file(&self, path: &str, text: &str, files: &Files) -> String {
        if self.lifted {
            return text.to_owned();
        }
        let mut files = files.clone();
        let file = files.add(path, text);
        let mut places = self.private_places(file, &files);
        places.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for (span, said) in places {
            let range = span.range();
            // What an alias says stands at its anchor, once.
            if range.start >= at {
                let here = text.get(range.clone()).unwrap_or_default();
                out.push_str(text.get(at..range.start).unwrap_or_default());
                out.push_str(&covered(if said.is_empty() { here } else { &said }));
                at = range.end;
            }
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }

    fn diagnostic(&self, diagnostic: &Diagnostic, private: &Texts) -> Diagnostic {
        let mut diagnostic = diagnostic.clone();
        diagnostic.message = self.message(&diagnostic.message, private);
        for label in &mut diagnostic.labels {
            label.text = self.message(&label.text, private);
        }
        for help in &mut diagnostic.help {
            *help = self.message(help, private);
        }
        if let Some(fix) = &mut diagnostic.fix {
            fix.title = self.message(&fix.title, private);
            let is_private = private.iter().any(|text| fix.replacement.contains(text.as_str()));
            fix.replacement =
                if is_private { covered(&fix.replacement) } else { self.text(&fix.replacement) };
        }
        diagnostic
    }

    /// The private texts of a file, each with its place.
    fn private_places(&self, file: FileId, files: &Files) -> Vec<(Span, String)> {
        let text = &files.get(file).text;
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let mut found: Vec<(Span, String)> = emails::find(text)
            .into_iter()
            .map(|(start, end)| (Span { file, start: at(start), end: at(end) }, String::new()))
            .collect();
        if !self.attributes.is_empty() {
            let nodes = parse(file, text, &mut vec![]);
            for node in &nodes {
                self.in_node(node, false, &mut found);
            }
            if self.is_file_of_values(file, files) {
                found.extend(values_of(file, text).into_iter().filter_map(place));
            }
        }
        found.retain(|(span, _)| span.start < span.end);
        found
    }

    fn in_node(&self, node: &Node, inside: bool, found: &mut Vec<(Span, String)>) {
        let private = inside || self.is_private(node);
        if inside && !node.is_container() {
            found.extend(place(node.clone()));
        }
        for entry in node.entries() {
            let compares = |it: &Provider| provider::attribute(*it).keeps(&entry.key);
            // The name of a file of values says nothing of anybody.
            let kept = Provider::ALL.iter().any(compares) || entry.key.ends_with("From");
            self.in_node(&entry.node, private && !kept, found);
        }
        node.items().iter().for_each(|item| self.in_node(item, private, found));
    }

    /// Whether a mapping is a condition on a private attribute, in the words of any vendor.
    fn is_private(&self, node: &Node) -> bool {
        let texts = node.entries().iter().filter_map(|entry| {
            Some((entry.key.clone(), Json::String(entry.node.as_str()?.to_owned())))
        });
        let object: Map<String, Json> = texts.collect();
        Provider::ALL
            .iter()
            .any(|it| names_private(&object, provider::attribute(*it), &self.attributes))
    }

    /// Whether a private condition of any document takes its values from `file`.
    fn is_file_of_values(&self, file: FileId, files: &Files) -> bool {
        let path = files.get(file).path.as_str();
        let name = path.rsplit('/').next().unwrap_or(path);
        // Only a document that names the file can take values from it.
        let documents = files.ids().filter(|(id, it)| *id != file && it.text.contains(name));
        documents.into_iter().any(|(id, document)| {
            let nodes = parse(id, &document.text, &mut vec![]);
            let mut named = BTreeSet::new();
            for node in &nodes {
                self.files_named(node, &mut named);
            }
            named.iter().any(|it| beside(&document.path, it) == path)
        })
    }

    fn files_named(&self, node: &Node, named: &mut BTreeSet<String>) {
        let private = self.is_private(node);
        for entry in node.entries() {
            if private && entry.key.ends_with("From") {
                named.extend(entry.node.as_str().map(str::to_owned));
            }
            self.files_named(&entry.node, named);
        }
        node.items().iter().for_each(|item| self.files_named(item, named));
    }
}

/// The files that diagnostics show.
fn shown(diagnostics: &[Diagnostic]) -> BTreeSet<FileId> {
    let labels = diagnostics.iter().flat_map(|it| it.labels.iter().map(|label| label.span.file));
    let fixes = diagnostics.iter().filter_map(|it| it.fix.as_ref()).map(|fix| fix.span.file);
    labels.chain(fixes).collect()
}

/// The place and the text of a scalar.
fn place(node: Node) -> Option<(Span, String)> {
    match node.value {
        Value::String(text) => Some((node.span, text)),
        Value::Number(number) => Some((node.span, number.to_string())),
        _ => None,
    }
}
