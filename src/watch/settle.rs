//! Waits until files are at rest.

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::{Sentinel, is_writing_files};

/// How long nothing must move. An editor that saves by way of a second file takes a few
/// milliseconds.
const QUIET: Duration = Duration::from_millis(50);
/// The longest wait for quiet: somebody who saves all the time wants to see something too.
const NOISY_AT_MOST: Duration = Duration::from_millis(500);
/// How often Git's lock is looked at.
const GIT_EVERY: Duration = Duration::from_millis(10);

/// Waits until nothing moves in the folders of `sentinel`, and Git has written all that it is
/// writing around `root`.
pub async fn settle(sentinel: &Sentinel, root: &Path) {
    let start = Instant::now();
    loop {
        let moved = timeout(QUIET, sentinel.nudged()).await.is_ok();
        if is_writing_files(root) {
            sleep(GIT_EVERY).await;
        } else if !moved || start.elapsed() > NOISY_AT_MOST {
            return;
        }
    }
}
