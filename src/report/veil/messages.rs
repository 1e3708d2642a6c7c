//! Messages, which quote what is wrong.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use regex::RegexBuilder;

use super::{Veil, covered, fold};
use crate::diagnostic::Code;
use crate::document::is_word;

/// The private texts of an object or of a file, which messages about it may repeat.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    folded: BTreeSet<String>,
    /// As they are written.
    written: BTreeSet<String>,
    /// Those that are numbers, which can be written in many ways.
    numbers: Vec<f64>,
}

impl Texts {
    pub(super) fn insert(&mut self, text: &str) {
        let folded = fold(text);
        if folded.is_empty() || !self.written.insert(text.to_owned()) {
            return;
        }
        self.numbers.extend(number(&folded));
        self.folded.insert(folded);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.folded.is_empty()
    }

    /// Whether `text` is one of them, however it is written.
    pub(super) fn has(&self, text: &str) -> bool {
        !self.folded.is_empty() && (self.folded.contains(&fold(text)) || self.has_number(text))
    }

    /// Whether `text` is a number that is one of them.
    pub(super) fn has_number(&self, text: &str) -> bool {
        number(text).is_some_and(|it| self.numbers.iter().any(|own| own.total_cmp(&it).is_eq()))
    }

    /// Whether `text` may be a part of one of them, or may have one in it.
    pub(super) fn may_tell(&self, text: &str) -> bool {
        let folded = fold(text);
        let related = |own: &String| match own.len().min(folded.len()) {
            0 | 1 => *own == folded,
            _ => own.contains(&folded) || folded.contains(own.as_str()),
        };
        self.has_number(text) || self.folded.iter().any(related)
    }

    /// Whether a word of `text` is one of them, or all of it.
    pub(super) fn has_word(&self, text: &str) -> bool {
        self.has(text) || text.split(|it: char| !it.is_alphanumeric()).any(|it| self.has(it))
    }
}

fn number(text: &str) -> Option<f64> {
    let begins =
        |it: &&str| it.trim().starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it));
    Some(text).filter(begins)?.trim().parse().ok().filter(|it: &f64| it.is_finite())
}

/// What ends a message that was too long.
const CUT: char = '…';

/// How something stands in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quote {
    /// Between two `` ` ``: what the documents say.
    Ticks,
    /// Between two `"`: what to write.
    Double,
    /// As a word of the message.
    Nothing,
}

/// Whether something in a message is known to everybody: a word of documents, a code, a sign.
pub(super) fn is_known(text: &str) -> bool {
    is_word(text)
        || Code::of_name(text).is_some()
        || text.strip_prefix('!').is_some_and(|it| it.chars().all(char::is_alphabetic))
        || !text.contains(char::is_alphanumeric)
}

impl Veil {
    /// A message of segctl's own without what `is_private` in it.
    pub(super) fn message(
        &self,
        message: &str,
        is_private: &dyn Fn(&str, Quote) -> bool,
    ) -> String {
        let mut out = String::with_capacity(message.len());
        each(message, '`', &mut |text, is_quoted| {
            if is_quoted {
                push(&mut out, text, is_private(text, Quote::Ticks));
                return;
            }
            each(text, '"', &mut |text, is_quoted| {
                if is_quoted {
                    push(&mut out, text, is_private(text, Quote::Double));
                    return;
                }
                for word in text.split_inclusive(' ') {
                    let core = word.trim_matches([' ', ',', ';', ':', '(', ')']);
                    let private = !core.is_empty() && is_private(core, Quote::Nothing);
                    let (before, after) = word.split_once(core).unwrap_or_default();
                    out.push_str(before);
                    push(&mut out, core, private);
                    out.push_str(after);
                }
            });
        });
        self.text(&out)
    }

    /// A message about an object whose private texts are `private`.
    pub(super) fn message_about(&self, message: &str, private: &Texts) -> String {
        let message = private.without_odd(message);
        self.message(&message, &|text, quote| quote != Quote::Nothing && private.has(text))
    }

    /// What a server says, which quotes as it likes, about an object whose private texts are
    /// `private`.
    pub(super) fn foreign_message(&self, message: &str, private: &Texts) -> String {
        let mut texts: Vec<&String> = private.written.iter().collect();
        // The longest first: it may have a shorter one in it.
        texts.sort_by_key(|it| Reverse(it.len()));
        let mut said = private.without_cut(message);
        for text in texts {
            for spelt in spellings(text) {
                said = without(&said, &spelt, text);
            }
        }
        self.text(&said)
    }
}

impl Texts {
    /// `message` without what was cut off in the middle of one of them.
    fn without_cut(&self, message: &str) -> String {
        let Some(said) = message.strip_suffix(CUT) else { return message.to_owned() };
        let ends = |text: String| {
            let starts = text.char_indices().map(|(at, _)| &text[..at]);
            starts.rev().find(|it| it.chars().count() > 2 && said.ends_with(it)).map(str::len)
        };
        let longest = self.written.iter().flat_map(|it| spellings(it)).filter_map(ends).max();
        let longest = longest.unwrap_or(0);
        let (said, tail) = said.split_at(said.len() - longest);
        let tail = if tail.is_empty() { String::new() } else { covered(tail) };
        format!("{said}{tail}{CUT}")
    }

    /// `message` without those that have a `` ` `` in them, which would end their quotation.
    pub(super) fn without_odd(&self, message: &str) -> String {
        let odd = self.written.iter().filter(|it| it.contains('`'));
        odd.fold(message.to_owned(), |it, text| it.replace(text, &covered(text)))
    }
}

/// Calls `then` with each part of `text`, and whether it stands between two `quote`; the quotes
/// themselves are parts of what is between quotations.
fn each(text: &str, quote: char, then: &mut dyn FnMut(&str, bool)) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(quote) {
        let Some((quoted, end)) = after.split_once(quote) else { break };
        then(&rest[..=before.len()], false);
        then(quoted, true);
        then(&rest[rest.len() - end.len() - 1..][..1], false);
        rest = end;
    }
    then(rest, false);
}

fn push(out: &mut String, text: &str, private: bool) {
    out.push_str(&if private { covered(text) } else { text.to_owned() });
}

/// `text`, and as it stands in JSON and in an address of the web.
fn spellings(text: &str) -> BTreeSet<String> {
    let json = serde_json::to_string(text).unwrap_or_default();
    let ascii: String = json.chars().fold(String::new(), |mut out, it| {
        if it.is_ascii() {
            out.push(it);
        } else {
            out.extend(it.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
        out
    });
    let url: Vec<String> = text
        .bytes()
        .map(|it| match char::from(it) {
            plain if plain.is_ascii_alphanumeric() || "-._~".contains(plain) => plain.to_string(),
            _ => format!("%{it:02x}"),
        })
        .collect();
    let inside = |it: &str| {
        let open = it.strip_prefix('"').unwrap_or(it);
        open.strip_suffix('"').unwrap_or(open).to_owned()
    };
    let (json, ascii, url) = (inside(&json), inside(&ascii), url.concat());
    let again = |it: &str| inside(&serde_json::to_string(it).unwrap_or_default());
    let html = text.replace('&', "&amp;").replace('"', "&quot;");
    let html = html.replace('<', "&lt;").replace('>', "&gt;");
    [
        text.to_owned(),
        again(&json),
        again(&ascii),
        json.replace('/', "\\/"),
        url.replace("%20", "+"),
        html.replace('\'', "&#x27;"),
        html.replace('\'', "&#39;"),
        json,
        ascii,
        url,
        html,
    ]
    .into()
}

/// `message` with `spelt`, which is `text`, covered wherever it is no part of a word.
fn without(message: &str, spelt: &str, text: &str) -> String {
    if !message.to_lowercase().contains(&spelt.to_lowercase()) {
        return message.to_owned();
    }
    let found = RegexBuilder::new(&regex::escape(spelt)).case_insensitive(true).build();
    let Ok(found) = found else { return covered(message) };
    let mut out = String::with_capacity(message.len());
    let mut rest = 0;
    for place in found.find_iter(message) {
        let in_word = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
        let (before, after) = (&message[..place.start()], &message[place.end()..]);
        let begins = in_word(before.chars().next_back()) && in_word(spelt.chars().next());
        let ends = in_word(after.chars().next()) && in_word(spelt.chars().next_back());
        if !begins && !ends {
            out.push_str(&message[rest..place.start()]);
            out.push_str(&covered(text));
            rest = place.end();
        }
    }
    out.push_str(&message[rest..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(all: &[&str]) -> Texts {
        let mut texts = Texts::default();
        for text in all {
            texts.insert(text);
        }
        texts
    }

    #[test]
    fn what_is_quoted_is_covered_however_it_is_written() {
        let veil = Veil::new([]);
        let private = texts(&["0171 ", "a`b", "Ada"]);
        let shown = veil.message_about(
            "`0171`, \"171\", `1.71e+02` and `ADA` near `a`b`, not `Adam`, 171 or ada `",
            &private,
        );
        for told in ["0171", "\"171\"", "1.71", "ADA", "a`b"] {
            assert!(!shown.contains(told), "{told}: {shown}");
        }
        assert!(shown.ends_with("not `Adam`, 171 or ada `"), "{shown}");
        assert_eq!(shown.matches("private #").count(), 5, "{shown}");
    }

    #[test]
    fn words_are_told_from_what_stands_around_them() {
        let veil = Veil::new([]);
        let shown = veil.message("a 12, (13) \"14 x\" `15", &|text, quote| match quote {
            Quote::Nothing => text == "12" || text == "13",
            Quote::Double => text == "14 x",
            Quote::Ticks => true,
        });
        let [a, b, c] = ["12", "13", "14 x"].map(covered);
        assert_eq!(shown, format!("a {a}, ({b}) \"{c}\" `15"));
    }

    #[test]
    fn a_server_quotes_as_it_likes() {
        let veil = Veil::new([]);
        let private = texts(&["017", "0171", "{x}", "Ada \"L\" Ünal", "0199-1"]);
        let shown = veil.foreign_message("\"0171\" and 017: 0172 is fine, x{X}y is not", &private);
        let [long, short, odd, ada] = ["0171", "017", "{x}", "Ada \"L\" Ünal"].map(covered);
        assert_eq!(shown, format!("\"{long}\" and {short}: 0172 is fine, x{odd}y is not"));
        let shown = veil.foreign_message("no: 0199…", &private);
        assert_eq!(shown, format!("no: {}…", covered("0199")));
        for spelt in [
            "ada \"l\" ünal",
            "Ada \\\"L\\\" Ünal",
            "Ada \\\"L\\\" \\u00DCnal",
            "Ada%20%22L%22%20%C3%9Cnal",
            "Ada+%22L%22+%C3%9Cnal",
            "Ada &quot;L&quot; Ünal",
            r#"Ada \\\"L\\\" Ünal"#,
        ] {
            assert_eq!(veil.foreign_message(&format!("<{spelt}>"), &private), format!("<{ada}>"));
        }
    }

    #[test]
    fn a_part_tells_the_whole() {
        let private = texts(&["0171-x", "10000001"]);
        assert!(
            private.may_tell("0171") && private.may_tell("is 0171-X") && !private.may_tell("1")
        );
        assert!(private.may_tell("1.0000001e+07") && private.has_word("[10000001]"));
        assert!(!Texts::default().may_tell("0171"));
    }

    #[test]
    fn signs_and_codes_are_known() {
        assert!(!is_known("!0171"));
        assert!(["<<", "|", "!secret", "not-a-date", "contextName"].into_iter().all(is_known));
        assert!(!is_known("0171"));
    }
}
