//! Runs the commands of one page in a copy of the examples.

use crate::support::scratch::{SEGCTL, Scratch, clean};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

/// What a page may run beside segctl.
const ALLOWED: [&str; 8] = ["cat", "echo", "git", "grep", "rm", "sed", "sleep", "tail"];

/// What a page names and what is not run: this test is part of it.
const LISTED_ONLY: &str = "cargo test";

/// A shell with a folder and the status of the last command.
#[derive(Debug)]
pub(super) struct Shell {
    scratch: Scratch,
    folder: PathBuf,
    status: i32,
    /// What runs in the background: the last command that ended with ` &`.
    job: Option<Child>,
}

/// The command that ends what runs in the background.
const END_OF_JOB: &str = "kill -INT %1";

impl Shell {
    /// A shell in the copy of `folder`; pages outside of the examples run at the top.
    pub(super) fn new(folder: &Path) -> Self {
        let scratch = Scratch::new().with("examples");
        // Reports name files from the root of the repository.
        scratch.write(".git/HEAD", "ref: refs/heads/main\n");
        let inside = folder.starts_with("examples");
        let folder = scratch.path.join(if inside { folder } else { Path::new("") });
        Self { scratch, folder, status: 0, job: None }
    }

    /// The lines that a command prints, or nothing for a command that is not run.
    pub(super) fn run(&mut self, line: &str) -> Option<Vec<String>> {
        if line == LISTED_ONLY {
            return None;
        }
        let line = line.replace("cargo run --release -- ", "segctl ");
        if line == END_OF_JOB {
            return Some(self.end_job());
        }
        if let Some(folder) = line.strip_prefix("cd ") {
            self.folder = self.folder.join(folder);
            assert!(self.folder.is_dir(), "there is no folder `{folder}`");
            return Some(vec![]);
        }
        let background = line.strip_suffix(" &").map(str::to_owned);
        let line = background.clone().unwrap_or(line);
        let plain = !line.replace("2>&1", "").contains([';', '&', '`']) && !line.contains("$(");
        assert!(plain, "a page shows one command a line, and not `{line}`");
        for command in line.split('|') {
            let word = command.split_whitespace().next().unwrap_or_default();
            let allowed = word == "segctl" || ALLOWED.contains(&word);
            assert!(allowed, "a page may not run `{word}`");
        }
        let status = self.status;
        if background.is_some() {
            // The shell makes way for the program, which can then be sent a signal.
            let line = line.replacen("segctl ", "exec \"$SEGCTL\" ", 1);
            self.job = Some(self.command(&line).spawn().expect("/bin/sh can be started"));
            return Some(vec![]);
        }
        let script =
            format!("exec 2>&1; segctl() {{ \"$SEGCTL\" \"$@\"; }}; (exit {status}); {line}");
        let output = self.command(&script).output().expect("/bin/sh can be started");
        self.status = output.status.code().unwrap_or(-1);
        let text = String::from_utf8(output.stdout).expect("segctl prints UTF-8");
        let text = text.replace(&*self.scratch.path.to_string_lossy(), "");
        Some(text.lines().map(str::to_owned).collect())
    }

    fn command(&self, script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        clean(&mut command).args(["-c", script]).current_dir(&self.folder);
        // Steps that run side by side end in any order.
        command.env("SEGCTL_PARALLELISM", "1").env("SEGCTL", SEGCTL);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        for (name, value) in [("NAME", "Ada"), ("EMAIL", "ada@acme.example")] {
            command.env(format!("GIT_AUTHOR_{name}"), value);
            command.env(format!("GIT_COMMITTER_{name}"), value);
        }
        command
    }

    /// Ends what runs in the background, as Ctrl-C does.
    fn end_job(&mut self) -> Vec<String> {
        let mut job = self.job.take().expect("something runs in the background");
        let sent = Command::new("kill").args(["-INT", &job.id().to_string()]).status();
        assert!(sent.is_ok_and(|it| it.success()), "kill can be run");
        let status = job.wait().expect("it ends");
        self.status = status.code().unwrap_or(-1);
        vec![]
    }
}
