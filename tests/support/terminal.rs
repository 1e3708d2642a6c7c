//! segctl on a terminal.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// Runs segctl with a terminal in the place of all that it reads and prints; gives its exit code
/// and everything that was sent to the terminal.
pub(crate) fn run(
    folder: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> (Option<i32>, String) {
    run_until(folder, arguments, variables, "\0", |_, _| ())
}

/// As [`run`]; once segctl asks, does what `meanwhile` says and answers `yes`.
pub(crate) fn run_asked(
    folder: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
    meanwhile: impl FnOnce() + Send,
) -> (Option<i32>, String) {
    let answer = |terminal: &mut File, _: u32| {
        meanwhile();
        terminal.write_all(b"yes\n").expect("it listens");
    };
    run_until(folder, arguments, variables, "Only `yes` is accepted: ", answer)
}

/// As [`run`], with a Ctrl-C once the terminal shows `text`.
pub(crate) fn run_interrupted(
    folder: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
    text: &str,
) -> (Option<i32>, String) {
    run_until(folder, arguments, variables, text, |_, pid| {
        let sent = Command::new("kill").args(["-INT", &pid.to_string()]).status();
        assert!(sent.is_ok_and(|it| it.success()), "kill can be run");
    })
}

/// As [`run`]; once the terminal shows `text`, does `then` with it and the process.
fn run_until(
    folder: &Path,
    arguments: &[&str],
    variables: &[(&str, &str)],
    text: &str,
    then: impl FnOnce(&mut File, u32) + Send,
) -> (Option<i32>, String) {
    let (ours, theirs) = open();
    let end = || Stdio::from(OwnedFd::from(theirs.try_clone().expect("one more of the same")));
    let mut child = Command::new(env!("CARGO_BIN_EXE_segctl"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("TERM", "xterm-256color")
        .envs(variables.iter().copied())
        .stdin(end())
        .stdout(end())
        .stderr(end())
        .spawn()
        .expect("the program can be run");
    let pid = child.id();
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || read(ours, text, |terminal| then(terminal, pid)));
        let status = child.wait().expect("it ends");
        // The other side ends once nobody holds this one.
        drop(theirs);
        (status.code(), reader.join().expect("it can be read"))
    })
}

/// Both ends of a new terminal.
fn open() -> (File, File) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&ours).expect("it is ours");
    unlockpt(&ours).expect("it is ours");
    let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&ours, size).expect("it has a size");
    let name = ptsname(&ours, vec![]).expect("it has a name");
    let path = name.to_str().expect("a path in ASCII");
    let theirs = OpenOptions::new().read(true).write(true).open(path).expect("it can be opened");
    (File::from(ours), theirs)
}

/// Everything that is sent to the terminal; `then` is done once, when `text` is there.
fn read(mut terminal: File, text: &str, then: impl FnOnce(&mut File)) -> String {
    let mut sent = vec![];
    let mut then = Some(then);
    let mut part = [0; 4096];
    // A terminal that nobody holds any more ends with an error.
    while let Ok(count @ 1..) = terminal.read(&mut part) {
        sent.extend_from_slice(&part[..count]);
        if String::from_utf8_lossy(&sent).contains(text)
            && let Some(then) = then.take()
        {
            then(&mut terminal);
        }
    }
    String::from_utf8_lossy(&sent).into_owned()
}
