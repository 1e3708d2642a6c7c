//! JSON documents by kind and key, in the order in which they were first put there: all that a
//! system needs whose rows are read as a whole.

use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value;

/// The table of the documents.
pub(super) const SCHEMA: &str = "
CREATE TABLE shelf (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE TABLE counters (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
";

/// The documents within one transaction.
#[derive(Clone, Copy)]
pub(super) struct Shelf<'c>(pub(super) &'c Connection);

impl Shelf<'_> {
    /// The document of that kind and key.
    pub(super) fn get(self, kind: &str, key: &str) -> rusqlite::Result<Option<Value>> {
        let mut statement =
            self.0.prepare_cached("SELECT body FROM shelf WHERE kind = ?1 AND key = ?2")?;
        let text: Option<String> =
            statement.query_row(params![kind, key], |row| row.get(0)).optional()?;
        Ok(text.map(|text| parse(&text)))
    }

    /// All documents of that kind with their keys, the oldest first.
    pub(super) fn all(self, kind: &str) -> rusqlite::Result<Vec<(String, Value)>> {
        let mut statement =
            self.0.prepare_cached("SELECT key, body FROM shelf WHERE kind = ?1 ORDER BY rowid")?;
        let rows = statement.query_map([kind], |row| {
            Ok((row.get::<_, String>(0)?, parse(&row.get::<_, String>(1)?)))
        })?;
        rows.collect()
    }

    /// Puts a document there, in the place of the one with its key where there is one.
    pub(super) fn put(self, kind: &str, key: &str, body: &Value) -> rusqlite::Result<()> {
        let mut statement = self.0.prepare_cached(
            "INSERT INTO shelf (kind, key, body) VALUES (?1, ?2, ?3)
             ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
        )?;
        statement.execute(params![kind, key, body.to_string()]).map(drop)
    }

    /// Takes a document away; false when there was none.
    pub(super) fn remove(self, kind: &str, key: &str) -> rusqlite::Result<bool> {
        let mut statement =
            self.0.prepare_cached("DELETE FROM shelf WHERE kind = ?1 AND key = ?2")?;
        Ok(statement.execute(params![kind, key])? > 0)
    }

    /// The next number of a counter, from 1.
    pub(super) fn next(self, counter: &str) -> rusqlite::Result<i64> {
        let mut statement = self.0.prepare_cached(
            "INSERT INTO counters VALUES (?1, 1)
             ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last",
        )?;
        statement.query_row([counter], |row| row.get(0))
    }
}

/// A stored text; only [`Shelf::put`] writes them, so it is JSON.
fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
