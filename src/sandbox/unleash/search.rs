//! `GET /search/features`: flags with the names of the segments they use; 15 requests a minute.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::answer::Answer;
use super::errors::Refusal;
use super::features::Feature;
use super::rate_limit::limited;
use super::request::Request;
use super::shape::Shape;
use super::toggles::{self, environments_of};
use super::{Outcome, World};

const PAGE: usize = 50;

/// Knows the filters `segment` (`INCLUDE:a,b`, `DO_NOT_INCLUDE:a`), `archived` (`IS:true`) and `project` (`IS:p`).
pub(super) fn features(world: &World, request: &Request<'_>) -> Answer {
    limited(&world.searches, || world.store.read(|tx| find(tx, request)))
}

fn find(db: &Connection, request: &Request<'_>) -> Outcome {
    let archived = request.parameter("archived") == Some("IS:true");
    let project = request.parameter("project").and_then(|filter| filter.strip_prefix("IS:"));
    let wanted = request.parameter("segment").map(segment_filter).transpose()?;
    let number = |name: &str| request.parameter(name).and_then(|text| text.parse::<usize>().ok());

    let mut found = Vec::new();
    for feature in Feature::all(db, archived)? {
        let segments = segment_names(db, &feature.name)?;
        let is_wanted = wanted.as_ref().is_none_or(|(including, names)| {
            let uses_one = segments.iter().any(|name| names.contains(&name.as_str()));
            uses_one == *including
        });
        let is_there = project.is_none_or(|project| feature.project == project);
        if is_there && is_wanted {
            found.push(feature_json(db, &feature, &segments)?);
        }
    }
    let total = found.len();
    let page = found.into_iter().skip(number("offset").unwrap_or(0));
    let page: Value = page.take(number("limit").unwrap_or(PAGE)).collect();
    Ok(Answer::json(200, json!({ "features": page, "total": total }).to_string()))
}

/// Whether flags that use one of the segments are wanted or those that use none, and the segments.
fn segment_filter(filter: &str) -> Result<(bool, Vec<&str>), Refusal> {
    let (verb, names) = filter.split_once(':').unwrap_or_default();
    let including = match verb {
        "INCLUDE" | "INCLUDE_ANY_OF" => true,
        "DO_NOT_INCLUDE" | "EXCLUDE_IF_ANY_OF" => false,
        _ => {
            let complaint = "must match pattern \"^(INCLUDE|DO_NOT_INCLUDE|INCLUDE_ANY_OF|\
                             EXCLUDE_IF_ANY_OF):(.*?)$\"";
            let sent = Value::from(filter);
            return Err(Shape::Request.wrong("/query/segment", complaint, &sent));
        }
    };
    Ok((including, names.split(',').collect()))
}

fn segment_names(db: &Connection, feature: &str) -> rusqlite::Result<Vec<String>> {
    let mut find = db.prepare_cached(
        "SELECT DISTINCT segments.name FROM segments
         JOIN strategy_segments ON segment = segments.id
         JOIN strategies ON strategies.id = strategy AND feature = ?1
         ORDER BY segments.name",
    )?;
    find.query_map([feature], |row| row.get(0))?.collect()
}

fn feature_json(
    db: &Connection,
    feature: &Feature,
    segments: &[String],
) -> rusqlite::Result<Value> {
    let mut environments = Vec::new();
    for environment in environments_of(db, &feature.name)? {
        let mut summary = toggles::Environment::summary(&environment);
        summary["yes"] = 0.into();
        summary["no"] = 0.into();
        summary["changeRequestIds"] = json!([]);
        environments.push(summary);
    }
    Ok(json!({
        "type": feature.kind,
        "description": feature.description,
        "project": feature.project,
        "favorite": false,
        "name": feature.name,
        "createdAt": feature.created_at,
        "stale": false,
        "archivedAt": feature.archived_at,
        "impressionData": feature.impression_data,
        "dependencyType": null,
        "environments": environments,
        "segments": segments,
        "createdBy": { "id": -42, "name": "Unleash Admin Token User", "imageUrl": "" },
    }))
}
