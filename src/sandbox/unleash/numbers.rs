//! Numbers as JavaScript and the server's value checker (joi) see them.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Number;

#[expect(clippy::unwrap_used, reason = "the pattern is constant and tested")]
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?\s*$").unwrap()
});

const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

/// A JSON number as JavaScript prints it.
pub(super) fn js_number(number: &Number) -> String {
    match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => whole.to_string(),
        (None, Some(value)) => js_float(value),
        (None, None) => number.to_string(),
    }
}

/// A text as a number, as JavaScript converts it: blanks are 0, `0x10` is 16.
pub(super) fn number_of(text: &str) -> Option<Number> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return (!text.is_empty()).then(|| Number::from(0));
    }
    if let Some(digits) = trimmed.strip_prefix("0x") {
        return i64::from_str_radix(digits, 16).ok().map(Number::from);
    }
    if !NUMBER.is_match(trimmed) {
        return None;
    }
    match trimmed.parse::<i64>() {
        Ok(whole) => Some(whole.into()),
        Err(_) => trimmed.parse().ok().and_then(Number::from_f64),
    }
}

/// A number without a fraction. One that is too large for us is the largest we have, which is out
/// of range for every id all the same.
pub(super) fn whole(number: &Number) -> Option<i64> {
    let value = number.as_f64()?;
    #[expect(clippy::cast_possible_truncation, reason = "saturating is meant")]
    let rounded = value as i64;
    number.as_i64().or_else(|| (value.fract() == 0.0).then_some(rounded))
}

/// What is wrong with the text of a number: the message as the server words it.
pub(super) fn complaint(text: &str) -> Option<String> {
    let shown = serde_json::Value::from(text);
    if !NUMBER.is_match(text) {
        return Some(format!("\"value\" must be a number. You provided {shown}."));
    }
    let unsafe_number =
        |shown: &str| Some(format!("\"value\" must be a safe number. You provided {shown}."));
    let text = text.trim();
    let Ok(value) = text.parse::<f64>() else {
        return unsafe_number(&shown.to_string());
    };
    // A number is unsafe when reading it as a double loses digits that were written.
    let printed = js_float(value);
    let lossy = if text.contains(['e', 'E']) {
        significant_digits(text) != significant_digits(&printed)
    } else {
        !printed.contains('e') && printed != plain_decimal(text)
    };
    if lossy {
        return unsafe_number(&shown.to_string());
    }
    // Observed: this one is shown as a number, not as the text that was sent.
    if value.abs() > MAX_SAFE { unsafe_number(&printed) } else { None }
}

fn js_float(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() };
    }
    if (1e-6..1e21).contains(&value.abs()) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    if text.contains("e-") { text } else { text.replace('e', "e+") }
}

fn significant_digits(text: &str) -> String {
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default().replacen('.', "", 1);
    let trimmed = mantissa.trim_end_matches('0');
    trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed).trim_start_matches('0').to_owned()
}

/// A decimal without a plus sign, needless zeros or a needless point.
fn plain_decimal(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    // A quirk of the checker: no digit at all is left of such a zero.
    if whole.is_empty() && fraction.chars().all(|digit| digit == '0') {
        return sign.to_owned();
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    match (whole, fraction) {
        ("0", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use super::complaint;

    #[test]
    fn numbers_are_judged_as_observed() {
        for good in [" 5 ", "1e3", "5.", ".5", "-0", "+5", "00012", "1e-7", "5.10", "0.1e5", "+.5"]
        {
            assert_eq!(complaint(good), None, "{good}");
        }
        for (bad, words) in [
            ("abc", "must be a number. You provided \"abc\"."),
            ("Infinity", "must be a number. You provided \"Infinity\"."),
            ("0x10", "must be a number. You provided \"0x10\"."),
            ("1e400", "must be a safe number. You provided \"1e400\"."),
            ("9007199254740993", "must be a safe number. You provided \"9007199254740993\"."),
            ("9007199254740992", "must be a safe number. You provided 9007199254740992."),
            ("1.0000000000000000001", "must be a safe number."),
        ] {
            let complaint = complaint(bad).unwrap_or_default();
            assert!(complaint.contains(words), "{bad}: {complaint}");
        }
    }
}
