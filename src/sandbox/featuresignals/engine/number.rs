//! Numbers as Go reads and prints them.

/// What `strconv.ParseFloat` takes: also infinities, digits with underscores between them, and
/// hexadecimal numbers with an exponent. What is too large is no number.
pub(super) fn parse(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    let (sign, magnitude) = match lower.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, lower.strip_prefix('+').unwrap_or(&lower)),
    };
    match magnitude {
        "inf" | "infinity" => return Some(sign * f64::INFINITY),
        "nan" => return (lower == "nan").then_some(f64::NAN),
        _ => {}
    }
    if !magnitude.starts_with(|it: char| it.is_ascii_digit() || it == '.') {
        return None;
    }
    let plain = without_underscores(magnitude)?;
    let value = match plain.strip_prefix("0x") {
        Some(hexadecimal) => parse_hexadecimal(hexadecimal)?,
        None => plain.parse::<f64>().ok()?,
    };
    value.is_finite().then_some(sign * value)
}

/// An underscore stands between two digits, or between the prefix of a number and a digit.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_hexadecimal = text.starts_with("0x");
    for (at, _) in text.match_indices('_') {
        let digit = |byte: u8| {
            if is_hexadecimal { byte.is_ascii_hexdigit() } else { byte.is_ascii_digit() }
        };
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied();
        let after = bytes.get(at + 1).copied();
        let opens = is_hexadecimal && at == 2;
        if !(opens || before.is_some_and(digit)) || !after.is_some_and(digit) {
            return None;
        }
    }
    Some(text.replace('_', ""))
}

/// `1.8p4`: the exponent has to be there.
fn parse_hexadecimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() {
        return None;
    }
    let mut value = 0.0;
    for digit in digits.chars() {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let shift = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    Some(value * 2_f64.powi(exponent.checked_sub(shift)?))
}

/// What `%v` prints: an exponent of at least two digits from a million on and below 0.0001.
pub(super) fn print(number: f64) -> String {
    let shortest = format!("{number:e}");
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if number == 0.0 || (-4..6).contains(&exponent) {
        return number.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
