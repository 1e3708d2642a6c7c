//! A workspace in a folder of its own, and runs of the program in it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A workspace on disk, removed when dropped.
pub(super) struct Workspace {
    folder: PathBuf,
}

/// What a run printed.
pub(super) struct Run {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// The flags of the sandbox.
const FLAGS: &str = "
features:
  - name: new-checkout
    strategies:
      production:
        - {name: flexibleRollout, title: Gradual rollout, parameters: {rollout: \"50\"}}
        - {name: default, title: Staff}
        - {name: default, title: Staff}
segments:
  - {name: legacy, description: Made by hand., constraints: [{contextName: userId, operator: IN, values: [old]}]}
";

impl Workspace {
    /// An empty folder.
    pub(super) fn empty() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let unique = format!("cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique);
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        Self { folder }
    }

    /// A workspace with one sandbox target named `local`.
    pub(super) fn sandbox() -> Self {
        Self::empty().with("flags.yaml", FLAGS).with(
            "segctl.yaml",
            "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {name: acme}\nspec:\n  documents: [\"docs/**/*.yaml\"]\n  targets:\n    - {name: local, provider: unleash, url: \"sandbox:flags.yaml\"}\n",
        )
    }

    /// With a file more, or another content of it.
    pub(super) fn with(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    /// Writes a file.
    pub(super) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.folder.join(path);
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("it can be made");
        std::fs::write(path, content).expect("the file can be written");
    }

    /// Removes a file.
    pub(super) fn remove(&self, path: &str) {
        std::fs::remove_file(self.folder.join(path)).expect("the file is there");
    }

    /// The folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs the program with the words of `arguments`.
    pub(super) fn run(&self, arguments: &str) -> Run {
        self.run_with(arguments, &[])
    }

    /// Runs the program with an environment of only `variables`.
    pub(super) fn run_with(&self, arguments: &str, variables: &[(&str, &str)]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_segctl"))
            .args(arguments.split_whitespace())
            .current_dir(&self.folder)
            .env_clear()
            .envs(variables.iter().copied())
            .output()
            .expect("the program can be run");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints text");
        Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

impl fmt::Display for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.stderr.is_empty() {
            writeln!(formatter, "--- stderr\n{}", self.stderr.trim_end())?;
        }
        if !self.stdout.is_empty() {
            writeln!(formatter, "--- stdout\n{}", self.stdout.trim_end())?;
        }
        write!(formatter, "--- exit {}", self.code.unwrap_or(-1))
    }
}
