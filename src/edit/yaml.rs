//! JSON values as YAML that people would have written.
//!
//! Short lists and mappings stand on one line, as in the examples. `serde_yaml` writes only blocks,
//! so the layout is made here; a text that is not plainly one is quoted, every character that does
//! not print spelt out.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json};

use crate::report::judged;

/// The longest line that is made of a list or a mapping.
const WIDTH: usize = 100;
/// What each level is indented by.
const INDENT: usize = 2;

/// A document with `comments` above it, each one line.
pub(crate) fn document(comments: &[String], fields: &Map<String, Json>) -> String {
    let mut out = String::new();
    for comment in comments {
        let _ = writeln!(out, "# {comment}");
    }
    block(&mut out, fields, 0);
    out
}

/// A field of a mapping whose keys stand in the column `indent`, on lines of its own.
pub(super) fn field(key: &str, value: &Json, indent: usize) -> String {
    let mut out = String::new();
    let fields = Map::from_iter([(key.to_owned(), value.clone())]);
    block(&mut out, &fields, indent);
    out
}

/// An item of a list whose dashes stand in the column `indent`, on lines of its own.
pub(super) fn item_of(value: &Json, indent: usize) -> String {
    let mut out = String::new();
    item(&mut out, value, indent);
    out
}

/// A mapping, one field a line.
fn block(out: &mut String, fields: &Map<String, Json>, indent: usize) {
    for (key, value) in fields {
        let lead = format!("{:indent$}{key}:", "");
        if let Some(line) = one_line(value, lead.len() + 1) {
            let _ = writeln!(out, "{lead} {line}");
            continue;
        }
        match value {
            Json::Object(fields) => {
                let _ = writeln!(out, "{lead}");
                block(out, fields, indent + INDENT);
            }
            Json::Array(items) => {
                let _ = writeln!(out, "{lead}");
                for value in items {
                    item(out, value, indent + INDENT);
                }
            }
            value => {
                let text = value.as_str().unwrap_or_default();
                let _ = write!(out, "{lead} {}", literal(text, indent + INDENT));
            }
        }
    }
}

/// An item of a list, on lines of its own.
fn item(out: &mut String, value: &Json, indent: usize) {
    let lead = format!("{:indent$}- ", "");
    match (one_line(value, lead.len()), value) {
        (None, Json::Object(fields)) => {
            let mut lines = String::new();
            block(&mut lines, fields, indent + INDENT);
            // The first field stands beside the dash.
            let _ = write!(out, "{lead}{}", &lines[lead.len()..]);
        }
        (line, value) => {
            let _ = writeln!(out, "{lead}{}", line.unwrap_or_else(|| flow(value)));
        }
    }
}

/// `value` on one line, where that can be read: what stands before it takes up `column`.
pub(super) fn one_line(value: &Json, column: usize) -> Option<String> {
    match value {
        Json::String(text) if is_prose(text) => return None,
        Json::String(text) if is_plain(text, &[',', '\'', '&', '(', ')']) => {
            return Some(text.clone());
        }
        Json::Object(fields) if fields.values().any(Json::is_object) => return None,
        Json::Object(fields) if fields.values().any(is_list_of_containers) => return None,
        value if is_list_of_containers(value) => return None,
        _ => {}
    }
    let line = flow(value);
    let is_container = value.is_object() || value.is_array();
    (!is_container || column + line.chars().count() <= WIDTH).then_some(line)
}

fn is_list_of_containers(value: &Json) -> bool {
    value.as_array().is_some_and(|items| items.iter().any(|it| it.is_object() || it.is_array()))
}

/// `value` in one line, whatever its length.
pub(super) fn flow(value: &Json) -> String {
    match value {
        Json::String(text) if is_plain(text, &[]) => text.clone(),
        Json::String(text) => quoted(text),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(key, value)| format!("{key}: {}", flow(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        value => value.to_string(),
    }
}

/// Words that YAML, or a reader of its older version, takes for something else.
const WORDS: [&str; 11] =
    ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"];

/// Whether a text means itself without quotes, for every reader: it begins with a letter and has
/// nothing in it that could mean something, beside `more`.
pub(super) fn is_plain(text: &str, more: &[char]) -> bool {
    let ordinary = |it: char| it.is_alphanumeric() || " _-./@+".contains(it) || more.contains(&it);
    text.starts_with(char::is_alphabetic)
        && text.chars().all(ordinary)
        && !is_odd(text)
        && !text.ends_with(' ')
        && !WORDS.contains(&text.to_lowercase().as_str())
}

/// A text in double quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for (character, acts) in judged(text) {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            odd if acts || is_no_character(odd) => {
                let code = u32::from(odd);
                let _ = if code > 0xffff {
                    write!(out, "\\U{code:08x}")
                } else {
                    write!(out, "\\u{code:04x}")
                };
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}

/// Whether something in a text does not print, or hides what it is.
pub(super) fn is_odd(text: &str) -> bool {
    judged(text).any(|(character, acts)| acts || is_no_character(character))
}

fn is_no_character(character: char) -> bool {
    u32::from(character) & 0xfffe == 0xfffe
}

/// Whether a text has several lines that can stand as they are: no blanks at their ends, none
/// before the first, and nothing that does not print.
pub(super) fn is_prose(text: &str) -> bool {
    text.contains('\n')
        && !text.ends_with('\n')
        && !text.starts_with([' ', '\n'])
        && text.split('\n').all(|line| !line.ends_with(' ') && !is_odd(line))
}

/// A text of several lines as they are.
fn literal(text: &str, indent: usize) -> String {
    let mut out = String::from("|-\n");
    for line in text.split('\n') {
        let _ = if line.is_empty() { writeln!(out) } else { writeln!(out, "{:indent$}{line}", "") };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;
    use crate::source::Files;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Texts that a reader of YAML could take for something else, or for the end of the text.
    const HOSTILE: &[&str] = &[
        "",
        " ",
        "~",
        "yes",
        "NO",
        "y",
        "null",
        "True",
        "1",
        "1.0",
        "0x1F",
        "0o17",
        "1e3",
        ".5",
        "5.",
        "+3",
        "012",
        "1_000",
        ".inf",
        "-.NaN",
        "2024-01-31",
        "12:30:45",
        "#",
        "a #b",
        "a: b",
        "a:",
        "- a",
        "---",
        "...",
        "%YAML 1.2",
        "&a",
        "*a",
        "!!str x",
        "<<",
        "=",
        "? a",
        "| x",
        "> x",
        "@a",
        "`a",
        "[",
        "]",
        "{}",
        "a, b",
        "'",
        "\"",
        "a'b",
        "\\",
        "c\\",
        "\\n",
        " a",
        "a ",
        "\ta",
        "a\tb",
        "a\n",
        "\na",
        "a\nb",
        "a\n\n  b\n c",
        "a \nb",
        "# a\n# b",
        "a\r\nb",
        "a\rb",
        "\u{85}",
        "a\u{2028}b",
        "\u{feff}a",
        "a\u{202e}b",
        "\u{0}",
        "\u{1b}[2J",
        "\u{7f}",
        "\u{fffe}",
        "\u{1ffff}",
        "\u{1f680}",
        "\u{a0}a\u{a0}",
        "\u{65e5}\u{672c}\nb",
        "a\u{300}",
        "x\n---\ny",
        "x\n...\n",
    ];

    fn texts() -> impl Strategy<Value = String> {
        let hostile = proptest::sample::select(HOSTILE).prop_map(str::to_owned);
        let joined = vec(proptest::sample::select(HOSTILE), 2..4).prop_map(|it| it.concat());
        let any = vec(any::<char>(), 0..12).prop_map(|it| it.into_iter().collect());
        prop_oneof![
            hostile,
            joined,
            any,
            "[a-zA-Z0-9 :#'\"\\[\\]{},&*!|>%@`~?=.\n-]{0,12}",
            "[a-z ]{90,120}"
        ]
    }

    fn values() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            6 => texts().prop_map(Json::from),
            1 => any::<bool>().prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            let map = proptest::collection::btree_map("[a-z]{1,8}", inner.clone(), 1..5);
            prop_oneof![
                vec(texts(), 0..8).prop_map(Json::from),
                vec(inner, 0..4).prop_map(Json::from),
                map.prop_map(|it| Json::Object(it.into_iter().collect())),
            ]
        })
    }

    fn read(text: &str) -> (Vec<Json>, Vec<&'static str>) {
        let mut files = Files::default();
        let file = files.add("a.yaml", text);
        let mut wrong = vec![];
        let nodes = parse(file, text, &mut wrong);
        (
            nodes.iter().map(crate::document::Node::to_json).collect(),
            wrong.iter().map(|it| it.code.name()).collect(),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 2_000,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// What is written is what is read, by segctl and by another reader.
        #[test]
        fn survives(value in values()) {
            let fields: Map<String, Json> =
                [("spec".to_owned(), value.clone()), ("z".to_owned(), Json::from("end"))].into_iter().collect();
            let text = document(&["yaml-language-server: $schema=x".to_owned()], &fields);
            let (read, wrong) = read(&text);
            prop_assert!(wrong.is_empty(), "{:?}\n{}", wrong, text);
            prop_assert_eq!(&read, &vec![Json::Object(fields.clone())], "{}", text);
            let other: Json = serde_yaml::from_str(&text).map_err(|it| TestCaseError::fail(format!("{it}\n{text}")))?;
            prop_assert_eq!(other, Json::Object(fields), "{}", text);
            prop_assert!(!is_odd(&text.replace('\n', "")), "{}", text);
        }
    }

    #[test]
    fn looks_as_people_write() {
        let value = serde_json::json!({
            "kind": "Segment", "metadata": {"name": "beta"}, "spec": {
                "description": "Two lines:\n\n  and a list.", "allow": ["matches-everyone"],
                "unleash": {"name": "It's, well", "constraints": [
                    {"contextName": "userId", "operator": "IN", "values": ["ada", "7"], "inverted": true},
                    {"contextName": "email", "values": ["x".repeat(60), "y".repeat(60)]},
                ]},
                "none": [],
            },
        });
        let text = document(&["A.".to_owned()], value.as_object().unwrap());
        insta::assert_snapshot!(text, @r#"
        # A.
        kind: Segment
        metadata: {name: beta}
        spec:
          description: |-
            Two lines:

              and a list.
          allow: [matches-everyone]
          unleash:
            name: It's, well
            constraints:
              - {contextName: userId, operator: IN, values: [ada, "7"], inverted: true}
              - contextName: email
                values:
                  - xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
                  - yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
          none: []
        "#);
    }
}
