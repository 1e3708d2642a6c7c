//! Which strategies use which segments.

use rusqlite::{Connection, params};
use serde_json::{Value, json};

use super::answer::Answer;
use super::errors::Refusal;
use super::request::Request;
use super::segment::Segment;
use super::segments::setting;
use super::shape::Shape;
use super::{Outcome, World};

const INSERT_WORDS: &str = "insert into \"feature_strategy_segment\" (\"feature_strategy_id\", \
                            \"segment_id\") values ($1, $2)";

/// `GET /segments/:id/strategies`: archived flags are left out.
pub(super) fn strategies_of(world: &World, id: i64) -> Outcome {
    world.store.read(|tx| {
        Segment::find(tx, id)?;
        let mut find = tx.prepare_cached(
            "SELECT strategies.id, strategies.project, feature, strategies.name, environment
             FROM strategies
             JOIN strategy_segments ON strategy = strategies.id AND segment = ?1
             JOIN features ON features.name = feature AND archived_at IS NULL
             ORDER BY strategies.rowid",
        )?;
        let strategies: rusqlite::Result<Vec<Value>> = find
            .query_map([id], |row| {
                Ok(json!({
                    "id": row.get::<_, String>(0)?,
                    "projectId": row.get::<_, String>(1)?,
                    "featureName": row.get::<_, String>(2)?,
                    "strategyName": row.get::<_, String>(3)?,
                    "environment": row.get::<_, String>(4)?,
                }))
            })?
            .collect();
        let body = json!({ "strategies": strategies?, "changeRequestStrategies": [] });
        Ok(Answer::json(200, body.to_string()))
    })
}

/// `GET /segments/strategies/:id`. Observed: an unknown strategy has no segments, status 200.
pub(super) fn segments_of(world: &World, strategy: &str) -> Outcome {
    world.store.read(|tx| {
        let segments = Segment::of_strategy(tx, strategy)?;
        let list: Vec<String> = segments.iter().map(Segment::json).collect();
        Ok(Answer::json(200, format!(r#"{{"segments":[{}]}}"#, list.join(","))))
    })
}

/// Whether an active flag uses the segment.
pub(super) fn is_in_use(db: &Connection, id: i64) -> rusqlite::Result<bool> {
    Ok(!projects_using(db, id)?.is_empty())
}

/// A segment may be scoped to a project only if no other project uses it.
pub(super) fn check_scope(db: &Connection, id: i64, project: Option<&str>) -> Result<(), Refusal> {
    let Some(project) = project else {
        return Ok(());
    };
    let using = projects_using(db, id)?;
    if using.iter().all(|user| user == project) {
        return Ok(());
    }
    Err(Refusal::bad_data(&format!(
        "Invalid project. Segment is being used by strategies in other projects: {}",
        using.join(", ")
    )))
}

fn projects_using(db: &Connection, id: i64) -> rusqlite::Result<Vec<String>> {
    let mut find = db.prepare_cached(
        "SELECT DISTINCT strategies.project FROM strategies
         JOIN strategy_segments ON strategy = strategies.id AND segment = ?1
         JOIN features ON features.name = feature AND archived_at IS NULL",
    )?;
    find.query_map([id], |row| row.get(0))?.collect()
}

/// `POST /segments/strategies`: sets the segments of a strategy.
///
/// Observed: it writes no event, so that no SDK learns of the change; it looks neither at the
/// project nor at the environment in the body, nor at the scope of the segments; and it is not a
/// transaction, so that what was done before an error stays done.
pub(super) fn attach(world: &World, request: &Request<'_>) -> Outcome {
    let body = request.json()?;
    let (strategy, wanted) = read_attachment(body)?;
    world.store.one_by_one(|db| {
        let limit = setting(db, "strategySegments")?;
        check_count(wanted.len(), limit)?;
        let current: Vec<i64> =
            Segment::of_strategy(db, &strategy)?.iter().map(|segment| segment.id).collect();
        for id in current.iter().filter(|id| !wanted.contains(id)) {
            let remove = "DELETE FROM strategy_segments WHERE strategy = ?1 AND segment = ?2";
            db.prepare_cached(remove)?.execute(params![strategy, id])?;
        }
        // All of them are tried; the first error is the answer.
        let missing = wanted.iter().filter(|id| !current.contains(id));
        let outcomes: Vec<_> = missing.map(|id| add(db, &strategy, *id)).collect();
        outcomes.into_iter().collect::<Result<(), Refusal>>()
    })?;
    let answer = Answer::json(201, body.to_string());
    Ok(answer.with("location", format!("strategies/{strategy}")))
}

fn read_attachment(body: &Value) -> Result<(String, Vec<i64>), Refusal> {
    let shape = Shape::Request;
    let map = shape.object(body, "/body")?;
    let names = ["projectId", "strategyId", "environmentId", "segmentIds"];
    shape.required(map, "/body", &names)?;
    shape.text(&map["projectId"], "/body/projectId")?;
    let strategy = shape.text(&map["strategyId"], "/body/strategyId")?;
    shape.text(&map["environmentId"], "/body/environmentId")?;
    let ids = shape.array(&map["segmentIds"], "/body/segmentIds")?.iter().enumerate();
    let ids: Result<Vec<i64>, Refusal> =
        ids.map(|(n, id)| shape.integer(id, &format!("/body/segmentIds/{n}"))).collect();
    Ok((strategy, ids?))
}

/// Refuses more segments than a strategy may have.
pub(super) fn check_count(count: usize, limit: i64) -> Result<(), Refusal> {
    if i64::try_from(count).is_ok_and(|count| count <= limit) {
        return Ok(());
    }
    Err(Refusal::bad_data(&format!("Strategies may not have more than {limit} segments")))
}

/// Adds one segment to a strategy, with the errors of the real server's database.
pub(super) fn add(db: &Connection, strategy: &str, segment: i64) -> Result<(), Refusal> {
    let wrong = |problem: &str| Err(Refusal::unknown(&format!("{INSERT_WORDS} - {problem}")));
    if i32::try_from(segment).is_err() {
        return wrong(&format!("value \"{segment}\" is out of range for type integer"));
    }
    let exists = |sql: &str| -> rusqlite::Result<bool> {
        db.prepare_cached(sql)?.query_row(params![strategy, segment], |row| row.get(0))
    };
    if exists(
        "SELECT EXISTS (SELECT 1 FROM strategy_segments WHERE strategy = ?1 AND segment = ?2)",
    )? {
        return wrong(
            "duplicate key value violates unique constraint \"feature_strategy_segment_pkey\"",
        );
    }
    for (column, sql) in [
        (
            "feature_strategy_id",
            "SELECT ?2 = ?2 AND EXISTS (SELECT 1 FROM strategies WHERE id = ?1)",
        ),
        ("segment_id", "SELECT ?1 = ?1 AND EXISTS (SELECT 1 FROM segments WHERE id = ?2)"),
    ] {
        if !exists(sql)? {
            return wrong(&format!(
                "insert or update on table \"feature_strategy_segment\" violates foreign key \
                 constraint \"feature_strategy_segment_{column}_fkey\""
            ));
        }
    }
    let insert = "INSERT INTO strategy_segments VALUES (?1, ?2)";
    db.prepare_cached(insert)?.execute(params![strategy, segment])?;
    Ok(())
}
