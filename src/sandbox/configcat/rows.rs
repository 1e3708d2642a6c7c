//! What is stored, one kind after the other.

use chrono::{SecondsFormat, Utc};
use rusqlite::types::Type;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::shelf::Shelf;
use super::fixture::{Access, DeleteInUse, Limits, Permissions, SettingType, Version};
use super::refusal::Refusal;

/// The time as `2026-11-22T12:15:39.166123Z`.
pub(super) fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Something stored under an identifier.
pub(super) trait Row: Serialize + DeserializeOwned {
    /// Its kind on the shelf.
    const KIND: &'static str;
}

/// The row of that identifier, or 404.
pub(super) fn find<R: Row>(shelf: Shelf<'_>, id: &str) -> Result<R, Refusal> {
    let found = shelf.get(R::KIND, &id.to_ascii_lowercase())?;
    Ok(read(found.ok_or(Refusal::NotFound)?)?)
}

/// All rows of that kind, the oldest first.
pub(super) fn all<R: Row>(shelf: Shelf<'_>) -> rusqlite::Result<Vec<R>> {
    shelf.all(R::KIND)?.into_iter().map(|(_, body)| read(body)).collect()
}

/// Stores a row.
pub(super) fn keep<R: Row>(shelf: Shelf<'_>, id: &str, row: &R) -> rusqlite::Result<()> {
    shelf.put(R::KIND, id, &serde_json::to_value(row).map_err(unreadable)?)
}

fn read<R: Row>(body: Value) -> rusqlite::Result<R> {
    serde_json::from_value(body).map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
}

/// What holds in the whole sandbox; the only row of its kind.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Options {
    pub(super) organization_id: String,
    pub(super) organization: String,
    pub(super) limits: Limits,
    pub(super) delete_in_use: DeleteInUse,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Product {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) order: usize,
    pub(super) reason_required: bool,
    pub(super) permissions: Permissions,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Environment {
    pub(super) id: String,
    pub(super) product: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) color: Option<String>,
    pub(super) order: usize,
    pub(super) reason_required: bool,
    pub(super) access: Access,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Config {
    pub(super) id: String,
    pub(super) product: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) order: usize,
    pub(super) version: Version,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Setting {
    pub(super) id: i32,
    pub(super) config: String,
    pub(super) key: String,
    pub(super) name: String,
    pub(super) order: usize,
    pub(super) kind: SettingType,
    pub(super) created: String,
    /// As the API shows them.
    pub(super) variations: Vec<Value>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Segment {
    pub(super) id: String,
    pub(super) product: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) attribute: String,
    pub(super) comparator: String,
    pub(super) value: String,
    pub(super) created: String,
    pub(super) updated: String,
}

/// What a flag serves in one environment.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Served {
    /// The part that a write replaces, as the API shows it.
    pub(super) formula: Value,
    /// When it was last written; none before the first time.
    pub(super) updated: Option<String>,
    /// New with every change.
    pub(super) version: String,
}

impl Served {
    /// The key of a flag in an environment.
    pub(super) fn key(environment: &Environment, setting: &Setting) -> String {
        format!("{}/{}", environment.id, setting.id)
    }
}

impl Row for Options {
    const KIND: &'static str = "options";
}
impl Row for Product {
    const KIND: &'static str = "product";
}
impl Row for Environment {
    const KIND: &'static str = "environment";
}
impl Row for Config {
    const KIND: &'static str = "config";
}
impl Row for Setting {
    const KIND: &'static str = "setting";
}
impl Row for Segment {
    const KIND: &'static str = "segment";
}
impl Row for Served {
    const KIND: &'static str = "served";
}
