//! `GET /api/client/features`: what an SDK of one environment gets.
//!
//! Its `ETag` is made of the revision, not of the body. A change that leaves no event, such as that
//! of `POST /segments/strategies`, therefore stays unseen by every SDK that asks with an `ETag`.

use axum::http::header;
use rusqlite::Connection;
use semver::Version;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::errors::Refusal;
use super::events::revision;
use super::features::Feature;
use super::format::parsed;
use super::request::Request;
use super::segment::Segment;
use super::strategy::Strategy;
use super::toggles::environments_of;
use super::{Outcome, World};

/// The version of the client specification from which SDKs understand segments.
const SEGMENTS_SINCE: Version = Version::new(4, 2, 0);

pub(super) fn route(
    world: &World,
    request: &Request<'_>,
    path: &[&str],
    environment: &str,
) -> Outcome {
    match (request.method, path) {
        ("GET", ["features"]) => features(world, request, environment),
        _ => Err(Refusal::no_such_path(request)),
    }
}

fn features(world: &World, request: &Request<'_>, environment: &str) -> Outcome {
    let spec = request.header("unleash-client-spec").and_then(|text| Version::parse(text).ok());
    let inline = spec.is_none_or(|spec| spec < SEGMENTS_SINCE);
    world.store.read(|tx| {
        let revision = revision(tx, environment)?;
        // The real server hashes the query; the hash only has to differ where the query does.
        let hash = format!("{:08x}", fnv(&format!("{environment}:{inline}")));
        let etag = format!("\"{hash}:{revision}:v1\"");
        if request.header(header::IF_NONE_MATCH) == Some(etag.as_str()) {
            return Ok(Answer::empty(304));
        }
        let mut used = Vec::new();
        let mut list = Vec::new();
        for feature in Feature::all(tx, false)? {
            list.push(feature_json(tx, &feature, environment, inline, &mut used)?);
        }
        let mut body = json!({
            "version": 2,
            "features": list,
            "query": { "environment": environment, "inlineSegmentConstraints": inline },
        });
        if !inline {
            body["segments"] = segments_json(tx, &mut used)?;
        }
        body["meta"] = json!({ "revisionId": revision, "etag": etag, "queryHash": hash });
        Ok(Answer::json(200, body.to_string()).with("etag", etag))
    })
}

fn feature_json(
    db: &Connection,
    feature: &Feature,
    environment: &str,
    inline: bool,
    used: &mut Vec<i64>,
) -> Result<Value, Refusal> {
    let enabled =
        environments_of(db, &feature.name)?.iter().any(|it| it.name == environment && it.enabled);
    let mut strategies = Vec::new();
    // Disabled strategies are left out.
    for strategy in Strategy::list(db, &feature.name, environment)? {
        if !strategy.disabled {
            strategies.push(strategy_json(db, &strategy, inline)?);
            used.extend(&strategy.segments);
        }
    }
    Ok(json!({
        "name": feature.name,
        "type": feature.kind,
        "enabled": enabled,
        "project": feature.project,
        "stale": false,
        "strategies": strategies,
        "variants": [],
        "description": feature.description,
        "impressionData": feature.impression_data,
    }))
}

fn strategy_json(db: &Connection, strategy: &Strategy, inline: bool) -> Result<Value, Refusal> {
    let mut shown: Map<String, Value> = Map::new();
    shown.insert("name".to_owned(), strategy.name.as_str().into());
    let mut constraints = strategy.constraints.as_array().cloned().unwrap_or_default();
    if inline {
        // An SDK that knows no segments gets their constraints as the strategy's own.
        for segment in Segment::of_strategy(db, &strategy.id)? {
            constraints
                .extend(parsed(&segment.constraints).as_array().cloned().unwrap_or_default());
        }
    }
    shown.insert("constraints".to_owned(), constraints.into());
    shown.insert("parameters".to_owned(), strategy.parameters.clone());
    shown.insert("variants".to_owned(), strategy.variants.clone());
    if !inline && !strategy.segments.is_empty() {
        shown.insert("segments".to_owned(), strategy.segments.clone().into());
    }
    Ok(Value::Object(shown))
}

fn segments_json(db: &Connection, used: &mut Vec<i64>) -> Result<Value, Refusal> {
    used.sort_unstable();
    used.dedup();
    used.iter()
        .map(|id| {
            let segment = Segment::find(db, *id)?;
            Ok(json!({
                "id": segment.id,
                "name": segment.name,
                "constraints": parsed(&segment.constraints),
            }))
        })
        .collect()
}

/// The FNV-1a hash, which stays the same from one build to the next.
fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
