//! Compares an answer with what was expected, and fills kept values into requests.

use super::probe::{Answer, Expected};
use crate::support::http::Reply;
use serde_json::Value;
use std::collections::BTreeMap;

/// Values kept from earlier answers.
pub(super) type Kept = BTreeMap<&'static str, Value>;

/// Replaces `{name}` in a text.
pub(super) fn fill(text: &str, kept: &Kept) -> String {
    kept.iter().fold(text.to_owned(), |text, (name, value)| {
        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text.replace(&format!("{{{name}}}"), &shown)
    })
}

/// Replaces each string which is `{name}` as a whole, and `{n}` within strings.
pub(super) fn fill_json(json: &Value, kept: &Kept) -> Value {
    match json {
        Value::String(text) => {
            let name = text.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
            match name.and_then(|it| kept.get(it)) {
                Some(value) => value.clone(),
                None => Value::String(fill(text, kept)),
            }
        }
        Value::Array(items) => items.iter().map(|it| fill_json(it, kept)).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, it)| (key.clone(), fill_json(it, kept))).collect()
        }
        other => other.clone(),
    }
}

/// What is wrong with an answer; nothing if it is as expected.
pub(super) fn complaint(reply: &Reply, answer: &Answer, kept: &Kept) -> Option<String> {
    let shown: String = reply.text.chars().take(700).collect();
    if reply.status != answer.status {
        return Some(format!("expected {}, got {}: {shown}", answer.status, reply.status));
    }
    let content_type = reply.header("content-type").unwrap_or_default();
    let difference = match &answer.body {
        Expected::Anything => None,
        Expected::Empty => (!reply.text.is_empty()).then(|| "expected no body".to_owned()),
        Expected::Html => {
            (!content_type.starts_with("text/html")).then(|| format!("a page, not {content_type}"))
        }
        Expected::Saying(part) => {
            let message = reply.json.as_ref().and_then(|it| it["message"].as_str());
            let found = message.is_some_and(|it| it.contains(part));
            (!found).then(|| format!("expected a message with {part:?}"))
        }
        Expected::Exactly(expected) => in_json(reply, &fill_json(expected, kept), true),
        Expected::Including(expected) => in_json(reply, &fill_json(expected, kept), false),
    };
    difference.map(|it| format!("{it}\n      got {}: {shown}", reply.status))
}

fn in_json(reply: &Reply, expected: &Value, exactly: bool) -> Option<String> {
    match &reply.json {
        None => Some("expected JSON".to_owned()),
        Some(actual) => difference("", expected, actual, exactly),
    }
}

/// The first difference, with the place where it is.
///
/// The ids of a strategy's segments come in the order of rows on disk, which means nothing.
fn difference(at: &str, expected: &Value, actual: &Value, exactly: bool) -> Option<String> {
    match (expected, actual) {
        (Value::Array(expected), Value::Array(actual))
            if at.ends_with("/segments") && actual.iter().all(Value::is_number) =>
        {
            let sorted = |ids: &[Value]| {
                let mut ids: Vec<String> = ids.iter().map(Value::to_string).collect();
                ids.sort();
                ids
            };
            let same = sorted(expected) == sorted(actual);
            (!same).then(|| format!("{at} should be {expected:?} but is {actual:?}"))
        }
        (Value::String(any), _) if any == "{*}" => None,
        (Value::Object(expected), Value::Object(actual)) => {
            let extra = actual.keys().find(|it| exactly && !expected.contains_key(*it));
            if let Some(extra) = extra {
                return Some(format!("{at}/{extra} is not expected"));
            }
            expected.iter().find_map(|(key, expected)| {
                let at = format!("{at}/{key}");
                match actual.get(key) {
                    None if expected == "{absent}" => None,
                    None => Some(format!("{at} is missing")),
                    Some(_) if expected == "{absent}" => Some(format!("{at} is there")),
                    Some(actual) => difference(&at, expected, actual, exactly),
                }
            })
        }
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            let mut pairs = expected.iter().zip(actual).enumerate();
            pairs.find_map(|(n, (expected, actual))| {
                difference(&format!("{at}/{n}"), expected, actual, exactly)
            })
        }
        _ if expected == actual => None,
        _ => Some(format!("{at} should be {expected} but is {actual}")),
    }
}
