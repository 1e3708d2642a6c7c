//! Flags put away, brought back, and deleted for good.

use rusqlite::{Connection, Transaction, params};
use serde_json::Value;

use super::answer::Answer;
use super::errors::Refusal;
use super::events::{self, Event};
use super::features::{Feature, check_home};
use super::format::now;
use super::request::Request;
use super::shape::Shape;
use super::{Outcome, World};

/// `/api/admin/archive`: one flag, whatever its project.
pub(super) fn route(world: &World, request: &Request<'_>, path: &[&str]) -> Outcome {
    match (request.method, path) {
        ("POST", ["revive", name]) => world.store.write(|tx| {
            revive(tx, &find(tx, name)?)?;
            Ok(Answer::empty(200))
        }),
        // Observed: what is unknown or not archived is passed over, status 200.
        ("DELETE", [name]) => world.store.write(|tx| {
            if let Some(feature) = Feature::find(tx, name)? {
                delete(tx, &feature)?;
            }
            Ok(Answer::empty(200))
        }),
        _ => Err(Refusal::no_such_path(request)),
    }
}

/// `DELETE /projects/:p/features/:f` archives.
pub(super) fn one(world: &World, project: &str, name: &str) -> Outcome {
    world.store.write(|tx| {
        find(tx, name)?;
        put_away(tx, &check_home(tx, project, name)?)?;
        Ok(Answer::empty(202))
    })
}

/// `POST /projects/:p/archive`, `/revive` and `/delete`; names that are unknown are passed over.
pub(super) fn many(world: &World, request: &Request<'_>, project: &str, verb: &str) -> Outcome {
    let names = read_names(request.json()?)?;
    world.store.write(|tx| {
        if verb == "revive" {
            check_project(tx, project)?;
        }
        let features = find_in_project(tx, project, &names)?;
        for feature in &features {
            match verb {
                "archive" => put_away(tx, feature)?,
                "revive" => revive(tx, feature)?,
                _ => delete(tx, feature)?,
            }
        }
        Ok(Answer::empty(if verb == "archive" { 202 } else { 200 }))
    })
}

/// The project has to exist.
pub(super) fn check_project(db: &Connection, project: &str) -> Result<(), Refusal> {
    let known = "SELECT EXISTS (SELECT 1 FROM projects WHERE id = ?1)";
    if db.prepare_cached(known)?.query_row([project], |row| row.get(0))? {
        return Ok(());
    }
    Err(Refusal::not_found(&format!("Active project with id {project} does not exist")))
}

/// An event of a flag without an environment.
pub(super) fn event<'f>(kind: &'static str, feature: &'f Feature) -> Event<'f> {
    let (name, project) = (feature.name.as_str(), feature.project.as_str());
    Event { kind, feature: Some(name), project: Some(project), ..Event::default() }
}

fn read_names(body: &Value) -> Result<Vec<String>, Refusal> {
    let shape = Shape::Request;
    let map = shape.object(body, "/body")?;
    shape.required(map, "/body", &["features"])?;
    let items = shape.array(&map["features"], "/body/features")?.iter().enumerate();
    items.map(|(n, name)| shape.text(name, &format!("/body/features/{n}"))).collect()
}

fn find(db: &Connection, name: &str) -> Result<Feature, Refusal> {
    Feature::find(db, name)?.ok_or_else(|| Refusal::not_found("No feature flag found"))
}

fn find_in_project(
    db: &Connection,
    project: &str,
    names: &[String],
) -> Result<Vec<Feature>, Refusal> {
    let mut features = Vec::new();
    let mut elsewhere = Vec::new();
    for name in names {
        match Feature::find(db, name)? {
            Some(feature) if feature.project == project => features.push(feature),
            Some(feature) => elsewhere.push(feature.project),
            None => {}
        }
    }
    elsewhere.dedup();
    if elsewhere.is_empty() {
        return Ok(features);
    }
    Err(Refusal::forbidden_operation(&format!(
        "The operation could not be completed. The features exist, but the provided project ids \
         (\"{}\") does not match the project provided in request URL (\"{project}\").",
        elsewhere.join(",")
    )))
}

/// Observed: archiving twice is fine, and makes a second event.
fn put_away(db: &Transaction<'_>, feature: &Feature) -> Result<(), Refusal> {
    let archive = "UPDATE features SET archived_at = ?2 WHERE name = ?1";
    db.prepare_cached(archive)?.execute(params![feature.name, now()])?;
    events::store(db, &event("feature-archived", feature))?;
    Ok(())
}

/// Observed: a revived flag is off everywhere.
fn revive(db: &Transaction<'_>, feature: &Feature) -> Result<(), Refusal> {
    let revive = "UPDATE features SET archived_at = NULL WHERE name = ?1";
    db.prepare_cached(revive)?.execute([&feature.name])?;
    let switch_off = "UPDATE feature_environments SET enabled = FALSE WHERE feature = ?1";
    db.prepare_cached(switch_off)?.execute([&feature.name])?;
    events::store(db, &event("feature-revived", feature))?;
    Ok(())
}

fn delete(db: &Transaction<'_>, feature: &Feature) -> Result<(), Refusal> {
    if feature.archived_at.is_none() {
        return Ok(());
    }
    db.prepare_cached("DELETE FROM features WHERE name = ?1")?.execute([&feature.name])?;
    let pre_data = Some(feature.json().to_string());
    events::store(db, &Event { pre_data, ..event("feature-deleted", feature) })?;
    Ok(())
}
