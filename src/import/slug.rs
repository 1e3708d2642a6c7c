//! Names for documents, from whatever people called their segments and flags.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The longest name that a document may have.
const LONGEST: usize = 63;
/// How many hexadecimal digits tell two names apart that would be one.
const DIGITS: usize = 8;

/// Something that wants a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wish {
    /// What it is called.
    pub(super) text: String,
    /// What tells it from all others.
    pub(super) identity: String,
}

/// A name for each of `wishes`, in their order: unique, none of `taken`, and `kind` where nothing
/// else can be made of a text.
///
/// Names do not depend on the order of the wishes. Where two would have one name, neither gets it:
/// both end with digits of their identity, and so they do where their text had to be cut.
pub(super) fn names(kind: &str, wishes: &[Wish], taken: &BTreeSet<String>) -> Vec<String> {
    let slugs: Vec<Option<String>> = wishes.iter().map(|wish| slug(&wish.text)).collect();
    let mut wanted: BTreeMap<&str, usize> = BTreeMap::new();
    for slug in slugs.iter().flatten() {
        *wanted.entry(slug).or_default() += 1;
    }
    let is_free = |slug: &str| {
        wanted.get(slug) == Some(&1)
            && slug.len() <= LONGEST
            && !taken.contains(slug)
            && !is_reserved(slug)
    };
    let mut names: Vec<Option<String>> =
        slugs.iter().map(|slug| slug.clone().filter(|it| is_free(it))).collect();
    let mut used: BTreeSet<String> = names.iter().flatten().cloned().chain(taken.clone()).collect();
    let mut rest: Vec<usize> = (0..wishes.len()).filter(|at| names[*at].is_none()).collect();
    rest.sort_by_key(|at| &wishes[*at]);
    for at in rest {
        let base = slugs[at].as_deref().unwrap_or(kind);
        let name = with_digits(base, &wishes[at].identity, &used);
        used.insert(name.clone());
        names[at] = Some(name);
    }
    names.into_iter().flatten().collect()
}

/// The letters and digits of `text`, with `-` for whatever stands between them; none where it has
/// none. It may be too long.
pub(crate) fn slug(text: &str) -> Option<String> {
    let mut slug = String::new();
    for character in text.chars().flat_map(char::to_lowercase) {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

/// `base`, cut where needed, and as many digits of the hash of `identity` as no other name has.
fn with_digits(base: &str, identity: &str, used: &BTreeSet<String>) -> String {
    let mut digits = String::new();
    for byte in Sha256::digest(identity.as_bytes()) {
        let _ = write!(digits, "{byte:02x}");
    }
    let name = |length: usize| {
        // A slug is of ASCII alone.
        let room = base.len().min(LONGEST.saturating_sub(length + 1));
        let base = base[..room].trim_end_matches('-');
        if base.is_empty() {
            digits[..length].to_owned()
        } else {
            format!("{base}-{}", &digits[..length])
        }
    };
    let lengths = (DIGITS..LONGEST).map(name);
    lengths.into_iter().find(|it| !used.contains(it)).unwrap_or_else(|| name(LONGEST))
}

/// Whether `name` is one that a document may have.
pub(super) fn is_name(name: &str) -> bool {
    let all = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(all) && !name.starts_with('-')
}

/// The name of a file for the document `name`, without its ending.
pub(super) fn file_stem(name: &str) -> String {
    // No name has a `_`, so this is nobody's.
    if is_reserved(name) { format!("{name}_") } else { name.to_owned() }
}

/// Whether Windows takes a file of this name for a device.
fn is_reserved(name: &str) -> bool {
    let numbered = |device: &str| {
        let number = name.strip_prefix(device).map(str::as_bytes);
        number.is_some_and(|it| matches!(it, [digit] if digit.is_ascii_digit()))
    };
    matches!(name, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(texts: &[&str], taken: &[&str]) -> Vec<String> {
        let wish = |text: &&str| Wish { text: (*text).to_owned(), identity: (*text).to_owned() };
        let wishes: Vec<Wish> = texts.iter().map(wish).collect();
        names("segment", &wishes, &taken.iter().map(|it| (*it).to_owned()).collect())
    }

    #[test]
    fn are_what_people_would_have_written() {
        for (text, name) in [
            ("Beta users", "beta-users"),
            ("  (EU) / 2024: \u{1f680} v2.0!  ", "eu-2024-v2-0"),
            ("../../etc/passwd", "etc-passwd"),
            ("-rf --", "rf"),
        ] {
            assert_eq!(named(&[text], &[]), [name]);
        }
    }

    #[test]
    fn nobody_gets_what_two_want() {
        let names = named(&["Beta", "beta", "gamma"], &["gamma"]);
        assert_eq!(names, ["beta-70339031", "beta-f44e64e7", "gamma-be9d587d"]);
    }

    #[test]
    fn what_says_nothing_gets_digits() {
        let long = "x".repeat(10_000);
        let names = named(&["\u{65e5}\u{672c}", "\u{1f680}", "CON", "lpt1", &long], &[]);
        let cut = format!("{}-", "x".repeat(54));
        let begins = ["segment-", "segment-", "con-", "lpt1-", &cut];
        for (name, begin) in names.iter().zip(begins) {
            assert!(name.starts_with(begin) && name.len() == begin.len() + DIGITS, "{name}");
        }
        assert_ne!(names[0], names[1]);
        assert_eq!((file_stem("con"), file_stem("cone")), ("con_".to_owned(), "cone".to_owned()));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]
        #[test]
        fn are_valid_unique_and_of_no_order(
            texts in proptest::collection::btree_set("\\PC{0,4}|[aA][bB]{0,2}[ -]?|con|.{60,70}|a-[0-9a-f]{8}", 0..20),
            taken in proptest::collection::btree_set("[a-b]{1,2}", 0..3),
            turn in 0..20_usize,
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
            let one = named(&texts, &taken);
            prop_assert_eq!(one.len(), texts.len());
            prop_assert!(one.iter().all(|it| is_name(it) && !taken.contains(&it.as_str())), "{:?}", one);
            let distinct: BTreeSet<_> = one.iter().collect();
            prop_assert_eq!(distinct.len(), texts.len());
            let mut turned = texts.clone();
            let by = turn % texts.len().max(1);
            turned.rotate_left(by);
            let mut other = named(&turned, &taken);
            other.rotate_right(by);
            prop_assert_eq!(one, other);
        }
    }
}
