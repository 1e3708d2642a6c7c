//! The canonical form of any JSON in which order means nothing.

use std::collections::BTreeMap;

use serde_json::{Number, Value as Json};

/// `value` with fields by their names, items by their content and each once, and numbers that are
/// whole without a fraction.
pub(super) fn normal(value: &Json) -> Json {
    match value {
        Json::Object(fields) => {
            let sorted: BTreeMap<&String, Json> =
                fields.iter().map(|(name, value)| (name, normal(value))).collect();
            Json::Object(sorted.into_iter().map(|(name, it)| (name.clone(), it)).collect())
        }
        Json::Array(items) => {
            let sorted: BTreeMap<String, Json> =
                items.iter().map(normal).map(|item| (item.to_string(), item)).collect();
            Json::Array(sorted.into_values().collect())
        }
        Json::Number(number) => Json::Number(whole(number).unwrap_or_else(|| number.clone())),
        _ => value.clone(),
    }
}

/// A number such as `18.0` as `18`; none when it has a fraction, or more digits than a double.
fn whole(number: &Number) -> Option<Number> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let value = number.as_f64().filter(|it| it.fract() == 0.0 && it.abs() < EXACT)?;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
    Some(Number::from(value as i64))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::normal;

    #[test]
    fn order_repeats_and_the_spelling_of_numbers_mean_nothing() {
        let one = json!({"a": [{"x": 1.0, "y": 2}, "b", "b"], "c": {}});
        let other = json!({"c": {}, "a": ["b", {"y": 2.0, "x": 1}]});
        assert_eq!(normal(&one).to_string(), normal(&other).to_string());
        assert_ne!(normal(&json!(1.5)), normal(&json!(1)));
        assert_ne!(normal(&json!({"a": {}})), normal(&json!({})));
    }
}
