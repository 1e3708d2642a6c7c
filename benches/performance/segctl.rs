//! The segctl that was built with this benchmark, in a workspace.

use crate::process::{Usage, usage};
use crate::support::scratch::{SEGCTL, Scratch, clean};
use std::process::Command;

/// segctl in a workspace.
pub(crate) struct Segctl {
    pub(crate) workspace: Scratch,
    token: String,
}

impl Segctl {
    pub(crate) fn new(workspace: Scratch, token: &str) -> Self {
        Self { workspace, token: token.to_owned() }
    }

    /// Runs it and gives what that took.
    pub(crate) fn run(&self, arguments: &[&str]) -> Usage {
        usage(&self.command(arguments))
    }

    /// Runs it and returns how many requests it sent.
    pub(crate) fn requests(&self, arguments: &[&str]) -> usize {
        let output = self.command(&[arguments, &["-v"]].concat()).output();
        let output = output.expect("segctl can be started");
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "segctl {arguments:?} failed:\n{log}");
        let mut lines = log.lines().filter_map(|it| it.strip_prefix("production: "));
        let count = lines.next().and_then(|it| it.split(' ').next()?.parse().ok());
        count.expect("-v says how many requests were sent")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(SEGCTL);
        command.args(arguments).current_dir(&self.workspace.path);
        clean(&mut command).env("UNLEASH_TOKEN", &self.token);
        command
    }
}
