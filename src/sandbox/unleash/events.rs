//! The event log: what is written to it, how it is searched, and the revision that SDKs follow.

use std::fmt::Write as _;

use rusqlite::{Connection, Row, ToSql, params};

use super::answer::Answer;
use super::errors::Refusal;
use super::format::{canonical, now, parsed, quoted, quoted_or_null};
use super::request::Request;
use super::segment::Segment;
use super::{Outcome, World};

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 1000;

/// One event to be stored.
#[derive(Default)]
pub(super) struct Event<'e> {
    pub(super) kind: &'static str,
    /// JSON text.
    pub(super) data: Option<String>,
    /// JSON text.
    pub(super) pre_data: Option<String>,
    pub(super) feature: Option<&'e str>,
    pub(super) project: Option<&'e str>,
    pub(super) environment: Option<&'e str>,
}

impl<'e> Event<'e> {
    pub(super) fn of_segment(kind: &'static str, segment: &'e Segment) -> Self {
        Self { kind, project: segment.project.as_deref(), ..Self::default() }
    }
}

/// Stores an event, unless it has a before and an after that are equal.
pub(super) fn store(db: &Connection, event: &Event<'_>) -> rusqlite::Result<()> {
    // Observed: `preData` comes back in the key order of `jsonb`, `data` as it was written.
    let pre_data = event.pre_data.as_deref().map(|text| canonical(&parsed(text)));
    if let (Some(data), Some(pre_data)) = (&event.data, &pre_data)
        && canonical(&parsed(data)) == *pre_data
    {
        return Ok(());
    }
    let insert = "INSERT INTO events
        (type, created_at, data, pre_data, feature, project, environment)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    db.prepare_cached(insert)?.execute(params![
        event.kind,
        now(),
        event.data,
        pre_data.map(|value| value.to_string()),
        event.feature,
        event.project,
        event.environment
    ])?;
    Ok(())
}

/// The revision of what SDKs see in an environment.
///
/// Every event of a flag moves it, in its environment or without one. Of the events of segments,
/// only an update does: for everyone, even if no flag uses the segment.
pub(super) fn revision(db: &Connection, environment: &str) -> rusqlite::Result<i64> {
    let mut find = db.prepare_cached(
        "SELECT coalesce(max(id), 0) FROM events
         WHERE (feature IS NOT NULL AND (environment = ?1 OR environment IS NULL))
            OR type = 'segment-updated'",
    )?;
    find.query_row([environment], |row| row.get(0))
}

/// `GET /search/events`, newest first, with the filters `type`, `feature`, `project` and
/// `environment` in the forms `IS:x` and `IS_ANY_OF:x,y`.
pub(super) fn search(world: &World, request: &Request<'_>) -> Outcome {
    let (clause, values) = conditions(request)?;
    let number = |name: &str| request.parameter(name).and_then(|text| text.parse().ok());
    // Observed: a limit of 0 is the default.
    let limit = number("limit").filter(|limit| *limit > 0).unwrap_or(LIMIT).min(LIMIT_MAX);
    let offset = number("offset").unwrap_or(0);
    world.store.read(|tx| {
        let values: Vec<&dyn ToSql> = values.iter().map(|value| value as &dyn ToSql).collect();
        let count = format!("SELECT count(*) FROM events {clause}");
        let total: i64 = tx.query_row(&count, values.as_slice(), |row| row.get(0))?;
        let page = format!(
            "SELECT id, type, created_at, data, pre_data, feature, project, environment
             FROM events {clause} ORDER BY id DESC LIMIT {limit} OFFSET {offset}"
        );
        let mut find = tx.prepare(&page)?;
        let events: rusqlite::Result<Vec<String>> =
            find.query_map(values.as_slice(), event_json)?.collect();
        let body = format!(r#"{{"events":[{}],"total":{total}}}"#, events?.join(","));
        Ok(Answer::json(200, body))
    })
}

fn conditions(request: &Request<'_>) -> Result<(String, Vec<String>), Refusal> {
    let mut clause = String::from("WHERE TRUE");
    let mut values = Vec::new();
    for name in ["type", "feature", "project", "environment"] {
        let Some(filter) = request.parameter(name) else {
            continue;
        };
        let (verb, list) = filter.split_once(':').unwrap_or(("", filter));
        if !matches!(verb, "IS" | "IS_ANY_OF") {
            return Err(unknown_filter(name, filter));
        }
        let marks = vec!["?"; list.split(',').count()].join(", ");
        write!(clause, " AND {name} IN ({marks})").unwrap_or_default();
        values.extend(list.split(',').map(str::to_owned));
    }
    Ok((clause, values))
}

fn unknown_filter(name: &str, filter: &str) -> Refusal {
    let message = format!(
        "The `/query/{name}` property must match pattern \"^(IS|IS_ANY_OF):(.*?)(,([a-zA-Z0-9_]+))*$\". \
         You sent {}.",
        quoted(filter)
    );
    Refusal::bad_shape(&serde_json::json!({ "message": message, "path": format!("/query/{name}") }))
}

fn event_json(row: &Row<'_>) -> rusqlite::Result<String> {
    let text = |index: usize| row.get::<_, Option<String>>(index);
    let kind: String = row.get(1)?;
    let json_or_null = |json: Option<String>| json.unwrap_or_else(|| "null".to_owned());
    Ok(format!(
        r#"{{"id":{},"type":{},"createdBy":"admin","createdAt":"{}","createdByUserId":-42,"data":{},"preData":{},"tags":[],"featureName":{},"project":{},"environment":{},"label":{}}}"#,
        row.get::<_, i64>(0)?,
        quoted(&kind),
        row.get::<_, String>(2)?,
        json_or_null(text(3)?),
        json_or_null(text(4)?),
        quoted_or_null(text(5)?.as_deref()),
        quoted_or_null(text(6)?.as_deref()),
        quoted_or_null(text(7)?.as_deref()),
        quoted(label(&kind)),
    ))
}

fn label(kind: &str) -> &str {
    match kind {
        "segment-created" => "Segment created",
        "segment-updated" => "Segment updated",
        "segment-deleted" => "Segment deleted",
        "feature-created" => "Flag created",
        "feature-archived" => "Flag archived",
        "feature-revived" => "Flag revived",
        "feature-deleted" => "Flag deleted",
        "feature-environment-enabled" => "Flag enabled",
        "feature-environment-disabled" => "Flag disabled",
        "feature-strategy-add" => "Flag strategy added",
        "feature-strategy-update" => "Flag strategy updated",
        "feature-strategy-remove" => "Flag strategy removed",
        other => other,
    }
}
