//! Numbers as Go reads and prints them.

/// A number as `strconv.ParseFloat` reads it, without one that is too large.
pub(in crate::provider::featuresignals) fn parse(text: &str) -> Option<f64> {
    let (negative, magnitude) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let value =
        if magnitude.eq_ignore_ascii_case("inf") || magnitude.eq_ignore_ascii_case("infinity") {
            f64::INFINITY
        } else if text.eq_ignore_ascii_case("nan") {
            f64::NAN
        } else {
            finite(magnitude)?
        };
    Some(if negative { -value } else { value })
}

fn finite(text: &str) -> Option<f64> {
    if !underscores_are_well_placed(text) {
        return None;
    }
    let plain = text.replace('_', "");
    let hexadecimal = plain.strip_prefix("0x").or_else(|| plain.strip_prefix("0X"));
    let value = match hexadecimal {
        Some(digits) => parse_hexadecimal(digits)?,
        // Rust reads signs and names of its own, which Go has dealt with at this point.
        None if plain.starts_with(|first: char| first.is_ascii_digit() || first == '.') => {
            plain.parse().ok()?
        }
        None => return None,
    };
    Some(value).filter(|value: &f64| value.is_finite())
}

/// Each underscore stands between digits, of which a prefix such as `0x` counts as one.
fn underscores_are_well_placed(text: &str) -> bool {
    #[derive(PartialEq)]
    enum Seen {
        Nothing,
        Digit,
        Underscore,
    }
    let bytes = text.as_bytes();
    let prefix = matches!(bytes, [b'0', b'b' | b'B' | b'o' | b'O' | b'x' | b'X', ..]);
    let hexadecimal = prefix && matches!(bytes[1], b'x' | b'X');
    let mut seen = if prefix { Seen::Digit } else { Seen::Nothing };
    for byte in bytes.iter().skip(if prefix { 2 } else { 0 }) {
        let digit = byte.is_ascii_digit() || (hexadecimal && byte.is_ascii_hexdigit());
        let underscore = *byte == b'_';
        match (underscore, digit) {
            (true, _) if seen != Seen::Digit => return false,
            (true, _) => seen = Seen::Underscore,
            (_, true) => seen = Seen::Digit,
            _ if seen == Seen::Underscore => return false,
            _ => seen = Seen::Nothing,
        }
    }
    seen != Seen::Underscore
}

/// What follows `0x`: digits with an optional point, and an exponent of two, which has to be there.
fn parse_hexadecimal(text: &str) -> Option<f64> {
    let (digits, exponent) = text.split_once(['p', 'P'])?;
    let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // An exponent beyond this leaves nothing over or is too large, whatever the digits.
    let exponent = exponent.parse::<i64>().ok()?.clamp(-100_000, 100_000);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let (mut mantissa, mut shift) = (0_u64, exponent);
    for (digit, is_fraction) in
        whole.chars().map(|it| (it, false)).chain(fraction.chars().map(|it| (it, true)))
    {
        let digit = u64::from(digit.to_digit(16)?);
        if mantissa >> 60 == 0 {
            mantissa = mantissa << 4 | digit;
            shift -= if is_fraction { 4 } else { 0 };
        } else {
            // Beyond what fits, a digit matters only for rounding.
            mantissa |= u64::from(digit != 0);
            shift += if is_fraction { 0 } else { 4 };
        }
    }
    Some(scaled(mantissa, shift))
}

/// `mantissa * 2^shift`.
#[allow(clippy::cast_precision_loss, reason = "rounding to a double is what is wanted")]
fn scaled(mantissa: u64, shift: i64) -> f64 {
    let mut value = mantissa as f64;
    let mut left = shift;
    while left != 0 && value != 0.0 && value.is_finite() {
        let step = left.clamp(-500, 500);
        value *= 2_f64.powi(i32::try_from(step).unwrap_or_default());
        left -= step;
    }
    value
}

/// A number as `%v` prints it: with an exponent from a million on and below 0.0001.
pub(in crate::provider::featuresignals) fn print(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let shortest = format!("{number:e}");
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if number == 0.0 || (-4..6).contains(&exponent) {
        return number.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
