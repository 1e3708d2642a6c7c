//! Comments that nearly take a finding out: they would be passed over in silence.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// The words of such a comment, whatever stands between them.
const WORDS: [&str; 2] = ["segctl", "ignore"];

/// What to write.
const FORM: &str = "# segctl: ignore[CODE] reason";

/// Whether any comment of `text` could be one, or nearly be one.
pub(super) fn may_be_in(text: &str) -> bool {
    let word = WORDS[1].as_bytes();
    let mut windows = text.as_bytes().windows(word.len());
    windows.any(|it| it[0] | 0x20 == word[0] && it.eq_ignore_ascii_case(word))
}

/// What is wrong with the comment at `range`, which is none and nearly is one.
pub(super) fn one(file: FileId, text: &str, range: Range<usize>) -> Option<Diagnostic> {
    let (place, alone) = find(&text[range.clone()])?;
    let help = if alone {
        format!("write `{FORM}`")
    } else {
        format!("write it as a comment of its own: `{FORM}`")
    };
    Some(said("this is read as any comment, and ignores nothing", file, range.start, place, help))
}

/// What is wrong with `reason`, which begins at `start`, where it holds another such comment.
pub(super) fn second(file: FileId, start: usize, reason: &str) -> Option<Diagnostic> {
    let (place, _) = find(reason)?;
    let help = "name all codes at once: `# segctl: ignore[CODE, CODE] reason`".to_owned();
    Some(said("this is read as a reason, and ignores nothing", file, start, place, help))
}

fn said(what: &str, file: FileId, start: usize, place: Range<usize>, help: String) -> Diagnostic {
    let place = Span::new(file, start + place.start..start + place.end);
    Diagnostic::new(Code::UnknownIgnore, what).at(place, "").help(help)
}

/// Where the words stand in `comment`, and whether they begin it. Words of prose have no bracket
/// behind them and, where they begin a comment, no colon in between.
fn find(comment: &str) -> Option<(Range<usize>, bool)> {
    let lower = comment.to_ascii_lowercase();
    lower.match_indices(WORDS[0]).find_map(|(at, word)| {
        let rest = &lower[at + word.len()..];
        let second = rest.trim_start_matches(|it: char| " \t:-_=.,;".contains(it));
        let between = &rest[..rest.len() - second.len()];
        let behind = second.strip_prefix(WORDS[1])?;
        let bracket = behind.trim_start_matches(|it: char| it.is_ascii_alphabetic() || it == '-');
        let alone = lower[..at].chars().all(|it| it == '#' || it.is_whitespace());
        let asks = alone && between.contains(':') && bracket.len() == behind.len();
        let place = at..lower.len() - behind.len();
        (asks || bracket.trim_start().starts_with('[')).then_some((place, alone))
    })
}

/// Whether a character can be read; these letters are blank.
pub(super) fn is_said(character: char) -> bool {
    let blank = ['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}'];
    character.is_alphanumeric() && !blank.contains(&character)
}
