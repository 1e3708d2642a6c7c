//! The one layer that every text from elsewhere passes on its way into HTML.

use crate::report::safe;

/// `text` as it stands between tags or between quotes.
pub(in crate::report) fn escape(text: &str) -> String {
    let text = safe(text);
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
    out
}

/// A name.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

/// A sentence, in which what stands between backticks becomes code.
pub(super) fn prose(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    let closed = pieces.len() % 2 == 1;
    let piece = |(at, piece): (usize, &&str)| match at % 2 {
        1 if closed || at + 1 < pieces.len() => code(piece),
        // A backtick that nothing closes quotes nothing.
        1 => format!("`{}", escape(piece)),
        _ => escape(piece),
    };
    pieces.iter().enumerate().map(piece).collect()
}

/// A link of `text`, which is shown as code; only the text where there is no address.
pub(super) fn link(text: &str, address: Option<&str>) -> String {
    match address {
        Some(address) => {
            format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escape(address), code(text))
        }
        None => code(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_become_code_in_pairs() {
        assert_eq!(prose("write `a<b`, not `c"), "write <code>a&lt;b</code>, not `c");
        assert_eq!(prose("`a``b`"), "<code>a</code><code>b</code>");
    }
}
