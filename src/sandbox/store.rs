//! The database file: opened, checked, filled once, then shared by threads and processes.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use super::StartError;

/// The tables of one system's data file.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    /// The statements that make them.
    pub(super) schema: &'static str,
    /// The version of the tables.
    pub(super) version: i64,
    /// Marks a `SQLite` file as a sandbox of this system.
    pub(super) id: i64,
}

/// How long one process waits for another's write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);
/// More statements than there are in the crate, so that none is compiled twice.
const STATEMENT_CACHE: usize = 128;

/// A pool of connections to one database file.
///
/// The file is in write-ahead mode: readers see the last commit and never wait for a writer, and a
/// killed process leaves nothing to repair.
pub(super) struct Store {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Store {
    /// Opens the file; a new one gets the tables and what `plant` writes in a single transaction.
    pub(super) fn open(
        path: &Path,
        layout: Layout,
        plant: impl FnOnce(&Connection) -> Result<(), StartError>,
    ) -> Result<Self, StartError> {
        let damaged =
            |source| StartError::Database { path: path.to_path_buf(), source: Box::new(source) };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|source| StartError::Folder { path: folder.to_path_buf(), source })?;
        }
        let mut connection = connect(path).map_err(damaged)?;
        let verdict: String =
            connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(damaged)?;
        if verdict != "ok" {
            return Err(StartError::Corrupt { path: path.to_path_buf(), verdict });
        }
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(damaged)?;
        if is_empty(&transaction).map_err(damaged)? {
            create(&transaction, layout).map_err(damaged)?;
            plant(&transaction)?;
        } else {
            check_version(&transaction, layout, path).map_err(damaged)??;
        }
        transaction.commit().map_err(damaged)?;
        Ok(Self { path: path.to_path_buf(), idle: Mutex::new(vec![connection]) })
    }

    /// Runs several reads on one snapshot.
    pub(super) fn read<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact(TransactionBehavior::Deferred, work)
    }

    /// Runs reads and writes as one transaction; an error takes all of it back.
    pub(super) fn write<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact(TransactionBehavior::Immediate, work)
    }

    /// Runs statements each of which is a transaction of its own.
    pub(super) fn one_by_one<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let connection = self.take()?;
        let outcome = work(&connection);
        self.give_back(connection);
        outcome
    }

    fn transact<T, E: From<rusqlite::Error>>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.take()?;
        let transaction = connection.transaction_with_behavior(behavior)?;
        let outcome = work(&transaction);
        match outcome {
            Ok(_) => transaction.commit()?,
            Err(_) => transaction.rollback()?,
        }
        self.give_back(connection);
        outcome
    }

    fn take(&self) -> rusqlite::Result<Connection> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| connect(&self.path), Ok)
    }

    fn give_back(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    use_write_ahead(&connection)?;
    // NORMAL keeps every commit across a killed process; only a power cut may lose the last ones.
    connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")?;
    Ok(connection)
}

/// Switches a new file over. Two processes that do so at once are told "busy" without the wait that
/// every other statement has, so this one waits by itself.
fn use_write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let start = Instant::now();
    loop {
        match connection.execute_batch("PRAGMA journal_mode = WAL;") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && start.elapsed() < BUSY_TIMEOUT =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            outcome => return outcome,
        }
    }
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
}

fn create(connection: &Connection, layout: Layout) -> rusqlite::Result<()> {
    connection.execute_batch(layout.schema)?;
    connection.pragma_update(None, "application_id", layout.id)?;
    connection.pragma_update(None, "user_version", layout.version)
}

fn check_version(
    connection: &Connection,
    layout: Layout,
    path: &Path,
) -> rusqlite::Result<Result<(), StartError>> {
    let application: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if application != layout.id {
        return Ok(Err(StartError::Foreign { path: path.to_path_buf() }));
    }
    if version != layout.version {
        let path = path.to_path_buf();
        return Ok(Err(StartError::Version { path, found: version, known: layout.version }));
    }
    Ok(Ok(()))
}
