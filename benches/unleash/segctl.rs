//! The segctl that was built with this benchmark.

use crate::support::scratch::{SEGCTL, Scratch, clean};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// segctl in a workspace.
pub(crate) struct Segctl {
    workspace: Scratch,
    token: String,
}

impl Segctl {
    pub(crate) fn new(workspace: Scratch, token: &str) -> Self {
        Self { workspace, token: token.to_owned() }
    }

    /// Runs it and returns how long that took.
    pub(crate) fn run(&self, arguments: &[&str]) -> Duration {
        let start = Instant::now();
        self.output(arguments);
        start.elapsed()
    }

    /// Runs it and returns how many requests it sent.
    pub(crate) fn requests(&self, arguments: &[&str]) -> usize {
        let output = self.output(&[arguments, &["-v"]].concat());
        let log = String::from_utf8_lossy(&output.stderr);
        let mut lines = log.lines().filter_map(|it| it.strip_prefix("production: "));
        let count = lines.next().and_then(|it| it.split(' ').next()?.parse().ok());
        count.expect("-v says how many requests were sent")
    }

    fn output(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(SEGCTL);
        command.args(arguments).current_dir(&self.workspace.path);
        clean(&mut command).env("UNLEASH_TOKEN", &self.token);
        let output = command.output().expect("segctl can be started");
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "segctl {arguments:?} failed:\n{log}");
        output
    }
}
