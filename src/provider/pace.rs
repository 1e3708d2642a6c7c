//! How fast requests may follow each other, where the system says so.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::DateTime;
use reqwest::header::HeaderMap;
use tokio::time::Instant;

/// The longest wait for a new window: no system here has one of more than a minute.
const LONGEST: Duration = Duration::from_secs(61);
/// Numbers below are seconds from now, those above are seconds since 1970.
const SECONDS_OF_EPOCH: u64 = 1_000_000_000;

/// How fast requests may follow each other.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Pace {
    /// As fast as they can, until the system declines one.
    #[default]
    Free,
    /// At most so many a second, evenly.
    PerSecond(u32),
    /// Each answer tells how many are left, and when there are new ones.
    Told {
        /// The header with the number of requests that are left.
        remaining: &'static str,
        /// The header with the time at which the count begins anew.
        reset: &'static str,
    },
}

impl Pace {
    /// Whether a declined request means that all others wait too.
    pub(super) fn is_shared(self) -> bool {
        !matches!(self, Self::Free)
    }

    /// How long all requests are to wait by the headers of an answer.
    pub(super) fn told(self, headers: &HeaderMap) -> Option<Duration> {
        let Self::Told { remaining, reset } = self else { return None };
        let text = |name: &str| headers.get(name)?.to_str().ok();
        if text(remaining)?.trim() != "0" {
            return None;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        until(text(reset)?.trim(), now).map(|wait| wait.min(LONGEST))
    }
}

/// How long it is until `reset`: seconds since 1970, seconds from now, or a time.
fn until(reset: &str, now: Duration) -> Option<Duration> {
    if let Ok(seconds) = reset.parse::<u64>() {
        let seconds = Duration::from_secs(seconds);
        let is_moment = seconds.as_secs() >= SECONDS_OF_EPOCH;
        return Some(if is_moment { seconds.saturating_sub(now) } else { seconds });
    }
    let moment = DateTime::parse_from_rfc3339(reset).ok()?.timestamp_millis();
    Some(Duration::from_millis(u64::try_from(moment).ok()?).saturating_sub(now))
}

/// The turns of requests that may not follow each other too fast.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<Option<Instant>>);

impl Turns {
    /// Takes the next turn, and says when it is.
    pub(super) fn take(&self, per_second: u32) -> Instant {
        let between = Duration::from_secs(1) / per_second.max(1);
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.unwrap_or_else(Instant::now).max(Instant::now());
        *next = Some(turn + between);
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_window_is_read_in_every_form() {
        let now = Duration::from_secs(1_700_000_000);
        let seconds = |reset| until(reset, now).map(|it| it.as_secs());
        assert_eq!(seconds("1700000007"), Some(7));
        assert_eq!(seconds("12"), Some(12));
        assert_eq!(seconds("2023-11-14T22:13:25.0000000Z"), Some(5));
        assert_eq!((seconds("1699999999"), seconds("soon")), (Some(0), None));
    }

    #[tokio::test]
    async fn turns_come_one_after_the_other() {
        let turns = Turns::default();
        let (first, second) = (turns.take(50), turns.take(50));
        assert_eq!(second - first, Duration::from_millis(20));
    }
}
