//! Puts a fixture into a new database.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serde_json::Value;

use super::fixture::{Feature, Fixture, Limits, Strategy};
use super::format::{canonical, new_ulid, now};
use crate::sandbox::StartError;

/// The context fields that Unleash 8.2.0 comes with: name, description, stickiness, order.
const BUILT_IN_FIELDS: [(&str, &str, bool, u32); 5] = [
    ("environment", "Allows you to constrain on application environment", false, 0),
    ("userId", "Allows you to constrain on userId", false, 1),
    ("appName", "Allows you to constrain on application name", false, 2),
    ("currentTime", "Allows you to constrain on date values", false, 3),
    ("sessionId", "Allows you to constrain on sessionId", true, 4),
];

/// As observed: development has 2, production 3.
const FIRST_ENVIRONMENT_ORDER: i64 = 2;

/// Writes everything the fixture names; the caller commits.
pub(super) fn plant(connection: &Connection, fixture: &Fixture) -> Result<(), StartError> {
    plant_limits(connection, fixture.limits)?;
    plant_surroundings(connection, fixture)?;
    let segments = plant_segments(connection, fixture)?;
    for feature in &fixture.features {
        plant_feature(connection, fixture, &segments, feature)?;
    }
    for (project, by_environment) in &fixture.default_strategies {
        let place = || "defaultStrategies".to_owned();
        known("project", project, &fixture.projects, place)?;
        for (environment, strategy) in by_environment {
            known("environment", environment, &fixture.environments, place)?;
            plant_default(connection, &segments, (project, environment), strategy)?;
        }
    }
    Ok(())
}

fn plant_limits(connection: &Connection, limits: Limits) -> rusqlite::Result<()> {
    let values = [
        ("segments", limits.segments),
        ("segmentValues", limits.segment_values),
        ("strategySegments", limits.strategy_segments),
    ];
    for (name, value) in values {
        connection.execute("INSERT INTO settings VALUES (?1, ?2)", params![name, value])?;
    }
    Ok(())
}

fn plant_surroundings(connection: &Connection, fixture: &Fixture) -> rusqlite::Result<()> {
    for project in &fixture.projects {
        connection.execute("INSERT INTO projects VALUES (?1, ?2)", params![project, now()])?;
    }
    for (name, order) in fixture.environments.iter().zip(FIRST_ENVIRONMENT_ORDER..) {
        let kind = if name == "production" { "production" } else { "development" };
        connection
            .execute("INSERT INTO environments VALUES (?1, ?2, ?3)", params![name, kind, order])?;
    }
    let insert = "INSERT OR REPLACE INTO context_fields VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    for (name, description, stickiness, order) in BUILT_IN_FIELDS {
        connection.execute(insert, params![name, description, stickiness, order, "[]", now()])?;
    }
    for field in &fixture.context_fields {
        let legal: Vec<Value> =
            field.legal_values.iter().map(|value| serde_json::json!({ "value": value })).collect();
        let legal = Value::from(legal).to_string();
        connection.execute(insert, params![field.name, "", false, 10, legal, now()])?;
    }
    Ok(())
}

fn plant_segments<'f>(
    connection: &Connection,
    fixture: &'f Fixture,
) -> Result<BTreeMap<&'f str, i64>, StartError> {
    let mut ids = BTreeMap::new();
    for (segment, id) in fixture.segments.iter().zip(1..) {
        if let Some(project) = &segment.project {
            known("project", project, &fixture.projects, || format!("segment {}", segment.name))?;
        }
        connection.execute(
            "INSERT INTO segments VALUES (?1, ?2, ?3, ?4, ?5, 'fixture', ?6, ?1)",
            params![
                id,
                segment.name,
                segment.description,
                segment.project,
                canonical(&stored(&segment.constraints)).to_string(),
                now()
            ],
        )?;
        connection.execute("UPDATE counters SET last = ?1 WHERE name = 'segments'", [id])?;
        ids.insert(segment.name.as_str(), id);
    }
    Ok(ids)
}

/// Constraints as the server stores them: always with `values`.
fn stored(constraints: &[Value]) -> Value {
    let with_values = constraints.iter().cloned().map(|mut constraint| {
        if let Some(fields) = constraint.as_object_mut() {
            fields.entry("values").or_insert_with(|| Value::Array(Vec::new()));
        }
        constraint
    });
    Value::Array(with_values.collect())
}

fn plant_feature(
    connection: &Connection,
    fixture: &Fixture,
    segments: &BTreeMap<&str, i64>,
    feature: &Feature,
) -> Result<(), StartError> {
    let place = || format!("feature {}", feature.name);
    known("project", &feature.project, &fixture.projects, place)?;
    let archived_at = feature.archived.then(now);
    connection.execute(
        "INSERT INTO features VALUES (?1, ?2, 'release', NULL, FALSE, ?3, ?4)",
        params![feature.name, feature.project, now(), archived_at],
    )?;
    for environment in &fixture.environments {
        // A fixture's flag is on wherever it has a strategy.
        let enabled = feature.strategies.get(environment).is_some_and(|list| !list.is_empty());
        connection.execute(
            "INSERT INTO feature_environments VALUES (?1, ?2, ?3)",
            params![feature.name, environment, enabled],
        )?;
    }
    for (environment, strategies) in &feature.strategies {
        known("environment", environment, &fixture.environments, place)?;
        for (strategy, order) in strategies.iter().zip(0..) {
            plant_strategy(connection, segments, feature, environment, order, strategy)?;
        }
    }
    Ok(())
}

fn plant_default(
    connection: &Connection,
    segments: &BTreeMap<&str, i64>,
    (project, environment): (&str, &str),
    strategy: &Strategy,
) -> Result<(), StartError> {
    let place = || format!("the default strategy of {project} in {environment}");
    let ids = strategy.segments.iter().map(|name| id_of(segments, name, place));
    let mut stored = serde_json::json!({
        "name": strategy.name,
        "segments": ids.collect::<Result<Vec<i64>, StartError>>()?,
        "parameters": strategy.parameters,
        "constraints": stored(&strategy.constraints),
    });
    if let Some(title) = &strategy.title {
        stored["title"] = title.as_str().into();
    }
    connection.execute(
        "INSERT INTO default_strategies VALUES (?1, ?2, ?3)",
        params![project, environment, canonical(&stored).to_string()],
    )?;
    Ok(())
}

fn id_of(
    segments: &BTreeMap<&str, i64>,
    name: &str,
    place: impl FnOnce() -> String,
) -> Result<i64, StartError> {
    segments.get(name).copied().ok_or_else(|| StartError::UnknownName {
        what: "segment",
        name: name.to_owned(),
        place: place(),
    })
}

fn plant_strategy(
    connection: &Connection,
    segments: &BTreeMap<&str, i64>,
    feature: &Feature,
    environment: &str,
    order: i64,
    strategy: &Strategy,
) -> Result<(), StartError> {
    let id = new_ulid();
    let parameters: Value =
        strategy.parameters.iter().map(|(key, text)| (key.clone(), Value::from(&**text))).collect();
    connection.execute(
        "INSERT INTO strategies VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, '[]')",
        params![
            id,
            feature.name,
            feature.project,
            environment,
            strategy.name,
            strategy.title,
            strategy.disabled,
            order,
            canonical(&parameters).to_string(),
            canonical(&stored(&strategy.constraints)).to_string(),
        ],
    )?;
    for name in &strategy.segments {
        let segment = id_of(segments, name, || format!("feature {}", feature.name))?;
        connection
            .execute("INSERT INTO strategy_segments VALUES (?1, ?2)", params![id, segment])?;
    }
    Ok(())
}

fn known(
    what: &'static str,
    name: &str,
    names: &[String],
    place: impl FnOnce() -> String,
) -> Result<(), StartError> {
    if names.iter().any(|known| known == name) {
        return Ok(());
    }
    Err(StartError::UnknownName { what, name: name.to_owned(), place: place() })
}
