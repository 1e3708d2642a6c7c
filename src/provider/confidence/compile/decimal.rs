//! Shares of the population: decimal texts, compared by their value.

use super::super::BUCKETS;

/// A decimal in one form, without needless zeros; none when it is not a plain decimal.
pub(in super::super) fn canonical(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |part: &str| part.bytes().all(|it| it.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// How many digits stand behind the point of a canonical decimal.
pub(super) fn fraction_digits(decimal: &str) -> usize {
    decimal.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

/// A share in buckets of the population; what is no number is none of it.
pub(in super::super) fn buckets(decimal: &str) -> u64 {
    let share: f64 = decimal.parse().unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
    let buckets = (share * BUCKETS).round().clamp(0.0, 1e15) as u64;
    buckets
}

/// A number of buckets as a share.
pub(in super::super) fn share(buckets: u64) -> String {
    let text = format!("{}.{:06}", buckets / 1_000_000, buckets % 1_000_000);
    canonical(&text).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_in_any_spelling() {
        for (text, one) in [("1.0", "1"), ("0.10", "0.1"), (".5", "0.5"), ("01", "1"), ("0", "0")] {
            assert_eq!(canonical(text).as_deref(), Some(one));
        }
        for wrong in ["", ".", "-1", "1e-1", "half", "1,5"] {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
        assert_eq!((buckets("0.5556"), share(555_600)), (555_600, "0.5556".to_owned()));
        assert_eq!(share(1_000_000), "1");
    }
}
