//! One PostgreSQL per test process, with a database for each Unleash server.

use super::hold::{Folder, Process, Stop, User, nameless_file};
use super::install::{installed, run};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Longer than a busy machine needs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
const ATTEMPTS: u32 = 5;

/// Makes the cluster, then becomes the server. Nothing here has to survive a power cut.
const START: &str = r#"
"$1/bin/initdb" -D data -U unleash -A trust --no-sync -E UTF8 --locale=C --no-instructions &&
exec "$1/bin/postgres" -D data -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
  -c max_connections=100 -c fsync=off -c synchronous_commit=off -c full_page_writes=off
"#;

/// The PostgreSQL package has no client program, the Unleash servers have a client library.
const CREATE_DATABASE: &str = r#"
const pg = require("pg");
const [port, name] = process.argv.slice(1);
const attempt = async (left) => {
  const client = new pg.Client(`postgres://unleash@127.0.0.1:${port}/postgres`);
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
  } catch (error) {
    const starting = error.code === "57P03";
    if (!starting || left === 0) { console.error(error); process.exit(1); }
    setTimeout(() => attempt(left - 1), 200);
  }
};
attempt(100);
"#;

/// A running PostgreSQL.
#[derive(Debug)]
struct Postgres {
    port: u16,
    _process: Process,
    _folder: Folder,
}

/// Makes a new database and returns its address. The first call starts PostgreSQL.
pub(crate) fn database() -> String {
    static POSTGRES: OnceLock<Postgres> = OnceLock::new();
    let port = POSTGRES.get_or_init(start).port;
    let name = format!("unleash_{:016x}", fastrand::u64(..));
    let mut create = installed().javascript(CREATE_DATABASE);
    run(create.args([&port.to_string(), &name]), "a database for Unleash could not be made");
    format!("postgres://unleash@127.0.0.1:{port}/{name}")
}

/// A port of the loopback interface which was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free loopback port");
    listener.local_addr().expect("its number").port()
}

fn start() -> Postgres {
    let folder = Folder::create(temp_folder()).expect("a temporary folder can be made");
    let user = other_than_root();
    let native = reachable(&installed().postgres(), &folder.path, user);
    let (mut log, mut end) = (String::new(), String::new());
    for _ in 0..ATTEMPTS {
        let port = free_port();
        let home = folder.path.join(format!("cluster-{port}"));
        std::fs::create_dir(&home).expect("a folder for the cluster can be made");
        if let Some(user) = user {
            chown(&home, Some(user.uid), Some(user.gid)).expect("root can give a folder away");
        }
        let mut command = Command::new("/bin/sh");
        command.args(["-c", START, "postgres"]).arg(&native).arg(port.to_string());
        command.env("TZ", "UTC").env("LC_ALL", "C").current_dir(&home);
        let mut process =
            Process::start(&command, Stop::Interrupt, user).expect("/bin/sh can be started");
        if answers(port, &mut process) {
            return Postgres { port, _process: process, _folder: folder };
        }
        log = process.log_tail();
        end = process.end();
        if !log.contains("could not bind") {
            break;
        }
    }
    panic!(
        "PostgreSQL ({}) {end} before it accepted connections; its log ends with:\n{log}",
        native.join("bin/postgres").display(),
    );
}

/// Waits until the port is listened on by a process that is still there.
fn answers(port: u16, process: &mut Process) -> bool {
    let start = Instant::now();
    while start.elapsed() < PATIENCE && !process.has_ended() {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return !process.has_ended();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

/// Root's temporary folder may be closed to the user who will run PostgreSQL; `/tmp` is not.
fn temp_folder() -> PathBuf {
    let base = if runs_as_root() { PathBuf::from("/tmp") } else { std::env::temp_dir() };
    base.join(format!("segctl-postgres-{}-{:08x}", std::process::id(), fastrand::u32(..)))
}

/// A new file belongs to the user who makes it.
fn runs_as_root() -> bool {
    nameless_file().and_then(|it| it.metadata()).is_ok_and(|it| it.uid() == 0)
}

/// PostgreSQL refuses to run as root; then it runs as the first of these users.
fn other_than_root() -> Option<User> {
    runs_as_root().then(|| {
        let user = |name| Some(User { uid: id("-u", name)?, gid: id("-g", name)? });
        user("postgres").or_else(|| user("nobody")).unwrap_or(User { uid: 65534, gid: 65534 })
    })
}

fn id(kind: &str, user: &str) -> Option<u32> {
    let output = Command::new("id").args([kind, user]).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The checkout may lie in a home folder which is closed to that user: then a copy is used.
fn reachable(native: &Path, folder: &Path, user: Option<User>) -> PathBuf {
    let Some(user) = user else {
        return native.to_owned();
    };
    let mut version = Command::new(native.join("bin/postgres"));
    version.arg("--version").current_dir("/").uid(user.uid).gid(user.gid);
    if version.stdout(Stdio::null()).status().is_ok_and(|it| it.success()) {
        return native.to_owned();
    }
    let copy = folder.join("native");
    let mut command = Command::new("cp");
    run(command.arg("-RP").arg(native).arg(&copy), "PostgreSQL could not be copied");
    run(Command::new("chmod").args(["-R", "a+rX"]).arg(&copy), "the copy could not be opened");
    copy
}
