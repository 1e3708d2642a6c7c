//! Numbers as `ConfigCat`'s own dashboard writes them: the shortest text that reads as the same.

/// The number that a text says to the SDKs; none where it says none. A comma is a decimal point.
pub(super) fn parse(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    let is_number = text.starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it))
        && text.ends_with(|it: char| it.is_ascii_digit() || it == '.');
    let number: f64 = if is_number { text.parse().ok()? } else { return None };
    number.is_finite().then_some(number)
}

/// The one text of a number.
pub(super) fn canonical(number: f64) -> String {
    // 0 and -0 are one number.
    let number = if number == 0.0 { 0.0 } else { number };
    let size = number.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{number:e}");
        return if text.contains("e-") { text } else { text.replace('e', "e+") };
    }
    number.to_string()
}

#[cfg(test)]
mod tests {
    use super::{canonical, parse};

    #[test]
    fn a_number_has_one_text() {
        for (text, expected) in [
            (".1", "0.1"),
            ("3.14e2", "314"),
            ("1,5", "1.5"),
            (" 7 ", "7"),
            ("-0", "0"),
            ("+2.50", "2.5"),
            ("1e21", "1e+21"),
            ("0.0000001", "1e-7"),
            ("9007199254740993", "9007199254740992"),
        ] {
            assert_eq!(parse(text).map(canonical).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "abc", "0x10", "NaN", "inf", "1e999", "1 2", "1.2.3"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
