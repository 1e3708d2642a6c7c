//! `segctl sandbox` as a process of its own, which can be killed and started again.

use super::folder::Folder;
use super::hold::{Process, Stop};
use super::postgres::PATIENCE;
use super::scratch::{SEGCTL, clean};
use std::process::Command;
use std::time::{Duration, Instant};

/// A served sandbox. It stops on drop, and its data goes with it.
pub(crate) struct Served {
    pub(crate) url: String,
    folder: Folder,
    process: Option<Process>,
}

impl Served {
    /// Serves the world that `fixture` describes, with more `options` of the command.
    pub(crate) fn new(fixture: &str, options: &[&str]) -> Self {
        let folder = Folder::new();
        folder.write("flags.yaml", fixture);
        let mut served = Self { url: String::new(), folder, process: None };
        served.start(options);
        served
    }

    /// Starts it, on the data that is there, and where it was before.
    ///
    /// It says when it serves. A port that answers may be somebody else's, and answers before the
    /// faults are set.
    pub(crate) fn start(&mut self, options: &[&str]) {
        let mut command = Command::new(SEGCTL);
        clean(&mut command).current_dir(self.folder.path());
        command.args(["sandbox", "flags.yaml", "--data", "data.db", "--port"]);
        let port = self.url.rsplit_once(':').map_or("0", |(_, port)| port);
        command.arg(port).args(options);
        let mut process = Process::start(&command, Stop::Kill, None).expect("it can be started");
        let start = Instant::now();
        let mut said = String::new();
        while !said.contains("Serving until") {
            let waits = start.elapsed() < PATIENCE && !process.has_ended();
            assert!(waits, "the sandbox does not serve: {said}");
            std::thread::sleep(Duration::from_millis(10));
            said = process.log_tail();
        }
        let url = said.lines().find_map(|line| line.strip_prefix("UNLEASH_URL="));
        url.expect("it says where it serves").clone_into(&mut self.url);
        self.process = Some(process);
    }

    /// Kills it with `KILL`, whatever it is doing.
    pub(crate) fn kill(&mut self) {
        self.process = None;
    }
}
