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
        // Here and not in the task: a signal that comes before the task runs must be heard too.
        // Where it cannot be heard it keeps its usual effect, which is to end segctl.
        let signals = Signals::listen();
        tokio::spawn(async move {
            if let Ok(mut first) = signals {
                first.next().await;
                ask.send_replace(true);
                tokio::time::sleep(ONE_PRESS).await;
                if let Ok(mut second) = Signals::listen() {
                    second.next().await;
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

/// Ctrl-C and, from an init system or a container, SIGTERM.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Hears those that come from now on.
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for the next one.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    /// Hears those that come from now on.
    fn listen() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    /// Waits for the next one.
    async fn next(&mut self) {
        self.0.recv().await;
    }
}
