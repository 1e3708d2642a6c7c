//! Default strategies: what a flag gets when it is switched on without any, by environment.
//!
//! Observed: they are stored as they are sent. Nothing says that their segments exist, and a segment
//! in one of them does not count as used, so that it can be deleted; from then on no flag of the
//! project can be switched on in that environment.

use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::constraints;
use super::errors::Refusal;
use super::events::{self, Event};
use super::format::{canonical, parsed};
use super::request::Request;
use super::shape::Shape;
use super::{Outcome, World};

/// The only type that a default strategy may have.
const TYPE: &str = "flexibleRollout";

/// `POST /projects/:p/environments/:e/default-strategy`.
pub(super) fn set(
    world: &World,
    request: &Request<'_>,
    project: &str,
    environment: &str,
) -> Outcome {
    let wanted = read(request.json()?)?;
    world.store.write(|tx| {
        let known = "SELECT EXISTS (SELECT 1 FROM projects WHERE id = ?1)
                     AND EXISTS (SELECT 1 FROM environments WHERE name = ?2)";
        if !tx.prepare_cached(known)?.query_row([project, environment], |row| row.get(0))? {
            // The words of the JavaScript engine, as observed.
            let words = "Cannot read properties of undefined (reading 'default_strategy')";
            return Err(Refusal::unknown(words));
        }
        let before = find(tx, project, environment)?;
        let insert = "INSERT OR REPLACE INTO default_strategies VALUES (?1, ?2, ?3)";
        let text = wanted.to_string();
        tx.prepare_cached(insert)?.execute(params![project, environment, text])?;
        events::store(
            tx,
            &Event {
                kind: "default-strategy-updated",
                data: Some(text.clone()),
                pre_data: before.map(|before| before.to_string()),
                project: Some(project),
                environment: Some(environment),
                ..Event::default()
            },
        )?;
        Ok(Answer::json(200, text))
    })
}

/// The body with its values coerced; unknown fields stay, as observed.
fn read(body: &Value) -> Result<Value, Refusal> {
    let shape = Shape::Request;
    let map = shape.object(body, "/body")?;
    shape.required(map, "/body", &["name"])?;
    let mut strategy: Map<String, Value> = map.clone();
    let name = shape.text(&map["name"], "/body/name")?;
    strategy.insert("name".to_owned(), name.as_str().into());
    if let Some(segments) = map.get("segments") {
        let items = shape.array(segments, "/body/segments")?.iter().enumerate();
        let numbers: Result<Vec<Value>, Refusal> = items
            .map(|(n, id)| Ok(shape.number(id, &format!("/body/segments/{n}"))?.into()))
            .collect();
        strategy.insert("segments".to_owned(), numbers?.into());
    }
    if let Some(list) = map.get("constraints") {
        let list = constraints::shaped(shape, list, "/body/constraints")?;
        strategy.insert("constraints".to_owned(), constraints::stored(&list));
    }
    if let Some(parameters) = map.get("parameters") {
        let fields = shape.object(parameters, "/body/parameters")?.iter();
        let texts: Result<Map<String, Value>, Refusal> = fields
            .map(|(key, it)| {
                let text = shape.text(it, &format!("/body/parameters/{key}"))?;
                Ok((key.clone(), text.into()))
            })
            .collect();
        strategy.insert("parameters".to_owned(), texts?.into());
    }
    if name != TYPE {
        return Err(Refusal::bad_data(&format!(
            "Only \"{TYPE}\" strategy can be used as a default strategy for an environment"
        )));
    }
    Ok(canonical(&Value::Object(strategy)))
}

/// The default strategy of a project in an environment.
pub(super) fn find(
    db: &Connection,
    project: &str,
    environment: &str,
) -> rusqlite::Result<Option<Value>> {
    let sql = "SELECT strategy FROM default_strategies WHERE project = ?1 AND environment = ?2";
    let mut find = db.prepare_cached(sql)?;
    let text: Option<String> =
        find.query_row([project, environment], |row| row.get(0)).optional()?;
    Ok(text.map(|text| parsed(&text)))
}

/// `GET /environments/project/:p`. Observed: an unknown project is 200, with nothing visible.
pub(super) fn environments(world: &World, project: &str) -> Outcome {
    world.store.read(|tx| {
        let mut find = tx.prepare_cached(
            "SELECT name, type, sort_order,
                    (SELECT count(*) FROM feature_environments
                     JOIN features ON features.name = feature AND archived_at IS NULL
                     WHERE environment = environments.name AND enabled AND project = ?1),
                    EXISTS (SELECT 1 FROM projects WHERE id = ?1)
             FROM environments ORDER BY sort_order",
        )?;
        let rows: rusqlite::Result<Vec<Value>> = find
            .query_map([project], |row| {
                let name: String = row.get(0)?;
                let mut shown = json!({
                    "name": name,
                    "type": row.get::<_, String>(1)?,
                    "sortOrder": row.get::<_, i64>(2)?,
                    "enabled": true,
                    "protected": false,
                    "requiredApprovals": null,
                    "projectApiTokenCount": 0,
                    "projectEnabledToggleCount": row.get::<_, i64>(3)?,
                });
                if let Some(strategy) = self::find(tx, project, &name)? {
                    shown["defaultStrategy"] = strategy;
                }
                shown["visible"] = row.get::<_, bool>(4)?.into();
                Ok(shown)
            })?
            .collect();
        let body = json!({ "version": 1, "environments": rows? });
        Ok(Answer::json(200, body.to_string()))
    })
}
