//! Whether Git is in the middle of writing files.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A lock that is older was left behind by a Git that was killed.
const LEFT_BEHIND: Duration = Duration::from_secs(30);

/// Whether Git is writing files of the repository that `folder` is in, for instance because
/// somebody switches branches.
///
/// Git holds `index.lock` from before the first file to after the last. What stands in the folder
/// until then is neither branch.
pub fn is_writing_files(folder: &Path) -> bool {
    let lock = git_folder(folder).and_then(|git| fs::metadata(git.join("index.lock")).ok());
    let age = lock.and_then(|lock| lock.modified().ok()).map(|since| since.elapsed());
    age.is_some_and(|age| age.is_ok_and(|age| age < LEFT_BEHIND))
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
