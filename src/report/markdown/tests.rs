//! What must hold of every Markdown: it fits into a comment, and no text of anybody acts in it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
use html5gum::{Token, Tokenizer};
use proptest::prelude::*;

use super::{LIMIT, report};
use crate::report::sample;
use crate::source::Files;

/// Texts that would be more than text, each in its own way.
const HOSTILE: [&str; 40] = [
    "<script>alert(1)</script>",
    "</summary></details><img src=x onerror=alert(1)>",
    "<!-- ",
    "-->",
    "--!>",
    "@octocat",
    "a @octocat",
    "(@org/team)",
    "someone@example.org",
    "x@5eafc0de5eafc0de",
    "#1",
    "fixes #123",
    "GH-12",
    "acme/web#7",
    "ABC-1",
    "5eafc0de5eafc0de5eafc0de5eafc0de5eafc0de",
    "https://example.org",
    "www.example.org",
    "ftp://x.y",
    "<https://example.org>",
    "mailto:a@b.c",
    "[a](https://example.org)",
    "![a](https://example.org/x.png)",
    "[a]: https://example.org",
    "# heading",
    "text\n# heading",
    "\n\n# heading\n\n",
    "===\n---",
    "- item",
    "1. item",
    "> quote",
    "| a | b |",
    "a\\|b",
    "\\",
    "`",
    "``` a",
    "```\nnot code\n```",
    "*a* _b_ ~~c~~",
    "$a$ $`b`$",
    "&lt;b&gt; &#64;octocat",
];

fn markdown(command: &'static str, text: &str) -> String {
    let mut files = Files::new();
    let mistakes = sample::mistake(text, &mut files);
    report(&sample::of(command, text, &files, &mistakes))
}

/// As GitHub reads it.
fn options() -> Options<'static> {
    let mut options = Options::default();
    let on = &mut options.extension;
    (on.table, on.strikethrough, on.autolink, on.tasklist) = (true, true, true, true);
    (on.footnotes, on.alerts, on.math_dollars, on.math_code) = (true, true, true, true);
    options.parse.relaxed_autolinks = true;
    options
}

/// What is in a text beside words: how many of each element, and each piece of HTML without its
/// words.
fn bones(markdown: &str) -> BTreeMap<String, usize> {
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options());
    let mut bones = BTreeMap::new();
    for node in root.descendants() {
        if let Some(bone) = bone(node) {
            *bones.entry(bone).or_default() += 1;
        }
    }
    bones
}

fn bone<'a>(node: &'a AstNode<'a>) -> Option<String> {
    match &node.data.borrow().value {
        NodeValue::Text(text) => {
            assert_calls_nobody(text);
            None
        }
        NodeValue::Code(_) => None,
        NodeValue::HtmlBlock(html) => Some(tags(&html.literal)),
        NodeValue::HtmlInline(html) => Some(tags(html)),
        NodeValue::Link(link) => {
            assert!(link.url.starts_with("https://example.test/"), "{}", link.url);
            Some("link".to_owned())
        }
        other => Some(format!("{other:?}").split(['(', ' ', '{']).next()?.to_owned()),
    }
}

/// GitHub makes mentions and references of what stands in plain text.
fn assert_calls_nobody(text: &str) {
    assert!(!text.contains('@'), "it could mention somebody: {text}");
    let mut parts = text.split('#').skip(1);
    assert!(!parts.any(|it| it.starts_with(|it: char| it.is_ascii_digit())), "{text}");
}

/// The tags of a piece of HTML; what stands in it, outside of `code`, must call nobody either.
fn tags(html: &str) -> String {
    let mut tags = String::new();
    let mut in_code = false;
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) => {
                assert!(tag.attributes.is_empty(), "{html}");
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                assert!(["details", "summary", "code", "br", "sub"].contains(&&*name), "{html}");
                in_code |= name == "code";
                let _ = write!(tags, "<{name}>");
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                in_code &= name != "code";
                let _ = write!(tags, "</{name}>");
            }
            Token::String(text) if !in_code => {
                assert_calls_nobody(&String::from_utf8_lossy(&text.value));
            }
            Token::Comment(_) => tags.push_str("<!---->"),
            _ => {}
        }
    }
    tags
}

/// The bones of a report in which every text is plain.
fn plain(command: &'static str) -> &'static BTreeMap<String, usize> {
    static PLAIN: [OnceLock<BTreeMap<String, usize>>; 2] = [const { OnceLock::new() }; 2];
    PLAIN[usize::from(command == "apply")].get_or_init(|| bones(&markdown(command, "plain")))
}

/// Whether `text` in every place is text and nothing else.
fn assert_is_only_text(text: &str) {
    for command in ["plan", "apply"] {
        let found = markdown(command, text);
        assert!(found.len() <= LIMIT);
        assert_eq!(&bones(&found), plain(command), "{text:?}\n{found}");
        let head = found.lines().next().unwrap_or_default();
        assert!(head.starts_with(&format!("<!-- segctl:{command}:")), "{head}");
        assert!(head.ends_with(" -->") && head.matches("-->").count() == 1, "{head}");
        let unsafe_one = crate::report::judged(&found).find(|(it, acts)| *it != '\n' && *acts);
        assert_eq!(unsafe_one, None, "{text:?}");
    }
}

#[test]
fn what_acts_is_seen() {
    let plain = bones("- plain\n");
    for acts in ["*a*", "~~a~~", "# a", "$a$", "<br>", "|\n-\n| a |", "[a](https://example.test/)"]
    {
        assert_ne!(bones(&format!("- {acts}\n")), plain, "{acts}");
    }
    for acts in
        ["www.example.org", "https://evil.test", "a@b.org", "@octocat", "#1", "<img>", "<br a>"]
    {
        let seen = std::panic::catch_unwind(|| bones(&format!("- {acts}\n")));
        assert!(seen.is_err(), "{acts}");
    }
}

#[test]
fn hostile_texts_stay_texts() {
    HOSTILE.into_iter().for_each(assert_is_only_text);
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => proptest::sample::select(HOSTILE.to_vec()).prop_map(str::to_owned),
        2 => "[-\\\\`*_{}\\[\\]<>()#+.!|~$&:@/=^ \"'0-9a-z\n\t\r\u{0}\u{202e}\u{200b}]{0,12}",
        1 => "\\PC{0,12}",
        1 => any::<String>(),
    ];
    proptest::collection::vec(piece, 1..4).prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn no_text_is_more_than_text(text in text()) {
        assert_is_only_text(&text);
    }
}

#[test]
fn five_thousand_steps_fit_the_worst_first_and_the_rest_is_counted() {
    let files = Files::new();
    let mut many = sample::many(5000, &files);
    many.venue.whole = Some("https://example.test/run/42".to_owned());
    let found = report(&many);
    assert!(found.len() < 65_536 && found.len() > LIMIT * 9 / 10, "{} bytes", found.len());
    let rows: Vec<&str> = found.lines().filter(|it| it.starts_with("| ")).skip(2).collect();
    let named: Vec<bool> = rows
        .iter()
        .zip(["segment-04999", "segment-04998", "segment-04997", "segment-00000"])
        .map(|(row, name)| row.contains(name))
        .collect();
    assert_eq!(named, [true; 4], "{:?}", &rows[..4]);
    let rest = 5000 - rows.len();
    assert!(found.contains(&format!("\nAnd {rest} more: {rest} × create.\n")), "{rest} more");
    let details = found.matches("<details>").count();
    assert!(details > 20 && details < rows.len());
    let bare = rows.len() - details;
    assert!(found.contains(&format!("The details of {bare} of these are left out.")));
    assert!(found.contains("[the whole of it](https://example.test/run/42)"));
    assert!(found.contains("`--report html=FILE`"));
    // The details are those of the worst.
    let first = found.split("<details><summary>").nth(1).unwrap_or_default();
    assert!(first.contains("segment-04999") && first.contains("burnt"), "{first}");
}

#[test]
fn what_comments_ignore_is_cut_like_the_rest_and_stays_folded_away() {
    let files = Files::new();
    for (steps, ignored) in [(5000, 3), (20, 5000), (5000, 5000)] {
        let mut many = sample::many(steps, &files);
        let one = sample::ignored("a reason");
        many.suppressed = vec![one; ignored].into();
        let found = report(&many);
        assert!(found.len() <= LIMIT, "{} bytes", found.len());
        let count = format!("{ignored} findings are ignored by comments.");
        assert!(found.lines().nth(3).is_some_and(|it| it.contains(&count)), "{found}");
        let shown = found.matches("reason: a reason").count();
        let rest = ignored - shown;
        assert!(shown > 0 && (rest == 0 || found.contains(&format!("And {rest} more: {rest} ×"))));
        assert_eq!(found.matches("<details>").count(), found.matches("</details>").count());
        assert!(found.contains("segment-00019") || steps > 20, "the steps are there too");
    }
}

#[test]
fn the_worst_of_a_later_target_comes_before_the_mild_of_an_earlier_one() {
    let files = Files::new();
    let mut many = sample::many(5000, &files);
    many.targets.extend(sample::many(3, &files).targets);
    let found = report(&many);
    assert!(found.len() < 65_536, "{} bytes", found.len());
    assert_eq!(found.matches("refused |").count(), 2);
    assert_eq!(found.matches("<summary>⛔").count(), 2);
}

#[test]
fn what_fits_is_whole() {
    let files = Files::new();
    let found = report(&sample::many(20, &files));
    assert_eq!(found.matches("<details>").count(), 20);
    assert!(!found.contains("This is cut") && !found.contains("left out"));
}

#[test]
fn texts_without_end_and_targets_without_number_fit_too() {
    let endless = "🦀 @x ".repeat(100_000);
    for command in ["plan", "validate"] {
        let found = markdown(command, &endless);
        assert!(found.len() <= LIMIT, "{} bytes", found.len());
    }
    let files = Files::new();
    let mut many = sample::many(30, &files);
    many.targets = (0..500).flat_map(|_| sample::many(30, &files).targets).collect();
    let found = report(&many);
    assert!(found.len() <= LIMIT, "{} bytes", found.len());
    assert!(found.contains("more parts: "), "the targets that are left out are counted");
    assert_eq!(found.matches("refused |").count(), found.matches("#### Target").count());
}
