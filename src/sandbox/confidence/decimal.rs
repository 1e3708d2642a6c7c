//! Decimals: texts such as `0.10`, `.5` or `1e-1`, which come back as `0.1`, `0.5` and `0.1`.

/// The longest exponent that is believed; the rest is a mistake.
const EXPONENT_MAX: usize = 50;

/// A decimal as the server stores it; none when it is not one. The empty text is zero.
pub(super) fn normal(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(String::new());
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |part: &str| part.bytes().all(|it| it.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let (whole, fraction) = shifted(whole, fraction, exponent)?;
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    Some(match (whole, fraction) {
        ("", "") => "0".to_owned(),
        (_, "") => format!("{sign}{whole}"),
        ("", _) => format!("{sign}0.{fraction}"),
        _ => format!("{sign}{whole}.{fraction}"),
    })
}

/// Moves the point by `exponent` places.
fn shifted(whole: &str, fraction: &str, exponent: i32) -> Option<(String, String)> {
    let places = usize::try_from(exponent.unsigned_abs()).ok().filter(|it| *it <= EXPONENT_MAX)?;
    let zeros = "0".repeat(places);
    let (digits, point) = if exponent < 0 {
        (format!("{zeros}{whole}{fraction}"), whole.len())
    } else {
        (format!("{whole}{fraction}{zeros}"), whole.len() + places)
    };
    let (whole, fraction) = digits.split_at_checked(point)?;
    Some((whole.to_owned(), fraction.to_owned()))
}

/// How many of a million buckets a proportion is; none outside of 0 to 1. No text is 0.
pub(super) fn buckets(text: &str) -> Option<u32> {
    let value: f64 = if text.is_empty() { 0.0 } else { text.parse().ok()? };
    let buckets = (value * f64::from(super::space::BUCKETS)).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    (0.0..=1.0).contains(&value).then_some(buckets as u32)
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn decimals_come_back_in_one_form() {
        for (sent, stored) in [
            ("1.0", Some("1")),
            ("0.10", Some("0.1")),
            (".5", Some("0.5")),
            ("+2.", Some("2")),
            ("5e-1", Some("0.5")),
            ("2.5E1", Some("25")),
            ("-0.50", Some("-0.5")),
            ("000", Some("0")),
            ("", Some("")),
            (".", None),
            ("0,5", None),
            ("half", None),
            ("1e", None),
        ] {
            assert_eq!(normal(sent).as_deref(), stored, "{sent}");
        }
    }
}
