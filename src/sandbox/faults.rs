//! Faults on purpose: what the server can be made to do wrong, and when.

use std::sync::{Mutex, PoisonError};

/// The switch for faults; shared by every connection of one server.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Armed>>);

/// One planned misbehaviour.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matching {
    /// Every request.
    AnyRequest,
    /// Every request that is neither GET nor HEAD.
    AnyWrite,
    /// Every GET and HEAD.
    AnyRead,
    /// Every request of a method whose path begins so.
    Request {
        /// The method.
        method: String,
        /// The beginning of the path.
        path: String,
    },
}

/// What a hit request meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// The connection is closed and the request is not performed.
    CutBefore,
    /// The request is performed and committed, then the connection is closed without an answer.
    CutAfter,
    /// The request is performed and committed, and its answer comes that many milliseconds late.
    Late(u64),
    /// The request is performed, and only half of the answer's body arrives.
    Truncated,
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

impl Matching {
    fn fits(&self, method: &str, path: &str) -> bool {
        let is_read = matches!(method, "GET" | "HEAD");
        match self {
            Self::AnyRequest => true,
            Self::AnyWrite => !is_read,
            Self::AnyRead => is_read,
            Self::Request { method: wanted, path: beginning } => {
                method == wanted && path.starts_with(beginning)
            }
        }
    }
}

impl Faults {
    /// Plans a fault in place of any earlier one, or none at all.
    pub fn set(&self, fault: Option<Fault>) {
        self.armed().clear();
        if let Some(fault) = fault {
            self.add(fault);
        }
    }

    /// Plans a fault beside the earlier ones; each counts by itself, and the first that hits holds.
    pub fn add(&self, fault: Fault) {
        self.armed().push(Armed { fault, seen: 0, hit: 0 });
    }

    /// What happens to the request that arrived just now.
    pub(super) fn strike(&self, method: &str, path: &str) -> Option<FaultKind> {
        let mut struck = None;
        for armed in self.armed().iter_mut().filter(|it| it.fault.on.fits(method, path)) {
            armed.seen += 1;
            if struck.is_none() && armed.seen > armed.fault.after && armed.hit < armed.fault.times {
                armed.hit += 1;
                struck = Some(armed.fault.kind.clone());
            }
        }
        struck
    }

    fn armed(&self) -> std::sync::MutexGuard<'_, Vec<Armed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
