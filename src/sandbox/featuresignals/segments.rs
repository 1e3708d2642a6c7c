//! Segments, each addressed by its key.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value, json};

use super::clock::{self, new_id};
use super::decode::{body, condition, holds_nul, list, text};
use super::evaluate::matched;
use super::pages::{Window, order};
use super::refusal::{Outcome, Refusal};
use super::{World, projects};
use crate::sandbox::exchange::{Asked, Reply};

/// What any trouble of the database is called when a segment is made.
const TAKEN: &str = "segment key already exists in this project";
const BAD_KEY: &str =
    "key must match pattern: lowercase alphanumeric, hyphens, underscores (max 128 chars)";
/// Between the read and the write of an update no lock is held; this stands for the round trip.
const ROUND_TRIP: Duration = Duration::from_millis(1);

/// `/v1/projects/{pid}/segments…`.
pub(super) fn route(world: &World, asked: &Asked<'_>, project: &str, path: &[&str]) -> Outcome {
    match (asked.method, path) {
        ("GET", []) => page(world, asked, project),
        ("POST", []) => create(world, asked, project),
        ("GET", [key]) => show(world, project, key),
        ("PUT", [key]) => update(world, asked, project, key),
        ("DELETE", [key]) => delete(world, project, key),
        ("GET", [key, "evaluate"]) => ask(world, asked, project, key),
        (_, [] | [_] | [_, "evaluate"]) => Err(Refusal::new(405, "method not allowed")),
        _ => Err(Refusal::no_route()),
    }
}

fn page(world: &World, asked: &Asked<'_>, project: &str) -> Outcome {
    let window = Window::read(asked);
    let order = order(asked, &["name", "updated_at"]);
    world.store.read(|tx| {
        let (rows, total) =
            window.rows(tx, ("segments", "project = ?1", order), &[&project], from_row)?;
        let mut envelope = window.envelope(&rows, total);
        envelope["_links"] = json!([link(project)]);
        Ok(Reply::json(200, &envelope))
    })
}

fn show(world: &World, project: &str, key: &str) -> Outcome {
    let segment = world.store.read(|tx| find(tx, project, key))?;
    let links = json!([link(project)]);
    Ok(Reply::json(200, &json!({ "segment": segment, "_links": links })))
}

/// The attributes stand in the body of a GET, which few clients can send.
fn ask(world: &World, asked: &Asked<'_>, project: &str, key: &str) -> Outcome {
    let who: Map<String, Value> =
        serde_json::from_slice(asked.body).map_err(|_| Refusal::decoding())?;
    let segment = world.store.read(|tx| find(tx, project, key))?;
    let answer = json!({ "segment_key": key, "matched": matched(&segment, &who) });
    Ok(Reply::json(200, &answer))
}

fn create(world: &World, asked: &Asked<'_>, project: &str) -> Outcome {
    let fields = body(asked.body, &["key", "name", "description", "match_type", "rules"])?;
    let field = |name| Ok::<_, Refusal>(text(&fields, name)?.unwrap_or_default());
    let (key, name, description) = (field("key")?, field("name")?, field("description")?);
    let rules = list(&fields, "rules", condition)?.unwrap_or_default();
    let match_type = Some(field("match_type")?).filter(|it| !it.is_empty());
    let match_type = match_type.unwrap_or_else(|| "all".to_owned());
    check(&key, &name, &description)?;
    let taken = || Refusal::new(409, TAKEN);
    let now = clock::now();
    let segment = json!({
        "id": new_id(),
        "key": key,
        "name": name,
        "description": description,
        "match_type": match_type,
        "rules": rules,
        "created_at": clock::text(now),
        "updated_at": clock::text(now),
    });
    // Observed: whatever the database refuses is called a duplicate.
    if !projects::MATCH_TYPES.contains(&match_type.as_str()) || holds_nul(&segment) {
        return Err(taken());
    }
    world.store.write(|tx| {
        let sql = "INSERT OR IGNORE INTO segments VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)";
        let rules = segment["rules"].to_string();
        let id = segment["id"].as_str();
        let row = params![id, project, key, name, description, match_type, rules, now];
        if tx.prepare_cached(sql)?.execute(row)? == 0 {
            return Err(taken());
        }
        Ok(Reply::json(201, &segment))
    })
}

fn check(key: &str, name: &str, description: &str) -> Result<(), Refusal> {
    let refuse = |message: &str| Err(Refusal::new(400, message));
    if key.is_empty() || name.is_empty() {
        return refuse("key and name are required");
    }
    if !is_key(key) {
        return refuse(BAD_KEY);
    }
    if name.len() > 255 {
        return refuse("name must be at most 255 characters");
    }
    if description.len() > 2000 {
        return refuse("description must be at most 2000 characters");
    }
    Ok(())
}

/// `^[a-z0-9][a-z0-9_-]{0,127}$`.
fn is_key(key: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let mut bytes = key.bytes();
    key.len() <= 128
        && bytes.next().is_some_and(plain)
        && bytes.all(|byte| plain(byte) || matches!(byte, b'_' | b'-'))
}

/// Sets what is given and keeps the rest. Observed: nothing is checked but by the database, and the
/// answer has the time of the write before this one.
fn update(world: &World, asked: &Asked<'_>, project: &str, key: &str) -> Outcome {
    let fields = body(asked.body, &["name", "description", "match_type", "rules"])?;
    let texts = ["name", "description", "match_type"].map(|name| text(&fields, name));
    let [name, description, match_type] = texts;
    let (name, description, match_type) = (name?, description?, match_type?);
    let rules = list(&fields, "rules", condition)?;

    let mut segment = world.store.read(|tx| find(tx, project, key))?;
    let given = [("name", name), ("description", description), ("match_type", match_type)];
    for (field, value) in given {
        if let Some(value) = value {
            segment[field] = json!(value);
        }
    }
    if let Some(rules) = rules {
        segment["rules"] = json!(rules);
    }
    std::thread::sleep(ROUND_TRIP);
    let text = |field: &str| segment[field].as_str().unwrap_or_default();
    if !projects::MATCH_TYPES.contains(&text("match_type"))
        || text("name").chars().count() > 255
        || holds_nul(&segment)
    {
        return Err(Refusal::new(500, "failed to update segment"));
    }
    world.store.write(|tx| {
        let sql = "UPDATE segments SET name = ?3, description = ?4, match_type = ?5, rules = ?6,
                   updated_at = ?7 WHERE project = ?1 AND key = ?2";
        let rules = segment["rules"].to_string();
        let (name, description) = (text("name"), text("description"));
        let match_type = text("match_type");
        let row = params![project, key, name, description, match_type, rules, clock::now()];
        tx.prepare_cached(sql)?.execute(row)?;
        Ok(Reply::json(200, &segment))
    })
}

/// Nothing is asked about rules that use it; they keep the key.
fn delete(world: &World, project: &str, key: &str) -> Outcome {
    world.store.write(|tx| {
        let sql = "DELETE FROM segments WHERE project = ?1 AND key = ?2";
        if tx.prepare_cached(sql)?.execute([project, key])? == 0 {
            return Err(not_found());
        }
        Ok(Reply::empty(204))
    })
}

fn find(db: &Connection, project: &str, key: &str) -> Result<Value, Refusal> {
    let sql = "SELECT * FROM segments WHERE project = ?1 AND key = ?2";
    let found = db.prepare_cached(sql)?.query_row([project, key], from_row).optional()?;
    found.ok_or_else(not_found)
}

fn not_found() -> Refusal {
    Refusal::new(404, "segment not found")
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Value> {
    let rules: String = row.get("rules")?;
    let rules: Value = serde_json::from_str(&rules).unwrap_or_default();
    Ok(json!({
        "id": row.get::<_, String>("id")?,
        "key": row.get::<_, String>("key")?,
        "name": row.get::<_, String>("name")?,
        "description": row.get::<_, String>("description")?,
        "match_type": row.get::<_, String>("match_type")?,
        "rules": rules,
        "created_at": clock::text(row.get("created_at")?),
        "updated_at": clock::text(row.get("updated_at")?),
    }))
}

fn link(project: &str) -> Value {
    json!({ "rel": "segments", "href": format!("/v1/projects/{project}/segments") })
}
