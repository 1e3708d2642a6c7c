//! Moves the parts of a collection in flow style.

use std::ops::Range;

use super::units::{Edit, Line, Source, Unit};

/// Puts the units into `order`. `inside` reaches from the opening bracket to behind the closing one.
pub(super) fn arranged(
    source: &Source<'_>,
    inside: Range<usize>,
    units: &[Unit<'_>],
    order: &[usize],
) -> Option<Edit> {
    if !are_separate(source, &inside, units) {
        return None;
    }
    if source.comments_in(inside.clone()).is_empty() {
        return Some(swapped(source, units, order));
    }
    by_lines(source, &inside, units, order)
}

/// Whether nothing but commas, blanks and comments stands around the units. Tags would be left
/// behind, and a `?` too.
fn are_separate(source: &Source<'_>, inside: &Range<usize>, units: &[Unit<'_>]) -> bool {
    let close = inside.end - 1;
    let ends = units.iter().map(|it| it.range.end);
    let starts = units.iter().map(|it| it.range.start);
    let gaps = std::iter::once(inside.start).chain(ends).zip(starts.chain([close]));
    let last = units.len();
    gaps.enumerate().all(|(at, (from, to))| {
        from <= to && {
            let between = without_comments(source, from..to);
            let between = between.trim();
            between.is_empty() && (at == 0 || at == last) || between == "," && at > 0
        }
    })
}

fn without_comments(source: &Source<'_>, range: Range<usize>) -> String {
    let mut out = String::new();
    let mut at = range.start;
    for comment in source.comments_in(range.clone()) {
        out.push_str(&source.text[at..comment.start]);
        at = comment.end;
    }
    out + &source.text[at..range.end]
}

/// Each unit in the place of another; what stands between them stays.
fn swapped(source: &Source<'_>, units: &[Unit<'_>], order: &[usize]) -> Edit {
    let (first, last) = (units[0].range.start, units[units.len() - 1].range.end);
    let mut text = String::new();
    for (slot, from) in order.iter().enumerate() {
        text.push_str(&source.text[units[*from].range.clone()]);
        if let Some(next) = units.get(slot + 1) {
            text.push_str(&source.text[units[slot].range.end..next.range.start]);
        }
    }
    Edit { range: first..last, text }
}

/// A unit that has its lines for itself.
#[derive(Debug)]
struct Lines<'a> {
    /// The comments above it, with whole lines.
    lead: Range<usize>,
    /// What stands before it on its line.
    indent: &'a str,
    body: &'a str,
    comma: &'a str,
    /// The comment beside it with the blanks before it, and the line break.
    rest: &'a str,
    end: usize,
}

/// Moves whole lines, where no two units share one; a comment elsewhere would change its owner.
fn by_lines(
    source: &Source<'_>,
    inside: &Range<usize>,
    units: &[Unit<'_>],
    order: &[usize],
) -> Option<Edit> {
    let mut lines: Vec<Lines<'_>> = vec![];
    let mut from = source.line_end(inside.start);
    if !source.text[inside.start..from].trim().is_empty()
        && source.comments_in(inside.start..from).is_empty()
    {
        return None;
    }
    for unit in units {
        let unit = lines_of(source, from, unit)?;
        from = unit.end;
        lines.push(unit);
    }
    // A comment beside the last unit would swallow the bracket.
    let close = source.line_start(inside.end - 1);
    if close < from || !source.text[close..inside.end - 1].trim().is_empty() {
        return None;
    }
    let mut text = String::new();
    for (slot, unit) in order.iter().enumerate() {
        let (slot, unit) = (&lines[slot], &lines[*unit]);
        text.push_str(&source.text[unit.lead.clone()]);
        for part in [slot.indent, unit.body, slot.comma, unit.rest] {
            text.push_str(part);
        }
    }
    Some(Edit { range: lines.first()?.lead.start..from, text })
}

fn lines_of<'a>(source: &Source<'a>, from: usize, unit: &Unit<'_>) -> Option<Lines<'a>> {
    let start = source.line_start(unit.range.start);
    let indent = &source.text[start..unit.range.start];
    if start < from || !indent.trim().is_empty() {
        return None;
    }
    let mut at = from;
    while at < start {
        if source.line(at) == Line::Content {
            return None;
        }
        at = source.line_end(at);
    }
    let end = source.line_end(unit.range.end);
    let after = &source.text[unit.range.end..end];
    let (comma, rest) = match after.strip_prefix(',') {
        Some(rest) => (",", rest),
        None => ("", after),
    };
    let comment = source.comments_in(unit.range.end..end).first().map_or(end, |it| it.start);
    let is_alone = source.text[unit.range.end + comma.len()..comment].trim().is_empty();
    let body = &source.text[unit.range.clone()];
    is_alone.then_some(Lines { lead: from..start, indent, body, comma, rest, end })
}
