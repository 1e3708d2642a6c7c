//! What a plain YAML scalar means: the core schema of YAML 1.2, and nothing of 1.1.
//!
//! So `NO`, `on` and `1_000` are texts, while `012` and `1.10` are numbers; a schema that wants a
//! text refuses the latter and says to quote them.

use serde_json::Number;

use super::Value;

/// The value of a scalar that stands without quotes.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    match number(text) {
        Some(number) => Value::Number(number),
        None => Value::String(text.to_owned()),
    }
}

fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().map(Number::from);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u64::from_str_radix(digits, 8).ok().map(Number::from);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !is_decimal(unsigned) {
        return None;
    }
    let plain = text.strip_prefix('+').unwrap_or(text);
    if let Ok(integer) = plain.parse::<i64>() {
        return Some(Number::from(integer));
    }
    if let Ok(integer) = plain.parse::<u64>() {
        return Some(Number::from(integer));
    }
    // A number past what a double holds stays a text.
    Number::from_f64(plain.parse().ok()?)
}

/// Whether `text` is `[0-9]*(\.[0-9]*)?([eE][-+]?[0-9]+)?` with a digit before the exponent.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    digits(whole) && digits(fraction) && (whole.len() + fraction.len() > 0) && exponent_fits
}

#[cfg(test)]
mod tests {
    use super::{Value, resolve};

    #[test]
    fn follows_the_core_schema_of_yaml_1_2() {
        for text in ["NO", "on", "y", "1_000", "1:30", "2024-01-31", ".", "-", "1e", "0b1", ".inf"]
        {
            assert!(matches!(resolve(text), Value::String(_)), "{text}");
        }
        for text in ["0", "012", "-7", "+3", "1.10", ".5", "5.", "1e3", "0x1F", "0o17", "9e-2"] {
            assert!(matches!(resolve(text), Value::Number(_)), "{text}");
        }
        for text in ["", "~", "null", "NULL"] {
            assert!(matches!(resolve(text), Value::Null), "{text}");
        }
    }
}
