//! Moves the lines of a collection in block style.

use std::ops::Range;

use super::units::{Edit, Line, Source, Unit};

/// The lines of a unit: the comments above it, and its own with those that are deeper below it.
#[derive(Debug)]
struct Lines {
    lead: Range<usize>,
    /// From the key or the dash on.
    body: Range<usize>,
}

/// Puts the units into `order`: each takes along the comments above it and beside it. Blank lines
/// between units stay where they are.
pub(super) fn arranged(
    source: &Source<'_>,
    is_list: bool,
    units: &[Unit<'_>],
    order: &[usize],
) -> Option<Edit> {
    let heads: Vec<usize> =
        units.iter().map(|unit| head(source, is_list, unit)).collect::<Option<_>>()?;
    let first = source.line_start(*heads.first()?);
    let prefix = &source.text[first..heads[0]];
    let column = prefix.len();
    let is_compact = prefix.contains('-');
    let is_known = prefix.chars().all(|it| it == ' ' || it == '-');
    let are_alone = heads[1..].iter().all(|head| {
        let before = &source.text[source.line_start(*head)..*head];
        before.len() == column && before.chars().all(|it| it == ' ')
    });
    if !is_known || !are_alone {
        return None;
    }
    let lines = lines(source, units, &heads, column, is_compact)?;
    let indent = prefix.len() - prefix.trim_start_matches(' ').len();
    let mut out = String::new();
    for (slot, from) in order.iter().enumerate() {
        let indent = if slot == 0 { indent } else { column };
        let unit = &lines[*from];
        for line in source.text[unit.lead.clone()].split_inclusive('\n') {
            let comment = line.trim_start_matches([' ', '\t']);
            let blanks = if comment.trim().is_empty() { 0 } else { indent };
            out.push_str(&" ".repeat(blanks));
            out.push_str(comment);
        }
        if slot == 0 {
            out.push_str(prefix);
        } else {
            out.push_str(&" ".repeat(column));
        }
        out.push_str(&source.text[unit.body.clone()]);
        if let Some(next) = lines.get(slot + 1) {
            out.push_str(&source.text[lines[slot].body.end..next.lead.start]);
        }
    }
    let range = lines.first()?.lead.start..lines.last()?.body.end;
    out.ends_with('\n').then_some(Edit { range, text: out })
}

/// Where a unit begins: at its key, or at the dash of its item.
fn head(source: &Source<'_>, is_list: bool, unit: &Unit<'_>) -> Option<usize> {
    let start = unit.range.start;
    if !is_list {
        return Some(start);
    }
    let line = source.line_start(start);
    let before = &source.text[line..start];
    let dash = before.find('-')?;
    let is_alone = before.trim() == "-";
    is_alone.then_some(line + dash)
}

/// The lines of each unit; none where something stands between them that is no comment.
fn lines(
    source: &Source<'_>,
    units: &[Unit<'_>],
    heads: &[usize],
    column: usize,
    is_compact: bool,
) -> Option<Vec<Lines>> {
    let mut lines = vec![];
    let mut lead_start = if is_compact || source.is_root {
        source.line_start(heads[0])
    } else {
        above(source, source.line_start(heads[0]))
    };
    for (at, unit) in units.iter().enumerate() {
        let lead = lead_start..source.line_start(heads[at]);
        let end = ended(source, unit)?;
        let next = heads.get(at + 1).map(|head| source.line_start(*head));
        let tail = below(source, end, next.unwrap_or(source.text.len()), column);
        lines.push(Lines { lead, body: heads[at]..tail });
        if let Some(next) = next {
            lead_start = first_comment(source, tail, next)?;
        }
    }
    Some(lines)
}

/// The end of the line on which a unit ends, where nothing but a comment follows there.
fn ended(source: &Source<'_>, unit: &Unit<'_>) -> Option<usize> {
    let at = unit.range.end;
    let end = source.line_end(at);
    let comment = source.comments_in(at..end).first().map_or(end, |it| it.start);
    let rest = source.text[at..comment].trim();
    (rest.is_empty() || rest == ":").then_some(end)
}

/// The first line of the comments above the line at `line`.
fn above(source: &Source<'_>, line: usize) -> usize {
    let mut found = line;
    let mut at = line;
    while at > 0 {
        at = source.line_start(at - 1);
        match source.line(at) {
            Line::Comment(_) => found = at,
            Line::Blank => {}
            Line::Content => break,
        }
    }
    found
}

/// The end of the comments below `from` that are deeper than `column`, and so belong to what stands
/// above them.
fn below(source: &Source<'_>, from: usize, to: usize, column: usize) -> usize {
    let mut found = from;
    let mut at = from;
    while at < to {
        let end = source.line_end(at);
        match source.line(at) {
            Line::Comment(indent) if indent > column => found = end,
            Line::Blank => {}
            Line::Comment(_) | Line::Content => break,
        }
        at = end;
    }
    found
}

/// The first comment between two units, or the second unit; none where anything else stands there.
fn first_comment(source: &Source<'_>, from: usize, to: usize) -> Option<usize> {
    let mut found = None;
    let mut at = from;
    while at < to {
        match source.line(at) {
            Line::Content => return None,
            Line::Comment(_) => found = found.or(Some(at)),
            Line::Blank => {}
        }
        at = source.line_end(at);
    }
    Some(found.unwrap_or(to))
}
