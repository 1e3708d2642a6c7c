//! What must hold of every page: its own tags and no others, and nothing that loads.

use std::fmt::Write as _;

use html5gum::{Token, Tokenizer};
use proptest::prelude::*;

use super::{STYLE, report};
use crate::report::sample;
use crate::source::Files;

fn page(text: &str) -> String {
    let mut files = Files::new();
    let mistakes = sample::mistake(text, &mut files);
    report(&sample::of("apply", text, &files, &mistakes))
}

/// How many there are of these is up to backticks and line breaks; they can do nothing.
const HARMLESS: [&str; 8] =
    ["<code", "</code", "<ins", "</ins", "<del", "</del", "<span", "</span"];

/// Every tag with its attributes, in their order; what an attribute holds only where that is no
/// text from elsewhere.
fn tags(page: &str) -> Vec<String> {
    let mut tags = vec![];
    for Ok(token) in Tokenizer::new(page) {
        match token {
            Token::StartTag(tag) => {
                let mut shown = format!("<{}", String::from_utf8_lossy(&tag.name));
                for (name, value) in &tag.attributes {
                    let name = String::from_utf8_lossy(name);
                    let value = String::from_utf8_lossy(&value.value);
                    let own = !matches!(&*name, "href");
                    let _ = write!(shown, " {name}={}", if own { &value } else { "" });
                    assert!(own || is_harmless(&value), "{value}");
                }
                tags.push(shown);
            }
            Token::EndTag(tag) => tags.push(format!("</{}", String::from_utf8_lossy(&tag.name))),
            Token::Comment(text) => tags.push(format!("{text:?}")),
            Token::Doctype(_) => tags.push("doctype".to_owned()),
            Token::String(_) | Token::Error(_) => {}
        }
    }
    tags.retain(|it| !HARMLESS.contains(&it.as_str()));
    tags
}

fn is_harmless(address: &str) -> bool {
    address == "data:," || address.starts_with("https://example.test/")
}

fn assert_is_only_text(text: &str) {
    let found = page(text);
    assert_eq!(tags(&found), tags(&page("plain")), "{text:?}");
    let unsafe_one = crate::report::judged(&found).find(|(it, acts)| *it != '\n' && *acts);
    assert_eq!(unsafe_one, None, "{text:?}");
}

#[test]
fn what_acts_is_seen() {
    for acts in ["<b>", "</p>", "<!-- a -->", "<p onload=a>", "<p a='b'>"] {
        assert_ne!(tags(&format!("<p>{acts}")), tags("<p>plain"), "{acts}");
    }
}

#[test]
fn hostile_texts_stay_texts() {
    for text in [
        "<script>alert(1)</script>",
        "</title></style></summary></details><img src=x onerror=alert(1)>",
        "\" onload=\"alert(1)",
        "' autofocus onfocus='alert(1)",
        "<!-- ",
        "&lt;b&gt;&#60;i&#62;",
        "]]><svg onload=alert(1)>",
        "javascript:alert(1)",
        "a`<b>`c`<d>",
    ] {
        assert_is_only_text(text);
    }
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof!["[<>&\"'=/!` a-z;#-]{0,12}", "\\PC{0,12}", any::<String>()];
    // An empty text is nothing, which leaves out more than itself.
    proptest::collection::vec(piece, 1..4).prop_map(|it| format!("a{}", it.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn no_text_is_more_than_text(text in text()) {
        assert_is_only_text(&text);
    }
}

#[test]
fn nothing_is_loaded_and_nothing_runs() {
    let page = page("text");
    for word in ["<script", "@import", "url(", "src=", " style=", " on"] {
        let tags = tags(&page).join("\n");
        assert!(!STYLE.contains(word) && !tags.contains(word), "{word}");
    }
    assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"));
}

#[test]
fn a_picture_is_of_what_reaches_what_and_counts_what_it_leaves_out() {
    let page = page("text");
    assert!(page.contains("<path class=\"line stays\""), "{page}");
    assert!(page.contains("aria-label=\"1 segment and 1 flag, and which reaches which\""));
}
