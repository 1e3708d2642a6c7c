//! Addresses of the web, and of the place where something is written.

use std::fmt::Write as _;

use crate::desired::Origin;
use crate::plan::Written;
use crate::report::Venue;

/// The most characters of an address; nobody's browser takes more.
const LONGEST: usize = 2_000;

/// A web address with nothing in it that could end it; none where it is no web address.
pub(crate) fn address(url: &str) -> Option<String> {
    let is_web = ["https://", "http://"].iter().any(|it| url.starts_with(it));
    if !is_web || url.len() > LONGEST {
        return None;
    }
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'*+,;=%".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Some(out)
}

/// A place as people read it, and the address of its line where that is known.
pub(crate) fn place(origin: &Origin, venue: &Venue, column: bool) -> (String, Option<String>) {
    let path = venue.path(&origin.file);
    let column = if column { format!(":{}", origin.column) } else { String::new() };
    // Nothing in a path begins a query or a fragment.
    let encoded = path.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    let files = venue.files.as_deref();
    let url = files.and_then(|files| address(&format!("{files}{encoded}#L{}", origin.line)));
    (format!("{path}:{}{column}", origin.line), url)
}

/// As [`place`], without an address where the files at hand do not have the line.
pub(crate) fn written_in(written: &Written, venue: &Venue) -> (String, Option<String>) {
    let (shown, url) = place(written.origin(), venue, false);
    (shown, url.filter(|_| written.here().is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_an_address_ends_it() {
        let found = address("https://example.test/a b\")<c>\\é`[x]").expect("an address");
        assert_eq!(found, "https://example.test/a%20b%22%29%3Cc%3E%5C%C3%A9%60%5Bx%5D");
        assert_eq!(address("javascript:alert(1)"), None);
        assert_eq!(address(&format!("https://example.test/{}", "a".repeat(2_000))), None);
    }

    #[test]
    fn a_path_is_a_path() {
        let venue = Venue {
            folder: "flags/".to_owned(),
            files: Some("https://example.test/blob/1/".to_owned()),
            whole: None,
        };
        let origin = Origin { file: "a#b?.yaml".to_owned(), line: 3, column: 7 };
        let (shown, url) = place(&origin, &venue, true);
        assert_eq!(shown, "flags/a#b?.yaml:3:7");
        let address = Some("https://example.test/blob/1/flags/a%23b%3F.yaml#L3");
        assert_eq!(url.as_deref(), address);
        let (_, url) = written_in(&Written::Here(origin.clone()), &venue);
        assert_eq!(url.as_deref(), address);
        let (shown, url) = written_in(&Written::InBase(origin), &venue);
        assert_eq!((shown.as_str(), url), ("flags/a#b?.yaml:3", None));
    }
}
