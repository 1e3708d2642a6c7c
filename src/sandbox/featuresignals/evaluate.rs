//! What the server says of a segment by itself. Observed: this is not the engine, and disagrees with
//! it.

use serde_json::{Map, Value};

/// Whether somebody of these attributes, their key among them, is in the segment. Nobody is in one
/// without rules, and half of the operators are unknown here.
pub(super) fn matched(segment: &Value, who: &Map<String, Value>) -> bool {
    let rules = segment["rules"].as_array().map_or(&[][..], Vec::as_slice);
    match segment["match_type"].as_str() {
        _ if rules.is_empty() => false,
        Some("any") => rules.iter().any(|rule| holds(rule, who)),
        _ => rules.iter().all(|rule| holds(rule, who)),
    }
}

fn holds(rule: &Value, who: &Map<String, Value>) -> bool {
    let attribute = rule["attribute"].as_str().unwrap_or_default();
    let actual = match who.get(attribute) {
        None => return false,
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let values = rule["values"].as_array().map_or(&[][..], Vec::as_slice);
    let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    let any = |holds: fn(&str, &str) -> bool| values.iter().any(|value| holds(&actual, value));
    match rule["operator"].as_str().unwrap_or_default() {
        "eq" | "in" => any(|actual, value| actual == value),
        "neq" | "notIn" => !any(|actual, value| actual == value),
        "contains" => any(|actual, value| actual.contains(value)),
        "startsWith" => any(|actual, value| actual.starts_with(value)),
        "endsWith" => any(|actual, value| actual.ends_with(value)),
        _ => false,
    }
}
