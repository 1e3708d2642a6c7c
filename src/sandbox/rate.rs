//! How many requests are answered in a minute, or in another time.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);

/// Counts requests in windows of time, the first of which begins with the first request.
pub(super) struct Rate {
    window_length: Duration,
    most: AtomicU32,
    window: Mutex<Option<(Instant, u32)>>,
}

/// The place of one request in the running window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// How many requests a window takes.
    pub(super) most: u32,
    /// How many there were in this one, this request included.
    pub(super) count: u32,
    /// How long the window still runs, in whole seconds, rounded up.
    pub(super) seconds_left: f64,
}

impl Place {
    /// Whether the request is one too many.
    pub(super) fn is_over(self) -> bool {
        self.count > self.most
    }

    /// How many more requests this window takes.
    pub(super) fn remaining(self) -> u32 {
        self.most.saturating_sub(self.count)
    }
}

impl Rate {
    /// So many requests a minute.
    pub(super) fn new(most: u32) -> Self {
        Self::every(MINUTE, most)
    }

    /// So many requests in each window of that length.
    pub(super) fn every(window_length: Duration, most: u32) -> Self {
        Self { window_length, most: AtomicU32::new(most), window: Mutex::default() }
    }

    /// Another number of requests, from now on.
    pub(super) fn set(&self, most: u32) {
        self.most.store(most, Ordering::SeqCst);
    }

    /// Counts a request.
    pub(super) fn count(&self) -> Place {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let (start, count) = match *window {
            Some((start, count)) if start.elapsed() < self.window_length => (start, count + 1),
            _ => (Instant::now(), 1),
        };
        *window = Some((start, count));
        let left = self.window_length.saturating_sub(start.elapsed());
        let most = self.most.load(Ordering::SeqCst);
        Place { most, count, seconds_left: left.as_secs_f64().ceil() }
    }
}
