//! The parts of a collection that change places as a whole, and the order they should have.

use std::ops::Range;

use super::order::Place;
use super::tree::{Content, Entry, Item};
use super::{block, flow};

/// A replacement of a part of the text.
#[derive(Debug)]
pub(crate) struct Edit {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

/// The text in which parts are moved.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) text: &'a str,
    pub(crate) comments: &'a [Range<usize>],
    /// Whether the collection is a whole document. Comments above the first key of one are about
    /// the document, and stay there.
    pub(crate) is_root: bool,
}

/// An entry of a mapping or an item of a list.
#[derive(Debug)]
pub(crate) struct Unit<'a> {
    pub(crate) range: Range<usize>,
    defines: Vec<&'a str>,
    uses: Vec<&'a str>,
    keeps: bool,
}

/// How the parts of a collection are to be moved; none where they stand well, or must not move.
pub(super) fn arrange(source: &Source<'_>, item: &Item, place: Place<'_>) -> Option<Edit> {
    let (collection, units, order) = match &item.content {
        Content::Map(collection, entries) => {
            (collection, entries.iter().map(Unit::of_entry).collect(), by_rank(entries, place)?)
        }
        Content::List(collection, items) if place.is_set() => {
            (collection, items.iter().map(Unit::of_item).collect::<Vec<_>>(), by_value(items)?)
        }
        _ => return None,
    };
    if order.is_sorted() || is_risky(&units, &order) {
        return None;
    }
    if collection.is_flow {
        flow::arranged(source, collection.inside..item.range.end, &units, &order)
    } else {
        let is_list = matches!(item.content, Content::List(..));
        block::arranged(source, is_list, &units, &order)
    }
}

/// The fields in the order of their type. A mapping that merges another one is left as it is.
fn by_rank(entries: &[Entry], place: Place<'_>) -> Option<Vec<usize>> {
    let keys: Option<Vec<&str>> = entries.iter().map(|it| it.key.text()).collect();
    let keys = keys.filter(|keys| !keys.contains(&"<<"))?;
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_key(|at| place.rank(keys[*at]));
    Some(order)
}

/// The items in the order of their values. A list with an alias in it is left as it is.
fn by_value(items: &[Item]) -> Option<Vec<usize>> {
    let values: Option<Vec<&str>> = items.iter().map(Item::text).collect();
    let values = values?;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|at| values[*at]);
    Some(order)
}

/// Whether an alias would pass the anchor that it means, or a text would gain blank lines.
fn is_risky(units: &[Unit<'_>], order: &[usize]) -> bool {
    if units.iter().any(|it| it.keeps) {
        return true;
    }
    let anchored: Vec<usize> =
        (0..order.len()).filter(|at| !units[order[*at]].defines.is_empty()).collect();
    anchored.into_iter().any(|at| {
        let one = &units[order[at]];
        (0..order.len()).filter(|other| (*other < at) != (order[*other] < order[at])).any(|other| {
            let other = &units[order[other]];
            one.defines.iter().any(|it| other.uses.contains(it) || other.defines.contains(it))
        })
    })
}

impl<'a> Unit<'a> {
    fn of_item(item: &'a Item) -> Self {
        let mut unit =
            Self { range: item.range.clone(), defines: vec![], uses: vec![], keeps: false };
        unit.gather(item);
        unit
    }

    fn of_entry(entry: &'a Entry) -> Self {
        let mut unit = Self::of_item(&entry.key);
        unit.gather(&entry.value);
        unit.range = entry.range();
        unit
    }

    fn gather(&mut self, item: &'a Item) {
        self.defines.extend(item.anchor.as_deref());
        match &item.content {
            Content::Scalar { keeps, .. } => self.keeps |= keeps,
            Content::Alias(name) => self.uses.push(name),
            Content::List(_, items) => items.iter().for_each(|it| self.gather(it)),
            Content::Map(_, entries) => {
                for entry in entries {
                    self.gather(&entry.key);
                    self.gather(&entry.value);
                }
            }
        }
    }
}

impl Source<'_> {
    /// The first byte of the line of `at`.
    pub(crate) fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// The byte after the line of `at`, its line break included.
    pub(crate) fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline + 1)
    }

    /// The comments that begin in `range`.
    pub(crate) fn comments_in(&self, range: Range<usize>) -> &[Range<usize>] {
        let from = self.comments.partition_point(|it| it.start < range.start);
        let to = self.comments.partition_point(|it| it.start < range.end);
        &self.comments[from..to.max(from)]
    }

    /// What stands on the line that begins at `start`.
    pub(crate) fn line(&self, start: usize) -> Line {
        let line = &self.text[start..self.line_end(start)];
        let indent = line.len() - line.trim_start().len();
        if line.trim().is_empty() {
            Line::Blank
        } else if self.comments_in(start + indent..start + indent + 1).is_empty() {
            Line::Content
        } else {
            Line::Comment(indent)
        }
    }
}

/// What stands on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Blank,
    /// A comment alone, behind so many blanks.
    Comment(usize),
    Content,
}
