//! `/api/admin/segments`: list, create, read, replace, delete, and the check of a name.

use std::collections::HashMap;
use std::time::Duration;

use rusqlite::{Connection, params};
use serde_json::Value;

use super::answer::Answer;
use super::errors::Refusal;
use super::events::{self, Event};
use super::format::now;
use super::numbers::js_number;
use super::request::Request;
use super::segment::{COLUMNS, Segment, check_id_range, check_text};
use super::segment_draft::Draft;
use super::shape::Shape;
use super::{Outcome, World, statements, usage};

/// The time between the check of a name and the insert. On the real server it is a round trip to
/// the database; without any, two creations at once would hardly ever make twins here.
const BETWEEN_CHECK_AND_INSERT: Duration = Duration::from_millis(1);

pub(super) fn route(world: &World, request: &Request<'_>, path: &[&str]) -> Outcome {
    match (request.method, path) {
        ("GET", []) => list(world),
        ("POST", []) => create(world, request),
        ("POST", ["validate"]) => validate_name(world, request),
        ("POST", ["strategies"]) => usage::attach(world, request),
        ("GET", ["strategies", strategy]) => usage::segments_of(world, strategy),
        ("GET", [id, "strategies"]) => usage::strategies_of(world, id_of(id)?),
        ("GET", [id]) => {
            let id = id_of(id)?;
            world.store.read(|tx| Ok(Answer::json(200, Segment::find(tx, id)?.json())))
        }
        ("PUT", [id]) => replace(world, request, id_of(id)?),
        ("DELETE", [id]) => delete(world, id_of(id)?),
        _ => Err(Refusal::no_such_path(request)),
    }
}

fn id_of(text: &str) -> Result<i64, Refusal> {
    Shape::Request.integer(&Value::from(text), "/params/id")
}

fn list(world: &World) -> Outcome {
    world.store.read(|tx| {
        let used = use_counts(tx)?;
        let sql = format!("SELECT {COLUMNS} FROM segments ORDER BY name, id");
        let mut all = tx.prepare_cached(&sql)?;
        let mut rows = all.query([])?;
        let mut body = String::from(r#"{"segments":["#);
        let mut first = true;
        while let Some(row) = rows.next()? {
            let segment = Segment::from_row(row)?;
            if !first {
                body.push(',');
            }
            first = false;
            segment.write_into(&mut body, Some(used.get(&segment.id).copied().unwrap_or((0, 0))));
        }
        body.push_str("]}");
        Ok(Answer::json(200, body))
    })
}

/// By segment: projects and flags that use it. Archived flags do not count.
fn use_counts(db: &Connection) -> rusqlite::Result<HashMap<i64, (u32, u32)>> {
    let mut count = db.prepare_cached(
        "SELECT segment, count(DISTINCT strategies.project), count(DISTINCT strategies.feature)
         FROM strategy_segments
         JOIN strategies ON strategies.id = strategy
         JOIN features ON features.name = strategies.feature AND features.archived_at IS NULL
         GROUP BY segment",
    )?;
    let rows = count.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
    rows.collect()
}

fn create(world: &World, request: &Request<'_>) -> Outcome {
    let draft = Draft::read(request)?;
    world.store.read(|tx| {
        let limit = setting(tx, "segments")?;
        let count: i64 = tx.query_row("SELECT count(*) FROM segments", [], |row| row.get(0))?;
        if count >= limit {
            return Err(Refusal::exceeds_limit("segment", limit));
        }
        draft.check(tx)?;
        check_name_is_free(tx, &draft.name)
    })?;
    std::thread::sleep(BETWEEN_CHECK_AND_INSERT);
    let statement = statements::insert(&draft);
    let id = match &draft.id {
        Some(id) => wanted_id(id, &statement)?,
        None => world.store.write(next_id)?,
    };
    let segment = world.store.write(|tx| insert(tx, draft, id, &statement))?;
    Ok(Answer::json(201, segment.json()).with("location", format!("segments/{id}")))
}

/// Observed: an `id` in the body is honoured, and the counter does not move with it.
fn wanted_id(id: &Value, statement: &str) -> Result<i64, Refusal> {
    let text = match id {
        Value::Null => {
            return Err(Refusal::unknown(&format!(
                "{statement} - null value in column \"id\" of relation \"segments\" violates \
                 not-null constraint"
            )));
        }
        Value::String(text) => text.clone(),
        Value::Number(number) => js_number(number),
        other => other.to_string(),
    };
    let wrong = |problem: &str| Refusal::unknown(&format!("{statement} - {problem}"));
    let id: i64 = text
        .trim()
        .parse()
        .map_err(|_| wrong(&format!("invalid input syntax for type integer: \"{text}\"")))?;
    check_id_range(id)
        .map_err(|_| wrong(&format!("value \"{id}\" is out of range for type integer")))?;
    Ok(id)
}

/// A transaction of its own, so that a failed insert uses up an id, as observed.
fn next_id(db: &rusqlite::Transaction<'_>) -> Result<i64, Refusal> {
    let sql = "UPDATE counters SET last = last + 1 WHERE name = 'segments' RETURNING last";
    Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

fn insert(db: &Connection, draft: Draft, id: i64, statement: &str) -> Result<Segment, Refusal> {
    let taken = "SELECT EXISTS (SELECT 1 FROM segments WHERE id = ?1)";
    if db.prepare_cached(taken)?.query_row([id], |row| row.get(0))? {
        return Err(Refusal::unknown(&format!(
            "{statement} - duplicate key value violates unique constraint \"segments_pkey\""
        )));
    }
    statements::check_storable(&draft, statement)?;
    check_project(db, draft.project.as_deref(), statement)?;
    let segment = Segment {
        id,
        constraints: draft.constraints_json(),
        name: draft.name,
        description: draft.description,
        project: draft.project,
        created_by: "admin".to_owned(),
        created_at: now(),
    };
    db.prepare_cached(
        "INSERT INTO segments VALUES
         (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT COALESCE(MAX(written), 0) + 1 FROM segments))",
    )?
    .execute(params![
        segment.id,
        segment.name,
        segment.description,
        segment.project,
        segment.constraints,
        segment.created_by,
        segment.created_at
    ])?;
    events::store(
        db,
        &Event { data: Some(segment.json()), ..Event::of_segment("segment-created", &segment) },
    )?;
    Ok(segment)
}

fn replace(world: &World, request: &Request<'_>, id: i64) -> Outcome {
    let draft = Draft::read(request)?;
    world.store.write(|tx| {
        draft.check(tx)?;
        let before = Segment::find(tx, id)?;
        if before.name != draft.name {
            check_name_is_free(tx, &draft.name)?;
        }
        usage::check_scope(tx, id, draft.project.as_deref())?;
        let statement = statements::update(&draft);
        statements::check_storable(&draft, &statement)?;
        check_project(tx, draft.project.as_deref(), &statement)?;
        // Observed: an omitted description is kept, an omitted project is cleared.
        let description =
            if draft.has_description { &draft.description } else { &before.description };
        let constraints = draft.constraints_json();
        tx.prepare_cached(
            "UPDATE segments SET name = ?2, description = ?3, project = ?4, constraints = ?5,
             written = (SELECT MAX(written) + 1 FROM segments) WHERE id = ?1",
        )?
        .execute(params![id, draft.name, description, draft.project, constraints])?;
        let after = Segment::find(tx, id)?;
        // Observed: a change that changes nothing leaves no event.
        events::store(
            tx,
            &Event {
                data: Some(after.json()),
                pre_data: Some(before.json()),
                ..Event::of_segment("segment-updated", &after)
            },
        )?;
        Ok(Answer::empty(204))
    })
}

fn delete(world: &World, id: i64) -> Outcome {
    world.store.write(|tx| {
        check_id_range(id)?;
        // Observed: the answer does not say who uses it. Archived flags do not count, so that a
        // revived flag may come back with fewer segments.
        if usage::is_in_use(tx, id)? {
            return Err(Refusal::empty(409));
        }
        let segment = Segment::find(tx, id)?;
        tx.prepare_cached("DELETE FROM segments WHERE id = ?1")?.execute([id])?;
        let event = Event::of_segment("segment-deleted", &segment);
        events::store(tx, &Event { pre_data: Some(segment.json()), ..event })?;
        Ok(Answer::empty(204))
    })
}

fn validate_name(world: &World, request: &Request<'_>) -> Outcome {
    let shape = Shape::Request;
    let map = shape.object(request.json()?, "/body")?;
    shape.required(map, "/body", &["name"])?;
    let name = shape.text(&map["name"], "/body/name")?;
    if name.is_empty() {
        return Err(Refusal::bad_data("Segment name cannot be empty"));
    }
    world.store.read(|tx| check_name_is_free(tx, &name))?;
    Ok(Answer::empty(204))
}

fn check_name_is_free(db: &Connection, name: &str) -> Result<(), Refusal> {
    check_text(name)?;
    let taken = "SELECT EXISTS (SELECT 1 FROM segments WHERE name = ?1)";
    if db.prepare_cached(taken)?.query_row([name], |row| row.get(0))? {
        return Err(Refusal::name_exists("Segment name already exists"));
    }
    Ok(())
}

/// Observed: an unknown project is an error of the database, status 500.
fn check_project(db: &Connection, project: Option<&str>, statement: &str) -> Result<(), Refusal> {
    let known = "SELECT ?1 IS NULL OR EXISTS (SELECT 1 FROM projects WHERE id = ?1)";
    if db.prepare_cached(known)?.query_row([project], |row| row.get(0))? {
        return Ok(());
    }
    Err(Refusal::unknown(&format!(
        "{statement} - insert or update on table \"segments\" violates foreign key constraint \
         \"segments_segment_project_id_fkey\""
    )))
}

/// One of the limits.
pub(super) fn setting(db: &Connection, name: &str) -> rusqlite::Result<i64> {
    let mut find = db.prepare_cached("SELECT value FROM settings WHERE name = ?1")?;
    find.query_row([name], |row| row.get(0))
}
