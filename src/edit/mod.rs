//! A document that says something else from now on, with the fewest bytes changed.
//!
//! [`edit`] compares what a document says with what it should say and changes only the text of what
//! differs. Comments, order, quotes, anchors, blank lines, line breaks and indentation of all else
//! stay. What was edited is read again, and given up if it does not say what was wanted.

mod align;
mod block;
mod collection;
mod flow;
mod scalar;
pub(crate) mod yaml;

#[cfg(test)]
mod drawn;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::document::{self, Node};
use crate::format::tree::{self, Content, Item, Tree};
use crate::format::units::{Edit, Source};
use crate::source::Files;
pub(crate) use align::alike;

/// Why a change has no place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unplaced {
    /// The value stands at an anchor that is used elsewhere too.
    Anchored(String),
    /// The key comes from `<<`, and cannot be taken away in the mapping that merges it.
    Merged(String),
    /// The text is laid out in a way that cannot be changed in a part.
    Layout,
}

impl Unplaced {
    /// What stands in the way, as the end of a sentence.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Anchored(name) => {
                format!("the value stands at the anchor `&{name}`, which is used elsewhere too")
            }
            Self::Merged(key) => {
                format!("`{key}` comes from a merge key, and its mapping cannot take it away")
            }
            Self::Layout => {
                "its text is laid out in a way that cannot be changed in part".to_owned()
            }
        }
    }
}

type Done = Result<(), Unplaced>;

/// `text` in which the document number `at` says `want`.
pub(crate) fn edit(text: &str, at: usize, want: &Json) -> Result<String, Unplaced> {
    let before = read(text).ok_or(Unplaced::Layout)?;
    let now = before.get(at).ok_or(Unplaced::Layout)?;
    if now == want {
        return Ok(text.to_owned());
    }
    let tree = tree::read(text).ok_or(Unplaced::Layout)?;
    let item = documents(&tree).nth(at).ok_or(Unplaced::Layout)?;
    let mut editor = Editor::new(text, &tree, item);
    editor.value(Spot::Root, item, now, want)?;
    let edited = editor.applied().ok_or(Unplaced::Layout)?;
    let mut wanted = before;
    wanted[at] = want.clone();
    let is_right = read(&edited).is_some_and(|it| it == wanted);
    if is_right { Ok(edited) } else { Err(Unplaced::Layout) }
}

/// The documents of a text; none where something is wrong with them.
pub(crate) fn read(text: &str) -> Option<Vec<Json>> {
    let file = Files::default().add("", "");
    let mut wrong = vec![];
    let nodes = document::parse(file, text, &mut wrong);
    wrong.is_empty().then(|| nodes.iter().map(Node::to_json).collect())
}

/// The documents that have content, as [`document::parse`] counts them.
fn documents(tree: &Tree) -> impl Iterator<Item = &Item> {
    tree.documents.iter().filter(|it| match &it.content {
        Content::Scalar { text, .. } => !matches!(text.as_str(), "" | "~" | "null"),
        _ => true,
    })
}

/// Where a value stands in the collection around it.
#[derive(Clone, Copy, Debug)]
enum Spot {
    /// It is a document.
    Root,
    /// The value of a key.
    Field {
        /// The byte after the colon.
        colon: usize,
        /// The column of the key.
        column: usize,
        is_flow: bool,
    },
    /// An item of a list.
    Item { is_flow: bool },
}

impl Spot {
    fn is_flow(self) -> bool {
        matches!(self, Self::Field { is_flow: true, .. } | Self::Item { is_flow: true })
    }
}

/// Gathers the changes of one document.
struct Editor<'a> {
    source: Source<'a>,
    /// The line break that the text uses.
    line_break: &'static str,
    /// The anchors that some alias uses.
    used: BTreeSet<String>,
    edits: Vec<Edit>,
}

impl<'a> Editor<'a> {
    fn new(text: &'a str, tree: &'a Tree, item: &Item) -> Self {
        let first = text.find('\n');
        let is_crlf = first.is_some_and(|at| text[..at].ends_with('\r'));
        let mut used = BTreeSet::new();
        gather_uses(item, &mut used);
        Self {
            source: Source { text, comments: &tree.comments, is_root: false },
            line_break: if is_crlf { "\r\n" } else { "\n" },
            used,
            edits: vec![],
        }
    }

    /// Makes a value say `want`.
    fn value(&mut self, spot: Spot, item: &Item, now: &Json, want: &Json) -> Done {
        if now == want {
            return Ok(());
        }
        if let Some(name) = item.anchor.as_ref().filter(|it| self.used.contains(*it)) {
            return Err(Unplaced::Anchored(name.clone()));
        }
        let done = self.edits.len();
        let tried = match (&item.content, now, want) {
            (Content::Map(collection, entries), Json::Object(now), Json::Object(want)) => {
                self.map(spot, item, *collection, entries, now, want)
            }
            (Content::List(collection, items), Json::Array(now), Json::Array(want)) => {
                self.list(spot, item, *collection, items, now, want)
            }
            (Content::Scalar { .. }, _, want) if !want.is_object() && !want.is_array() => {
                self.scalar(spot, item, want);
                Ok(())
            }
            _ => Err(Unplaced::Layout),
        };
        match tried {
            // Then the whole of it, unless there is more in it than can be written anew.
            Err(Unplaced::Layout) if self.is_ours_to_replace(spot, item) => {
                self.edits.truncate(done);
                self.replace(spot, item, want);
                Ok(())
            }
            tried => tried,
        }
    }

    /// Whether nothing is lost when an item is written anew.
    fn is_ours_to_replace(&self, spot: Spot, item: &Item) -> bool {
        let has_comments = !self.source.comments_in(item.range.clone()).is_empty();
        !matches!(spot, Spot::Root) && !has_comments && !defines_used(item, &self.used)
    }

    fn scalar(&mut self, spot: Spot, item: &Item, want: &Json) {
        let style = scalar::style_of(item);
        let is_block = style.is_some_and(|it| {
            matches!(it, granit_parser::ScalarStyle::Literal | granit_parser::ScalarStyle::Folded)
        });
        if let (true, Spot::Field { colon, .. }) = (is_block, spot)
            && let Some(mut edit) = scalar::block(&self.source, colon, item, want)
        {
            edit.text = self.with_line_breaks(&edit.text);
            self.edits.push(edit);
            return;
        }
        let is_prose = want.as_str().is_some_and(yaml::is_prose);
        let is_plain = style == Some(granit_parser::ScalarStyle::Plain);
        if is_block || item.range.is_empty() || (is_prose && is_plain && !spot.is_flow()) {
            self.replace(spot, item, want);
            return;
        }
        let text = scalar::styled(want, style, spot.is_flow());
        let start = item.range.start + anchor_length(&self.source.text[item.range.clone()]);
        self.edits.push(Edit { range: start..item.range.end, text });
    }

    /// Writes a value anew.
    fn replace(&mut self, spot: Spot, item: &Item, want: &Json) {
        let (start, end) = (item.range.start, item.range.end);
        let Spot::Field { colon, column, is_flow } = spot else {
            self.edits.push(Edit { range: start..end, text: yaml::flow(want) });
            return;
        };
        let end = end.max(colon);
        if is_flow {
            self.edits.push(Edit { range: colon..end, text: format!(" {}", yaml::flow(want)) });
            return;
        }
        let head = self.source.line_end(colon).min(end);
        let beside = self.source.comments_in(colon..head).first();
        let beside = beside.map(|it| format!(" {}", &self.source.text[it.clone()]));
        let is_followed = !self.source.comments_in(end..self.source.line_end(end)).is_empty();
        let text = if is_followed {
            format!(" {}", yaml::flow(want))
        } else {
            let lines = yaml::field("x", want, column);
            let (first, rest) =
                lines[column + 2..].trim_end_matches('\n').split_once('\n').map_or_else(
                    || (lines[column + 2..].trim_end_matches('\n').to_owned(), String::new()),
                    |(first, rest)| (first.to_owned(), format!("\n{rest}")),
                );
            self.with_line_breaks(&format!("{first}{}{rest}", beside.unwrap_or_default()))
        };
        self.edits.push(Edit { range: colon..end, text });
    }

    fn with_line_breaks(&self, text: &str) -> String {
        if self.line_break == "\n" { text.to_owned() } else { text.replace('\n', self.line_break) }
    }

    /// The text with all edits; none where two of them meet.
    fn applied(&mut self) -> Option<String> {
        self.edits.sort_by_key(|it| (it.range.start, it.range.end));
        let meet = |pair: &[Edit]| pair[0].range.end > pair[1].range.start;
        if self.edits.windows(2).any(meet) {
            return None;
        }
        Some(crate::format::applied(self.source.text, &self.edits))
    }

    /// The column of a byte.
    fn column(&self, at: usize) -> usize {
        self.source.text[self.source.line_start(at)..at].chars().count()
    }

    /// The byte after the colon of a key.
    fn colon(&self, key: &Item) -> Option<usize> {
        let rest = &self.source.text[key.range.end..];
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        rest[blanks..].starts_with(':').then_some(key.range.end + blanks + 1)
    }
}

/// The length of the anchor before a value, with the blanks after it.
fn anchor_length(text: &str) -> usize {
    if !text.starts_with('&') {
        return 0;
    }
    let name = text.find([' ', '\t', '\r', '\n']).unwrap_or(text.len());
    name + text[name..].len() - text[name..].trim_start().len()
}

fn gather_uses(item: &Item, used: &mut BTreeSet<String>) {
    match &item.content {
        Content::Scalar { .. } => {}
        Content::Alias(name) => drop(used.insert(name.clone())),
        Content::List(_, items) => items.iter().for_each(|it| gather_uses(it, used)),
        Content::Map(_, entries) => {
            for entry in entries {
                gather_uses(&entry.key, used);
                gather_uses(&entry.value, used);
            }
        }
    }
}

/// Whether an anchor that is used stands in an item.
fn defines_used(item: &Item, used: &BTreeSet<String>) -> bool {
    item.anchor.as_ref().is_some_and(|it| used.contains(it))
        || match &item.content {
            Content::Scalar { .. } | Content::Alias(_) => false,
            Content::List(_, items) => items.iter().any(|it| defines_used(it, used)),
            Content::Map(_, entries) => entries.iter().any(|it| defines_used(&it.value, used)),
        }
}
