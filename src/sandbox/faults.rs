//! Faults on purpose: what a test can make the server do wrong, and when.

use std::sync::Mutex;
use std::sync::PoisonError;

/// The switch that tests hold; shared by every connection of one server.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Option<Armed>>);

/// One planned misbehaviour.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The requests that count.
    pub on: Matching,
    /// How many matching requests pass unharmed first.
    pub after: usize,
    /// What happens to the ones that are hit.
    pub kind: FaultKind,
    /// How many matching requests are hit; `usize::MAX` for all of them.
    pub times: usize,
}

/// Which requests a fault counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// Every request.
    AnyRequest,
    /// Every request that is neither GET nor HEAD.
    AnyWrite,
}

/// What a hit request meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// The connection is closed and the request is not performed.
    CutBefore,
    /// The request is performed and committed, then the connection is closed without an answer.
    CutAfter,
    /// The request is not performed and answered like this.
    Status {
        /// The status code of the answer.
        code: u16,
        /// Seconds for a `Retry-After` header.
        retry_after: Option<u32>,
        /// The body of the answer.
        body: String,
    },
}

#[derive(Debug)]
struct Armed {
    fault: Fault,
    seen: usize,
    hit: usize,
}

impl Faults {
    /// Plans a fault in place of any earlier one, or none at all.
    pub fn set(&self, fault: Option<Fault>) {
        let armed = fault.map(|fault| Armed { fault, seen: 0, hit: 0 });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = armed;
    }

    /// What happens to the request that arrived just now.
    pub(super) fn strike(&self, is_write: bool) -> Option<FaultKind> {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let armed = guard.as_mut()?;
        if armed.fault.on == Matching::AnyWrite && !is_write {
            return None;
        }
        armed.seen += 1;
        if armed.seen <= armed.fault.after || armed.hit >= armed.fault.times {
            return None;
        }
        armed.hit += 1;
        Some(armed.fault.kind.clone())
    }
}
