//! Where something private stands in the files of a workspace.

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::conditions::{Condition, attributes, holds_conditions, may_hold_value, names_attribute};
use super::{Cover, Veil, covered, emails};
use crate::document::{
    Entry, Node, Value, comments, is_switch, is_word, merge_patch, parse, values_of,
};
use crate::source::{FileId, Files, Span, WORKSPACE_FILES};

/// A private place.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) span: Span,
    /// What stands there: the text that YAML makes of it, where that is known.
    pub(super) said: String,
    /// What is shown in its place.
    pub(super) shown: String,
}

/// What is private in one file.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) all: Vec<Place>,
    /// What its documents are called; that is no secret.
    pub(super) names: Vec<String>,
    /// Whether the file cannot be read for sure. Then each of its words is private, but those that
    /// every document has.
    pub(super) is_broken: bool,
}

impl Veil {
    /// Adds what is private in `node`, and says whether there is a private condition.
    fn in_node(&self, node: &Node, inside: Inside, found: &mut Vec<Place>) -> bool {
        if inside == Inside::Value {
            found.extend(Place::of_scalar(node));
        }
        let condition = match self.attributes.judge(node) {
            // Parts of a condition are none.
            Condition::Unreadable if inside == Inside::Public => Condition::None,
            condition => condition,
        };
        let mut any = matches!(condition, Condition::Private | Condition::Unreadable);
        for entry in node.entries() {
            let here = self.inside_of(entry, condition, inside);
            if here == Inside::Nothing && holds_conditions(&attributes(), &entry.key) {
                any |= self.no_conditions(&entry.node, found);
            }
            let may_be_value = match condition {
                _ if inside == Inside::Value => !is_word(&entry.key),
                Condition::Private | Condition::Unreadable => is_rather_value(entry),
                Condition::Public | Condition::None => false,
            };
            if may_be_value {
                found.push(Place::new(entry.key_span, entry.key.clone()));
            }
            any |= self.in_node(&entry.node, here, found);
        }
        for item in node.items() {
            let told = inside == Inside::Nothing && self.attributes.are_in(item);
            any |= told | self.in_node(item, if told { Inside::Value } else { inside }, found);
        }
        any
    }

    /// Adds what stands in `place`, which should hold conditions, and is none.
    fn no_conditions(&self, place: &Node, found: &mut Vec<Place>) -> bool {
        let before = found.len();
        let is_none = |it: &Node| self.attributes.judge(it) == Condition::None;
        for item in place.items().iter().filter(|it| is_none(it)) {
            self.in_node(item, Inside::Value, found);
        }
        // Where conditions have names, the words of each stand below its name.
        for entry in place.entries().iter().filter(|_| is_none(place)) {
            let parts = entry.node.entries();
            for part in parts.iter().filter(|it| !is_word(&it.key)) {
                found.push(Place::new(part.key_span, part.key.clone()));
                self.in_node(&part.node, Inside::Value, found);
            }
            if parts.is_empty() && !matches!(entry.node.value, Value::Null) {
                found.push(Place::new(entry.key_span, entry.key.clone()));
                self.in_node(&entry.node, Inside::Value, found);
            }
        }
        found.extend(Place::of_scalar(place));
        found.len() > before
    }

    /// What the value of `entry` belongs to, which stands in a mapping inside of something.
    fn inside_of(&self, entry: &Entry, condition: Condition, inside: Inside) -> Inside {
        let key = entry.key.as_str();
        let names = names_attribute(&attributes(), key);
        let is_value = match condition {
            _ if inside == Inside::Value || self.attributes.name(key) => true,
            // A condition of which no word is the right one.
            _ if names && !entry.node.entries().is_empty() => {
                self.attributes.judge(&entry.node) == Condition::None
            }
            // The word for the attribute is none of its values; all else may be.
            Condition::Unreadable => !names,
            Condition::Private => may_hold_value(&attributes(), key) || is_switch(key),
            Condition::Public | Condition::None => false,
        };
        match condition {
            _ if is_value => Inside::Value,
            Condition::Public => Inside::Public,
            _ => inside,
        }
    }
}

/// What a part of a document belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    /// A private value.
    Value,
    /// A condition on an attribute that is not private.
    Public,
    /// Neither.
    Nothing,
}

impl Cover<'_, '_> {
    /// What is private in one of `files`, which may be others than those that are covered.
    pub(super) fn places(&self, file: FileId, files: &Files) -> Places {
        let source = files.get(file);
        let text = &*source.readable();
        let mut places = Places::default();
        let addresses = emails::find(text).into_iter();
        places.all.extend(addresses.map(|(start, end)| Place::of(file, text, start, end)));
        // YAML can write an address as it does not look.
        let has_escaped = text.contains('\\') || text.contains("''");
        if self.lists().private.contains(&source.path) {
            places.all.extend(values_of(file, text).iter().filter_map(Place::of_scalar));
        } else if !self.lists().named.contains(&source.path)
            && (has_escaped || !self.veil.attributes.is_empty())
        {
            self.in_document(file, text, is_workspace(&source.path), &mut places);
        }
        places.all.retain(|it| it.span.start < it.span.end);
        places
    }

    fn in_document(&self, file: FileId, text: &str, is_workspace: bool, places: &mut Places) {
        let mut wrong = vec![];
        let nodes = parse(file, text, &mut wrong);
        let name =
            |node: &Node| node.at("/metadata/name").and_then(Node::as_str).map(str::to_owned);
        places.names = nodes.iter().filter_map(name).collect();
        for node in &nodes {
            self.escaped(node, text, &mut places.all);
        }
        // A workspace file has no conditions.
        if self.veil.attributes.is_empty() || is_workspace {
            return;
        }
        if !wrong.is_empty() {
            places.is_broken = true;
            let named = |it: &Place| places.names.contains(&it.said);
            let words = words(text).map(|(start, end)| Place::of(file, text, start, end));
            let words: Vec<Place> = words.filter(|it| !named(it)).collect();
            places.all.extend(words);
            return;
        }
        let mut commented = vec![];
        for (at, node) in nodes.iter().enumerate() {
            let mut any = false;
            for seen in views(node) {
                any |= self.veil.in_node(&seen, Inside::Nothing, &mut places.all);
            }
            if any {
                // What is said of a value stands anywhere, and above a document as below it.
                let before = at.checked_sub(1).and_then(|it| nodes.get(it));
                let start = before.map_or(0, |it| it.span.range().end);
                let end = nodes.get(at + 1).map_or(text.len(), |it| it.span.range().start);
                commented.push(start..end);
            }
        }
        if !commented.is_empty() {
            let remarks = remarks(text, &commented);
            places.all.extend(remarks.map(|(start, end)| Place::of(file, text, start, end)));
        }
    }

    /// Adds the texts with addresses that YAML writes in another way: `"ada\x40acme.example"`.
    fn escaped(&self, node: &Node, text: &str, found: &mut Vec<Place>) {
        found.extend(node.as_str().and_then(|said| self.escaped_at(node.span, said, text)));
        for entry in node.entries() {
            found.extend(self.escaped_at(entry.key_span, &entry.key, text));
            self.escaped(&entry.node, text, found);
        }
        node.items().iter().for_each(|it| self.escaped(it, text, found));
    }

    fn escaped_at(&self, span: Span, said: &str, text: &str) -> Option<Place> {
        let written = text.get(span.range()).unwrap_or_default();
        let addresses = |it: &str| -> Vec<String> {
            emails::find(it).into_iter().map(|(start, end)| it[start..end].to_owned()).collect()
        };
        let is_other = said.contains(emails::SIGNS) && addresses(said) != addresses(written);
        let shown = || format!("\"{}\"", self.veil.text(said).escape_debug());
        is_other.then(|| Place { shown: shown(), ..Place::new(span, said.to_owned()) })
    }
}

impl Place {
    fn of(file: FileId, text: &str, start: usize, end: usize) -> Self {
        let said = text.get(start..end).unwrap_or_default().to_owned();
        Self::new(Span::new(file, start..end), said)
    }

    fn new(span: Span, said: String) -> Self {
        let shown = covered(&said);
        Self { span, said, shown }
    }

    /// The place and the text of a scalar.
    fn of_scalar(node: &Node) -> Option<Self> {
        let said = match &node.value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => return None,
        };
        Some(Self::new(node.span, said))
    }
}

/// A document, and what each target makes of it: a patch alone does not say what it is about.
pub(super) fn views(document: &Node) -> Vec<Node> {
    let spec = document.get("spec");
    let patches = spec.and_then(|it| it.get("perTarget")).map_or(&[][..], Node::entries);
    let patched = patches.iter().filter_map(|it| Some(merge_patch(spec?, &it.node)));
    std::iter::once(document.clone()).chain(patched).collect()
}

/// Whether the key of a field of a condition is rather a value, where a word was forgotten, than a
/// word that is misspelt.
fn is_rather_value(entry: &Entry) -> bool {
    let is_word_like = entry.key.chars().all(|it| it.is_ascii_alphabetic());
    !is_word(&entry.key) && (!is_word_like || matches!(entry.node.value, Value::Null))
}

/// The ranges of what the comments in `parts` of a text say.
fn remarks(text: &str, parts: &[Range<usize>]) -> impl Iterator<Item = (usize, usize)> {
    let found = comments(text).into_iter();
    let found = found.filter(move |it| parts.iter().any(|part| part.contains(&it.start)));
    found.map(|range| {
        let said = text[range.clone()].trim_start_matches(['#', ' ', '\t']);
        (range.end - said.len(), range.start + text[range].trim_end().len())
    })
}

/// The ranges of the words of a text, without those that every document has.
fn words(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let parts = |it: char| it.is_whitespace() || "{}[],:\"'#&*|>".contains(it);
    text.split(parts).filter_map(move |word| {
        let word = word.trim_start_matches('-');
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        (!word.is_empty() && !is_word(word)).then_some((start, start + word.len()))
    })
}

fn is_workspace(path: &str) -> bool {
    WORKSPACE_FILES.contains(&path.rsplit('/').next().unwrap_or(path))
}
