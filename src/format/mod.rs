//! Documents in canonical form, as text: fields in the order of the types, sets sorted.
//!
//! Pieces of the text change places and nothing else does, so that quotes, styles, blank lines,
//! anchors and comments stay as their author wrote them. What cannot be moved without a risk stays
//! where it is, and a text whose meaning would change is given back untouched.

mod block;
mod flow;
mod meaning;
mod order;
pub(crate) mod tree;
pub(crate) mod units;

use crate::diagnostic::Diagnostic;
use crate::document;
use crate::source::FileId;
use meaning::Meaning;
use order::Place;
use tree::{Content, Item, Tree};
use units::Edit;

/// How deep a document is put in order; no type of document goes deeper.
const DEPTH: usize = 12;

/// What came of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formatted {
    /// It is in canonical form already.
    Unchanged,
    /// Its canonical form.
    Changed(String),
    /// Its canonical form would mean something else, so there is none.
    Kept,
}

/// The canonical form of `text`, which is that of `file`, without a byte order mark.
///
/// None where it cannot be read; what is wrong goes to `diagnostics`.
pub fn format(file: FileId, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Formatted> {
    let before = diagnostics.len();
    let nodes = document::parse(file, text, diagnostics);
    if diagnostics.len() > before {
        return None;
    }
    let Some(tree) = tree::read(text) else {
        return Some(Formatted::Kept);
    };
    let meaning = Meaning::of(&nodes, &tree, text);
    let formatted = arranged(ended(text));
    if formatted == text {
        return Some(Formatted::Unchanged);
    }
    let means_the_same = Meaning::read(file, &formatted).is_some_and(|it| it == meaning);
    Some(if means_the_same { Formatted::Changed(formatted) } else { Formatted::Kept })
}

/// `text` with a line break at its end, of the kind that it uses.
fn ended(text: &str) -> String {
    match text.find('\n') {
        _ if text.ends_with('\n') => text.to_owned(),
        Some(at) if text[..at].ends_with('\r') => format!("{text}\r\n"),
        _ => format!("{text}\n"),
    }
}

/// `text` in order: what stands deepest first, because moving it leaves all above where it is.
fn arranged(mut text: String) -> String {
    let mut tree = tree::read(&text);
    for level in (0..DEPTH).rev() {
        let edits = tree.as_ref().map_or_else(Vec::new, |tree| edits(&text, tree, level));
        if edits.is_empty() {
            continue;
        }
        text = applied(&text, &edits);
        tree = tree::read(&text);
    }
    text
}

/// `text` with all of `edits`, which stand in its order.
pub(crate) fn applied(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.text);
        at = edit.range.end;
    }
    out + &text[at..]
}

/// What is to be moved at one level, from the start of the text to its end.
fn edits(text: &str, tree: &Tree, level: usize) -> Vec<Edit> {
    let mut edits = vec![];
    for document in &tree.documents {
        let field = |name| document.get(name).and_then(Item::text);
        if let Some(place) = Place::of(field("apiVersion"), field("kind")) {
            let source = units::Source { text, comments: &tree.comments, is_root: level == 0 };
            walk(&source, document, place, level, &mut edits);
        }
    }
    edits
}

fn walk(
    source: &units::Source<'_>,
    item: &Item,
    place: Place<'_>,
    level: usize,
    edits: &mut Vec<Edit>,
) {
    if level == 0 {
        edits.extend(units::arrange(source, item, place));
        return;
    }
    match &item.content {
        Content::Map(_, entries) => {
            for entry in entries {
                if let Some(key) = entry.key.text() {
                    walk(source, &entry.value, place.child(key), level - 1, edits);
                }
            }
        }
        Content::List(_, items) => {
            for item in items {
                walk(source, item, place.item(), level - 1, edits);
            }
        }
        Content::Scalar { .. } | Content::Alias(_) => {}
    }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
