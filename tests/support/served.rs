//! `segctl sandbox` as a process of its own, which can be killed and started again.

use super::folder::Folder;
use super::hold::{Process, Stop};
use super::postgres::{PATIENCE, free_port};
use super::scratch::{SEGCTL, clean};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

/// A served sandbox. It stops on drop, and its data goes with it.
pub(crate) struct Served {
    pub(crate) url: String,
    port: u16,
    folder: Folder,
    process: Option<Process>,
}

impl Served {
    /// Serves the world that `fixture` describes, with more `options` of the command.
    pub(crate) fn new(fixture: &str, options: &[&str]) -> Self {
        let folder = Folder::new();
        folder.write("flags.yaml", fixture);
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}");
        let mut served = Self { url, port, folder, process: None };
        served.start(options);
        served
    }

    /// Starts it, on the data that is there.
    pub(crate) fn start(&mut self, options: &[&str]) {
        let mut command = Command::new(SEGCTL);
        clean(&mut command).current_dir(self.folder.path());
        command.args(["sandbox", "flags.yaml", "--data", "data.db", "--port"]);
        command.arg(self.port.to_string()).args(options);
        let mut process = Process::start(&command, Stop::Kill, None).expect("it can be started");
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            let waits = start.elapsed() < PATIENCE && !process.has_ended();
            assert!(waits, "the sandbox does not serve: {}", process.log_tail());
            std::thread::sleep(Duration::from_millis(10));
        }
        self.process = Some(process);
    }

    /// Kills it with `KILL`, whatever it is doing.
    pub(crate) fn kill(&mut self) {
        self.process = None;
    }
}
