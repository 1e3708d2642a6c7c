//! Text from elsewhere, so that it cannot act on a terminal.

use std::borrow::Cow;

/// `text` with every character spelt out that would move the cursor, change colours, hide, or turn
/// the direction of reading; line breaks too.
///
/// A segment's name is vendor text: anyone who may name a segment could otherwise write lines of a
/// plan.
pub fn safe(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut spelt = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_unsafe(character) {
            spelt.extend(character.escape_default());
        } else {
            spelt.push(character);
        }
    }
    Cow::Owned(spelt)
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
    use super::safe;

    #[test]
    fn spells_out_what_acts_on_a_terminal() {
        assert_eq!(safe("a\u{1b}[2Jb\r\nc"), "a\\u{1b}[2Jb\\r\\nc");
        assert_eq!(safe("admin\u{202e}gnp"), "admin\\u{202e}gnp");
        assert_eq!(safe("a\u{200b}b\u{9b}31m"), "a\\u{200b}b\\u{9b}31m");
    }

    #[test]
    fn leaves_people_their_languages() {
        for text in ["Größe", "日本語", "עברית", "😀 emoji", "tab-free"] {
            assert_eq!(safe(text), text);
        }
    }
}
