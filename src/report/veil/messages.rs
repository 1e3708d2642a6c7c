//! Messages, which quote what is wrong.

use std::collections::BTreeSet;

use super::{Veil, covered};

/// The private texts of an object or of a file, which messages about it may repeat.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    /// As they are compared: without blanks around them, and without case.
    folded: BTreeSet<String>,
    /// As they are written.
    written: BTreeSet<String>,
}

impl Texts {
    pub(super) fn insert(&mut self, text: &str) {
        let folded = fold(text);
        if !folded.is_empty() {
            self.folded.insert(folded);
            self.written.insert(text.to_owned());
        }
    }

    /// Whether `text` is one of them, however it is written.
    pub(super) fn has(&self, text: &str) -> bool {
        !self.folded.is_empty() && self.folded.contains(&fold(text))
    }

    /// Whether one of them stands in `text`.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let text = fold(text);
        self.folded.contains(&text)
            || self.folded.iter().any(|own| own.len() > 2 && text.contains(own.as_str()))
    }

    /// Whether `text` may be a part of one of them, or may have one in it.
    pub(super) fn may_tell(&self, text: &str) -> bool {
        let text = fold(text);
        self.folded.iter().any(|own| match own.len().min(text.len()) {
            0 | 1 => *own == text,
            _ => own.contains(&text) || text.contains(own.as_str()),
        })
    }
}

fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

impl Veil {
    /// A message of segctl's own, which quotes between two `` ` ``, without what is private there.
    pub(super) fn message(&self, message: &str, is_private: &dyn Fn(&str) -> bool) -> String {
        let mut out = String::with_capacity(message.len());
        let mut parts = message.split('`');
        out.push_str(parts.next().unwrap_or_default());
        while let Some(quoted) = parts.next() {
            let covered = is_private(quoted).then(|| covered(quoted));
            out.push('`');
            out.push_str(covered.as_deref().unwrap_or(quoted));
            if let Some(after) = parts.next() {
                out.push('`');
                out.push_str(after);
            }
        }
        self.text(&out)
    }

    /// A message about an object whose private texts are `private`.
    pub(super) fn message_about(&self, message: &str, private: &Texts) -> String {
        // What has a `` ` `` in it would end its quotation.
        let odd = private.written.iter().filter(|it| it.contains('`'));
        let message = odd.fold(message.to_owned(), |it, text| it.replace(text, &covered(text)));
        self.message(&message, &|quoted| private.has(quoted))
    }

    /// What a server says, which quotes as it likes, about an object whose private texts are
    /// `private`.
    pub(super) fn foreign_message(&self, message: &str, private: &Texts) -> String {
        // The longest first: it may have a shorter one in it.
        let mut texts: Vec<&String> =
            private.written.iter().filter(|it| message.contains(it.as_str())).collect();
        texts.sort_by_key(|it| std::cmp::Reverse(it.len()));
        let message = texts.into_iter().fold(message.to_owned(), |it, text| without(&it, text));
        self.text(&message)
    }
}

/// `message` with `text` covered, wherever it is no part of a word.
fn without(message: &str, text: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut rest = 0;
    for (at, found) in message.match_indices(text) {
        let end = at + found.len();
        let in_word = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
        let before = in_word(message[..at].chars().next_back()) && in_word(text.chars().next());
        let after = in_word(message[end..].chars().next()) && in_word(text.chars().next_back());
        if !before && !after {
            out.push_str(&message[rest..at]);
            out.push_str(&covered(text));
            rest = end;
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
        let shown = veil.message_about("`0171` and `ADA` near `a`b`, not `Adam` or ada", &private);
        assert!(!shown.contains("0171") && !shown.contains("ADA") && !shown.contains("a`b"));
        assert!(shown.ends_with("not `Adam` or ada"), "{shown}");
        assert_eq!(shown.matches("private #").count(), 3, "{shown}");
    }

    #[test]
    fn a_server_quotes_as_it_likes() {
        let veil = Veil::new([]);
        let private = texts(&["017", "0171", "{x}"]);
        let shown = veil.foreign_message("\"0171\" and 017: 0172 is fine, x{x}y is not", &private);
        let (long, short, odd) = (covered("0171"), covered("017"), covered("{x}"));
        assert_eq!(shown, format!("\"{long}\" and {short}: 0172 is fine, x{odd}y is not"));
    }

    #[test]
    fn a_part_tells_the_whole() {
        let private = texts(&["0171-x"]);
        assert!(
            private.may_tell("0171") && private.may_tell("is 0171-X") && !private.may_tell("1")
        );
        assert!(!Texts::default().may_tell("0171"));
    }
}
