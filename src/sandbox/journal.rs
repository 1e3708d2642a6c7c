//! What the server has received, for tests that count requests.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many requests are kept, the newest ones: a served sandbox runs for weeks.
const KEPT: usize = 100_000;

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

/// The requests since the start or since they were last forgotten, in order of their ends.
#[derive(Debug, Default)]
pub(super) struct Journal(Mutex<VecDeque<Received>>);

impl Journal {
    pub(super) fn note(&self, received: Received) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back(received);
    }

    pub(super) fn read(&self) -> Vec<Received> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(super) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Journal, KEPT, Received};

    #[test]
    fn the_newest_requests_are_kept() {
        let journal = Journal::default();
        for number in 0..KEPT + 2 {
            let path = number.to_string();
            journal.note(Received { method: "GET".to_owned(), path, status: None });
        }
        let kept = journal.read();
        assert_eq!((kept.len(), kept[0].path.as_str()), (KEPT, "2"));
        assert_eq!(kept[KEPT - 1].path, (KEPT + 1).to_string());
    }
}
