//! Finds e-mail addresses in texts of any kind.

/// `text` with each e-mail address in it replaced by what `cover` makes of it.
pub(super) fn replace(text: &str, cover: &dyn Fn(&str) -> String) -> String {
    if !text.contains('@') {
        return text.to_owned();
    }
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
    for (at, _) in text.match_indices('@') {
        let floor = found.last().map_or(0, |last| last.1);
        let Some(start) = start_of_name(text, floor, at) else { continue };
        let Some(end) = end_of_domain(text, at + 1) else { continue };
        found.push((start, end));
    }
    found
}

/// Where the name before an `@` begins; what colours the text of a terminal is no part of it.
fn start_of_name(text: &str, floor: usize, at: usize) -> Option<usize> {
    let mut start = at;
    for (index, character) in text[floor..at].char_indices().rev() {
        if !(character.is_alphanumeric() || "._%+-'".contains(character)) {
            break;
        }
        start = floor + index;
    }
    if text[..start].ends_with("\u{1b}[") || text[..start].ends_with(';') {
        start = text[start..at].find('m').map_or(start, |colour| start + colour + 1);
    }
    let name = text[start..at].trim_start_matches(['.', '-', '+', '%', '\'']);
    (!name.is_empty()).then(|| at - name.len())
}

/// Where the domain after an `@` ends: labels with dots, the last one of two letters or more.
fn end_of_domain(text: &str, start: usize) -> Option<usize> {
    let is_part = |it: char| it.is_alphanumeric() || it == '-' || it == '.';
    let rest = &text[start..];
    // A regular expression has a backslash before a dot.
    let before_dot = |at: usize| rest[at..].trim_start_matches('\\').starts_with(['.', '-']);
    let ends = |(at, it): &(usize, char)| !(is_part(*it) || *it == '\\' && before_dot(*at));
    let length = rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at);
    let domain = text[start..start + length].trim_end_matches(['.', '-']);
    let (before, last) = domain.rsplit_once('.')?;
    let real = !before.is_empty()
        && last.chars().count() >= 2
        && last.chars().all(|it| it.is_alphanumeric() || it == '-')
        && last.chars().any(char::is_alphabetic);
    real.then_some(start + domain.len())
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
            ("\"josé@münchen.example\"", "\"<josé@münchen.example>\""),
            ("\u{1b}[31mada@acme.example\u{1b}[0m", "\u{1b}[31m<ada@acme.example>\u{1b}[0m"),
            ("\u{1b}[1;31mada@acme.example", "\u{1b}[1;31m<ada@acme.example>"),
            ("- ada@acme.example.", "- <ada@acme.example>."),
            ("^ada@acme\\.example$", "^<ada@acme\\.example>$"),
            ("\"ada@a\\\\.b\\\\.example\"", "\"<ada@a\\\\.b\\\\.example>\""),
        ] {
            assert_eq!(covered(text), shown);
        }
    }

    #[test]
    fn what_is_no_address_stays() {
        for text in ["@acme.example", ".*@acme.example", "a@b", "main@{u}", "@", "a@.b", "x@1.2.3"]
        {
            assert_eq!(covered(text), text);
        }
    }
}
