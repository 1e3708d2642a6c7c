//! Texts: lengths, characters, and what looks alike.

use super::stage::{STAGE, plan, rule, segment, segment_with, spec};
use crate::vendors::story::{Group, Step, group, step};
use serde_json::{Value, json};

pub(super) fn groups() -> Vec<Group> {
    vec![
        group("keys", STAGE, keys()),
        group("lengths of names", STAGE, names()),
        group("lengths of descriptions", STAGE, descriptions()),
        group("characters in names", STAGE, characters_in_names()),
        group("characters in values", STAGE, characters_in_values()),
        group("characters in attributes", STAGE, characters_in_attributes()),
        group("NUL", STAGE, nul()),
        group("lengths of values", STAGE, long_values()),
        group("the size of a request", STAGE, size()),
        group(
            "case and blanks in values count",
            STAGE,
            [
                step("in one case", [one_of(&["Gold"])]).creates(1),
                step("in another", [one_of(&["gold"])]).updates(1),
                step("with a blank", [one_of(&["gold "])]).updates(1),
                step("with a comma, which a person's edit would split", [one_of(&["a,b"])])
                    .updates(1),
                step("split", [one_of(&["a", "b"])]).updates(1),
            ],
        ),
    ]
}

fn of_plan(block: &Value) -> Value {
    let mut block = block.clone();
    block["rules"] = json!([rule("plan", "eq", &["x"])]);
    block
}

fn one_of(values: &[&str]) -> String {
    segment("tried", &json!([rule("plan", "in", values)]))
}

fn keys() -> Vec<Step> {
    let with = |key: &str| {
        let what = format!("a key of {} characters", key.len());
        step(what, [segment_with("tried", &of_plan(&json!({"key": key})))])
    };
    let mut steps: Vec<Step> = ["", "A", "-a", "_a", "a b", "a.b", "é", "a/b"]
        .map(|key| with(key).invalid(["bad-value"]))
        .into();
    steps.push(with(&"k".repeat(129)).invalid(["bad-value"]));
    steps.push(with(&"k".repeat(128)).creates(1));
    steps.push(with("0-under_score").creates(1));
    steps
}

fn names() -> Vec<Step> {
    let with = |name: &str| {
        let what = format!("a name of {} bytes", name.len());
        step(what, [segment_with("tried", &of_plan(&json!({"name": name})))])
    };
    vec![
        with("").invalid(["bad-value"]),
        with(&"n".repeat(256)).invalid(["bad-value"]),
        with(&"é".repeat(128)).invalid(["bad-value"]),
        with(&"n".repeat(255)).creates(1),
        with(&"é".repeat(127)).updates(1),
        with(&"😀".repeat(63)).updates(1),
    ]
}

fn descriptions() -> Vec<Step> {
    let with = |text: &str| {
        let what = format!("a description of {} bytes", text.len());
        step(
            what,
            [spec("tried", &json!({"description": text, "featuresignals": of_plan(&json!({}))}))],
        )
    };
    // Below the text stand an empty line and the mark of 42 characters.
    let mark = "\n\nManaged by segctl: acme/tried 00000000".len();
    let room = 2_000 - mark;
    vec![
        with(&"d".repeat(room + 1)).invalid(["bad-value"]),
        with(&"é".repeat(room / 2 + 1)).invalid(["bad-value"]),
        with(&"d".repeat(room)).creates(1),
        with(&"é".repeat(room / 2)).updates(1),
    ]
}

fn characters_in_names() -> Vec<Step> {
    let names = [
        "a \"quoted\" one",
        "it's",
        "<b>&amp;</b>",
        "日本語 😀",
        "tab\tand\nline",
        "back\\slash",
        " blanks ",
    ];
    let mut first = true;
    names
        .map(|name| {
            let step = step(name, [segment_with("tried", &of_plan(&json!({"name": name})))]);
            if std::mem::take(&mut first) { step.creates(1) } else { step.updates(1) }
        })
        .into()
}

fn characters_in_values() -> Vec<Step> {
    let values = [
        "\"",
        "'",
        ",",
        "a,b",
        "\\",
        "日本語",
        "😀",
        "\u{feff}",
        "a\nb",
        "",
        " ",
        "%22",
        "null",
        "true",
    ];
    let mut steps: Vec<Step> = vec![step("one", [one_of(&["plain"])]).creates(1)];
    steps.extend(values.map(|value| step(format!("{value:?}"), [one_of(&[value])]).updates(1)));
    steps.push(step("all of them", [one_of(&values)]).updates(1));
    let mut turned = values;
    turned.reverse();
    steps.push(step("in another order", [one_of(&turned)]));
    steps
}

fn characters_in_attributes() -> Vec<Step> {
    let with = |name: &str| step(name, [segment("tried", &json!([rule(name, "eq", &["x"])]))]);
    vec![
        with("").invalid(["bad-value"]),
        with("user.plan").creates(1),
        with("Plan").updates(1),
        with("plan").updates(1),
        with("with blank").updates(1),
        with("日本").updates(1),
        with("key").updates(1),
    ]
}

fn nul() -> Vec<Step> {
    let refused = |what: &str, block: &Value| {
        step(what, [segment_with("tried", block)]).invalid(["name-not-sendable"])
    };
    vec![
        refused("in the name", &of_plan(&json!({"name": "a\u{0}b"}))),
        refused("in the description", &of_plan(&json!({"description": "a\u{0}b"}))),
        refused("in a value", &json!({"rules": [rule("plan", "eq", &["a\u{0}"])]})),
        refused("in an attribute", &json!({"rules": [rule("a\u{0}", "eq", &["a"])]})),
        step(
            "what only looks like it",
            [segment_with("tried", &of_plan(&json!({"name": "a\\u0000b"})))],
        )
        .creates(1),
    ]
}

fn long_values() -> Vec<Step> {
    let long = |length: usize| step(format!("of {length}"), [one_of(&[&"v".repeat(length)])]);
    vec![long(1).creates(1), long(255).updates(1), long(256).updates(1), long(100_000).updates(1)]
}

fn size() -> Vec<Step> {
    // About as many as fit: 13 bytes each, and the rest of the body.
    let many = |count: usize| -> Vec<String> { (0..count).map(|it| format!("v{it:09}")).collect() };
    let with = |count: usize| {
        let values = many(count);
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        step(format!("{count} values"), [one_of(&values)])
    };
    vec![
        with(81_000).invalid(["segment-too-large"]),
        with(80_000).creates(1),
        step("and away", [plan("tried")]).updates(1),
    ]
}
