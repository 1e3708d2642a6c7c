//! What the engine of FeatureSignals makes of a segment, so that a segment that can never match is
//! seen before it is sent.
//!
//! It agrees with the outcomes that the real engine computed for each case of
//! `tests/vectors/featuresignals.json`.

mod class;
mod escape;
mod number;
mod regex;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value as Json};

pub(super) use number::{parse as parse_number, print as print_number};
pub(super) use regex::compile;

/// One condition as the API has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition<'a> {
    pub(super) attribute: &'a str,
    pub(super) operator: &'a str,
    pub(super) values: &'a [String],
}

/// Somebody who may be in a segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    pub(super) key: &'a str,
    pub(super) attributes: &'a Map<String, Json>,
}

/// Whether the subject is in a segment of these conditions. Without any, everybody is, whatever the
/// word that joins them.
pub(super) fn matches(
    match_type: &str,
    conditions: &[Condition<'_>],
    subject: Subject<'_>,
) -> bool {
    match match_type {
        _ if conditions.is_empty() => true,
        "all" => conditions.iter().all(|condition| condition.holds(subject)),
        "any" => conditions.iter().any(|condition| condition.holds(subject)),
        _ => false,
    }
}

impl Condition<'_> {
    /// Whether the condition holds. Where the attribute is missing, only `exists` can.
    pub(super) fn holds(self, subject: Subject<'_>) -> bool {
        let first = self.values.first().map(String::as_str);
        // `key` is always there, whatever the attributes say.
        let actual = match self.attribute {
            "key" => Some(subject.key.to_owned()),
            name => subject.attributes.get(name).map(print),
        };
        match (self.operator, actual) {
            ("exists", actual) => actual.is_some() != (first == Some("false")),
            (_, None) => false,
            ("in", Some(actual)) => self.values.contains(&actual),
            ("notIn", Some(actual)) => !self.values.contains(&actual),
            (operator, Some(actual)) => first.is_some_and(|value| holds(operator, &actual, value)),
        }
    }
}

/// The operators that look at the first value and at no other.
fn holds(operator: &str, actual: &str, value: &str) -> bool {
    let numbers = || parse_number(actual).zip(parse_number(value));
    match operator {
        "eq" => actual == value,
        "neq" => actual != value,
        "contains" => actual.contains(value),
        "startsWith" => actual.starts_with(value),
        "endsWith" => actual.ends_with(value),
        "gt" => numbers().is_some_and(|(actual, value)| actual > value),
        "gte" => numbers().is_some_and(|(actual, value)| actual >= value),
        "lt" => numbers().is_some_and(|(actual, value)| actual < value),
        "lte" => numbers().is_some_and(|(actual, value)| actual <= value),
        "regex" => compile(value).is_ok_and(|regex| regex.is_match(actual)),
        _ => false,
    }
}

/// An attribute as the engine sees it: a text, made by Go's `%v`.
pub(super) fn print(value: &Json) -> String {
    match value {
        Json::Null => "<nil>".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => print_number(number.as_f64().unwrap_or(f64::NAN)),
        Json::String(text) => text.clone(),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(print).collect();
            format!("[{}]", items.join(" "))
        }
        Json::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort();
            let fields: Vec<String> =
                names.iter().map(|name| format!("{name}:{}", print(&fields[*name]))).collect();
            format!("map[{}]", fields.join(" "))
        }
    }
}
