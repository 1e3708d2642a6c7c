//! Watches folders, and says that something in them moved.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::Notify;

use super::Git;
use crate::diagnostic::Code;
use crate::provider::Failure;

/// Watches folders, without those inside of them, for as long as it lives.
#[derive(Debug)]
pub struct Sentinel {
    nudge: Arc<Notify>,
    git: Git,
    _watcher: RecommendedWatcher,
}

impl Sentinel {
    /// Watches `folders`, which are relative to `root`, from now on.
    ///
    /// A folder that was removed and made again is another one to the system, under the same name.
    /// So each look begins with a new sentinel, and then reads.
    pub fn over(root: &Path, folders: &BTreeSet<String>) -> Result<Self, Failure> {
        let nudge = Arc::new(Notify::new());
        let nudged = Arc::clone(&nudge);
        let listen = move |event: notify::Result<Event>| {
            // What cannot be understood may have been anything.
            if event.is_ok_and(|event| !is_a_change(event.kind)) {
                return;
            }
            nudged.notify_one();
        };
        let mut watcher = notify::recommended_watcher(listen).map_err(|it| failed(&it))?;
        for folder in folders {
            let path = root.join(folder);
            match watcher.watch(&path, RecursiveMode::NonRecursive) {
                Ok(()) => {}
                // One that has gone since: the folder above it tells of its return.
                Err(_) if !folder.is_empty() && !path.exists() => nudge.notify_one(),
                Err(error) => return Err(failed(&error)),
            }
        }
        let paths: Vec<_> = folders.iter().map(|folder| root.join(folder)).collect();
        let git = Git::around(paths.iter().map(PathBuf::as_path));
        Ok(Self { nudge, git, _watcher: watcher })
    }

    /// The repositories that the folders are in.
    pub fn git(&self) -> &Git {
        &self.git
    }

    /// Waits until something moved since the last call.
    pub async fn nudged(&self) {
        self.nudge.notified().await;
    }

    /// Whether something moved since the last call.
    pub fn was_nudged(&self) -> bool {
        let mut waiting = std::pin::pin!(self.nudge.notified());
        waiting.as_mut().enable()
    }
}

/// Whether an event can mean that a file says something else. Reading one is an event too.
fn is_a_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

fn failed(error: &notify::Error) -> Failure {
    Failure::new(Code::WatchFailed, format!("the folders cannot be watched: {error}"))
}
