//! `GET /search/features`: flags with the names of the segments they use; 15 requests a minute.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::{Value, json};

use super::answer::Answer;
use super::features::Feature;
use super::request::Request;
use super::toggles::{self, environments_of};
use super::{Outcome, World};

const WINDOW: Duration = Duration::from_secs(60);
const REQUESTS_MAX: u32 = 15;
const PAGE: usize = 50;

/// Counts requests in windows of a minute.
#[derive(Default)]
pub(super) struct RateLimit(Mutex<Option<(Instant, u32)>>);

impl RateLimit {
    /// The number of requests in the running window, this one included, and the seconds left.
    fn count(&self) -> (u32, u64) {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (start, count) = match *window {
            Some((start, count)) if start.elapsed() < WINDOW => (start, count + 1),
            _ => (Instant::now(), 1),
        };
        *window = Some((start, count));
        (count, WINDOW.saturating_sub(start.elapsed()).as_secs() + 1)
    }
}

/// Knows the filters `segment` (`INCLUDE:a,b`), `archived` (`IS:true`) and `project` (`IS:p`).
pub(super) fn features(world: &World, request: &Request<'_>) -> Outcome {
    let (count, seconds_left) = world.searches.count();
    let answer = if count > REQUESTS_MAX {
        Answer::html(429, "Too many requests, please try again later.").with("retry-after", "60")
    } else {
        world.store.read(|tx| find(tx, request))?
    };
    Ok(answer
        .with("ratelimit-policy", "15;w=60")
        .with("ratelimit-limit", REQUESTS_MAX.to_string())
        .with(
            "ratelimit-remaining",
            REQUESTS_MAX.saturating_sub(count).to_string(),
        )
        .with("ratelimit-reset", seconds_left.min(60).to_string()))
}

fn find(db: &Connection, request: &Request<'_>) -> Outcome {
    let archived = request.parameter("archived") == Some("IS:true");
    let project = request
        .parameter("project")
        .and_then(|filter| filter.strip_prefix("IS:"));
    let wanted: Vec<&str> = request
        .parameter("segment")
        .and_then(|filter| filter.split_once(':'))
        .map(|(_, names)| names.split(',').collect())
        .unwrap_or_default();
    let number = |name: &str| {
        request
            .parameter(name)
            .and_then(|text| text.parse::<usize>().ok())
    };

    let mut found = Vec::new();
    for feature in Feature::all(db, archived)? {
        let segments = segment_names(db, &feature.name)?;
        let uses_one = wanted
            .iter()
            .any(|name| segments.iter().any(|segment| segment == name));
        let is_there = project.is_none_or(|project| feature.project == project);
        if is_there && (wanted.is_empty() || uses_one) {
            found.push(feature_json(db, &feature, &segments)?);
        }
    }
    let total = found.len();
    let page = found.into_iter().skip(number("offset").unwrap_or(0));
    let page: Value = page.take(number("limit").unwrap_or(PAGE)).collect();
    Ok(Answer::json(
        200,
        json!({ "features": page, "total": total }).to_string(),
    ))
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
