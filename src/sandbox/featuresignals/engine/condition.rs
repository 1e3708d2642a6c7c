//! One condition, and several of them together.

use serde_json::Value;

use super::{Audience, expression, number};

/// Whether the conditions hold, by the word that joins them. No conditions hold whatever the word is.
pub(super) fn all_or_any(word: &str, conditions: &Value, who: Audience<'_>) -> bool {
    let conditions = conditions.as_array().map_or(&[][..], Vec::as_slice);
    match word {
        _ if conditions.is_empty() => true,
        "all" => conditions.iter().all(|it| holds(it, who)),
        "any" => conditions.iter().any(|it| holds(it, who)),
        _ => false,
    }
}

fn holds(condition: &Value, who: Audience<'_>) -> bool {
    let word = |name: &str| condition[name].as_str().unwrap_or_default();
    let values: Vec<&str> =
        condition["values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let attribute = who.attribute(word("attribute"));
    if word("operator") == "exists" {
        return attribute.is_some() != (values.first() == Some(&"false"));
    }
    let Some(attribute) = attribute else { return false };
    let actual = printed(&attribute);
    match word("operator") {
        "in" => values.contains(&actual.as_str()),
        "notIn" => !values.contains(&actual.as_str()),
        operator => values.first().is_some_and(|value| compares(operator, &actual, value)),
    }
}

/// Only the first value counts here.
fn compares(operator: &str, actual: &str, value: &str) -> bool {
    let numbers = || Some((number::parse(actual)?, number::parse(value)?));
    let ordered = |holds: fn(&f64, &f64) -> bool| {
        numbers().is_some_and(|(actual, value)| holds(&actual, &value))
    };
    match operator {
        "eq" => actual == value,
        "neq" => actual != value,
        "contains" => actual.contains(value),
        "startsWith" => actual.starts_with(value),
        "endsWith" => actual.ends_with(value),
        "gt" => ordered(f64::gt),
        "gte" => ordered(f64::ge),
        "lt" => ordered(f64::lt),
        "lte" => ordered(f64::le),
        "regex" => expression::finds(value, actual),
        _ => false,
    }
}

/// A value as Go prints it with `%v`.
fn printed(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Number(it) => number::print(it.as_f64().unwrap_or_default()),
        Value::String(it) => it.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(printed).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(fields) => {
            let mut fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}:{}", printed(value))).collect();
            fields.sort();
            format!("map[{}]", fields.join(" "))
        }
    }
}
