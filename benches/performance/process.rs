//! What a process takes: time, processor time and memory.

use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};
use std::ffi::OsStr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What one process took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Usage {
    /// From start to end.
    pub(crate) time: Duration,
    /// Of all its threads, with what the system did for it.
    pub(crate) processor: Duration,
    /// The most memory that it held at once, in bytes.
    pub(crate) memory: u64,
}

/// The program that this is.
pub(crate) fn this() -> Command {
    Command::new(std::env::current_exe().expect("this program has a path"))
}

/// Runs `command` to its end, which must be a good one, and gives what it took.
///
/// The system adds up what all children took, so each is the only child of a process between.
pub(crate) fn usage(command: &Command) -> Usage {
    let mut between = this();
    between.arg("measure").arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        between.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        between.env(name, value.unwrap_or(OsStr::new("")));
    }
    let output = between.stderr(Stdio::inherit()).output().expect("this program can be started");
    assert!(output.status.success(), "{command:?} failed");
    serde_json::from_slice(&output.stdout).expect("what a measured process took")
}

/// Runs a command, and prints what it took.
pub(crate) fn measure(command: &[&str]) {
    let start = Instant::now();
    let mut child = Command::new(command[0]);
    let ended = child.args(&command[1..]).stdout(Stdio::null()).status();
    let time = start.elapsed();
    assert!(ended.is_ok_and(|it| it.success()), "{command:?} failed");
    let taken = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system counts");
    let duration = |it: nix::sys::time::TimeVal| {
        let micros = it.tv_sec() * 1_000_000 + it.tv_usec();
        Duration::from_micros(micros.try_into().unwrap_or_default())
    };
    let processor = duration(taken.user_time()) + duration(taken.system_time());
    // Apple counts in bytes, all others in kB.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    let memory = u64::try_from(taken.max_rss()).unwrap_or_default() * unit;
    let usage = Usage { time, processor, memory };
    println!("{}", serde_json::to_string(&usage).expect("numbers"));
}
