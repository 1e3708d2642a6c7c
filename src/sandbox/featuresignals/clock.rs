//! Times as the API writes them, and ids.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

/// Now, in microseconds: `PostgreSQL` keeps no more.
pub(super) fn now() -> i64 {
    Utc::now().timestamp_micros()
}

/// A time as Go writes it: zeros at the end of the fraction are left out, so that texts do not sort
/// as times do.
pub(super) fn text(micros: i64) -> String {
    let time = DateTime::from_timestamp_micros(micros).unwrap_or_default();
    let text = time.format("%Y-%m-%dT%H:%M:%S%.6f").to_string();
    format!("{}Z", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A new id.
pub(super) fn new_id() -> String {
    id_of(fastrand::u128(..))
}

/// The id of what a fixture names so: the same in every sandbox of that fixture.
pub(super) fn id_for(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    let bytes = digest.first_chunk().copied().unwrap_or_default();
    id_of(u128::from_be_bytes(bytes))
}

/// A UUID of version 4 with these bits.
fn id_of(bits: u128) -> String {
    let hex = format!("{bits:032x}");
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::{id_for, text};

    #[test]
    fn zeros_at_the_end_of_a_fraction_are_left_out() {
        assert_eq!(text(1_775_001_600_123_450), "2026-04-01T00:00:00.12345Z");
        assert_eq!(text(1_775_001_600_000_000), "2026-04-01T00:00:00Z");
        assert_eq!(text(1_775_001_610_000_000), "2026-04-01T00:00:10Z");
    }

    #[test]
    fn a_name_has_one_id() {
        assert_eq!(id_for("a"), id_for("a"));
        assert_ne!(id_for("a"), id_for("b"));
        assert_eq!(id_for("a").len(), 36);
    }
}
