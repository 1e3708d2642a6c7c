//! One condition: how many values its operator takes, and values that can never be met.

use std::collections::HashMap;

use serde_json::{Value as Json, json};

use super::super::engine;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{FeatureSignalsCondition, FeatureSignalsOperator, Node};

/// What an operator makes of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    /// Any number of texts.
    List,
    /// One text; more of them are ignored.
    Text,
    /// One number.
    Number,
    /// One regular expression.
    Regex,
    /// Nothing, or whether the attribute is there.
    Presence,
}

fn takes(operator: FeatureSignalsOperator) -> Takes {
    use FeatureSignalsOperator as Operator;
    match operator {
        Operator::In | Operator::NotIn => Takes::List,
        Operator::Eq
        | Operator::Neq
        | Operator::Contains
        | Operator::StartsWith
        | Operator::EndsWith => Takes::Text,
        Operator::Gt | Operator::Gte | Operator::Lt | Operator::Lte => Takes::Number,
        Operator::Regex => Takes::Regex,
        Operator::Exists => Takes::Presence,
    }
}

/// The name of an operator in the API.
pub(super) fn name(operator: FeatureSignalsOperator) -> &'static str {
    use FeatureSignalsOperator as Operator;
    match operator {
        Operator::Eq => "eq",
        Operator::Neq => "neq",
        Operator::Contains => "contains",
        Operator::StartsWith => "startsWith",
        Operator::EndsWith => "endsWith",
        Operator::In => "in",
        Operator::NotIn => "notIn",
        Operator::Gt => "gt",
        Operator::Gte => "gte",
        Operator::Lt => "lt",
        Operator::Lte => "lte",
        Operator::Regex => "regex",
        Operator::Exists => "exists",
    }
}

/// The condition as the API has it.
pub(super) fn to_json(condition: &FeatureSignalsCondition) -> Json {
    json!({
        "attribute": condition.attribute,
        "operator": name(condition.operator),
        "values": condition.values.as_deref().unwrap_or_default(),
    })
}

/// Says what is wrong with one condition, which stands at `pointer` in `node`.
pub(super) fn check(
    condition: &FeatureSignalsCondition,
    node: &Node,
    pointer: &str,
    found: &mut Vec<Diagnostic>,
) {
    let values = condition.values.as_deref().unwrap_or_default();
    let takes = takes(condition.operator);
    let wrong_count = check_count(condition, takes, values, node, pointer);
    let is_wrong = wrong_count.is_some();
    found.extend(wrong_count);
    if is_wrong {
        return;
    }
    let place = |at: usize| node.span_at(&format!("{pointer}/values/{at}"));
    let first = values.first().map(String::as_str).unwrap_or_default();
    match takes {
        Takes::List => check_repeats(values, node, pointer, found),
        Takes::Number => found.extend(check_number(first).map(|it| it.at(place(0), ""))),
        Takes::Regex => found.extend(check_regex(first).map(|it| it.at(place(0), ""))),
        Takes::Text | Takes::Presence => {}
    }
    if compares_whole(condition.operator) && condition.attribute != "key" {
        let numbers = values.iter().enumerate();
        found.extend(numbers.filter_map(|(at, value)| {
            let printed = printed_otherwise(value)?;
            let message = format!(
                "an attribute that is the number {value} reads as `{printed}`, which \
                 never equals `{value}`"
            );
            let lint = Diagnostic::new(Code::NeverMatches, message);
            Some(lint.at(place(at), "only a text has this").help(format!(
                "compare with `gte` and `lte`, or write \"{printed}\"; a text attribute is fine"
            )))
        }));
    }
}

fn check_count(
    condition: &FeatureSignalsCondition,
    takes: Takes,
    values: &[String],
    node: &Node,
    pointer: &str,
) -> Option<Diagnostic> {
    let operator = name(condition.operator);
    let is_in = condition.operator == FeatureSignalsOperator::In;
    let (message, help) = match (takes, values) {
        (Takes::List, []) if is_in => {
            ("in needs at least one of `values`".to_owned(), "without values it matches nobody")
        }
        (Takes::Text | Takes::Number | Takes::Regex, []) => {
            (format!("{operator} needs one value"), "without it, the condition never holds")
        }
        (Takes::Text | Takes::Number | Takes::Regex, [_, _, ..]) => (
            format!("{operator} looks at the first of its {} values only", values.len()),
            "write one condition for each value with `match_type: any`, or use `in`",
        ),
        (Takes::Presence, [value]) if value != "true" && value != "false" => (
            format!("exists takes \"true\", \"false\" or nothing, and not `{value}`"),
            "only \"false\" turns it round",
        ),
        (Takes::Presence, [_, _, ..]) => (
            "exists looks at the first of its values only".to_owned(),
            "write \"true\", \"false\" or nothing",
        ),
        _ => return None,
    };
    let field = if condition.values.is_some() { "values" } else { "operator" };
    let place = node.span_at(&format!("{pointer}/{field}"));
    Some(Diagnostic::new(Code::OperatorArity, message).at(place, "").help(help))
}

fn check_repeats(values: &[String], node: &Node, pointer: &str, found: &mut Vec<Diagnostic>) {
    let place = |at: usize| node.span_at(&format!("{pointer}/values/{at}"));
    let mut first = HashMap::new();
    for (at, value) in values.iter().enumerate() {
        if let Some(before) = first.insert(value, at) {
            found.push(
                Diagnostic::new(Code::RepeatedValue, "the value stands twice")
                    .at(place(at), "again here")
                    .at(place(before), "first here"),
            );
        }
    }
}

fn check_number(value: &str) -> Option<Diagnostic> {
    let help = "write digits with an optional sign, fraction and exponent, such as \"0.5\"";
    match engine::parse_number(value) {
        Some(number) if !number.is_nan() => None,
        _ => {
            let message = format!("`{value}` is no number that FeatureSignals reads");
            Some(Diagnostic::new(Code::NotANumber, message).help(help))
        }
    }
}

fn check_regex(value: &str) -> Option<Diagnostic> {
    let reason = engine::compile(value).err()?;
    let message = format!("the expression does not compile: {reason}");
    let help = "FeatureSignals reads expressions as Go does: no look-around and no back-references";
    Some(Diagnostic::new(Code::BadRegex, message).help(help))
}

/// The operators that compare a whole attribute with a text.
fn compares_whole(operator: FeatureSignalsOperator) -> bool {
    use FeatureSignalsOperator as Operator;
    matches!(operator, Operator::Eq | Operator::Neq | Operator::In | Operator::NotIn)
}

/// What an attribute reads as that is the number which `value` looks like, where that is another
/// text: `1000000` is `1e+06` there.
fn printed_otherwise(value: &str) -> Option<String> {
    let number: f64 = value.parse().ok()?;
    // As people write the number. What has zeros at an end, such as `1.10`, is rather a version or an
    // id, which is a text.
    let is_plain = number.is_finite() && number.to_string() == value;
    Some(engine::print_number(number)).filter(|printed| is_plain && printed != value)
}

#[cfg(test)]
mod tests {
    use super::printed_otherwise;

    #[test]
    fn a_number_that_is_written_otherwise_is_seen() {
        let same = ["1", "0", "-5", "0.5", "999999", "1e+06", "0049", "+5", "abc", "", " 1"];
        let texts = ["1.10", "2.0", "1e3", "NaN", "inf", "-0"];
        for value in same.into_iter().chain(texts) {
            assert_eq!(printed_otherwise(value), None, "{value}");
        }
        for (value, printed) in
            [("1000000", "1e+06"), ("-1234567", "-1.234567e+06"), ("0.00001", "1e-05")]
        {
            assert_eq!(printed_otherwise(value).as_deref(), Some(printed));
        }
    }
}
