//! Lists of values in files of their own: `valuesFrom: ids/beta.txt`, one value a line.
//!
//! The rule is one for all lists that can stand in a file: `<list>From` names the file.

use super::{Entry, Node, Value};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// The lists that can stand in a file.
pub const VALUE_LISTS: [&str; 2] = ["values", "comparisonValues"];

/// The list that `key` names a file for.
fn list_of(key: &str) -> Option<&'static str> {
    let list = key.strip_suffix("From")?;
    VALUE_LISTS.into_iter().find(|it| *it == list)
}

/// Every file of values that a node names, as written, with its place.
pub fn values_from_paths(node: &Node) -> Vec<(String, Span)> {
    let mut found = vec![];
    collect(node, &mut found);
    found
}

fn collect(node: &Node, found: &mut Vec<(String, Span)>) {
    for entry in node.entries() {
        match (list_of(&entry.key), entry.node.as_str()) {
            (Some(_), Some(path)) => found.push((path.to_owned(), entry.node.span)),
            _ => collect(&entry.node, found),
        }
    }
    node.items().iter().for_each(|item| collect(item, found));
}

/// The values of a file: one a line, blank lines left out, each with its place.
pub fn values_of(file: FileId, text: &str) -> Vec<Node> {
    let mut values = vec![];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let value = line.trim();
        if !value.is_empty() {
            let lead = line.len() - line.trim_start().len();
            let first = start + lead;
            let span = Span::new(file, first..first + value.len());
            values.push(Node { span, value: Value::String(value.to_owned()) });
        }
        start += line.len();
    }
    values
}

/// Replaces each `<list>From` in `node` by the list that `lookup` has for its path.
///
/// A file that could not be read has been reported by whoever tried; its list stays empty.
pub fn expand_values_from(
    node: &mut Node,
    lookup: &dyn Fn(&str) -> Option<Vec<Node>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    match &mut node.value {
        Value::List(items) => {
            for item in items {
                expand_values_from(item, lookup, diagnostics);
            }
        }
        Value::Map(entries) => {
            for entry in entries.iter_mut() {
                expand_values_from(&mut entry.node, lookup, diagnostics);
            }
            expand_entry(entries, lookup, diagnostics);
        }
        _ => {}
    }
}

fn expand_entry(
    entries: &mut Vec<Entry>,
    lookup: &dyn Fn(&str) -> Option<Vec<Node>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut named = entries.iter().enumerate();
    let Some((at, list)) = named.find_map(|(at, it)| Some((at, list_of(&it.key)?))) else {
        return;
    };
    let Some(path) = entries[at].node.as_str() else {
        return;
    };
    let span = entries[at].node.span;
    let values = lookup(path).unwrap_or_default();
    if let Some(own) = entries.iter().find(|entry| entry.key == list) {
        let message = format!("`{list}` and `{list}From` exclude each other");
        diagnostics.push(
            Diagnostic::new(Code::ValuesTwice, message)
                .at(entries[at].key_span, "the list comes from a file")
                .at(own.key_span, "and stands here too")
                .help("keep one of them"),
        );
        entries.remove(at);
        return;
    }
    list.clone_into(&mut entries[at].key);
    entries[at].node = Node { span, value: Value::List(values) };
}
