//! Whether a request is sent again, and when: a pure policy.

use std::time::Duration;

use super::endpoint::Retry;

/// The most times one request is sent.
pub(super) const MAX_ATTEMPTS: u32 = 5;
/// The first wait; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// The longest wait that segctl chooses itself.
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// The longest wait that a server can ask for; Unleash asks for 60 s.
const LONGEST_ASKED: Duration = Duration::from_secs(120);

/// How one attempt ended without an answer that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The request did not reach the server.
    NotSent,
    /// The server declined before doing anything, and may have said when to come back.
    Declined(Option<Duration>),
    /// Nobody knows whether the request was done.
    Unknown,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Send it again after this long.
    Again(Duration),
    /// Leave it.
    GiveUp,
}

/// What follows after attempt number `attempt`, from 1, which ended as `ended`.
///
/// `random` is in 0..1 and spreads the waits, so that requests that failed together do not return
/// together.
pub fn decide(retry: Retry, attempt: u32, ended: Attempt, random: f64) -> Decision {
    if attempt >= MAX_ATTEMPTS {
        return Decision::GiveUp;
    }
    let own = FIRST_WAIT.saturating_mul(1 << (attempt - 1).min(16)).min(LONGEST_WAIT);
    let jittered = own.mul_f64(0.5 + random.clamp(0.0, 1.0) / 2.0);
    match (ended, retry) {
        (Attempt::NotSent | Attempt::Declined(None), _) | (Attempt::Unknown, Retry::Safe) => {
            Decision::Again(jittered)
        }
        // All workers hear the same number; the jitter comes on top of it.
        (Attempt::Declined(Some(asked)), _) => Decision::Again(asked.min(LONGEST_ASKED) + jittered),
        (Attempt::Unknown, Retry::Reconcile) => Decision::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_done_is_repeated_only_where_that_is_harmless() {
        assert_eq!(decide(Retry::Reconcile, 1, Attempt::Unknown, 0.5), Decision::GiveUp);
        assert!(matches!(decide(Retry::Safe, 1, Attempt::Unknown, 0.5), Decision::Again(_)));
        assert!(matches!(decide(Retry::Reconcile, 1, Attempt::NotSent, 0.5), Decision::Again(_)));
    }

    #[test]
    fn waits_grow_stay_bounded_and_end() {
        let waits: Vec<Duration> = (1..MAX_ATTEMPTS)
            .map(|attempt| match decide(Retry::Safe, attempt, Attempt::NotSent, 1.0) {
                Decision::Again(wait) => wait,
                Decision::GiveUp => Duration::ZERO,
            })
            .collect();
        assert_eq!(waits, [200, 400, 800, 1600].map(Duration::from_millis));
        assert_eq!(decide(Retry::Safe, MAX_ATTEMPTS, Attempt::NotSent, 1.0), Decision::GiveUp);
    }

    #[test]
    fn a_server_is_obeyed_within_reason() {
        let asked = |seconds| Attempt::Declined(Some(Duration::from_secs(seconds)));
        let wait = |seconds| match decide(Retry::Reconcile, 1, asked(seconds), 0.0) {
            Decision::Again(wait) => wait.as_secs(),
            Decision::GiveUp => 0,
        };
        assert_eq!((wait(60), wait(86_400)), (60, 120));
    }
}
