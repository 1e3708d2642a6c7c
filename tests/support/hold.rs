//! Processes and folders which do not outlive the test process, however it ends.
//!
//! Statics are not dropped at exit and a killed process drops nothing at all.
//! So each process (and each folder) is held by a small shell script that waits for its standard
//! input to end, and the writing end of that pipe is held here: the kernel closes it in any case.

use std::fs::{File, Permissions, create_dir_all, remove_file, set_permissions};
use std::io;
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

const HOLD_PROCESS: &str = include_str!("../servers/hold-process.sh");
const HOLD_FOLDER: &str = include_str!("../servers/hold-folder.sh");

/// How many bytes at the end of a log can be looked at.
const LOG_TAIL: usize = 16_384;

/// How long a command may take which is waited for, an install over a slow line above all.
const LONGEST_RUN: Duration = Duration::from_secs(900);

/// A user and group id to run a command as.
#[derive(Clone, Copy, Debug)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// How to stop a process.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// Politely: its own shutdown, then `KILL` after five seconds.
    Interrupt,
    /// At once: nothing it holds is worth keeping.
    Kill,
}

/// A running command with its log. Dropping it stops the command and waits until it is gone.
#[derive(Debug)]
pub(crate) struct Process {
    holder: Child,
    alive: Option<ChildStdin>,
    log: File,
}

impl Process {
    /// Starts `command` (its program, arguments, environment and folder), as `user` if given.
    pub(crate) fn start(command: &Command, stop: Stop, user: Option<User>) -> io::Result<Self> {
        let log = nameless_file()?;
        let mut holder = Command::new("/bin/sh");
        holder.args(["-c", HOLD_PROCESS, "hold-process"]);
        holder.arg(match stop {
            Stop::Interrupt => "INT",
            Stop::Kill => "KILL",
        });
        holder.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => holder.env(name, value),
                None => holder.env_remove(name),
            };
        }
        holder.current_dir(command.get_current_dir().unwrap_or(Path::new("/")));
        if let Some(user) = user {
            holder.uid(user.uid).gid(user.gid);
        }
        holder.stdout(log.try_clone()?).stderr(log.try_clone()?);
        let (holder, alive) = spawn(&mut holder)?;
        Ok(Self { holder, alive: Some(alive), log })
    }

    /// Has the command ended by itself?
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.holder.try_wait(), Ok(None))
    }

    /// How the command has ended so far, in the middle of a sentence.
    pub(crate) fn end(&mut self) -> String {
        match self.holder.try_wait() {
            Ok(Some(status)) => format!("ended by itself ({status})"),
            _ => "was stopped after too long a time".to_owned(),
        }
    }

    /// Waits for the command to end by itself; true if it succeeded in time.
    pub(crate) fn succeeds(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < LONGEST_RUN {
            if let Ok(Some(status)) = self.holder.try_wait() {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    /// The last 20 lines which the command has written.
    pub(crate) fn log_tail(&self) -> String {
        let mut bytes = vec![0; LOG_TAIL];
        let length = self.log.metadata().map_or(0, |it| it.len());
        let start = length.saturating_sub(LOG_TAIL as u64);
        let read = self.log.read_at(&mut bytes, start).unwrap_or(0);
        let text = String::from_utf8_lossy(&bytes[..read]);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.alive.take());
        self.holder.wait().ok();
    }
}

/// A folder which is removed, with all that is in it, when the test process ends or on drop.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    holder: Child,
    alive: Option<ChildStdin>,
}

impl Folder {
    /// Makes the folder. Its holder is started first, so that there is no moment without one.
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        let mut holder = Command::new("/bin/sh");
        holder.args(["-c", HOLD_FOLDER, "hold-folder"]).arg(&path).current_dir("/");
        let (holder, alive) = spawn(holder.stdout(Stdio::null()).stderr(Stdio::null()))?;
        create_dir_all(&path)?;
        set_permissions(&path, Permissions::from_mode(0o755))?;
        Ok(Self { path, holder, alive: Some(alive) })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.alive.take());
        self.holder.wait().ok();
    }
}

/// Starts a holder in a process group of its own: Ctrl-C must reach the test process only.
fn spawn(holder: &mut Command) -> io::Result<(Child, ChildStdin)> {
    let mut child = holder.stdin(Stdio::piped()).process_group(0).spawn()?;
    let alive = child.stdin.take().ok_or_else(|| io::Error::other("no pipe to the holder"))?;
    Ok((child, alive))
}

/// A file that has no name any more: it can be used here and leaves nothing behind.
pub(crate) fn nameless_file() -> io::Result<File> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    create_dir_all(folder)?;
    let path = folder.join(format!("log-{}-{:016x}", std::process::id(), fastrand::u64(..)));
    let file = File::options().read(true).append(true).create_new(true).open(&path)?;
    remove_file(&path)?;
    Ok(file)
}
