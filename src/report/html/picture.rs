//! A picture of which segments reach which flags.

use std::collections::{BTreeMap, BTreeSet};

use super::escape::escape;
use super::item::class;
use crate::live::RulePlace;
use crate::report::review::{Edge, How, Item, Section};
use crate::report::text::several;

/// How many segments, and how many flags, are drawn before the rest is counted.
const DRAWN: usize = 30;

/// The width of the picture, of its boxes, their height, and the room between them.
const WIDTH: usize = 760;
const BOX: usize = 300;
const HEIGHT: usize = 46;
const GAP: usize = 10;

/// The picture of a target, with its words; nothing where no segment reaches any flag.
pub(super) fn picture(section: &Section<'_>) -> String {
    if section.edges.is_empty() {
        return String::new();
    }
    let drawing = Drawing::of(section);
    let caption = drawing.caption(section);
    format!(
        "<figure>\n<h3>Which segments reach which flags</h3>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" \
         aria-label=\"Picture of segments and flags\">\n{}</div>\n\
         <figcaption>{caption}</figcaption>\n</figure>\n",
        drawing.svg()
    )
}

/// What is drawn: segments on the left, flags on the right.
struct Drawing<'s, 'a> {
    segments: Vec<(&'a str, Option<&'s Item<'a>>)>,
    flags: Vec<&'a RulePlace>,
    /// From which segment to which flag, by their places.
    lines: Vec<(usize, usize, How)>,
}

impl<'s, 'a> Drawing<'s, 'a> {
    fn of(section: &'s Section<'a>) -> Self {
        let mut changed: BTreeMap<&str, (usize, &Item<'a>)> = BTreeMap::new();
        for (at, item) in section.items.iter().enumerate().rev() {
            changed.insert(item.key, (at, item));
        }
        let keys: BTreeSet<&'a str> = section.edges.iter().map(|it| it.segment).collect();
        let mut segments: Vec<_> = keys
            .into_iter()
            .map(|key| {
                let found = changed.get(key);
                (found.map_or(usize::MAX, |it| it.0), key, found.map(|it| it.1))
            })
            .collect();
        segments.sort_by_key(|(at, key, _)| (*at, *key));
        segments.truncate(DRAWN);
        let segments: Vec<_> = segments.into_iter().map(|(_, key, item)| (key, item)).collect();
        let row: BTreeMap<&str, usize> =
            segments.iter().enumerate().map(|(at, (key, _))| (*key, at)).collect();
        let drawn: Vec<(usize, &Edge<'a>)> =
            section.edges.iter().filter_map(|it| Some((*row.get(it.segment)?, it))).collect();
        let flags = flags(&drawn);
        let column: BTreeMap<&RulePlace, usize> =
            flags.iter().enumerate().map(|(at, place)| (*place, at)).collect();
        let line = |(from, edge): &(usize, &Edge<'a>)| {
            Some((*from, *column.get(edge.reach.place)?, edge.reach.how))
        };
        let mut lines: Vec<_> = drawn.iter().filter_map(line).collect();
        // What changes is drawn over what stays.
        lines.sort_by_key(|(from, to, how)| (*how != How::Stays, *from, *to));
        Self { segments, flags, lines }
    }

    fn svg(&self) -> String {
        let (left, right) = (stack(self.segments.len()), stack(self.flags.len()));
        let height = left.max(right);
        let top = |own: usize, at: usize| (height - own) / 2 + at * (HEIGHT + GAP);
        let mut out = format!(
            "<svg viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
             role=\"img\" aria-label=\"{} and {}, and which reaches which\">\n",
            several(self.segments.len(), "segment"),
            several(self.flags.len(), "flag")
        );
        for (from, to, how) in &self.lines {
            let middle = HEIGHT / 2;
            let (from_y, to_y) = (top(left, *from) + middle, top(right, *to) + middle);
            out.push_str(&line(*how, from_y, to_y));
        }
        for (at, (key, item)) in self.segments.iter().enumerate() {
            let (class, below) = match item {
                Some(item) => (class(item.rank).0, below(item)),
                None => ("same", "unchanged".to_owned()),
            };
            out.push_str(&node(class, (0, top(left, at)), key, &below));
        }
        for (at, place) in self.flags.iter().enumerate() {
            let below = format!("in {}", place.environment);
            out.push_str(&node("flag", (WIDTH - BOX, top(right, at)), &place.flag, &below));
        }
        out.push_str("</svg>\n");
        out
    }

    /// What the lines mean, and how much is not drawn.
    fn caption(&self, section: &Section<'_>) -> String {
        let words = [
            (How::Stays, "uses it, before and after"),
            (How::Gains, "comes to use it"),
            (How::Loses, "uses it no longer"),
            (How::Pending, "by a pending change request"),
        ];
        let there = |how: How| self.lines.iter().any(|it| it.2 == how);
        let words = words.into_iter().filter(|(how, _)| there(*how));
        let mut parts: Vec<String> = words
            .map(|(how, word)| format!("<span class=\"key {}\">{word}</span>", name(how)))
            .collect();
        let distinct = |it: BTreeSet<&RulePlace>| it.len();
        let segments: BTreeSet<&str> = section.edges.iter().map(|it| it.segment).collect();
        let flags = distinct(section.edges.iter().map(|it| it.reach.place).collect());
        let hidden = (segments.len() - self.segments.len(), flags - self.flags.len());
        if hidden != (0, 0) {
            let (segments, flags) = (several(hidden.0, "segment"), several(hidden.1, "flag"));
            parts.push(format!("<span>{segments} and {flags} more are not drawn.</span>"));
        }
        parts.join("\n")
    }
}

/// The flags that `edges` lead to, each near the segments that reach it.
fn flags<'a>(edges: &[(usize, &Edge<'a>)]) -> Vec<&'a RulePlace> {
    let mut from: BTreeMap<&'a RulePlace, Vec<usize>> = BTreeMap::new();
    for (at, edge) in edges {
        from.entry(edge.reach.place).or_default().push(*at);
    }
    let first = |rows: &[usize]| rows.iter().min().copied();
    let mut ordered: Vec<_> = from.into_iter().collect();
    ordered.sort_by_key(|(place, rows)| (first(rows), *place));
    ordered.truncate(DRAWN);
    // The middle of what leads to a flag, in hundredths of a row.
    let middle = |rows: &[usize]| rows.iter().sum::<usize>() * 100 / rows.len().max(1);
    ordered.sort_by_key(|(place, rows)| (middle(rows), *place));
    ordered.into_iter().map(|(place, _)| place).collect()
}

/// The height of so many boxes.
fn stack(boxes: usize) -> usize {
    boxes * (HEIGHT + GAP) - GAP.min(boxes * GAP)
}

fn name(how: How) -> &'static str {
    match how {
        How::Stays => "stays",
        How::Gains => "gains",
        How::Loses => "loses",
        How::Pending => "pending",
    }
}

/// What happens to a segment, in its box.
fn below(item: &Item<'_>) -> String {
    match item.effect {
        Some(effect) => format!("{}, {}", item.verb, effect.name()),
        None if item.is_unproven() => format!("{}, not proven", item.verb),
        None => item.verb.clone(),
    }
}

fn line(how: How, from: usize, to: usize) -> String {
    let (start, end, middle) = (BOX, WIDTH - BOX, WIDTH / 2);
    let name = name(how);
    format!(
        "<path class=\"line {name}\" d=\"M{start} {from}C{middle} {from} {middle} {to} {end} {to}\"/>\n"
    )
}

/// A box of two lines; what does not fit into it is cut off, and shown where a pointer rests on it.
fn node(class: &str, (x, y): (usize, usize), text: &str, below: &str) -> String {
    let (text, below) = (escape(text), escape(below));
    format!(
        "<svg x=\"{x}\" y=\"{y}\" width=\"{BOX}\" height=\"{HEIGHT}\" class=\"node {class}\">\
         <title>{text}: {below}</title>\
         <rect x=\"1\" y=\"1\" width=\"{}\" height=\"{}\" rx=\"6\"/>\
         <text x=\"14\" y=\"20\" class=\"name\">{text}</text>\
         <text x=\"14\" y=\"37\" class=\"below\">{below}</text></svg>\n",
        BOX - 2,
        HEIGHT - 2
    )
}
