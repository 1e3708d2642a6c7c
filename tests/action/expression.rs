//! The few expressions of GitHub that the action uses: names, texts, `==`, `!=`, `&&` and `||`.

use std::collections::BTreeMap;

/// Values by the names that expressions use.
pub(super) type Known = BTreeMap<String, String>;

/// `text` with every `${{ … }}` replaced.
pub(super) fn filled(text: &str, known: &Known) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let (expression, after) = after.split_once("}}").expect("an expression ends");
        filled.push_str(before);
        filled.push_str(&value(expression.trim(), known));
        rest = after;
    }
    filled + rest
}

pub(super) fn is_true(value: &str) -> bool {
    !value.is_empty() && value != "false"
}

fn value(expression: &str, known: &Known) -> String {
    let say = |it: bool| if it { "true" } else { "false" }.to_owned();
    if let Some((left, right)) = expression.split_once(" || ") {
        let left = value(left, known);
        return if is_true(&left) { left } else { value(right, known) };
    }
    if let Some((left, right)) = expression.split_once(" && ") {
        return say(is_true(&value(left, known)) && is_true(&value(right, known)));
    }
    if let Some((left, right)) = expression.split_once(" == ") {
        return say(value(left, known) == value(right, known));
    }
    if let Some((left, right)) = expression.split_once(" != ") {
        return say(value(left, known) != value(right, known));
    }
    if expression == "!cancelled()" {
        return say(true);
    }
    if let Some(literal) = expression.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')) {
        return literal.to_owned();
    }
    let is_name = ["inputs.", "steps.", "github.token"].iter().any(|it| expression.starts_with(it));
    assert!(is_name, "the test does not know the expression `{expression}`");
    // What does not exist is empty, as on GitHub.
    known.get(expression).cloned().unwrap_or_default()
}

#[test]
fn expressions_have_the_values_that_github_gives_them() {
    let known = Known::from([("inputs.a".to_owned(), "x".to_owned())]);
    let value = |text: &str| filled(text, &known);
    assert_eq!(value("<${{ inputs.a }}|${{ inputs.b }}>"), "<x|>");
    assert_eq!(value("${{ inputs.b || inputs.a }}"), "x");
    assert_eq!(value("${{ !cancelled() && inputs.a == 'x' && inputs.b != '' }}"), "false");
    assert_eq!(value("${{ !cancelled() && inputs.a == 'x' }}"), "true");
}
