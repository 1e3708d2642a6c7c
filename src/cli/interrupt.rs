//! Ctrl-C: no further step begins, the requests in flight are finished.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the user asked to stop.
#[derive(Clone, Debug, Default)]
pub(super) struct Interrupt {
    asked: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens for Ctrl-C from now on.
    pub(super) fn listen() -> Self {
        let interrupt = Self::default();
        let asked = Arc::clone(&interrupt.asked);
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                asked.store(true, Ordering::SeqCst);
            }
        });
        interrupt
    }

    /// Whether the user asked to stop.
    pub(super) fn asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }
}
