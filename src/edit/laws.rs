//! The laws of edits, over documents in any style: what was wanted is said, and nothing else moved.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde::Deserialize as _;
use serde_json::Value as Json;
use similar::{ChangeTag, TextDiff};

use super::{Unplaced, edit, read};

/// Choices, made by what proptest drew; nothing drawn is the plainest choice.
struct Tape<'a> {
    drawn: &'a [u8],
    out: String,
    /// How many words there are; each is its own, so that it can be found again.
    words: usize,
    comments: usize,
    anchors: usize,
    has_anchors: bool,
    /// What stands in the text for each word.
    raw: Vec<(String, String)>,
}

impl<'a> Tape<'a> {
    fn new(drawn: &'a [u8], has_anchors: bool) -> Self {
        Self {
            drawn,
            out: String::new(),
            words: 0,
            comments: 0,
            anchors: 0,
            has_anchors,
            raw: vec![],
        }
    }

    fn pick(&mut self, of: usize) -> usize {
        let Some((first, rest)) = self.drawn.split_first() else { return 0 };
        self.drawn = rest;
        usize::from(*first) % of
    }

    fn seldom(&mut self) -> bool {
        self.pick(5) == 4
    }

    fn write(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn comment(&mut self) -> String {
        self.comments += 1;
        let odd = ["", ": [x", " 'a", " # b", ", - c"][self.pick(5)];
        format!("# <c{}>{odd}", self.comments)
    }

    /// Comments and blank lines above a line.
    fn above(&mut self, indent: usize) {
        for _ in 0..[0, 0, 0, 1, 2][self.pick(5)] {
            let comment = self.comment();
            let indent = if self.seldom() { self.pick(9) } else { indent };
            self.write(&format!("{}{comment}\n", " ".repeat(indent)));
        }
        if self.seldom() {
            let blank = ["\n", "  \n", "\n\n"][self.pick(3)];
            self.write(blank);
        }
    }

    fn end(&mut self) {
        if self.seldom() {
            let comment = self.comment();
            self.write(&format!("  {comment}"));
        }
        self.write("\n");
    }

    /// A word in some quotes, with an anchor or, where there is one, an alias.
    fn word(&mut self) -> String {
        let kind = if self.has_anchors { self.pick(9) } else { self.pick(7) };
        if kind == 8 && self.anchors > 0 {
            let name = self.pick(self.anchors) + 1;
            return format!("*a{name}");
        }
        self.words += 1;
        let mut word = format!("<w{}>", self.words);
        let raw = match kind {
            0 | 1 => {
                word = format!("w{}w", self.words);
                word.clone()
            }
            2 => format!("'it''s {word}'"),
            3 => format!("\"{word} \\u0041 #\""),
            4 => format!("\"{word}\""),
            5 => {
                word = format!("{}", 70_000 + self.words);
                word.clone()
            }
            _ => format!("'{word}'"),
        };
        self.raw.push((word, raw.clone()));
        if kind == 7 {
            self.anchors += 1;
            return format!("&a{} {raw}", self.anchors);
        }
        raw
    }

    fn key(&mut self) -> String {
        let quote = ["", "", "", "'", "\""][self.pick(5)];
        self.words += 1;
        format!("{quote}k{}k{quote}", self.words)
    }

    fn flow(&mut self, depth: usize) -> String {
        let kind = if depth > 2 { 0 } else { self.pick(4) };
        let gap = ["", " "][self.pick(2)];
        // Of those with nothing in them none could be told from another.
        let least = usize::from(depth > 0);
        let comma = [", ", ",", " ,  "][self.pick(3)];
        match kind {
            2 => {
                let items: Vec<String> =
                    (0..least + self.pick(3)).map(|_| self.flow(depth + 1)).collect();
                format!("[{gap}{}{gap}]", items.join(comma))
            }
            3 => {
                let mut items = vec![];
                for _ in 0..least + self.pick(3) {
                    items.push(format!("{}: {}", self.key(), self.flow(depth + 1)));
                }
                format!("{{{gap}{}{gap}}}", items.join(comma))
            }
            _ => self.word(),
        }
    }

    /// A list in brackets with an item on each line.
    fn flow_lines(&mut self, indent: usize) {
        let count = self.pick(4) + 1;
        self.write(" [");
        self.end();
        for at in 0..count {
            self.above(indent + 2);
            let item = self.flow(2);
            let comma = if at + 1 < count || self.pick(2) == 1 { "," } else { "" };
            self.write(&format!("{}{item}{comma}", " ".repeat(indent + 2)));
            self.end();
        }
        self.write(&format!("{}]", " ".repeat(indent)));
        self.end();
    }

    fn prose(&mut self, indent: usize) {
        self.words += 1;
        let style = ["|", "|-", ">-", "|2-"][self.pick(4)];
        let blanks = if style == "|2-" { 2 } else { 2 + self.pick(3) };
        let more = " ".repeat(indent + blanks);
        let word = format!("<w{}>", self.words);
        self.write(&format!(" {style}\n{more}Text {word}\n\n{more}  # no comment {word}\n"));
    }

    /// What stands behind `key:`.
    fn value(&mut self, indent: usize, depth: usize) {
        match if depth > 2 { self.pick(3) } else { self.pick(7) } {
            0 | 1 => {
                let flow = self.flow(0);
                self.write(&format!(" {flow}"));
                self.end();
            }
            2 => self.prose(indent),
            3 => self.flow_lines(indent),
            4 => {
                self.end();
                self.fields(indent + 2, depth + 1);
            }
            style => {
                self.end();
                let indent = if style == 5 { indent } else { indent + 2 };
                for _ in 0..=self.pick(4) {
                    self.above(indent);
                    self.item(indent, depth + 1);
                }
            }
        }
    }

    fn item(&mut self, indent: usize, depth: usize) {
        self.write(&format!("{}- ", " ".repeat(indent)));
        if depth <= 2 && self.pick(3) == 2 {
            for at in 0..=self.pick(3) {
                if at > 0 {
                    self.above(indent + 2);
                    self.write(&" ".repeat(indent + 2));
                }
                self.field(indent + 2, depth);
            }
            return;
        }
        let flow = self.flow(1);
        self.write(&flow);
        self.end();
    }

    fn field(&mut self, indent: usize, depth: usize) {
        let key = self.key();
        self.write(&format!("{key}:"));
        self.value(indent, depth);
    }

    fn fields(&mut self, indent: usize, depth: usize) {
        for _ in 0..=self.pick(4) {
            self.above(indent);
            self.write(&" ".repeat(indent));
            self.field(indent, depth);
        }
    }

    /// Documents, with the kind of line break that was drawn.
    fn documents(&mut self) -> String {
        for at in 0..=self.pick(3) {
            if at > 0 {
                self.write("---\n");
            }
            self.anchors = 0;
            self.fields(0, 0);
        }
        let mut text = std::mem::take(&mut self.out);
        // Readers do not agree on the end of a text in block style that ends the file.
        let is_prose = text.rsplit('\n').nth(1).is_some_and(|it| it.contains("# no comment"));
        if self.seldom() && !is_prose && text.trim_end_matches('\n').len() + 1 == text.len() {
            text.pop();
        }
        if self.pick(3) == 2 { text.replace('\n', "\r\n") } else { text }
    }
}

/// The paths of all values.
fn paths(value: &Json, path: &str, found: &mut Vec<String>) {
    match value {
        Json::Object(fields) => {
            fields.iter().for_each(|(key, it)| paths(it, &format!("{path}/{key}"), found));
        }
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(at, it)| paths(it, &format!("{path}/{at}"), found));
        }
        _ => {}
    }
    found.push(path.to_owned());
}

/// The document and the path at which a word stands.
fn found(documents: &[Json], word: &str) -> Option<(usize, String)> {
    documents.iter().enumerate().find_map(|(at, document)| {
        let mut all = vec![];
        paths(document, "", &mut all);
        let says = |path: &String| {
            let value = document.pointer(path).and_then(Json::as_str);
            value.is_some_and(|it| it.contains(word))
        };
        Some((at, all.into_iter().find(says)?))
    })
}

/// Changes something in `value`.
fn change(value: &mut Json, tape: &mut Tape<'_>, number: usize) {
    let mut all = vec![];
    paths(value, "", &mut all);
    let path = all[tape.pick(all.len())].clone();
    let kind = tape.pick(4);
    let new = [format!("n{number}n"), format!("<n{number}>: #")][tape.pick(2)].clone();
    let Some(at) = value.pointer_mut(&path) else { return };
    match at {
        Json::Array(items) if kind < 2 || items.is_empty() => {
            items.insert(tape.pick(items.len() + 1), new.into());
        }
        Json::Array(items) => drop(items.remove(tape.pick(items.len()))),
        Json::Object(fields) if kind < 2 || fields.is_empty() => {
            let list = Json::from(vec![new.clone()]);
            let value = if kind == 0 { Json::from(new) } else { list };
            fields.insert(format!("n{number}"), value);
        }
        Json::Object(fields) => {
            let key = fields.keys().nth(tape.pick(fields.len())).cloned().unwrap_or_default();
            fields.shift_remove(&key);
        }
        scalar => *scalar = new.into(),
    }
}

/// The words of a value that can be found in a text.
fn words(value: &Json, found: &mut BTreeSet<String>) {
    match value {
        Json::Object(fields) => {
            found.extend(fields.keys().cloned());
            fields.values().for_each(|it| words(it, found));
        }
        Json::Array(items) => items.iter().for_each(|it| words(it, found)),
        Json::String(text) => {
            let marked = text.find('<').zip(text.find('>'));
            let word = marked.map_or(text.as_str(), |(from, to)| &text[from..=to]);
            found.insert(word.to_owned());
        }
        other => drop(found.insert(other.to_string())),
    }
}

/// Documents that were drawn, and one of them changed.
struct Case {
    text: String,
    raw: Vec<(String, String)>,
    at: usize,
    before: Vec<Json>,
    want: Json,
}

impl Case {
    fn of(drawn: &[u8], has_anchors: bool) -> Option<Self> {
        let mut tape = Tape::new(drawn, has_anchors);
        let text = tape.documents();
        let before = read(&text)?;
        let at = tape.pick(before.len().max(1));
        let mut want = before.get(at)?.clone();
        for number in 0..=tape.pick(4) {
            change(&mut want, &mut tape, number);
        }
        want.as_object().is_some_and(|it| !it.is_empty()).then(|| Self {
            text,
            raw: tape.raw,
            at,
            before,
            want,
        })
    }

    fn words(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let (mut old, mut new) = (BTreeSet::new(), BTreeSet::new());
        words(&self.before[self.at], &mut old);
        words(&self.want, &mut new);
        (old, new)
    }
}

/// Whether a line has any of `words`.
fn has(line: &str, words: &BTreeSet<&String>) -> bool {
    words.iter().any(|it| line.contains(it.as_str()))
}

/// What of a line is neither layout nor a comment.
fn content(line: &str) -> &str {
    let end = line.find("# <c").unwrap_or(line.len());
    line[..end].trim_matches([' ', '-', ',', '[', ']', '{', '}', '\r', '\n'])
}

/// That every line which is not as it was had to change.
fn only_what_differs(case: &Case, edited: &str) -> Result<(), TestCaseError> {
    let (old, new) = case.words();
    let gone: BTreeSet<&String> = old.difference(&new).collect();
    let fresh: BTreeSet<&String> = new.difference(&old).collect();
    let all: BTreeSet<&String> = old.union(&new).collect();
    let diff = TextDiff::from_lines(case.text.as_str(), edited);
    for hunk in diff.unified_diff().context_radius(0).iter_hunks() {
        let lines = |tag| -> Vec<String> {
            let lines = hunk.iter_changes().filter(move |it| it.tag() == tag);
            lines.map(|it| it.value().to_owned()).collect()
        };
        let (out, into) = (lines(ChangeTag::Delete), lines(ChangeTag::Insert));
        let place = format!("{out:?} became {into:?} in\n{}", case.text);
        for (at, line) in out.iter().enumerate() {
            // What stands between two lines that go is part of what goes.
            let is_amid = out[..at].iter().any(|it| has(it, &gone))
                && (out[at..].iter().any(|it| has(it, &gone)) || content(line).is_empty());
            let kept: Vec<_> = new.iter().filter(|it| line.contains(it.as_str())).collect();
            let holds = |it: &&String| kept.iter().all(|word| it.contains(word.as_str()));
            let is_longer = !kept.is_empty() && into.iter().any(|it| has(it, &fresh) && holds(&it));
            let has_comma = into.iter().any(|it| content(it) == content(line));
            // The key stays, and what stood in lines of its own below it goes.
            let key = line.split_inclusive(':').next().unwrap_or_default();
            let is_head = key.ends_with(':')
                && into.iter().any(|it| {
                    it.starts_with(key) && (has(it, &fresh) || content(it).ends_with(':'))
                })
                && out[at..].iter().any(|it| has(it, &gone));
            // Blank lines look alike, so the diff may take one for another.
            let is_nothing = content(line).is_empty()
                && (!line.trim().is_empty() || out.iter().any(|it| has(it, &gone)));
            let is_right =
                has(line, &gone) || is_amid || is_longer || has_comma || is_head || is_nothing;
            prop_assert!(is_right, "{line:?} had to stay: {place}");
        }
        for line in &into {
            let kept = all.iter().filter(|it| line.contains(it.as_str()));
            let kept: Vec<_> = kept.collect();
            let is_shorter =
                out.iter().any(|it| kept.iter().all(|word| it.contains(word.as_str())));
            let is_nothing = kept.is_empty() && !line.trim().is_empty();
            prop_assert!(has(line, &fresh) || is_shorter || is_nothing, "{line:?} is odd: {place}");
        }
    }
    Ok(())
}

/// That a comment goes only with the line or the lines that it is about.
fn comments_stay(case: &Case, edited: &str) -> Result<(), TestCaseError> {
    let (old, new) = case.words();
    let all: BTreeSet<&String> = old.iter().collect();
    let gone: BTreeSet<&String> = old.difference(&new).collect();
    let lines: Vec<&str> = case.text.split('\n').collect();
    for (at, line) in lines.iter().enumerate() {
        let Some(comment) = line.find("# <c").map(|from| &line[from..]) else { continue };
        let comment = comment.trim_end();
        if edited.contains(comment) {
            continue;
        }
        let above = lines[..=at].iter().rev().find(|it| !content(it).is_empty());
        // What has nothing in it cannot be told from another such thing.
        let is_within = above.is_some_and(|it| has(it, &gone) || !has(it, &all));
        prop_assert!(is_within, "{comment:?} is lost in\n{}\nwhich became\n{edited}", case.text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// What was wanted is said by the document that was meant and by no other, as another reader
    /// of YAML reads them; what has no place is refused.
    #[test]
    fn an_edit_says_what_was_wanted_and_nothing_else(drawn in proptest::collection::vec(any::<u8>(), 0..300)) {
        let Some(case) = Case::of(&drawn, true) else { return Ok(()) };
        let Ok(edited) = edit(&case.text, case.at, &case.want) else { return Ok(()) };
        let mut wanted = case.before.clone();
        wanted[case.at] = case.want.clone();
        let documents = serde_yaml::Deserializer::from_str(&edited);
        let read: Result<Vec<Json>, _> = documents.map(Json::deserialize).collect();
        let read = read.map_err(|it| TestCaseError::fail(format!("{it}\n{}\n{edited}", case.text)))?;
        prop_assert_eq!(read, wanted, "{}\n{}", case.text, edited);
    }

    /// Without anchors, every change has a place, and nothing but that place moves.
    #[test]
    fn nothing_else_moves(drawn in proptest::collection::vec(any::<u8>(), 0..300)) {
        let Some(case) = Case::of(&drawn, false) else { return Ok(()) };
        let edited = edit(&case.text, case.at, &case.want);
        let edited = edited.map_err(|it| TestCaseError::fail(format!("{it:?}: {:?} in\n{}", case.want, case.text)))?;
        let (_, new) = case.words();
        for (word, raw) in case.raw.iter().filter(|it| new.contains(&it.0)) {
            prop_assert!(edited.contains(raw), "{word} is not as it was in\n{}\n{}", case.text, edited);
        }
        only_what_differs(&case, &edited)?;
        comments_stay(&case, &edited)?;
        let is_crlf = case.text.contains("\r\n");
        let breaks = edited.matches('\n').count();
        prop_assert_eq!(edited.matches("\r\n").count(), if is_crlf { breaks } else { 0 });
    }

    /// A text of one line is replaced byte for byte.
    #[test]
    fn a_word_is_exchanged_in_its_place(drawn in proptest::collection::vec(any::<u8>(), 0..300), which in any::<prop::sample::Index>()) {
        let mut tape = Tape::new(&drawn, false);
        let text = tape.documents();
        let before = read(&text).expect("documents");
        // In a list, another text is another item.
        let of_a_key = |path: &str| path.rsplit('/').next().is_some_and(|it| it.starts_with('k'));
        let plain = |(word, raw): &&(String, String)| word.contains('w') && !raw.contains('\\');
        let words = tape.raw.iter().filter(plain).filter_map(|(word, raw)| {
            let (at, path) = found(&before, word)?;
            of_a_key(&path).then_some((word, raw, at, path))
        });
        let words: Vec<_> = words.collect();
        if words.is_empty() {
            return Ok(());
        }
        let (word, raw, at, path) = words[which.index(words.len())].clone();
        let other = word.replace('w', "v");
        let mut want = before[at].clone();
        let value = want.pointer_mut(&path).expect("it is there");
        *value = value.as_str().expect("a text").replace(word.as_str(), &other).into();
        let edited = edit(&text, at, &want);
        prop_assert_eq!(edited, Ok::<_, Unplaced>(text.replace(raw.as_str(), &raw.replace(word.as_str(), &other))));
    }
}
