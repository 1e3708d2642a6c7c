//! Projects, their environments, and their flags without rules.

use rusqlite::{Connection, OptionalExtension as _, Row};
use serde_json::{Value, json};

use super::pages::{Window, order};
use super::refusal::{Outcome, Refusal};
use super::{World, clock};
use crate::sandbox::exchange::{Asked, Reply};

/// What the database takes for `match_type` of a segment.
pub(super) const MATCH_TYPES: [&str; 2] = ["all", "any"];

/// `GET /v1/projects`.
pub(super) fn projects(world: &World, asked: &Asked<'_>) -> Outcome {
    list(world, asked, ("projects", "TRUE"), &[], project)
}

/// `GET /v1/projects/{pid}`.
pub(super) fn one(world: &World, id: &str) -> Outcome {
    let sql = "SELECT * FROM projects WHERE id = ?1";
    world.store.read(|tx| {
        let found = tx.prepare_cached(sql)?.query_row([id], project)?;
        Ok(Reply::json(200, &json!({ "project": found, "_links": [] })))
    })
}

/// `GET /v1/projects/{pid}/environments`.
pub(super) fn environments(world: &World, asked: &Asked<'_>, project: &str) -> Outcome {
    list(world, asked, ("environments", "project = ?1"), &[&project], environment)
}

/// `GET /v1/projects/{pid}/flags`, archived ones included.
pub(super) fn flags(world: &World, asked: &Asked<'_>, project: &str) -> Outcome {
    list(world, asked, ("flags", "project = ?1"), &[&project], flag)
}

/// `GET /v1/projects/{pid}/flags/{key}`.
pub(super) fn one_flag(world: &World, project: &str, key: &str) -> Outcome {
    let sql = "SELECT * FROM flags WHERE project = ?1 AND key = ?2";
    world.store.read(|tx| {
        let found = tx.prepare_cached(sql)?.query_row([project, key], flag).optional()?;
        let found = found.ok_or_else(no_flag)?;
        Ok(Reply::json(200, &json!({ "flag": found, "_links": [] })))
    })
}

/// The answer to an unknown flag.
pub(super) fn no_flag() -> Refusal {
    Refusal::new(404, "Feature lookup failed — no flag with this key exists in the project.")
}

/// Whether there is a project of that id; a malformed id is an unknown one.
pub(super) fn check(db: &Connection, id: &str) -> Result<(), Refusal> {
    let sql = "SELECT EXISTS (SELECT 1 FROM projects WHERE id = ?1)";
    if db.prepare_cached(sql)?.query_row([id], |row| row.get(0))? {
        return Ok(());
    }
    Err(Refusal::new(404, "project not found"))
}

fn list(
    world: &World,
    asked: &Asked<'_>,
    (table, filter): (&str, &str),
    given: &[&dyn rusqlite::ToSql],
    read: fn(&Row<'_>) -> rusqlite::Result<Value>,
) -> Outcome {
    let window = Window::read(asked);
    let order =
        if table == "flags" { order(asked, &["name", "status"]) } else { "created_at, rowid" };
    world.store.read(|tx| {
        let (rows, total) = window.rows(tx, (table, filter, order), given, read)?;
        let mut envelope = window.envelope(&rows, total);
        envelope["_links"] = json!([]);
        Ok(Reply::json(200, &envelope))
    })
}

fn project(row: &Row<'_>) -> rusqlite::Result<Value> {
    Ok(json!({
        "id": row.get::<_, String>("id")?,
        "name": row.get::<_, String>("name")?,
        "slug": row.get::<_, String>("slug")?,
        "created_at": clock::text(row.get("created_at")?),
        "updated_at": clock::text(row.get("created_at")?),
    }))
}

fn environment(row: &Row<'_>) -> rusqlite::Result<Value> {
    Ok(json!({
        "id": row.get::<_, String>("id")?,
        "name": row.get::<_, String>("name")?,
        "slug": row.get::<_, String>("slug")?,
        "color": "#6B7280",
        "created_at": clock::text(row.get("created_at")?),
    }))
}

fn flag(row: &Row<'_>) -> rusqlite::Result<Value> {
    Ok(json!({
        "id": row.get::<_, String>("id")?,
        "key": row.get::<_, String>("key")?,
        "name": row.get::<_, String>("name")?,
        "status": row.get::<_, String>("status")?,
        "created_at": clock::text(row.get("created_at")?),
        "updated_at": clock::text(row.get("created_at")?),
    }))
}
