//! The one layer that every text from elsewhere passes on its way into Markdown.
//!
//! A name or a message must be text and nothing else: no heading, link, image, mention or HTML.
//! So a word stands as it is only where it is made of letters, digits and a few signs that mean
//! nothing. Any other word becomes a code span, in which nothing means anything.

use crate::report::safe;

/// The most characters of a name.
const NAME: usize = 200;

/// The most characters of a sentence.
const SENTENCE: usize = 600;

/// A name, as a code span.
pub(super) fn code(text: &str) -> String {
    let text = clip(&safe(text), NAME);
    span(&text)
}

/// A sentence. What stands between backticks in it becomes code, and so does every word that could
/// be more than text.
pub(super) fn sentence(text: &str) -> String {
    let text = clip(&safe(text), SENTENCE);
    let pieces: Vec<&str> = text.trim().split('`').collect();
    let mut out = String::new();
    let closed = pieces.len() % 2 == 1;
    for (at, piece) in pieces.iter().enumerate() {
        // A backtick that nothing closes quotes nothing.
        let quoted = at % 2 == 1 && (closed || at + 1 < pieces.len());
        if quoted {
            push_span(&mut out, piece);
        } else {
            words(&mut out, piece);
        }
    }
    out
}

/// What stands in a cell of a table, made of Markdown that is well-formed already.
pub(super) fn cell(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut before = ' ';
    for character in markdown.chars() {
        match character {
            // Parsers differ in what a backslash before the backslash of a bar means.
            '|' if before == '\\' => out.push_str("u{7c}"),
            '|' => out.push_str("\\|"),
            _ => out.push(character),
        }
        before = character;
    }
    out
}

/// A link of `text`, which is shown as code; only the text where there is no address.
pub(super) fn link(text: &str, address: Option<&str>) -> String {
    match address {
        Some(address) => format!("[{}]({address})", code(text)),
        None => code(text),
    }
}

/// A block of code in the language `language`, with a fence longer than any in it.
pub(super) fn block(language: &str, lines: &[String]) -> String {
    let longest = lines.iter().map(|line| run(line)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

/// At most `most` characters of `text`.
pub(super) fn clip(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// The most backticks side by side.
fn run(text: &str) -> usize {
    text.split(|it| it != '`').map(str::len).max().unwrap_or(0)
}

fn span(text: &str) -> String {
    if text.is_empty() {
        return "`\"\"`".to_owned();
    }
    let fence = "`".repeat(run(text) + 1);
    let is_edge = |it: char| it == '`' || it == ' ';
    let pad = if text.starts_with(is_edge) || text.ends_with(is_edge) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Two spans side by side would be one.
fn push_span(out: &mut String, text: &str) {
    if out.ends_with('`') {
        out.push(' ');
    }
    out.push_str(&span(text));
}

fn words(out: &mut String, text: &str) {
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            out.push(' ');
        }
        let core = word.trim_start_matches(['(', '"', '\'']);
        let opening = &word[..word.len() - core.len()];
        let core = core.trim_end_matches(['.', ',', ';', ':', '!', '?', '%', ')', '"', '\'']);
        let closing = &word[opening.len() + core.len()..];
        out.push_str(opening);
        let begins = out.is_empty();
        if core.is_empty() {
            out.push_str(closing);
        } else if is_plain(core) && !(begins && could_begin_a_block(core, closing)) {
            out.push_str(core);
            out.push_str(closing);
        } else {
            push_span(out, core);
            out.push_str(closing);
        }
    }
}

/// Whether nothing reads more than text in `word`: no sign of Markdown, no address, no reference
/// to an issue, a person or a commit.
fn is_plain(word: &str) -> bool {
    let letters = |it: char| it.is_alphanumeric() || ".,;:'\"()/-…→".contains(it);
    let lower = word.to_lowercase();
    let is_commit = word.len() >= 7 && word.chars().all(|it| it.is_ascii_hexdigit());
    let parts: Vec<&str> = word.split('-').collect();
    let is_ticket = parts.windows(2).any(|it| {
        it[0].ends_with(char::is_alphabetic) && it[1].starts_with(|it: char| it.is_ascii_digit())
    });
    let is_emoji = word.matches(':').count() > 1;
    word.chars().all(letters)
        && !lower.contains("www.")
        && !word.contains("//")
        && !is_commit
        && !is_ticket
        && !is_emoji
}

/// Whether a list or a rule could begin with `word` and what follows it.
fn could_begin_a_block(word: &str, closing: &str) -> bool {
    let numbers_a_list = word.chars().all(|it| it.is_ascii_digit());
    word.chars().all(|it| it == '-') || (numbers_a_list && closing.starts_with(['.', ')']))
}
