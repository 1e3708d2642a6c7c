//! Text from elsewhere, so that it cannot act on a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// What begins a command of the runners of GitHub and of Azure, anywhere in a line.
const COMMAND: &str = "##[";

/// What begins a command of GitHub's runner, at the beginning of a line.
const COMMAND_LINE: &str = "::";

/// `text` with every character spelt out that would move the cursor, change colours, hide, or turn
/// the direction of reading; line breaks too, and what a pipeline would take for a command.
///
/// A segment's name is vendor text: anyone who may name a segment could otherwise write lines of a
/// plan.
pub fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return without_commands(text);
    }
    let mut spelt = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_unsafe(character) {
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
        let line = line.replace(COMMAND, "##\\u{5b}");
        let spelt = if begins(&line) { line.replacen(':', "\\u{3a}", 1) } else { line };
        out.push_str(&spelt);
    }
    Cow::Owned(out)
}

/// JSON text that means the same and does nothing to a terminal or a pipeline.
pub fn safe_json(text: &str) -> Cow<'_, str> {
    let acts = |character: char| character != '\n' && is_unsafe(character);
    if !text.contains(acts) && !text.contains(COMMAND) {
        return Cow::Borrowed(text);
    }
    // Outside of strings JSON has none of these.
    let text = text.replace(COMMAND, "##\\u005b");
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if acts(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

pub(crate) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            // Soft hyphen, Arabic letter mark, Mongolian vowel separator.
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            // Zero width, marks and overrides of direction.
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            // Byte order mark, interlinear annotations, tags.
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
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
        assert!(!spelt.contains("##[") && !spelt.contains(|it| it != '\n' && super::is_unsafe(it)));
    }

    #[test]
    fn leaves_people_their_languages() {
        for text in ["Größe", "日本語", "עברית", "😀 emoji", "tab-free"] {
            assert_eq!(safe(text), text);
        }
    }
}
