//! A picture of which segments reach which flags.

use std::collections::{BTreeMap, BTreeSet};

use super::escape::escape;
use super::item::class;
use crate::live::RulePlace;
use crate::report::review::{Edge, How, Item, Section};
use crate::report::safe;
use crate::report::text::several;

/// How many segments, and how many flags, are drawn before the rest is counted.
const DRAWN: usize = 20;

/// How wide a picture is, and its boxes.
#[derive(Clone, Copy)]
struct Size {
    /// The class, which says where it is shown.
    name: &'static str,
    width: usize,
    boxes: usize,
}

/// For a desk and for a phone; a picture of one scaled to the other could not be read.
const SIZES: [Size; 2] = [
    Size { name: "wide", width: 820, boxes: 310 },
    Size { name: "narrow", width: 344, boxes: 142 },
];

/// The height of a box, and the room between two.
const HEIGHT: usize = 46;
const GAP: usize = 10;

/// The picture of a target, with its words; nothing where no segment reaches any flag.
pub(super) fn picture(section: &Section<'_>) -> String {
    if section.edges.is_empty() {
        return String::new();
    }
    let drawing = Drawing::of(section);
    let caption = drawing.caption(section);
    let pictures: String = SIZES.into_iter().map(|size| drawing.svg(size)).collect();
    format!(
        "<figure>\n<h3>Which segments reach which flags</h3>\n{pictures}\
         <figcaption>{caption}</figcaption>\n</figure>\n"
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

    fn svg(&self, size: Size) -> String {
        let Size { name, width, boxes } = size;
        let (left, right) = (stack(self.segments.len()), stack(self.flags.len()));
        let height = left.max(right);
        let top = |own: usize, at: usize| (height - own) / 2 + at * (HEIGHT + GAP);
        let mut out = format!(
            "<svg class=\"picture {name}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\" aria-label=\"{} and {}, and which reaches which\">\n",
            several(self.segments.len(), "segment"),
            several(self.flags.len(), "flag")
        );
        for (from, to, how) in &self.lines {
            let middle = HEIGHT / 2;
            let (from_y, to_y) = (top(left, *from) + middle, top(right, *to) + middle);
            out.push_str(&line(*how, (boxes, from_y), (width - boxes, to_y)));
        }
        for (at, (key, item)) in self.segments.iter().enumerate() {
            let (class, below) = match item {
                Some(item) => (class(item.rank).0, below(item)),
                None => ("same", "unchanged".to_owned()),
            };
            out.push_str(&node(class, (0, top(left, at)), boxes, [key, &below]));
        }
        for (at, place) in self.flags.iter().enumerate() {
            let below = format!("in {}", place.environment);
            out.push_str(&node(
                "flag",
                (width - boxes, top(right, at)),
                boxes,
                [&place.flag, &below],
            ));
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
        None if item.is_unproven => format!("{}, not proven", item.verb),
        None => item.verb.clone(),
    }
}

fn line(how: How, from: (usize, usize), to: (usize, usize)) -> String {
    let ((start, from), (end, to), middle) = (from, to, usize::midpoint(from.0, to.0));
    let path = format!("M{start} {from}C{middle} {from} {middle} {to} {end} {to}");
    format!("<path class=\"line {}\" d=\"{path}\"/>\n", name(how))
}

/// At most `most` characters of a text from elsewhere.
fn clip(text: &str, most: usize) -> String {
    let text = safe(text);
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
        None => text.into_owned(),
    }
}

/// A box of two lines; what does not fit into it is cut off, and shown where a pointer rests on it.
fn node(class: &str, (x, y): (usize, usize), width: usize, [text, below]: [&str; 2]) -> String {
    // A letter of a name is about 9 wide, and one below it 7.
    let room = width - 16;
    let (name, detail) = (escape(&clip(text, room / 9)), escape(&clip(below, room / 7)));
    let (text, below) = (escape(text), escape(below));
    format!(
        "<svg x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\" class=\"node {class}\">\
         <title>{text}: {below}</title>\
         <rect x=\"1\" y=\"1\" width=\"{}\" height=\"{}\" rx=\"6\"/>\
         <text x=\"10\" y=\"20\" class=\"name\">{name}</text>\
         <text x=\"10\" y=\"37\" class=\"below\">{detail}</text></svg>\n",
        width - 2,
        HEIGHT - 2
    )
}
