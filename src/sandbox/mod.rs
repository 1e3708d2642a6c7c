//! An embedded server that speaks the management API of a feature-flag system over durable storage.
//!
//! It stands in for a real server wherever an account or a network is one thing too many: trying
//! segctl out, and testing it. Its answers reproduce what was observed of each system, the
//! unpleasant parts included, because those are what a client has to survive; `docs/sandbox.md`
//! says what was observed and what is inferred.
//!
//! A request passes through `server` (listening, faults, the journal) to the folder of a system
//! (routing, authorization, one file per group of endpoints) and on to `store` (`SQLite`). The sandbox
//! shares no types with the rest of the crate: both meet on the wire only, so that a wrong field
//! name cannot agree with itself.

mod api;
mod confidence;
mod configcat;
mod exchange;
mod fault_text;
mod faults;
mod featuresignals;
mod fixture_text;
mod journal;
mod line;
mod rate;
mod server;
mod shelf;
mod store;
mod system;
#[cfg(test)]
mod tests;
mod unleash;

use std::io;
use std::path::PathBuf;

pub use faults::{Fault, FaultKind, Faults, Matching};
pub use journal::Received;
pub use server::Sandbox;
pub use system::System;

/// Options of one embedded server.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The system that it pretends to be.
    pub system: System,
    /// A YAML file with the world a new database starts with.
    pub fixture: Option<PathBuf>,
    /// The database file; its parent folders are created.
    pub data: PathBuf,
    /// The port on 127.0.0.1; 0 for any free one.
    pub port: u16,
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The fixture file could not be read.
    #[error("failed to read the fixture {}", path.display())]
    ReadFixture {
        /// The fixture file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The fixture file is not YAML, or not a fixture.
    #[error("the fixture {} is not valid: {reason}", path.display())]
    BadFixture {
        /// The fixture file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// The fixture uses a name that it does not declare.
    #[error("the fixture names the unknown {what} `{name}` in {place}")]
    UnknownName {
        /// What kind of thing is unknown.
        what: &'static str,
        /// Its name.
        name: String,
        /// The part of the fixture that names it.
        place: String,
    },
    /// The fixture has a value that the system itself would refuse.
    #[error("the fixture has a value in {place} that the API refuses: {reason}")]
    Unfit {
        /// The part of the fixture.
        place: String,
        /// What the API would answer.
        reason: String,
    },
    /// The fixture cannot be stored, for instance because a name occurs twice.
    #[error("the fixture cannot be stored")]
    Plant(#[from] rusqlite::Error),
    /// The folder of the database file could not be made.
    #[error("failed to create the folder {}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database file could not be opened or read.
    #[error("failed to open the sandbox data {}; delete the file to start afresh", path.display())]
    Database {
        /// The database file.
        path: PathBuf,
        /// What `SQLite` said.
        source: Box<rusqlite::Error>,
    },
    /// The database file is damaged.
    #[error(
        "the sandbox data {} is damaged ({verdict}); delete the file to start afresh",
        path.display()
    )]
    Corrupt {
        /// The database file.
        path: PathBuf,
        /// What `SQLite` found.
        verdict: String,
    },
    /// The file is a `SQLite` database, but no sandbox made it.
    #[error("{} is a database of another program; name another file", path.display())]
    Foreign {
        /// The database file.
        path: PathBuf,
    },
    /// The file was made by another version of segctl.
    #[error(
        "the sandbox data {} has schema version {found}, this segctl knows {known}; \
         delete the file to start afresh",
        path.display()
    )]
    Version {
        /// The database file.
        path: PathBuf,
        /// The version in the file.
        found: i64,
        /// The version this program writes.
        known: i64,
    },
    /// The port could not be had.
    #[error("failed to listen on 127.0.0.1:{port}")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
}
