//! What there is beside flags and segments: projects and environments.

use rusqlite::Row;
use serde_json::{Value, json};

use super::answer::Answer;
use super::{Outcome, World};

/// `GET /projects`.
pub(super) fn projects(world: &World) -> Outcome {
    let sql = "SELECT projects.id, projects.created_at, count(features.name) FROM projects
               LEFT JOIN features ON project = projects.id AND archived_at IS NULL
               GROUP BY projects.id ORDER BY projects.id";
    let projects = list(world, sql, |row| {
        let id: String = row.get(0)?;
        let is_default = id == "default";
        Ok(json!({
            "name": if is_default { "Default" } else { &id },
            "id": id,
            "description": if is_default { "Default project" } else { "" },
            "health": 100,
            "technicalDebt": 0,
            "featureCount": row.get::<_, i64>(2)?,
            "memberCount": 0,
            "createdAt": row.get::<_, String>(1)?,
            "archivedAt": null,
            "mode": "open",
            "lastReportedFlagUsage": null,
            "lastUpdatedAt": null,
            "onboardingStatus": { "status": "onboarding-started" },
            "owners": [{ "ownerType": "system" }],
        }))
    })?;
    Ok(Answer::json(200, json!({ "version": 1, "projects": projects }).to_string()))
}

/// `GET /environments`.
pub(super) fn environments(world: &World) -> Outcome {
    let sql = "SELECT name, type, sort_order, (SELECT count(*) FROM projects),
                      (SELECT count(*) FROM feature_environments
                       WHERE environment = environments.name AND enabled)
               FROM environments ORDER BY sort_order";
    let environments = list(world, sql, |row| {
        Ok(json!({
            "name": row.get::<_, String>(0)?,
            "type": row.get::<_, String>(1)?,
            "sortOrder": row.get::<_, i64>(2)?,
            "enabled": true,
            "protected": false,
            "requiredApprovals": null,
            "projectCount": row.get::<_, i64>(3)?,
            "apiTokenCount": 0,
            "enabledToggleCount": row.get::<_, i64>(4)?,
        }))
    })?;
    Ok(Answer::json(200, json!({ "version": 1, "environments": environments }).to_string()))
}

pub(super) fn list(
    world: &World,
    sql: &str,
    show: impl Fn(&Row<'_>) -> rusqlite::Result<Value>,
) -> rusqlite::Result<Value> {
    world.store.read(|tx| {
        let mut find = tx.prepare_cached(sql)?;
        let rows: rusqlite::Result<Vec<Value>> = find.query_map([], show)?.collect();
        Ok(Value::from(rows?))
    })
}
