//! How many requests a minute are answered; the others get 429.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Outcome;
use super::answer::Answer;

const WINDOW: Duration = Duration::from_secs(60);

/// Counts requests in windows of a minute.
pub(super) struct RateLimit {
    most: AtomicU32,
    window: Mutex<Option<(Instant, u32)>>,
}

impl RateLimit {
    pub(super) fn new(most: u32) -> Self {
        Self { most: AtomicU32::new(most), window: Mutex::default() }
    }

    /// Another number of requests, from now on.
    pub(super) fn set(&self, most: u32) {
        self.most.store(most, Ordering::SeqCst);
    }

    /// The answer, or that there were too many requests. Observed: the limit is told in either.
    pub(super) fn answer(&self, answer: impl FnOnce() -> Outcome) -> Answer {
        let most = self.most.load(Ordering::SeqCst);
        let (count, seconds_left) = self.count();
        let answer = if count > most {
            Answer::html(429, "Too many requests, please try again later.")
                .with("retry-after", seconds_left.to_string())
        } else {
            answer().unwrap_or_else(Answer::from)
        };
        answer
            .with("ratelimit-policy", format!("{most};w=60"))
            .with("ratelimit-limit", most.to_string())
            .with("ratelimit-remaining", most.saturating_sub(count).to_string())
            .with("ratelimit-reset", seconds_left.to_string())
    }

    /// The number of requests in the running window, this one included, and the seconds left.
    fn count(&self) -> (u32, f64) {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let (start, count) = match *window {
            Some((start, count)) if start.elapsed() < WINDOW => (start, count + 1),
            _ => (Instant::now(), 1),
        };
        *window = Some((start, count));
        let left = WINDOW.saturating_sub(start.elapsed());
        (count, left.as_secs_f64().ceil())
    }
}
