//! The engine beside what the real one computed, and beside Go's own rules of syntax.

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{Condition, Subject, compile, matches, parse_number, print_number};

#[derive(Debug, Deserialize)]
struct Case {
    key: String,
    #[serde(default)]
    attributes: Map<String, Json>,
    condition: Option<Rule>,
    conditions: Option<Vec<Rule>>,
    match_type: Option<String>,
    expect: bool,
}

#[derive(Debug, Deserialize)]
struct Rule {
    attribute: String,
    operator: String,
    values: Option<Vec<String>>,
}

impl Rule {
    fn condition(&self) -> Condition<'_> {
        let values = self.values.as_deref().unwrap_or_default();
        Condition { attribute: &self.attribute, operator: &self.operator, values }
    }
}

#[test]
fn every_case_of_the_vectors_comes_out_as_in_the_real_engine() {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("../../../../tests/vectors/featuresignals.json"))
            .unwrap();
    assert_eq!(cases.len(), 220);
    for case in &cases {
        let subject = Subject { key: &case.key, attributes: &case.attributes };
        let outcome = match &case.condition {
            Some(rule) => rule.condition().holds(subject),
            None => {
                let rules = case.conditions.iter().flatten();
                let conditions: Vec<Condition<'_>> = rules.map(Rule::condition).collect();
                matches(case.match_type.as_deref().unwrap_or_default(), &conditions, subject)
            }
        };
        assert_eq!(outcome, case.expect, "{case:?}");
    }
}

#[test]
fn numbers_are_printed_as_go_prints_them() {
    for (number, printed) in [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (1.5, "1.5"),
        (999_999.0, "999999"),
        (999_999.5, "999999.5"),
        (1_000_000.0, "1e+06"),
        (-1_234_567.0, "-1.234567e+06"),
        (0.0001, "0.0001"),
        (0.000_01, "1e-05"),
        (1e21, "1e+21"),
        (1e100, "1e+100"),
    ] {
        assert_eq!(print_number(number), printed);
    }
}

#[test]
fn numbers_are_read_as_go_reads_them() {
    for (text, number) in [
        ("1e3", Some(1000.0)),
        ("+5", Some(5.0)),
        ("-.5", Some(-0.5)),
        ("1.", Some(1.0)),
        ("1_000.5_0", Some(1000.5)),
        ("_1", None),
        ("1_", None),
        ("1__0", None),
        ("1_.5", None),
        ("0x1p4", Some(16.0)),
        ("0x1.8p1", Some(3.0)),
        ("0x_1p0", Some(1.0)),
        ("0x10", None),
        ("0xp1", None),
        ("0x1p", None),
        ("0x1p-2000", Some(0.0)),
        ("0x1p2000", None),
        ("0x0p2000", Some(0.0)),
        ("0x1fffffffffffff8p0", Some(144_115_188_075_855_872.0)),
        ("1e400", None),
        ("1e-400", Some(0.0)),
        ("INF", Some(f64::INFINITY)),
        ("-Infinity", Some(f64::NEG_INFINITY)),
        ("infi", None),
        ("+nan", None),
        ("+-1", None),
        ("--1", None),
        (" 1", None),
        ("", None),
        (".", None),
        ("1f", None),
    ] {
        assert_eq!(parse_number(text), number, "{text}");
    }
    assert!(parse_number("NaN").is_some_and(f64::is_nan));
}

/// Whether `expression` is found in `text`; an error shows up as such.
fn finds(expression: &str, text: &str) -> Result<bool, String> {
    compile(expression).map(|regex| regex.is_match(text))
}

#[test]
fn what_go_reads_otherwise_than_rust_means_what_go_means() {
    for (expression, text, found) in [
        (r"^\s$", "\u{b}", false),
        (r"^\d$", "٣", false),
        (r"^[\w-]+$", "a_-", true),
        (r"^[^\D]$", "7", true),
        (r"\bé", "aé", true),
        (r"a\B.", "aé", false),
        (r"^[a&&b]+$", "&ab", true),
        (r"^[[a]$", "[", true),
        (r"^[[a]b]$", "ab]", true),
        (r"^[]a]+$", "]a", true),
        (r"^[^]a]$", "b", true),
        (r"^[a-]$", "-", true),
        (r"^[[:alpha:][:digit:]]+$", "a1", true),
        (r"^[[:^alpha:]]$", "a", false),
        (r"^[[:a]$", ":", true),
        (r"^a{,2}$", "a{,2}", true),
        (r"^a{02}$", "a{02}", true),
        (r"^a{2}$", "aa", true),
        (r"^\Qa.b*\E*$", "a.b***", true),
        (r"^\Q(", "(", true),
        (r"^a\Q\E*$", "aaa", true),
        (r"^(?i)k$", "\u{212a}", true),
        (r"^a(?i)b|C$", "c", true),
        (r"^(?i:a)b$", "AB", false),
        (r"^a(?i)*$", "aaa", true),
        (r"^(?)a$", "a", true),
        (r"a$", "a\n", false),
        (r"(?m)a$", "a\nb", true),
        (r"a.b", "a\nb", false),
        (r"(?s)a.b", "a\nb", true),
        (r"^\101\x41\x{41}\0$", "AAA\0", true),
        (r"^\_\-\/$", "_-/", true),
        (r"^\p{Greek}\pL\PN\p{^Lu}$", "αaab", true),
        (r"^(?P<1a>x)(?<b>y)$", "xy", true),
        (r"^(a|)*$", "aa", true),
        (r"^()*$", "", true),
        (r"^*a", "a", true),
        (r"\C", "", false),
    ] {
        let expected = if expression == r"\C" { Err(()) } else { Ok(found) };
        assert_eq!(finds(expression, text).map_err(drop), expected, "{expression} in {text:?}");
    }
}

#[test]
fn what_go_refuses_is_refused_in_its_words() {
    for (expression, reason) in [
        ("a**", "invalid nested repetition operator: `*`"),
        ("a??+", "invalid nested repetition operator: `+`"),
        ("*a", "missing argument to repetition operator: `*`"),
        ("(*a)", "missing argument to repetition operator: `*`"),
        ("a|+", "missing argument to repetition operator: `+`"),
        (r"\Q\E*", "missing argument to repetition operator: `*`"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
        ("a{3,2}", "invalid repeat count: `{3,2}`"),
        ("(a{100}){11}", "invalid repeat count: `{11}`"),
        ("((a{10}b){10}){11}", "invalid repeat count: `{11}`"),
        ("(a", "missing closing ): `(a`"),
        ("a)", "unexpected ): `a)`"),
        ("[a", "missing closing ]: `[a`"),
        ("[]", "missing closing ]: `[]`"),
        ("[z-a]", "invalid character class range: `z-a`"),
        (r"[a-\d]", r"invalid escape sequence: `\d`"),
        (r"[\b]", r"invalid escape sequence: `\b`"),
        ("[[:word]:]]", "invalid character class range: `[:word]:]`"),
        (r"(a)\1", r"invalid escape sequence: `\1`"),
        (r"\h", r"invalid escape sequence: `\h`"),
        (r"\Z", r"invalid escape sequence: `\Z`"),
        (r"\E", r"invalid escape sequence: `\E`"),
        (r"\xg1", r"invalid escape sequence: `\xg`"),
        (r"\p{Nobody}", r"invalid character class range: `\p{Nobody}`"),
        (r"a\", "trailing backslash at end of expression: ``"),
        ("a(?=b)", "invalid or unsupported Perl syntax: `(?=`"),
        ("(?x)a", "invalid or unsupported Perl syntax: `(?x`"),
        ("(?i-)a", "invalid or unsupported Perl syntax: `(?i-)`"),
        ("(?<a b>c)", "invalid named capture: `(?<a b>`"),
    ] {
        assert_eq!(finds(expression, "").unwrap_err(), reason, "{expression}");
    }
    assert_eq!(finds("^(a{100}){10}$", &"a".repeat(1000)), Ok(true));
}

/// Pieces of expressions, well formed and not.
const PIECES: [&str; 44] = [
    "a",
    "é",
    "-",
    "^",
    "$",
    ".",
    "|",
    "(",
    ")",
    "(?",
    "(?:",
    "(?i)",
    "(?i:",
    "(?-s)",
    "(?P<n>",
    "(?<",
    "[",
    "]",
    "[^",
    "[:alpha:]",
    "[:",
    ":]",
    "&&",
    "*",
    "+",
    "?",
    "{",
    "}",
    "{2}",
    "{2,",
    ",3}",
    "{0}",
    "\\",
    r"\d",
    r"\W",
    r"\b",
    r"\B",
    r"\pL",
    r"\p{",
    r"\Q",
    r"\E",
    r"\x{",
    r"\x4",
    r"\0",
];

proptest! {
    #[test]
    fn what_is_taken_is_something_that_rust_compiles(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..12),
    ) {
        let expression = pieces.concat();
        if let Err(reason) = compile(&expression) {
            prop_assert!(!reason.contains("too large"), "{expression}: {reason}");
        }
    }

    #[test]
    fn no_text_is_too_odd_to_be_read(text in any::<String>()) {
        drop(compile(&text));
        parse_number(&text);
    }

    #[test]
    fn a_number_that_was_printed_is_read_as_the_same(number in any::<f64>()) {
        let read = parse_number(&print_number(number)).unwrap();
        prop_assert_eq!(read.to_bits(), number.to_bits());
    }
}
