//! A JSON value after it has been in the database: keys in an order of their own, and numbers
//! without an exponent.

use serde_json::{Map, Value, json};

/// The largest whole number up to which each one is a double: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The value as it is read back.
pub(super) fn stored(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(String, Value)> = fields.into_iter().collect();
            fields.sort_by(|(one, _), (other, _)| (one.len(), one).cmp(&(other.len(), other)));
            let fields = fields.into_iter().map(|(name, value)| (name, stored(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(stored).collect()),
        Value::Number(number) => match number.as_f64() {
            #[allow(clippy::cast_possible_truncation, reason = "whole and within range")]
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < EXACT => {
                json!(float as i64)
            }
            _ => Value::Number(number),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::stored;

    #[test]
    fn numbers_lose_their_exponent_and_keys_their_order() {
        let value = serde_json::from_str(r#"{"bb": 1.50e2, "c": [1.5, 7], "a": null}"#).unwrap();
        assert_eq!(stored(value).to_string(), r#"{"a":null,"c":[1.5,7],"bb":150}"#);
    }
}
