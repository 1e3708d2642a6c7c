//! Waits until files are at rest.

use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::{Sentinel, Writing};

/// How long nothing must move. An editor that saves by way of a second file takes a few
/// milliseconds.
const QUIET: Duration = Duration::from_millis(50);
/// How long nothing must move beside a lock of Git's that may have been left behind.
const QUIET_BESIDE_OLD_LOCK: Duration = Duration::from_secs(5);
/// The longest wait for quiet: somebody who saves all the time wants to see something too.
const NOISY_AT_MOST: Duration = Duration::from_millis(500);

/// Waits until nothing moves in the folders of `sentinel`, and Git has written all that it is
/// writing there.
pub async fn settle(sentinel: &Sentinel) {
    let mut start = Instant::now();
    loop {
        let quiet = match sentinel.git().writing() {
            Writing::Perhaps => QUIET_BESIDE_OLD_LOCK,
            Writing::No | Writing::Yes => QUIET,
        };
        let moved = timeout(quiet, sentinel.nudged()).await.is_ok();
        let writing = sentinel.git().writing();
        let at_rest = match writing {
            Writing::No => !moved || start.elapsed() > NOISY_AT_MOST,
            Writing::Yes => false,
            Writing::Perhaps => !moved && quiet == QUIET_BESIDE_OLD_LOCK,
        };
        if at_rest {
            return;
        }
        if writing != Writing::No {
            // What Git writes is not what somebody saves.
            start = Instant::now();
        }
    }
}
