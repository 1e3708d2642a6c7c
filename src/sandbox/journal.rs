//! What the server has received, for tests that count requests.

use std::sync::{Mutex, PoisonError};

/// One request as it arrived, and how it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The HTTP method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The status of the answer; none when the connection was cut instead.
    pub status: Option<u16>,
}

/// Every request since the start or since it was last forgotten, in order of their ends.
#[derive(Debug, Default)]
pub(super) struct Journal(Mutex<Vec<Received>>);

impl Journal {
    pub(super) fn note(&self, received: Received) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(received);
    }

    pub(super) fn read(&self) -> Vec<Received> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
