//! Whether Git is in the middle of writing files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A lock that is older may have been left behind by a Git that was killed; or a switch of
/// branches takes as long, because the lock is as old as the beginning of what it is for.
const OLD: Duration = Duration::from_secs(30);

/// The repositories that folders are in.
#[derive(Clone, Debug, Default)]
pub struct Git {
    locks: BTreeSet<PathBuf>,
}

/// What Git is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// Nothing.
    No,
    /// It writes files.
    Yes,
    /// There is a lock that may have been left behind.
    Perhaps,
}

impl Git {
    /// The repositories that `folders` are in; submodules have one of their own.
    pub fn around<'a>(folders: impl IntoIterator<Item = &'a Path>) -> Self {
        let locks = folders.into_iter().filter_map(git_folder);
        Self { locks: locks.map(|git| git.join("index.lock")).collect() }
    }

    /// Whether Git is writing files, for instance because somebody switches branches.
    ///
    /// Git holds `index.lock` from before the first file to after the last. What stands in the
    /// folders until then is neither branch.
    pub fn writing(&self) -> Writing {
        let age = |lock: &PathBuf| {
            let made = fs::metadata(lock).ok()?.modified().ok()?;
            // One from the future is new.
            Some(made.elapsed().unwrap_or_default())
        };
        match self.locks.iter().filter_map(age).min() {
            None => Writing::No,
            Some(age) if age < OLD => Writing::Yes,
            Some(_) => Writing::Perhaps,
        }
    }
}

/// The folder in which Git keeps the index of the repository that `folder` is in.
fn git_folder(folder: &Path) -> Option<PathBuf> {
    let git = folder.ancestors().map(|it| it.join(".git")).find(|it| it.exists())?;
    if git.is_dir() {
        return Some(git);
    }
    // A further work tree and a submodule have a file that says where.
    let text = fs::read_to_string(&git).ok()?;
    Some(git.parent()?.join(text.strip_prefix("gitdir:")?.trim()))
}
