//! The laws of formatting, over documents in any style.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::{Formatted, format};
use crate::document::{Node, parse};
use crate::source::{FileId, Files};

/// Choices, made by what proptest drew; nothing drawn is the plainest choice.
struct Tape<'a> {
    drawn: &'a [u8],
    out: String,
    comments: usize,
    anchors: usize,
}

impl Tape<'_> {
    fn write(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn pick(&mut self, of: usize) -> usize {
        let Some((first, rest)) = self.drawn.split_first() else {
            return 0;
        };
        self.drawn = rest;
        usize::from(*first) % of
    }

    fn seldom(&mut self) -> bool {
        self.pick(6) == 5
    }

    fn shuffled<T>(&mut self, mut items: Vec<T>) -> Vec<T> {
        for at in (1..items.len()).rev() {
            let other = at - self.pick(at + 1);
            items.swap(at, other);
        }
        items
    }

    fn comment(&mut self) -> String {
        self.comments += 1;
        let odd = ["", ": [x", " 'a", " # b"][self.pick(4)];
        format!("# <{}>{odd}", self.comments)
    }

    fn blank(&mut self) {
        if self.seldom() {
            let blank = ["\n", "  \n", "\n\n"][self.pick(3)];
            self.write(blank);
        }
    }

    /// Comments and blank lines above a line that is indented by `indent`.
    fn above(&mut self, indent: usize) {
        self.blank();
        for _ in 0..[0, 0, 0, 1, 2][self.pick(5)] {
            let comment = self.comment();
            let indent = if self.seldom() { self.pick(9) } else { indent };
            self.write(&format!("{}{comment}\n", " ".repeat(indent)));
            self.blank();
        }
    }

    /// The end of a line, with or without a comment.
    fn end(&mut self) {
        if self.seldom() {
            let comment = self.comment();
            self.write(&format!("  {comment}"));
        }
        self.out.push('\n');
    }

    /// A comment below a nested block, as deep as it.
    fn below(&mut self, indent: usize) {
        if self.seldom() {
            let comment = self.comment();
            self.write(&format!("{}{comment}\n", " ".repeat(indent)));
        }
    }

    fn word(&mut self) -> String {
        let word = ["web", "ios", "android", "Zed", "x y", "no", "7"][self.pick(7)];
        match self.pick(4) {
            0 if word != "no" && word != "7" => word.to_owned(),
            1 => format!("'{word}'"),
            _ => format!("\"{word}\""),
        }
    }

    /// A word with an anchor or, where there is one, an alias.
    fn anchored(&mut self) -> String {
        match self.pick(12) {
            10 if self.anchors > 0 => {
                let name = self.pick(self.anchors) + 1;
                format!("*a{name}")
            }
            11 => {
                self.anchors += 1;
                let word = self.word();
                format!("&a{} {word}", self.anchors)
            }
            _ => self.word(),
        }
    }

    /// A list of words behind `key:`.
    fn words(&mut self, indent: usize) {
        let count = self.pick(5) + 2;
        let mut words = vec![];
        for _ in 0..count {
            words.push(self.anchored());
        }
        match self.pick(4) {
            0 => {
                self.write(&format!(" [{}]", words.join(", ")));
                self.end();
            }
            1 => {
                self.write(" [");
                self.end();
                for (at, word) in words.iter().enumerate() {
                    self.above(indent + 2);
                    let comma = if at + 1 < count || self.pick(2) == 1 { "," } else { "" };
                    self.write(&format!("{}{word}{comma}", " ".repeat(indent + 2)));
                    self.end();
                }
                self.write(&format!("{}]", " ".repeat(indent)));
                self.end();
            }
            style => {
                self.end();
                let indent = if style == 2 { indent } else { indent + 2 };
                for word in words {
                    self.above(indent);
                    self.write(&format!("{}- {word}", " ".repeat(indent)));
                    self.end();
                }
                self.below(indent + 1);
            }
        }
    }

    fn description(&mut self, indent: usize) {
        let more = " ".repeat(indent + 2);
        match self.pick(5) {
            0 => {
                let word = self.anchored();
                self.write(&format!(" {word}"));
                self.end();
            }
            1 => {
                self.write(&format!(" plain\n{more}and more"));
                self.end();
            }
            style => {
                let style = ["|", ">-", "|+"][style - 2];
                self.write(&format!(" {style}\n{more}Text\n\n{more}  # no comment\n"));
                self.blank();
            }
        }
    }

    fn constraint(&mut self, indent: usize) {
        let fields = self.shuffled(vec!["contextName", "operator", "inverted", "values"]);
        if self.pick(2) == 1 {
            let mut parts = vec![];
            for field in fields {
                let value = match field {
                    "values" => format!("[{}, {}]", self.anchored(), self.anchored()),
                    "inverted" => "true".to_owned(),
                    _ => self.anchored(),
                };
                parts.push(format!("{field}: {value}"));
            }
            self.write(&format!("- {{{}}}", parts.join(", ")));
            self.end();
            return;
        }
        self.write("- ");
        for (at, field) in fields.into_iter().enumerate() {
            if at > 0 {
                self.above(indent + 2);
                self.write(&" ".repeat(indent + 2));
            }
            self.write(&format!("{field}:"));
            if field == "values" {
                self.words(indent + 2);
            } else {
                let word = self.anchored();
                self.write(&format!(" {word}"));
                self.end();
            }
        }
        self.below(indent + 4);
    }

    fn vendor(&mut self, indent: usize) {
        self.end();
        for field in self.shuffled(vec!["name", "project", "constraints"]) {
            self.above(indent);
            self.write(&format!("{}{field}:", " ".repeat(indent)));
            if field == "constraints" {
                self.end();
                for _ in 0..=self.pick(2) {
                    self.above(indent + 2);
                    self.write(&" ".repeat(indent + 2));
                    self.constraint(indent + 2);
                }
            } else {
                let word = self.anchored();
                self.write(&format!(" {word}"));
                self.end();
            }
        }
        self.below(indent + 2);
    }

    fn document(&mut self) {
        self.anchors = 0;
        self.above(0);
        for field in self.shuffled(vec!["apiVersion", "kind", "metadata", "spec"]) {
            self.above(0);
            self.write(&format!("{field}:"));
            match field {
                "apiVersion" => self.write(" segctl.dev/v1\n"),
                "kind" => self.write(" Segment\n"),
                "metadata" => {
                    self.write(" {labels: {b: x, a: y}, name: beta}");
                    self.end();
                }
                _ => self.spec(),
            }
        }
        self.above(0);
    }

    fn spec(&mut self) {
        self.end();
        for field in self.shuffled(vec!["description", "allow", "unleash", "perTarget", "other"]) {
            self.above(2);
            self.write(&format!("  {field}:"));
            match field {
                "description" => self.description(2),
                "allow" => self.words(2),
                "unleash" => self.vendor(4),
                "perTarget" => {
                    self.write("\n    staging:\n      unleash:");
                    self.vendor(8);
                }
                _ => self.end(),
            }
        }
        self.below(4);
    }
}

/// A text of one document or two, and how many comments it has.
fn text_of(drawn: &[u8]) -> (String, usize) {
    let mut tape = Tape { drawn, out: String::new(), comments: 0, anchors: 0 };
    tape.document();
    if tape.seldom() {
        let mark = ["---\n", "...\n---\n"][tape.pick(2)];
        tape.write(mark);
        tape.document();
    }
    if tape.seldom() {
        tape.out.truncate(tape.out.trim_end().len());
    }
    if tape.seldom() {
        tape.out = tape.out.replace('\n', "\r\n");
    }
    (tape.out, tape.comments)
}

fn read(file: FileId, text: &str) -> Vec<Json> {
    let mut diagnostics = vec![];
    let nodes = parse(file, text, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:?}\n{text}");
    nodes.iter().map(Node::to_json).map(|it| sorted(it, "")).collect()
}

/// With the sets of a segment sorted.
fn sorted(value: Json, field: &str) -> Json {
    match value {
        Json::Object(fields) => Json::Object(
            fields.into_iter().map(|(key, it)| (key.clone(), sorted(it, &key))).collect(),
        ),
        Json::Array(mut items) => {
            if ["allow", "values"].contains(&field) {
                items.sort_by_key(Json::to_string);
            }
            Json::Array(items.into_iter().map(|it| sorted(it, "")).collect())
        }
        value => value,
    }
}

/// The keys of the root and of `spec` that are out of order.
fn misplaced(document: &Json) -> bool {
    let order = |value: &Json, fields: &[&str]| {
        let keys = value.as_object().into_iter().flat_map(|it| it.keys());
        keys.map(|key| fields.iter().position(|it| it == key)).is_sorted()
    };
    let spec = ["description", "allow", "unleash", "perTarget", "other"];
    !order(document, &["apiVersion", "kind", "metadata", "spec"])
        || !order(&document["spec"], &spec)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Formatting keeps the meaning and each comment, and what is formatted stays as it is.
    #[test]
    fn format_is_stable(drawn in prop::collection::vec(any::<u8>(), 0..300)) {
        let (text, comments) = text_of(&drawn);
        let file = Files::default().add("a.yaml", "");
        let before = read(file, &text);
        let formatted = match format(file, &text, &mut vec![]) {
            Some(Formatted::Unchanged) => text.clone(),
            Some(Formatted::Changed(formatted)) => formatted,
            other => panic!("{other:?}\n{text}"),
        };
        prop_assert_eq!(&before, &read(file, &formatted), "\n{}\n{}", text, formatted);
        for comment in 1..=comments {
            let count = formatted.matches(&format!("# <{comment}>")).count();
            prop_assert_eq!(count, 1, "comment {}\n{}\n{}", comment, text, formatted);
        }
        let again = format(file, &formatted, &mut vec![]);
        prop_assert_eq!(again, Some(Formatted::Unchanged), "\n{}\n{}", text, formatted);
        // An anchor or a text that ends with blank lines may hold its surroundings in place.
        if !formatted.contains(['&', '+']) {
            let wrong = read(file, &formatted).iter().any(misplaced);
            prop_assert!(!wrong, "\n{}\n{}", text, formatted);
        }
    }
}
