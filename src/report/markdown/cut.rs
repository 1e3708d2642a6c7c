//! What of a report fits into a comment: the worst of all targets first.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::report::review::Rank;

/// What a table or a target that is cut says of the rest, at most.
const REST: usize = 700;

/// A part of a report: a heading, and entries below it.
#[derive(Debug)]
pub(super) struct Part {
    /// The heading, and what is said before the entries.
    head: String,
    /// What stands above the rows of the entries.
    columns: &'static str,
    /// How bad the part is by itself.
    pub(super) rank: Rank,
    entries: Vec<Entry>,
    /// What ends it.
    tail: &'static str,
}

/// One object or mistake.
#[derive(Debug)]
struct Entry {
    rank: Rank,
    /// What it is counted as, where it is left out.
    word: String,
    row: String,
    details: String,
}

impl Part {
    /// A part without entries; `columns` is the head of its table.
    pub(super) fn new(head: String, columns: &'static str) -> Self {
        Self { head, columns, rank: Rank::Rest, entries: vec![], tail: "" }
    }

    /// The part with an end of its own, which is never cut off.
    pub(super) fn closed_by(self, tail: &'static str) -> Self {
        Self { tail, ..self }
    }

    /// Adds an entry. Those of a part are added in the order of their ranks.
    pub(super) fn push(&mut self, rank: Rank, word: &str, row: String, details: String) {
        self.entries.push(Entry { rank, word: word.to_owned(), row, details });
    }

    /// What it takes to begin it.
    fn opening(&self) -> usize {
        let rest = if self.entries.is_empty() { 0 } else { self.columns.len() + 2 * REST };
        self.head.len() + rest + self.tail.len()
    }
}

/// What is kept of some parts.
#[derive(Debug)]
pub(super) struct Cut<'a> {
    parts: &'a [Part],
    /// The parts that are shown at all.
    opened: BTreeSet<usize>,
    /// How many rows of each part are shown.
    rows: Vec<usize>,
    /// How many entries of each part are shown with their details.
    details: Vec<usize>,
}

impl<'a> Cut<'a> {
    /// Keeps of `parts` what fits into `room` bytes.
    ///
    /// The details of the mildest go first, then their rows. A quarter of the room is for details
    /// all the same, so that the worst can be read whole.
    pub(super) fn to(room: usize, parts: &'a [Part]) -> Self {
        let mut cut = Self {
            parts,
            opened: BTreeSet::new(),
            rows: vec![0; parts.len()],
            details: vec![0; parts.len()],
        };
        let order = order(parts);
        let of_details = parts.iter().flat_map(|it| &it.entries).map(|it| it.details.len()).sum();
        let kept = usize::min(of_details, room / 4);
        let mut left = (room - kept).saturating_sub(REST);
        for (_, part, row) in &order {
            if !cut.open(*part, &mut left) {
                break;
            }
            let Some(at) = *row else { continue };
            if !spend(&mut left, parts[*part].entries[at].row.len()) {
                break;
            }
            cut.rows[*part] = at + 1;
        }
        left += kept;
        for (_, part, row) in &order {
            let Some(at) = row.filter(|at| *at < cut.rows[*part]) else { continue };
            if !spend(&mut left, parts[*part].entries[at].details.len()) {
                break;
            }
            cut.details[*part] = at + 1;
        }
        cut
    }

    fn open(&mut self, part: usize, left: &mut usize) -> bool {
        self.opened.contains(&part)
            || (spend(left, self.parts[part].opening()) && self.opened.insert(part))
    }

    /// Whether nothing is left out.
    pub(super) fn is_whole(&self) -> bool {
        let whole = |(at, part): (usize, &Part)| {
            let all = part.entries.len();
            let bare = part.entries.iter().all(|it| it.details.is_empty());
            self.rows[at] == all && (bare || self.details[at] == all)
        };
        self.opened.len() == self.parts.len() && self.parts.iter().enumerate().all(whole)
    }

    /// The text, with the rest counted.
    pub(super) fn text(&self) -> String {
        let mut out: String = self.opened.iter().map(|at| self.part(*at)).collect();
        let hidden = self.parts.len() - self.opened.len();
        if hidden > 0 {
            let counted = counted(self.closed());
            let of = if counted.is_empty() { counted } else { format!(": {counted}") };
            let _ = write!(out, "And {hidden} more parts{of}.\n\n");
        }
        out
    }

    /// What the parts hold that are not shown.
    fn closed(&self) -> impl Iterator<Item = &str> {
        let closed = self.parts.iter().enumerate().filter(|(at, _)| !self.opened.contains(at));
        closed.flat_map(|(_, part)| part.entries.iter().map(|it| it.word.as_str()))
    }

    fn part(&self, at: usize) -> String {
        let part = &self.parts[at];
        let (shown, rest) = part.entries.split_at(self.rows[at]);
        let mut out = part.head.clone();
        if !shown.is_empty() {
            out.push_str(part.columns);
            out.extend(shown.iter().map(|it| it.row.as_str()));
            out.push('\n');
        }
        if !rest.is_empty() {
            let counted = counted(rest.iter().map(|it| it.word.as_str()));
            let _ = write!(out, "And {} more: {counted}.\n\n", rest.len());
        }
        let details = &shown[..self.details[at]];
        out.extend(details.iter().map(|it| it.details.as_str()));
        if details.len() < shown.len() && !shown[details.len()].details.is_empty() {
            let bare = shown.len() - details.len();
            let _ = write!(out, "The details of {bare} of these are left out.\n\n");
        }
        out.push_str(part.tail);
        out
    }
}

/// The parts by themselves and their entries, the worst first.
fn order(parts: &[Part]) -> Vec<(Rank, usize, Option<usize>)> {
    let mut order = vec![];
    for (at, part) in parts.iter().enumerate() {
        order.push((part.rank, at, None));
        let entries = part.entries.iter().enumerate();
        order.extend(entries.map(|(row, entry)| (entry.rank, at, Some(row))));
    }
    order.sort_by_key(|(rank, ..)| *rank);
    order
}

/// Takes `cost` out of what is left, where that much is.
fn spend(left: &mut usize, cost: usize) -> bool {
    let enough = *left >= cost;
    if enough {
        *left -= cost;
    }
    enough
}

/// How many of each word.
fn counted<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    let counted: Vec<String> =
        counts.iter().map(|(word, count)| format!("{count} × {word}")).collect();
    counted.join(", ")
}
