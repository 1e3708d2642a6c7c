//! Context fields and their legal values.

use rusqlite::{OptionalExtension as _, Row, params};
use serde_json::{Value, json};

use super::answer::Answer;
use super::catalogue::list;
use super::errors::Refusal;
use super::format::{now, parsed};
use super::request::Request;
use super::{Outcome, World};

const SELECT: &str = "SELECT name, description, stickiness, sort_order, legal_values, created_at FROM context_fields";

/// Everything under `/context`.
pub(super) fn route(world: &World, request: &Request<'_>, path: &[&str]) -> Outcome {
    match (request.method, path) {
        // Observed: a bare array.
        ("GET", []) => {
            let fields = list(world, &format!("{SELECT} ORDER BY name"), show)?;
            Ok(Answer::json(200, fields.to_string()))
        }
        ("POST", []) => create(world, request.json()?),
        ("GET", [name]) => Ok(Answer::json(200, find(world, name)?)),
        ("DELETE", [name]) => {
            let sql = "DELETE FROM context_fields WHERE name = ?1";
            world.store.write(|tx| tx.execute(sql, [name]))?;
            Ok(Answer::empty(200))
        }
        _ => Err(Refusal::no_such_path(request)),
    }
}

fn find(world: &World, name: &str) -> Result<String, Refusal> {
    let sql = format!("{SELECT} WHERE name = ?1");
    let found = world.store.read(|tx| tx.query_row(&sql, [name], show).optional())?;
    let missing = || Refusal::not_found(&format!("Could not find context field with name {name}"));
    Ok(found.ok_or_else(missing)?.to_string())
}

/// The shape of the body is not checked: only tests create fields here.
fn create(world: &World, body: &Value) -> Outcome {
    let name = body["name"].as_str().unwrap_or_default().to_owned();
    let legal = body.get("legalValues").cloned().unwrap_or_else(|| json!([]));
    let description = body["description"].as_str().unwrap_or_default();
    world.store.write(|tx| {
        tx.execute(
            "INSERT OR REPLACE INTO context_fields VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![name, description, false, 10, legal.to_string(), now()],
        )
    })?;
    Ok(Answer::json(201, find(world, &name)?))
}

fn show(row: &Row<'_>) -> rusqlite::Result<Value> {
    Ok(json!({
        "name": row.get::<_, String>(0)?,
        "description": row.get::<_, String>(1)?,
        "stickiness": row.get::<_, bool>(2)?,
        "sortOrder": row.get::<_, i64>(3)?,
        "legalValues": parsed(&row.get::<_, String>(4)?),
        "createdAt": row.get::<_, String>(5)?,
        "usedInProjects": 0,
        "usedInFeatures": 0,
    }))
}
