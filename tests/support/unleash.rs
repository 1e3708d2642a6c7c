//! Starts one real Unleash server on a database of its own and waits until its tokens work.

use super::hold::{Process, Stop};
use super::install::installed;
use super::postgres::{PATIENCE, database, free_port};
use super::servers::{Access, Server, Version};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

const ATTEMPTS: u32 = 5;

/// Keeps a server alive through the failures of its own jobs.
const SURVIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/servers/survive.cjs");

/// Starts a server, or panics with the reason and the end of its log.
pub(super) fn start(version: Version, env: &[(&str, &str)]) -> Server {
    let database = database();
    let (mut log, mut end) = (String::new(), String::new());
    for _ in 0..ATTEMPTS {
        let port = free_port();
        let access = access(port);
        let command = command(version, &access, port, &database, env);
        let mut process =
            Process::start(&command, Stop::Kill, None).expect("/bin/sh can be started");
        if is_ready(port, &access, &mut process) {
            return Server::new(version, access, process);
        }
        log = process.log_tail();
        end = process.end();
        if !log.contains("EADDRINUSE") {
            break;
        }
    }
    let number = version.number();
    let node = installed().node();
    panic!(
        "Unleash {number} on {} {end} before its admin token worked; its log ends with:\n{log}",
        node.display(),
    );
}

/// The tokens are unlike those of any other server: a foreign process on the port cannot pass.
fn access(port: u16) -> Access {
    let secret = format!("{:032x}", fastrand::u128(..));
    Access {
        url: format!("http://127.0.0.1:{port}"),
        token: format!("*:*.{secret}"),
        client_token: format!("default:development.{secret}"),
    }
}

fn command(
    version: Version,
    access: &Access,
    port: u16,
    database: &str,
    env: &[(&str, &str)],
) -> Command {
    let entry = installed().package(version.package()).join("dist/server.js");
    let mut command = Command::new(installed().node());
    command.arg("--require").arg(SURVIVE).arg(entry);
    command.current_dir(installed().package(version.package()));
    for (name, _) in std::env::vars_os() {
        // The settings of another Unleash must not leak into this one.
        if ["UNLEASH_", "DATABASE_", "INIT_"]
            .iter()
            .any(|it| name.to_string_lossy().starts_with(it))
        {
            command.env_remove(name);
        }
    }
    command.envs([
        ("NODE_ENV", "production"),
        ("TZ", "UTC"),
        ("HTTP_HOST", "127.0.0.1"),
        ("HTTP_PORT", &port.to_string()),
        ("UNLEASH_URL", &access.url),
        ("DATABASE_URL", database),
        ("DATABASE_SSL", "false"),
        ("DATABASE_POOL_MAX", "4"),
        ("INIT_ADMIN_API_TOKENS", &access.token),
        ("INIT_BACKEND_API_TOKENS", &access.client_token),
        ("INIT_CLIENT_API_TOKENS", &access.client_token), // The name until version 7.
        ("CHECK_VERSION", "false"),
        ("SEND_TELEMETRY", "false"),
        ("LOG_LEVEL", "warn"),
    ]);
    command.envs(env.iter().copied());
    command
}

fn is_ready(port: u16, access: &Access, process: &mut Process) -> bool {
    let start = Instant::now();
    while start.elapsed() < PATIENCE && !process.has_ended() {
        let admin = status(port, "/api/admin/segments", &access.token);
        if admin == Some(200) && status(port, "/api/client/features", &access.client_token) == admin
        {
            return true;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    false
}

/// The status which a GET is answered with.
fn status(port: u16, path: &str, token: &str) -> Option<u16> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let head = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {token}\r\n");
    let head = head + "Connection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).ok()?;
    let mut line = [0; 12];
    stream.read_exact(&mut line).ok()?;
    str::from_utf8(&line).ok()?.strip_prefix("HTTP/1.1 ")?.parse().ok()
}
