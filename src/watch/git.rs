//! Whether Git is in the middle of writing files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A lock that is older may have been left behind by a Git that was killed; or a switch of
/// branches takes as long, because the lock is as old as the beginning of what it is for.
const OLD: Duration = Duration::from_secs(30);

/// The repositories that folders are in, by the folders of Git.
#[derive(Clone, Debug, Default)]
pub struct Git {
    folders: BTreeSet<PathBuf>,
}

/// What Git has written, as far as can be told from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written(Vec<Option<(SystemTime, u64)>>);

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
        Self { folders: folders.into_iter().filter_map(git_folder).collect() }
    }

    /// What Git has written until now.
    pub fn written(&self) -> Written {
        let index = |git: &PathBuf| {
            let index = fs::metadata(git.join("index")).ok()?;
            Some((index.modified().ok()?, index.len()))
        };
        Written(self.folders.iter().map(index).collect())
    }

    /// Whether Git is writing files, or has done so since it had written `before`.
    ///
    /// The lock becomes the index once all files are written. So where there is no lock and the
    /// index is still the one of before, Git wrote nothing meanwhile. Events of files tell less:
    /// on a busy machine they come later than what they tell of.
    pub fn wrote_since(&self, before: &Written) -> bool {
        // In this order: it may end between the two.
        self.writing() == Writing::Yes || self.written() != *before
    }

    /// Whether Git is writing files, for instance because somebody switches branches.
    ///
    /// Git holds `index.lock` from before the first file to after the last. What stands in the
    /// folders until then is neither branch.
    pub fn writing(&self) -> Writing {
        let age = |git: &PathBuf| {
            let made = fs::metadata(git.join("index.lock")).ok()?.modified().ok()?;
            // One from the future is new.
            Some(made.elapsed().unwrap_or_default())
        };
        match self.folders.iter().filter_map(age).min() {
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

#[cfg(test)]
mod tests {
    use super::{Git, Writing};
    use std::fs;
    use std::time::Duration;

    #[test]
    fn tells_what_was_written_from_beginning_to_end_between_two_looks() {
        let folder = std::env::temp_dir().join(format!("segctl-git-{:032x}", fastrand::u128(..)));
        let (index, lock) = (folder.join(".git/index"), folder.join(".git/index.lock"));
        fs::create_dir_all(folder.join(".git")).expect("a folder can be made");
        let git = Git::around([folder.as_path()]);
        let none = git.written();
        assert!(!git.wrote_since(&none));
        fs::write(&index, "one").expect("it can be written");
        assert!(git.wrote_since(&none));
        let one = git.written();
        assert!(!git.wrote_since(&one));
        fs::write(&lock, "two").expect("it can be written");
        assert_eq!((git.writing(), git.written()), (Writing::Yes, one.clone()));
        assert!(git.wrote_since(&one), "it is at it");
        let file = fs::File::options().write(true).open(&lock).expect("it is there");
        let before = fs::metadata(&index).and_then(|it| it.modified()).expect("it has a time");
        file.set_modified(before + Duration::from_millis(10)).expect("it can be set");
        fs::rename(&lock, &index).expect("it is there");
        assert_eq!(git.writing(), Writing::No);
        assert!(git.wrote_since(&one), "it came and went");
        assert!(!git.wrote_since(&git.written()));
        fs::remove_dir_all(folder).ok();
    }
}
