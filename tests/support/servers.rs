//! Real Unleash servers for tests: a shared one per version, or one of your own.
//!
//! The first use installs what `tests/servers` pins and starts PostgreSQL; all of it ends with the
//! test process. A test that needs a server and cannot get one panics and says why, it never skips.

use super::hold::Process;
use super::unleash::start;
use std::io::Write as _;
use std::ops::Deref;
use std::sync::OnceLock;
use tokio::sync::{Mutex, MutexGuard};

/// The versions of Unleash which segctl is tested against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V8_2_0,
    V6_10_1,
}

impl Version {
    pub(crate) const fn number(self) -> &'static str {
        match self {
            Self::V8_2_0 => "8.2.0",
            Self::V6_10_1 => "6.10.1",
        }
    }

    /// The name of its package in `tests/servers/package.json`.
    pub(super) const fn package(self) -> &'static str {
        match self {
            Self::V8_2_0 => "unleash-8",
            Self::V6_10_1 => "unleash-6",
        }
    }
}

/// Where a server is and what opens it.
#[derive(Debug)]
pub(crate) struct Access {
    pub(crate) url: String,
    /// An admin token.
    pub(crate) token: String,
    /// A backend token for the environment `development`.
    pub(crate) client_token: String,
}

/// A running Unleash server, which is stopped on drop.
#[derive(Debug)]
pub(crate) struct Server {
    access: Access,
    pub(crate) version: &'static str,
    process: Mutex<Process>,
}

impl Server {
    pub(super) fn new(version: Version, access: Access, process: Process) -> Self {
        Self { access, version: version.number(), process: Mutex::new(process) }
    }

    /// Waits for the tests which are using this server; hold the result until the test is over.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        Turn { url: &self.url, process: self.process.lock().await }
    }
}

impl Deref for Server {
    type Target = Access;

    fn deref(&self) -> &Access {
        &self.access
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        say_how_it_ended(&self.access.url, self.process.get_mut());
    }
}

/// The time in which nobody else uses a shared server.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    url: &'a str,
    process: MutexGuard<'a, Process>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        say_how_it_ended(self.url, &mut self.process);
    }
}

/// A test that fails because its server died says what the server said last.
fn say_how_it_ended(url: &str, process: &mut Process) {
    if std::thread::panicking() && process.has_ended() {
        let log = process.log_tail();
        writeln!(std::io::stderr(), "the server {url} ended:\n{log}").ok();
    }
}

/// The shared server of that version: started at first use, stopped when the test process ends.
///
/// Tests run at the same time, so take a [`Server::turn`] and begin with a wipe.
pub(crate) fn unleash(version: Version) -> &'static Server {
    static V8_2_0: OnceLock<Server> = OnceLock::new();
    static V6_10_1: OnceLock<Server> = OnceLock::new();
    let slot = match version {
        Version::V8_2_0 => &V8_2_0,
        Version::V6_10_1 => &V6_10_1,
    };
    slot.get_or_init(|| unleash_with(version, &[]))
}

/// A server of its own with extra environment variables, on its own database.
pub(crate) fn unleash_with(version: Version, env: &[(&str, &str)]) -> Server {
    start(version, env)
}
