//! Descriptions and names, with everything that people write into them.

use crate::conformance::documents::{named, segment};
use crate::conformance::facts::Fact;
use crate::conformance::script::{Group, Step, group, step};
use serde_json::{Value, json};

const BODY: &str = "unleash: {constraints: [{contextName: userId, operator: IN, values: ['1']}]}";

pub(in crate::conformance) fn groups() -> Vec<Group> {
    vec![no_description(), descriptions(), reserved(), names()]
}

/// Null, absent and empty are one.
fn no_description() -> Group {
    let with = |description: &str| [segment("beta", &format!("{description}\n{BODY}"))];
    let edited = |description: Value| {
        crate::conformance::edits::Edit::Change("beta", json!({ "description": description }))
    };
    group(
        "no description",
        [
            step("absent", with("")).creates(1).then([described("")]),
            step("null", with("description: null")),
            step("empty", with("description: \"\"")),
            step("blank", with("description: \"  \\n \"")),
            step("some", with("description: Some.")).updates(1).then([described("Some.")]),
            step("null again", with("description: null")).updates(1).then([described("")]),
            // Without a mark it is foreign; it is equal all the same.
            step("null on the server", with("description: \"\"")).after([edited(Value::Null)]),
            step("empty on the server", with("")).after([edited("".into())]),
        ],
    )
}

fn described(text: &str) -> Fact {
    Fact::Segment("beta", json!({ "description": text }))
}

/// Each text replaces the one before, and is read back as it was written.
fn descriptions() -> Group {
    let long: String = "Five thousand; ".repeat(334).chars().take(4_999).chain(['.']).collect();
    let texts = [
        "It's \"quoted\", 'twice' and `thrice`: yes, {no} [maybe] # what",
        "several\nlines\n\n\nand gaps",
        "\ta tab, a back\\slash, a \\n that is none",
        "  blanks before",
        "emoji 👩‍👩‍👧 🇸🇪, Ünïcödé, עברית, \u{202e}reversed",
        "<b>html</b> & $variables ${of} all %s %n kinds; DROP TABLE segments; --",
        "null",
        &long,
    ];
    let mut steps = vec![];
    for (at, text) in texts.iter().enumerate() {
        let shown: String = text.chars().take(30).collect();
        let written = step(shown, description(text)).then([described(text)]);
        steps.push(if at == 0 { written.creates(1) } else { written.updates(1) });
    }
    steps.extend(blanks_at_the_end());
    group("descriptions", steps)
}

fn description(text: &str) -> [String; 1] {
    [segment("beta", &format!("description: {}\n{BODY}", Value::from(text)))]
}

/// Line ends and trailing blanks make no difference.
fn blanks_at_the_end() -> [Step; 5] {
    [
        step("two lines", description("one\ntwo")).updates(1).then([described("one\ntwo")]),
        step("with CRLF", description("one\r\ntwo")),
        step("with a line end behind", description("one\ntwo\n\n")),
        step("with blanks behind", description("one\ntwo  \t ")),
        step("as a block", [segment("beta", &format!("description: |\n  one\n  two\n{BODY}"))]),
    ]
}

/// A description that ends as a mark would be taken for one.
fn reserved() -> Group {
    group(
        "a description like a mark",
        [
            step("at its end", description("About.\nManaged by segctl: acme/beta 12345678"))
                .invalid(&["reserved-text"]),
            step("above other text", description("Managed by segctl: acme/x 12345678\nor so"))
                .creates(1)
                .then([described("Managed by segctl: acme/x 12345678\nor so")]),
        ],
    )
}

/// Names are compared exactly and never trimmed.
fn names() -> Group {
    let long = "n".repeat(300);
    let names = [
        "Ünïcödé 名前 👍",
        "it's \"quoted\"",
        " blanks around ",
        "a/b?c=d&e#f%20",
        "two\nlines",
        "back\\slash",
        "YES",
        "123",
        &long,
    ];
    let mut steps = vec![];
    for (at, name) in names.iter().enumerate() {
        let shown: String = name.chars().take(30).collect();
        let written = step(shown, [named("beta", name, &["1"])]);
        steps.push(if at == 0 { written.creates(1) } else { written.updates(1) });
    }
    let case = |allow: &str| {
        let spec = |name: &str| {
            format!(
                "{allow}unleash: {{name: {name}, constraints: [{{contextName: userId, operator: IN, values: ['1']}}]}}"
            )
        };
        [segment("beta", &spec("Beta")), segment("other", &spec("beta"))]
    };
    steps.push(step("names that differ by case", case("")).invalid(&["similar-names"]));
    steps.push(step("and are allowed to", case("allow: [similar-names]\n")).creates(1).updates(1));
    steps.push(step("an empty one", [named("beta", "", &["1"])]).invalid(&["bad-value"]));
    group("names", steps)
}
