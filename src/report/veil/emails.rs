//! Finds e-mail addresses in texts of any kind: plain, in a regular expression, in the source of
//! YAML or JSON, coloured for a terminal.
//!
//! What may be one is taken for one, with all that may belong to it (RFC 5322, section 3.4.1, and
//! RFC 6531 for letters beyond ASCII): a word too much is covered rather than one too few. A pattern
//! that names nobody, such as `.*@acme.example`, is none.

use std::ops::Range;

/// How many bytes around an `@` are looked at for the other end of a bracket or a quotation.
const FAR: usize = 256;

/// One of these is in every address.
pub(super) const SIGNS: [char; 2] = ['@', '\\'];

/// How a regular expression may write an `@`.
const ESCAPES: [&str; 4] = ["\\x40", "\\u0040", "\\u{40}", "\\x{40}"];

/// What else than letters and digits stands in a name without quotes.
const IN_NAMES: &str = "!#$%&'*+-/=?^_`{|}~.\\";

/// Whether a character stands for itself in a word: letters, digits, and beyond ASCII all but blanks
/// and signs of punctuation.
fn is_letter(character: char) -> bool {
    let is_joiner = matches!(character, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    let is_sign = matches!(character, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}');
    character.is_alphanumeric()
        || is_joiner
        || !(character.is_ascii() || character.is_whitespace() || character.is_control() || is_sign)
}

/// What stands before and after `separator` in the beginning of `text`.
fn split_near(text: &str, separator: char) -> Option<(&str, &str)> {
    let (at, _) = text.char_indices().take(FAR).find(|(_, it)| *it == separator)?;
    Some((&text[..at], &text[at + separator.len_utf8()..]))
}

/// `text` with each e-mail address in it replaced by what `cover` makes of it.
pub(super) fn replace(text: &str, cover: &dyn Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    for (start, end) in find(text) {
        out.push_str(&text[rest..start]);
        out.push_str(&cover(&text[start..end]));
        rest = end;
    }
    out.push_str(&text[rest..]);
    out
}

/// The ranges of bytes of all addresses, in their order.
pub(super) fn find(text: &str) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = vec![];
    for sign in signs(text) {
        let floor = found.last().map_or(0, |last| last.1);
        // What follows an address with another `@` would be read again once the address is covered.
        if let Some(last) = found.last_mut().filter(|last| last.1 == sign.start) {
            last.1 = end_of_domain(&text[sign.end..]).map_or(last.1, |end| sign.end + end);
            continue;
        }
        // Two `@` side by side.
        let Some(before) = text.get(floor..sign.start) else { continue };
        let Some(start) = start_of_name(before) else { continue };
        let Some(end) = end_of_domain(&text[sign.end..]) else { continue };
        found.push((floor + start, sign.end + end));
    }
    found
}

/// Each `@` of `text`, also as a class or an escape of a regular expression.
fn signs(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices(SIGNS).filter_map(|(at, sign)| {
        let rest = &text[at..];
        let spelt =
            if sign == "@" { "@" } else { ESCAPES.into_iter().find(|it| rest.starts_with(it))? };
        let end = at + spelt.len();
        let is_class = text[..at].ends_with('[') && text[end..].starts_with(']');
        Some(if is_class { at - 1..end + 1 } else { at..end })
    })
}

/// Where the name begins that ends `text`; none where nothing in it names anybody.
fn start_of_name(text: &str) -> Option<usize> {
    if let Some(start) = start_of_quoted(text) {
        return Some(start);
    }
    let mut start = text.len();
    while let Some(next) = step_back(&text[..start]) {
        start = next;
    }
    let mut name = after_colour(&text[..start], &text[start..]);
    if name.starts_with("//") {
        name = name.rsplit(['/', '?', '&', '=']).next().unwrap_or_default();
    }
    if !names_somebody(name) {
        return None;
    }
    let name = name.trim_start_matches(|it: char| !(is_letter(it) || "_([".contains(it)));
    Some(text.len() - name.len())
}

/// Where the last character, group or class of `text` begins; none where it is part of no name.
fn step_back(text: &str) -> Option<usize> {
    let last = text.chars().next_back()?;
    match last {
        ')' => opening(text, '(', ')'),
        ']' => opening(text, '[', ']'),
        _ if is_letter(last) || IN_NAMES.contains(last) => Some(text.len() - last.len_utf8()),
        _ => None,
    }
}

/// Where the bracket opens that the last character of `text` closes.
fn opening(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0;
    for (at, character) in text.char_indices().rev().take(FAR) {
        if character == close {
            depth += 1;
        } else if character == open {
            depth -= 1;
        } else if character.is_whitespace() {
            return None;
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// `name` without what colours the text of a terminal, which may have begun `before` it.
fn after_colour<'t>(before: &str, name: &'t str) -> &'t str {
    let colours = before.rsplit_once('\u{1b}').is_some_and(|(_, rest)| {
        rest.starts_with('[') && rest[1..].chars().all(|it| it.is_ascii_digit() || it == ';')
    });
    let rest = name.trim_start_matches(|it: char| it.is_ascii_digit());
    rest.strip_prefix('m').filter(|_| colours).unwrap_or(name)
}

/// Whether there is a letter or digit in `name` that stands for itself in a regular expression.
fn names_somebody(name: &str) -> bool {
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let class = rest.strip_prefix('[').and_then(|it| split_near(it, ']'));
        let flags = rest.strip_prefix("(?").and_then(|it| it.split_once([')', ':']));
        rest = match (class.or(flags), first) {
            (Some((_, after)), _) => after,
            // `\w` is any letter.
            (None, '\\') => rest[1..].strip_prefix(char::is_alphabetic).unwrap_or(&rest[1..]),
            (None, _) if is_letter(first) => return true,
            (None, _) => &rest[first.len_utf8()..],
        };
    }
    false
}

/// Where the name in quotes begins that ends `text`: `"Ada L"`, or `\"Ada L\"` in the source of
/// another text. A quote that closes the text before a domain ends no name.
fn start_of_quoted(text: &str) -> Option<usize> {
    let near = text.char_indices().rev().nth(FAR).map_or(text, |(at, _)| &text[at..]);
    let inside = near.strip_suffix('"')?;
    let quote = if inside.ends_with('\\') { "\\\"" } else { "\"" };
    let inside = inside.strip_suffix('\\').unwrap_or(inside);
    let start = inside.rfind(quote)?;
    let before = inside[..start].chars().next_back();
    let opens = before.is_none_or(|it| it.is_whitespace() || "[(<,:;'`\"".contains(it));
    let names = inside[start..].contains(is_letter) && !inside[start..].contains('\n');
    (opens && names).then_some(text.len() - near.len() + start)
}

/// Where the domain ends that begins `text`: labels with dots, the last one of two letters or more,
/// or an address of the network; or what a regular expression has in its place.
fn end_of_domain(text: &str) -> Option<usize> {
    if let Some((literal, _)) = text.strip_prefix('[').and_then(|it| split_near(it, ']')) {
        let fits = |it: char| it.is_ascii_alphanumeric() || ".:".contains(it);
        if literal.contains(['.', ':']) && literal.chars().all(fits) {
            return Some(literal.len() + 2);
        }
    }
    let mut end = 0;
    // Each label with whether it is a pattern.
    let mut labels = vec![(String::new(), false)];
    while let Some((part, is_pattern)) = part_of_domain(&text[end..], end > 0) {
        end += part.len();
        let plain = part.trim_start_matches('\\');
        match labels.last_mut() {
            _ if matches!(plain, "." | "[.]") => labels.push((String::new(), false)),
            Some((label, pattern)) => {
                label.push_str(plain);
                *pattern |= is_pattern;
            }
            None => {}
        }
    }
    let domain = text[..end].trim_end_matches(['.', '-', '_', '\\', '*', '+', '?']);
    while labels.len() > 1 && labels.last().is_some_and(|(label, _)| label.is_empty()) {
        labels.pop();
    }
    is_domain(&labels).then_some(domain.len())
}

/// Whether `labels` are those of a domain, or the four numbers of an address of the network.
fn is_domain(labels: &[(String, bool)]) -> bool {
    let is_number = |(label, _): &(String, bool)| label.parse::<u8>().is_ok();
    let Some(((last, is_pattern), before)) = labels.split_last() else { return false };
    if labels.len() == 4 && labels.iter().all(is_number) {
        return true;
    }
    let inner = |it: &(String, bool)| !it.0.is_empty() || it.1;
    let is_top =
        *is_pattern || last.chars().count() > 1 && last.chars().any(|it| !it.is_ascii_digit());
    // A group may have a dot in it.
    let has_inner = before.iter().any(inner) || *is_pattern && last.contains('.');
    has_inner && is_top
}

/// The part that begins `text`, where it may be one of a domain, and whether it is a pattern.
fn part_of_domain(text: &str, is_inside: bool) -> Option<(&str, bool)> {
    let first = text.chars().next()?;
    let of = |length: usize| &text[..length];
    match first {
        _ if is_letter(first) || "-_.".contains(first) => Some((of(first.len_utf8()), false)),
        // A regular expression has a backslash before a dot; in JSON it has two.
        '\\' => {
            let escaped =
                text.trim_start_matches('\\').chars().next().filter(|it| ".-".contains(*it))?;
            let slashes = text.len() - text.trim_start_matches('\\').len();
            Some((of(slashes + escaped.len_utf8()), false))
        }
        '[' => {
            let (class, _) = split_near(&text[1..], ']').filter(|(it, _)| is_tight(it))?;
            let quantifier = quantifier(&text[class.len() + 2..]);
            Some((of(class.len() + 2 + quantifier), class != "."))
        }
        '(' => {
            let (group, _) = split_near(&text[1..], ')').filter(|(it, _)| is_tight(it))?;
            let quantifier = quantifier(&text[group.len() + 2..]);
            Some((of(group.len() + 2 + quantifier), true))
        }
        '*' | '+' if is_inside && text[1..].starts_with(['\\', '.', '[', '(']) => {
            Some((of(1), true))
        }
        _ => None,
    }
}

/// Whether there is something in it, and it does not go on elsewhere.
fn is_tight(text: &str) -> bool {
    !text.is_empty() && !text.contains(|it: char| it.is_whitespace() || "@\"'`,".contains(it))
}

/// How long the quantifier is that begins `text`.
fn quantifier(text: &str) -> usize {
    match text.chars().next() {
        Some('*' | '+' | '?') => 1,
        Some('{') => split_near(text, '}').map_or(0, |(it, _)| it.len() + 1),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(text: &str) -> String {
        replace(text, &|it| format!("<{it}>"))
    }

    #[test]
    fn addresses_are_found_wherever_they_stand() {
        for (text, shown) in [
            ("ada@acme.example", "<ada@acme.example>"),
            ("[ada.l+x@a.b.example, b_c@d.io].", "[<ada.l+x@a.b.example>, <b_c@d.io>]."),
            ("mailto:ada@acme.example?x", "mailto:<ada@acme.example>?x"),
            ("https://ada@acme.example/x", "https://<ada@acme.example>/x"),
            ("http://a.test/?to=ada@acme.example", "http://a.test/?to=<ada@acme.example>"),
            ("\"josé@münchen.example\"", "\"<josé@münchen.example>\""),
            ("\u{1b}[31mada@acme.example\u{1b}[0m", "\u{1b}[31m<ada@acme.example>\u{1b}[0m"),
            ("\u{1b}[1;31mada@acme.example", "\u{1b}[1;31m<ada@acme.example>"),
            ("x;mada@acme.example", "x;<mada@acme.example>"),
            ("jose\u{301}.d@acme.example", "<jose\u{301}.d@acme.example>"),
            ("राम@हिन्दी.भारत", "<राम@हिन्दी.भारत>"),
            ("a\u{ad}da@ac\u{200b}me.example", "<a\u{ad}da@ac\u{200b}me.example>"),
            ("😀@acme.example", "<😀@acme.example>"),
            ("ada@10.0.0.1, ada@my_host.example", "<ada@10.0.0.1>, <ada@my_host.example>"),
            ("- ada@acme.example.", "- <ada@acme.example>."),
            ("ada@a.example@b.example@c d", "<ada@a.example@b.example>@c d"),
            ("`ada@acme.example` (bob@acme.example)", "`<ada@acme.example>` (<bob@acme.example>)"),
        ] {
            assert_eq!(covered(text), shown);
        }
    }

    #[test]
    fn all_that_may_stand_in_a_name_belongs_to_it() {
        for name in ["user!x", "a#b$c%d&e*f/g=h?i^j{k|l}m~n", "o'neil", "a`b", "x--y", "\"Ada L\""]
        {
            let address = format!("{name}@acme.example");
            for text in [address.clone(), format!("to {address}, soon"), format!("[{address}]")] {
                assert_eq!(covered(&text), text.replace(&address, &format!("<{address}>")));
            }
        }
        assert_eq!(covered("\\\"Ada L\\\"@acme.example"), "<\\\"Ada L\\\"@acme.example>");
        for domain in ["[10.0.0.1]", "[IPv6:2001:db8::1]"] {
            assert_eq!(covered(&format!("ada@{domain}.")), format!("<ada@{domain}>."));
        }
    }

    #[test]
    fn a_regular_expression_names_people_too() {
        for (text, shown) in [
            ("^ada@acme\\.example$", "^<ada@acme\\.example>$"),
            ("\"ada@a\\\\.b\\\\.example\"", "\"<ada@a\\\\.b\\\\.example>\""),
            ("^(ada|bob)@acme[.]example$", "^<(ada|bob)@acme[.]example>$"),
            ("^a[dt]a\\.l@acme\\.(com|org)$", "^<a[dt]a\\.l@acme\\.(com|org)>$"),
            ("^ada@acme\\.(?:com|org)$", "^<ada@acme\\.(?:com|org)>$"),
            ("^ada@acme(?:\\.corp)?\\.example$", "^<ada@acme(?:\\.corp)?\\.example>$"),
            ("^ada@[a-z]+\\.com$", "^<ada@[a-z]+\\.com>$"),
            ("^ada@.*\\.example$", "^<ada@.*\\.example>$"),
            ("^ada@acme\\.[a-z]{2,3}$", "^<ada@acme\\.[a-z]{2,3}>$"),
            ("^ada@acme.test|bob@acme.test$", "^<ada@acme.test>|<bob@acme.test>$"),
            ("^ada[@]acme\\.test$", "^<ada[@]acme\\.test>$"),
            ("^ada\\x40acme\\.test$", "^<ada\\x40acme\\.test>$"),
            ("\"ada\\\\u0040acme\\\\.test\"", "\"<ada\\\\u0040acme\\\\.test>\""),
            ("(ada|bob)\\u{40}acme.test", "<(ada|bob)\\u{40}acme.test>"),
            ("ada[\\x{40}]acme.test", "<ada[\\x{40}]acme.test>"),
            ("ada\\@acme.test", "<ada\\@acme.test>"),
        ] {
            assert_eq!(covered(text), shown);
        }
    }

    #[test]
    fn a_hostile_text_takes_no_longer_than_another() {
        // Each of these would take minutes if all of the rest were read at each `@`.
        for part in ["a@[a", "a@(a", "[a@", "\"a@", "a)@", "a@a[", "\\@", "a@a.", "[@]", "a\\x40"] {
            find(&part.repeat(10_000));
        }
    }

    #[test]
    fn what_is_no_address_stays() {
        for text in [
            "@acme.example",
            ".*@acme.example",
            "(?i)^.+@acme\\.example$",
            "[a-z0-9._]+@acme\\.example",
            "\\w+@acme.example",
            "[^@]+@acme.example",
            "\\w+[@]acme.example",
            ".*\\x40acme.example",
            "[@]",
            "a[@]b",
            "\\u{40}",
            "{contextName: \"email\", values: [\"x\", \"@acme.example\"]}",
            "a@b",
            "main@{u}",
            "@",
            "@@",
            "a@.b",
            "x@1.2.3",
        ] {
            assert_eq!(covered(text), text);
        }
    }
}
