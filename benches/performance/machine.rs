//! What the figures were taken on.

use std::fs;
use std::process::Command;

/// The processor, its cores, the memory, the system and the compiler, in one line.
pub(crate) fn description() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or("an unknown processor".into());
    let memory = field("/proc/meminfo", "MemTotal").unwrap_or_default();
    let memory = memory.trim_end_matches(" kB").parse().map_or(0, |kb: u64| kb / 1024 / 1024);
    let system = said("uname", &["-sr"]);
    let compiler = said("rustc", &["--version"]);
    let segctl = env!("CARGO_PKG_VERSION");
    format!("segctl {segctl}; {processor}, {cores} cores, {memory} GiB, {system}, {compiler}")
}

/// The value of a line `name : value`.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let (_, value) = text.lines().find(|line| line.starts_with(name))?.split_once(':')?;
    Some(value.trim().to_owned())
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or(String::new(), |it| String::from_utf8_lossy(&it.stdout).trim().to_owned())
}
