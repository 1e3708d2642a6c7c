//! Ctrl-C: reading stops at once; once something was written, no further step begins and the
//! requests in flight are finished.

use tokio::sync::watch;

use crate::diagnostic::Code;
use crate::provider::Failure;

/// Whether the user asked to stop.
#[derive(Clone, Debug)]
pub(super) struct Interrupt {
    asked: watch::Receiver<bool>,
}

impl Interrupt {
    /// Listens for Ctrl-C from now on.
    pub(super) fn listen() -> Self {
        let (ask, asked) = watch::channel(false);
        tokio::spawn(async move {
            // Where the signal cannot be heard it keeps its usual effect, which is to end segctl.
            if tokio::signal::ctrl_c().await.is_ok() {
                ask.send_replace(true);
            }
            ask.closed().await;
        });
        Self { asked }
    }

    /// Whether the user asked to stop.
    pub(super) fn asked(&self) -> bool {
        *self.asked.borrow()
    }

    /// Does `reading` unless the user asks to stop before it ends.
    pub(super) async fn or<T>(
        &self,
        reading: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut asked = self.asked.clone();
        tokio::select! {
            result = reading => result,
            Ok(_) = asked.wait_for(|asked| *asked) => {
                Err(Failure::new(Code::Interrupted, "interrupted before anything was written"))
            }
        }
    }
}
