//! Installs a small Node.js package with its dependencies, once per content.

use super::hold::Folder;
use super::install::{NPM, installed, key, run};
use std::fs::{File, create_dir_all, rename, write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// An installed package.
#[derive(Debug)]
pub(crate) struct Package {
    root: PathBuf,
}

impl Package {
    /// Installs `files`, among them `package.json` and `package-lock.json`, under a name.
    ///
    /// What cannot be installed fails the test that needs it, and says why.
    pub(crate) fn install(name: &str, files: &[(&str, &str)]) -> Self {
        let base = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let content: String =
            files.iter().flat_map(|(name, text)| [*name, "\n", *text, "\n"]).collect();
        let root = base.join(format!("{name}-{}", key(name, &content)));
        create_dir_all(base).expect("the target folder of cargo can be written to");
        let guard = File::create(base.join(format!("{name}.lock"))).expect("a lock can be made");
        guard.lock().expect("the lock file can be locked");
        if !root.exists() {
            let partial = base.join(format!("{name}-{}.half", std::process::id()));
            let folder = Folder::create(partial.clone()).expect("a folder can be made");
            for (name, text) in files {
                write(partial.join(name), text).expect("a file of the package can be written");
            }
            let mut npm = Command::new("npm");
            run(npm.args(NPM).current_dir(&partial), "npm could not install a package for tests");
            rename(&partial, &root).expect("the finished install can be renamed");
            drop(folder);
        }
        Self { root }
    }

    /// A file of it, or of a package that it depends on under `node_modules`.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// A command that runs one of its scripts.
    pub(crate) fn script(&self, name: &str) -> Command {
        let mut node = Command::new(installed().node());
        node.current_dir(&self.root).arg(name);
        node
    }
}
