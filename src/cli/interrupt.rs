//! Ctrl-C, or a polite kill: reading stops at once; once something was written, no further step
//! begins, what only waits is given up, and the requests in flight are finished. The second time,
//! segctl ends at once.

use std::time::Duration;

use tokio::sync::watch;

use super::exit::Exit;
use crate::diagnostic::Code;
use crate::provider::Failure;

/// A second signal within this time is the same Ctrl-C: some programs pass on to segctl what the
/// terminal has sent to it already.
const ONE_PRESS: Duration = Duration::from_millis(500);

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
            if signalled().await.is_ok() {
                ask.send_replace(true);
                tokio::time::sleep(ONE_PRESS).await;
                if signalled().await.is_ok() {
                    end_at_once();
                }
            }
            ask.closed().await;
        });
        Self { asked }
    }

    /// Waits until the user asks to stop.
    pub(super) async fn wait(&self) {
        // An error means that the signal cannot be heard: then nobody can ask.
        if self.asked.clone().wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
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
        tokio::select! {
            result = reading => result,
            () = self.wait() => {
                Err(Failure::new(Code::Interrupted, "interrupted before anything was written"))
            }
        }
    }
}

/// Ends the program, whatever is in flight.
#[allow(clippy::exit, reason = "whoever asks twice does not want to wait for what is in flight")]
fn end_at_once() -> ! {
    std::process::exit(Exit::Interrupted.code().into())
}

/// Waits for Ctrl-C or, from an init system or a container, SIGTERM.
#[cfg(unix)]
async fn signalled() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
async fn signalled() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
