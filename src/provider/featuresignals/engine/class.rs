//! Classes of characters in brackets, by Go's rules: no sets within sets, and no operations on them.

use super::escape;

/// The POSIX classes by name; both dialects mean the same by them.
const NAMED: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];
/// The code points that stand for halves of characters; no text has them.
const SURROGATES: std::ops::RangeInclusive<u32> = 0xD800..=0xDFFF;

/// Reads the class at the beginning of `text`: as it is written for Rust, and what follows.
pub(super) fn parse(text: &str) -> Result<(String, &str), String> {
    let (negated, mut rest) = match text[1..].strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, &text[1..]),
    };
    let mut written = String::new();
    // The first `]` is a character.
    let mut first = true;
    while first || !rest.starts_with(']') {
        first = false;
        if let Some((named, after)) = named(rest)? {
            written.push_str(named);
            rest = after;
        } else if let Some((class, after)) =
            if rest.starts_with('\\') { escape::class(rest)? } else { None }
        {
            written.push_str(&class);
            rest = after;
        } else {
            rest = range(text, rest, &mut written)?;
        }
    }
    // Rust has no empty brackets.
    let class = match (written.is_empty(), negated) {
        (false, false) => format!("[{written}]"),
        (false, true) => format!("[^{written}]"),
        (true, false) => r"[^\x{0}-\x{10FFFF}]".to_owned(),
        (true, true) => r"[\x{0}-\x{10FFFF}]".to_owned(),
    };
    Ok((class, &rest[1..]))
}

/// `[:alpha:]` and `[:^alpha:]`.
fn named(text: &str) -> Result<Option<(&str, &str)>, String> {
    let Some(end) = text.strip_prefix("[:").and_then(|inside| inside.find(":]")) else {
        return Ok(None);
    };
    let (read, rest) = text.split_at(end + 4);
    let name = &read[2..end + 2];
    if !NAMED.contains(&name.strip_prefix('^').unwrap_or(name)) {
        return Err(format!("invalid character class range: `{read}`"));
    }
    Ok(Some((read, rest)))
}

/// One character, or two with a `-` between them.
fn range<'t>(class: &str, text: &'t str, written: &mut String) -> Result<&'t str, String> {
    let (low, mut rest) = character(class, text)?;
    let mut high = low;
    if let Some(after) = rest.strip_prefix('-')
        && !after.is_empty()
        && !after.starts_with(']')
    {
        (high, rest) = character(class, after)?;
        if high < low {
            let read = &text[..text.len() - rest.len()];
            return Err(format!("invalid character class range: `{read}`"));
        }
    }
    let low = if SURROGATES.contains(&low) { SURROGATES.end() + 1 } else { low };
    let high = if SURROGATES.contains(&high) { SURROGATES.start() - 1 } else { high };
    if low <= high {
        written.push_str(&escape::code_point(low));
        written.push('-');
        written.push_str(&escape::code_point(high));
    }
    Ok(rest)
}

fn character<'t>(class: &str, text: &'t str) -> Result<(u32, &'t str), String> {
    let next = text.chars().next().ok_or_else(|| format!("missing closing ]: `{class}`"))?;
    if next == '\\' {
        return escape::character(text);
    }
    Ok((u32::from(next), &text[next.len_utf8()..]))
}
