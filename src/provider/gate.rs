//! When a request may go: not too many at once, and none that the server has just declined.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::{Instant, timeout};

use super::endpoint::EndpointInfo;
use super::failure::Failure;
use super::pace::{Pace, Turns};
use crate::diagnostic::Code;

/// Hears, in one line, that the server asked to wait.
pub type OnWait = fn(&str);

/// The name of all endpoints together.
const ALL: &str = "";

/// What every request of one client passes.
#[derive(Debug)]
pub(super) struct Gate {
    in_flight: Semaphore,
    pace: Pace,
    turns: Turns,
    /// Until when the server wants no more requests, by the name of the endpoint or [`ALL`].
    closed: Mutex<BTreeMap<String, Instant>>,
    on_wait: OnceLock<OnWait>,
    /// Whether nobody is to wait any more.
    hurried: watch::Sender<bool>,
}

/// A wait was ended before its time.
#[derive(Debug)]
pub(super) struct Hurried;

impl Gate {
    /// A gate for so many requests at once, and so fast.
    pub(super) fn new(parallelism: usize, pace: Pace) -> Self {
        Self {
            in_flight: Semaphore::new(parallelism),
            pace,
            turns: Turns::default(),
            closed: Mutex::default(),
            on_wait: OnceLock::new(),
            hurried: watch::Sender::new(false),
        }
    }

    /// Has every wait that the server asks for told to `on_wait`.
    pub(super) fn tell_waits(&self, on_wait: OnWait) {
        // Said twice, the first one stays.
        let _ = self.on_wait.set(on_wait);
    }

    /// Ends every wait for a server or for a next attempt, now and from now on.
    pub(super) fn hurry(&self) {
        self.hurried.send_replace(true);
    }

    /// Waits until the server takes a request to `endpoint`, and until fewer than all are in flight.
    pub(super) async fn turn(
        &self,
        endpoint: &EndpointInfo,
    ) -> Result<Option<SemaphorePermit<'_>>, Hurried> {
        if let Pace::PerSecond(requests) = self.pace {
            let turn = self.turns.take(requests);
            if turn > Instant::now() {
                self.wait(turn - Instant::now()).await?;
            }
        }
        loop {
            // The semaphore is never closed.
            let permit = self.in_flight.acquire().await.ok();
            let Some(opens) = self.opens(endpoint) else { return Ok(permit) };
            drop(permit);
            self.wait(opens - Instant::now()).await?;
        }
    }

    /// Waits, unless nobody is to wait any more.
    pub(super) async fn wait(&self, time: Duration) -> Result<(), Hurried> {
        let mut hurried = self.hurried.subscribe();
        match timeout(time, hurried.wait_for(|it| *it)).await {
            Ok(_) => Err(Hurried),
            Err(_) => Ok(()),
        }
    }

    /// When the server takes requests to `endpoint` again; none when it does now.
    fn opens(&self, endpoint: &EndpointInfo) -> Option<Instant> {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let opens = [ALL, &endpoint.name()].into_iter().filter_map(|name| closed.get(name)).max();
        opens.copied().filter(|opens| *opens > Instant::now())
    }

    /// Holds back every request where an answer tells that none is left.
    pub(super) fn heed(&self, endpoint: &EndpointInfo, headers: &HeaderMap) {
        if let Some(wait) = self.pace.told(headers) {
            let said = Failure::new(Code::RateLimited, "the answers tell that no request is left");
            self.close(endpoint, wait, &said);
        }
    }

    /// Holds back every request to `endpoint` for `wait`, or every request where the system counts
    /// them together, and says so once: the others in flight hear the same answer.
    pub(super) fn close(&self, endpoint: &EndpointInfo, wait: Duration, failure: &Failure) {
        let was_open = self.opens(endpoint).is_none();
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let name = if self.pace.is_shared() { ALL.to_owned() } else { endpoint.name() };
        closed.insert(name, Instant::now() + wait);
        drop(closed);
        if was_open && let Some(on_wait) = self.on_wait.get() {
            on_wait(&format!("waiting {} s, as the server asks: {failure}", wait.as_secs()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::provider::{Endpoint, Read};

    static SAID: AtomicUsize = AtomicUsize::new(0);

    #[tokio::test]
    async fn a_declined_endpoint_is_closed_for_all_and_said_once() {
        let gate = Gate::new(4, Pace::Free);
        gate.tell_waits(|_| {
            SAID.fetch_add(1, Ordering::SeqCst);
        });
        let (one, other): (Endpoint<Read>, Endpoint<Read>) =
            (Endpoint::get("/one", ""), Endpoint::get("/other", ""));
        let declined = Failure::new(Code::RateLimited, "429");
        for _ in 0..3 {
            gate.close(&one.info, Duration::from_secs(60), &declined);
        }
        assert_eq!(SAID.load(Ordering::SeqCst), 1);
        assert!(gate.opens(&one.info).is_some() && gate.opens(&other.info).is_none());

        let (start, wait) = (Instant::now(), Duration::from_millis(30));
        gate.close(&other.info, wait, &declined);
        drop(gate.turn(&other.info).await);
        assert!(start.elapsed() >= wait);
        assert_eq!(SAID.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn nobody_waits_once_there_is_a_hurry_and_what_is_open_stays_open() {
        let gate = Gate::new(4, Pace::Free);
        let (one, other): (Endpoint<Read>, Endpoint<Read>) =
            (Endpoint::get("/one", ""), Endpoint::get("/other", ""));
        let declined = Failure::new(Code::RateLimited, "429");
        gate.close(&one.info, Duration::from_secs(60), &declined);
        let hurry = async { gate.hurry() };
        let (waited, ()) = tokio::join!(gate.turn(&one.info), hurry);
        assert!(waited.is_err() && gate.turn(&one.info).await.is_err());
        assert!(gate.turn(&other.info).await.is_ok());
    }
}
