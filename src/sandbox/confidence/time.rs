//! Moments as the server writes them: in UTC, with as many groups of three digits as are needed.

use chrono::{DateTime, SecondsFormat, Utc};

/// The present moment, to the microsecond.
pub(super) fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The present moment, in milliseconds since 1970.
pub(super) fn milliseconds() -> i64 {
    Utc::now().timestamp_millis()
}

/// A moment of any zone, in UTC.
pub(super) fn in_utc(text: &str) -> Option<String> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
    Some(moment.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}
