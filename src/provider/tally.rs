//! Counts requests: for the user with `-v`, for progress, and for tests that know how many there are.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// How far requests are; one that is repeated is still one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// How many ended, whatever came of them.
    pub done: usize,
    /// How many were asked for so far, those that wait for their turn included.
    pub asked: usize,
}

/// How many requests were sent, by endpoint, those that were repeated included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requests(pub BTreeMap<String, usize>);

impl Requests {
    /// All of them.
    pub fn total(&self) -> usize {
        self.0.values().sum()
    }

    /// Those that `earlier` does not hold yet.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let new = |(name, count): (&String, &usize)| {
            let count = count - earlier.0.get(name).copied().unwrap_or_default().min(*count);
            (count > 0).then(|| (name.clone(), count))
        };
        Self(self.0.iter().filter_map(new).collect())
    }
}

/// The counts of one client.
#[derive(Debug, Default)]
pub(super) struct Tally {
    sent: Mutex<BTreeMap<String, usize>>,
    asked: AtomicUsize,
    done: AtomicUsize,
}

impl Tally {
    /// A request is asked for.
    pub(super) fn asked(&self) {
        self.asked.fetch_add(1, Ordering::SeqCst);
    }

    /// A request is sent to the endpoint of that name, for the first time or again.
    pub(super) fn sent(&self, name: String) {
        *self.sent.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default() += 1;
    }

    /// A request has ended.
    pub(super) fn done(&self) {
        self.done.fetch_add(1, Ordering::SeqCst);
    }

    /// The requests that were sent so far.
    pub(super) fn requests(&self) -> Requests {
        Requests(self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// How far the requests are that were asked for.
    pub(super) fn answered(&self) -> Answered {
        // Read in this order, no more are done than were asked for.
        let done = self.done.load(Ordering::SeqCst);
        Answered { done, asked: self.asked.load(Ordering::SeqCst) }
    }
}
