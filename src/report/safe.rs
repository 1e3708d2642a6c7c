//! Text from elsewhere, so that it cannot act on a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// What begins a command of a runner, anywhere in a line: `##[` of GitHub and Azure, `##vso[` of Azure,
/// `##teamcity[` of `TeamCity`.
const COMMAND: &str = "##";

/// The ranges of what begins a command: two `#`, any letters, and the bracket.
fn commands(text: &str) -> Vec<Range<usize>> {
    let starts = text.match_indices(COMMAND).filter_map(|(at, _)| {
        let rest = text[at..].trim_start_matches('#');
        let word = rest.trim_start_matches(|it: char| it.is_ascii_alphanumeric());
        word.starts_with('[').then_some(text.len() - word.len())
    });
    let mut found: Vec<Range<usize>> = starts.map(|at| at..at + 1).collect();
    found.dedup();
    found
}

/// `text` with `spelt` in the place of each bracket that makes a command.
fn without_brackets(text: &str, spelt: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = 0;
    for bracket in commands(text) {
        out.push_str(&text[rest..bracket.start]);
        out.push_str(spelt);
        rest = bracket.end;
    }
    out.push_str(&text[rest..]);
    out
}

/// What begins a command of GitHub's runner, at the beginning of a line.
const COMMAND_LINE: &str = "::";

/// `text` with every character spelt out that would move the cursor, change colours, hide, look like
/// a blank that it is not, or turn the direction of reading; line breaks too, and what a pipeline
/// would take for a command.
///
/// A segment's name is vendor text: anyone who may name a segment could otherwise write lines of a
/// plan.
pub fn safe(text: &str) -> Cow<'_, str> {
    if !is_unsafe(text) {
        return without_commands(text);
    }
    let mut spelt = String::with_capacity(text.len() + 16);
    for (character, acts) in judged(text) {
        if acts {
            spelt.extend(character.escape_default());
        } else {
            spelt.push(character);
        }
    }
    Cow::Owned(without_commands(&spelt).into_owned())
}

/// Lines in which a pipeline sees no command, whatever was put together to make them.
pub fn without_commands(text: &str) -> Cow<'_, str> {
    let begins = |line: &str| line.trim_start().starts_with(COMMAND_LINE);
    if !text.contains(COMMAND) && !text.lines().any(begins) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let line = without_brackets(line, "\\u{5b}");
        let spelt = if begins(&line) { line.replacen(':', "\\u{3a}", 1) } else { line };
        out.push_str(&spelt);
    }
    Cow::Owned(out)
}

/// JSON text that means the same and does nothing to a terminal or a pipeline.
pub fn safe_json(text: &str) -> Cow<'_, str> {
    let is_harmless = |(character, acts): (char, bool)| character == '\n' || !acts;
    if judged(text).all(is_harmless) && !text.contains(COMMAND) {
        return Cow::Borrowed(text);
    }
    // Outside of strings JSON has none of these.
    let text = without_brackets(text, "\\u005b");
    let mut out = String::with_capacity(text.len() + 16);
    for (character, acts) in judged(&text) {
        if is_harmless((character, acts)) {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Cow::Owned(out)
}

/// Whether anything in `text` would have to be spelt out; what a pipeline takes for a command is
/// another matter.
fn is_unsafe(text: &str) -> bool {
    judged(text).any(|(_, acts)| acts)
}

/// The characters of `text`, each with whether it has to be spelt out.
pub(crate) fn judged(text: &str) -> impl Iterator<Item = (char, bool)> {
    let mut before = None;
    text.chars().map(move |character| {
        // It asks for a picture in colours, and there is one.
        let is_picture = character == '\u{fe0f}' && before.is_some_and(is_symbol);
        before = Some(character);
        (character, !is_picture && acts(character))
    })
}

fn acts(character: char) -> bool {
    character.is_control() || is_ignorable(character) || is_blank(character)
        // Breaks of lines and paragraphs, interlinear annotations.
        || matches!(character, '\u{2028}'..='\u{2029}' | '\u{fff9}'..='\u{fffb}')
}

/// What Unicode wants not to be shown where it is not understood (`Default_Ignorable_Code_Point`).
fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        // Soft hyphen, grapheme joiner, Arabic letter mark, fillers of Hangul and Khmer.
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        // Mongolian selectors of a variant, and the vowel separator.
        | '\u{180b}'..='\u{180f}'
        // Zero width, marks and overrides of direction.
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        // Fillers of Hangul, selectors of a variant, byte order mark.
        | '\u{3164}' | '\u{ffa0}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff0}'..='\u{fff8}'
        // Shorthand, music, tags and more selectors.
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// What looks like a blank and is another character: two names that differ by it look the same.
fn is_blank(character: char) -> bool {
    // Braille without a dot, a note without a head, and what joins and parts hieroglyphs.
    (character.is_whitespace() && !character.is_ascii())
        || matches!(character, '\u{2800}' | '\u{1d159}' | '\u{13430}'..='\u{13442}')
}

/// Whether a character is a symbol that may be a picture in colours.
fn is_symbol(character: char) -> bool {
    matches!(
        character,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2100}'..='\u{27ff}'
            | '\u{2900}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
            | '\u{1f000}'..='\u{1faff}'
    )
}

#[cfg(test)]
mod tests {
    use super::{safe, safe_json, without_commands};

    #[test]
    fn spells_out_what_acts_on_a_terminal() {
        assert_eq!(safe("a\u{1b}[2Jb\r\nc"), "a\\u{1b}[2Jb\\r\\nc");
        assert_eq!(safe("admin\u{202e}gnp"), "admin\\u{202e}gnp");
        assert_eq!(safe("a\u{200b}b\u{9b}31m"), "a\\u{200b}b\\u{9b}31m");
    }

    #[test]
    fn spells_out_what_acts_on_a_pipeline() {
        assert_eq!(safe("::add-mask::x"), "\\u{3a}:add-mask::x");
        assert_eq!(safe(" \t::x"), " \\t::x");
        assert_eq!(safe("a ##[error]b"), "a ##\\u{5b}error]b");
        assert_eq!(without_commands("a\n  ::x\n b::c\n"), "a\n  \\u{3a}:x\n b::c\n");
    }

    #[test]
    fn json_means_the_same() {
        let value = serde_json::json!({"a": "##[x] \u{202e}\u{e0041}\u{1b}\u{9b}", "b": ["é"]});
        let text = serde_json::to_string_pretty(&value).expect("JSON");
        let spelt = safe_json(&text);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&spelt).expect("JSON"), value);
        assert!(!spelt.contains("##[") && !super::is_unsafe(&spelt.replace('\n', "")));
    }

    #[test]
    fn spells_out_what_is_not_seen() {
        let ranges = [
            0xad..=0xad,
            0x34f..=0x34f,
            0x61c..=0x61c,
            0x115f..=0x1160,
            0x17b4..=0x17b5,
            0x180b..=0x180f,
            0x200b..=0x200f,
            0x202a..=0x202e,
            0x2060..=0x206f,
            0x3164..=0x3164,
            0xfe00..=0xfe0f,
            0xfeff..=0xfeff,
            0xffa0..=0xffa0,
            0xfff0..=0xfffb,
            0x1bca0..=0x1bca3,
            0x1d173..=0x1d17a,
            0xe0000..=0xe0fff,
            // Blanks, and breaks of lines.
            0xa0..=0xa0,
            0x1680..=0x1680,
            0x2000..=0x200a,
            0x2028..=0x2029,
            0x202f..=0x202f,
            0x205f..=0x205f,
            0x2800..=0x2800,
            0x13430..=0x13442,
            0x3000..=0x3000,
        ];
        for code in ranges.into_iter().flatten() {
            let character = char::from_u32(code).expect("a character");
            assert_eq!(safe(&format!("a{character}b")), format!("a\\u{{{code:x}}}b"));
            let json = format!("\"a{character}b\"");
            assert_eq!(
                serde_json::from_str::<String>(&safe_json(&json)).ok(),
                Some(format!("a{character}b"))
            );
            assert!(safe_json(&json).is_ascii(), "{code:x}");
        }
    }

    #[test]
    fn a_selector_of_colours_stays_at_a_symbol_only() {
        assert_eq!(safe("❤\u{fe0f} ⚠\u{fe0f} 🏷\u{fe0f}"), "❤\u{fe0f} ⚠\u{fe0f} 🏷\u{fe0f}");
        assert_eq!(safe_json("\"❤\u{fe0f}\""), "\"❤\u{fe0f}\"");
        assert_eq!(safe("a\u{fe0f}"), "a\\u{fe0f}");
        assert_eq!(safe("\u{fe0f}"), "\\u{fe0f}");
        assert_eq!(safe("❤\u{fe0f}\u{fe0f}"), "❤\u{fe0f}\\u{fe0f}");
        assert_eq!(safe("❤\u{fe0e}"), "❤\\u{fe0e}");
    }

    #[test]
    fn leaves_people_their_languages() {
        for text in ["Größe", "日本語", "עברית", "😀 emoji", "tab-free"] {
            assert_eq!(safe(text), text);
        }
    }
}
