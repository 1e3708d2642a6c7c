//! What follows a backslash in a regular expression of Go.

use ::regex::Regex;

/// A set that holds nothing: what a code point stands for that no text can have.
const NOTHING: &str = r"[^\x{0}-\x{10FFFF}]";
/// The general categories of Unicode by their short names.
const CATEGORIES: [&str; 40] = [
    "C", "Cc", "Cf", "Cn", "Co", "Cs", "L", "LC", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me",
    "Mn", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk",
    "Sm", "So", "Z", "Zl", "Zp", "Zs", "Any", "Assigned",
];

/// A code point, written so that it means nothing else.
pub(super) fn code_point(point: u32) -> String {
    match char::from_u32(point) {
        Some(character) if character.is_ascii_alphanumeric() => character.to_string(),
        Some(_) => format!(r"\x{{{point:X}}}"),
        None => NOTHING.to_owned(),
    }
}

/// `\d`, `\pN` and their like at the beginning of `text`: what stands for it between brackets, and
/// what follows.
pub(super) fn class(text: &str) -> Result<Option<(String, &str)>, String> {
    let written = match text.as_bytes().get(1) {
        Some(b'd') => "0-9",
        Some(b's') => r"\t\n\x{C}\r\x{20}",
        Some(b'w') => "0-9A-Za-z_",
        Some(b'D') => "[^0-9]",
        Some(b'S') => r"[^\t\n\x{C}\r\x{20}]",
        Some(b'W') => "[^0-9A-Za-z_]",
        Some(b'p' | b'P') => return unicode(text).map(Some),
        _ => return Ok(None),
    };
    Ok(Some((written.to_owned(), &text[2..])))
}

/// `\pL`, `\p{Greek}`, `\p{^Greek}` and the same with `\P`.
fn unicode(text: &str) -> Result<(String, &str), String> {
    let unknown = |read: &str| format!("invalid character class range: `{read}`");
    let first = text[2..].chars().next().ok_or_else(|| unknown(text))?;
    let (read, rest) = if first == '{' {
        let end = text.find('}').ok_or_else(|| unknown(text))?;
        text.split_at(end + 1)
    } else {
        text.split_at(2 + first.len_utf8())
    };
    let name = read[2..].trim_start_matches('{').trim_end_matches('}');
    let (name, turned) = match name.strip_prefix('^') {
        Some(name) => (name, true),
        None => (name, false),
    };
    let letter = if read.starts_with(r"\P") == turned { 'p' } else { 'P' };
    let known = |property: String| Regex::new(&format!(r"\p{{{property}}}")).ok().map(|_| property);
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let property = match name {
        _ if CATEGORIES.contains(&name) => known(format!("gc={name}")),
        _ if !plain || name.len() < 3 => None,
        _ => known(format!("sc={name}")).or_else(|| known(format!("gc={name}"))),
    };
    let property = property.ok_or_else(|| unknown(read))?;
    Ok((format!(r"\{letter}{{{property}}}"), rest))
}

/// The character that an escape at the beginning of `text` stands for, and what follows.
pub(super) fn character(text: &str) -> Result<(u32, &str), String> {
    let escaped = text[1..].chars().next();
    let escaped =
        escaped.ok_or_else(|| "trailing backslash at end of expression: ``".to_owned())?;
    let rest = &text[1 + escaped.len_utf8()..];
    let invalid = |bytes: usize| {
        let end = (bytes..=text.len()).find(|end| text.is_char_boundary(*end));
        format!("invalid escape sequence: `{}`", &text[..end.unwrap_or(text.len())])
    };
    let point = match escaped {
        'a' => 0x07,
        'f' => 0x0C,
        'n' => 0x0A,
        'r' => 0x0D,
        't' => 0x09,
        'v' => 0x0B,
        'x' => return hexadecimal(rest).ok_or_else(|| invalid(3)),
        '0' => return Ok(octal(&text[1..])),
        // A single digit would refer back to a group, which Go does not know.
        '1'..='7' if rest.starts_with(|next| matches!(next, '0'..='7')) => {
            return Ok(octal(&text[1..]));
        }
        other if other.is_ascii() && !other.is_ascii_alphanumeric() => u32::from(other),
        other => return Err(invalid(1 + other.len_utf8())),
    };
    Ok((point, rest))
}

/// Up to three octal digits.
fn octal(text: &str) -> (u32, &str) {
    let digits = text.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    (u32::from_str_radix(&text[..digits], 8).unwrap_or_default(), &text[digits..])
}

/// Two hexadecimal digits, or any number of them in braces.
fn hexadecimal(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = match text.strip_prefix('{') {
        Some(braced) => braced.split_once('}')?,
        None => text.split_at_checked(2)?,
    };
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digits = digits.trim_start_matches('0');
    let point = if digits.is_empty() { 0 } else { u32::from_str_radix(digits, 16).ok()? };
    (plain && point <= 0x0010_FFFF).then_some((point, rest))
}
