//! Strategies created and changed.

use rusqlite::{Connection, params};
use serde_json::{Number, Value};

use super::errors::Refusal;
use super::events::{self, Event};
use super::format::new_ulid;
use super::segments::setting;
use super::strategy::{CHANGED, Strategy};
use super::strategy_draft::{Draft, segment_id};
use super::{toggles, usage};

/// Of strategies, per flag and environment.
const STRATEGIES_MAX: i64 = 30;

/// Where a strategy is, by the path of the request.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) project: &'p str,
    pub(super) feature: &'p str,
    pub(super) environment: &'p str,
}

/// Creates a strategy; tells its id.
pub(super) fn create(db: &Connection, place: Place<'_>, draft: &Draft) -> Result<String, Refusal> {
    draft.check(db, place.project, &Value::Null)?;
    let Place { project, feature, environment } = place;
    let count = "SELECT count(*), max(sort_order) FROM strategies
                 WHERE feature = ?1 AND environment = ?2";
    let (count, last): (i64, Option<i64>) = db
        .prepare_cached(count)?
        .query_row([feature, environment], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if count >= STRATEGIES_MAX {
        return Err(Refusal::exceeds_limit("strategy", STRATEGIES_MAX));
    }
    if !toggles::has_environment(db, feature, environment)? {
        let message = "You have not added the current environment to the project";
        return Err(Refusal::bad_data(message));
    }
    let id = new_ulid();
    db.prepare_cached(
        "INSERT INTO strategies VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        id,
        feature,
        project,
        environment,
        draft.name,
        draft.title,
        draft.disabled.unwrap_or(false),
        draft.sort_order.unwrap_or_else(|| last.map_or(0, |last| last + 1)),
        draft.parameters_for(feature).to_string(),
        draft.constraints_json(),
        draft.variants_json(),
    ])?;
    write_segments(db, &id, draft.segments.as_deref().unwrap_or_default(), &[])?;
    let data = Strategy::find(db, &id)?.map(|strategy| strategy.show(&CHANGED).to_string());
    events::store(db, &Event { data, ..place.event("feature-strategy-add") })?;
    Ok(id)
}

/// Changes a strategy; gives what it is now.
pub(super) fn update(
    db: &Connection,
    place: Place<'_>,
    id: &str,
    draft: &Draft,
) -> Result<Value, Refusal> {
    let before = find(db, id)?;
    check_place(&before, place)?;
    draft.check(db, place.project, &before.constraints)?;
    // Observed: constraints, variants and parameters that are not sent are emptied; name, title,
    // disabled and segments are kept; the sort order is never changed here.
    db.prepare_cached(
        "UPDATE strategies SET name = coalesce(?2, name), title = coalesce(?3, title),
         disabled = coalesce(?4, disabled), parameters = ?5, constraints = ?6, variants = ?7
         WHERE id = ?1",
    )?
    .execute(params![
        id,
        draft.name,
        draft.title,
        draft.disabled,
        draft.parameters_for(place.feature).to_string(),
        draft.constraints_json(),
        draft.variants_json(),
    ])?;
    if let Some(wanted) = &draft.segments {
        write_segments(db, id, wanted, &before.segments)?;
    }
    let after = find(db, id)?.show(&CHANGED);
    // Observed: the event carries the environment of the path, be it the right one or not.
    events::store(
        db,
        &Event {
            data: Some(after.to_string()),
            pre_data: Some(before.show(&CHANGED).to_string()),
            ..place.event("feature-strategy-update")
        },
    )?;
    toggles::switch_off_if_idle(db, place)?;
    Ok(after)
}

/// The strategy, or the error that a change of an unknown one gets.
pub(super) fn find(db: &Connection, id: &str) -> Result<Strategy, Refusal> {
    let found = Strategy::find(db, id)?;
    found.ok_or_else(|| Refusal::not_found(&format!("Could not find strategy with id={id}")))
}

/// The project and the flag of the path have to be right; the environment is not looked at.
pub(super) fn check_place(strategy: &Strategy, place: Place<'_>) -> Result<(), Refusal> {
    let what = if strategy.project != place.project {
        "projectId"
    } else if strategy.feature != place.feature {
        "featureName"
    } else {
        return Ok(());
    };
    let message = format!("You can not change the {what} for an activation strategy.");
    Err(Refusal::forbidden_operation(&message))
}

fn write_segments(
    db: &Connection,
    strategy: &str,
    wanted: &[Number],
    current: &[i64],
) -> Result<(), Refusal> {
    usage::check_count(wanted.len(), setting(db, "strategySegments")?)?;
    let wanted: Vec<i64> = wanted.iter().map(segment_id).collect::<Result<_, _>>()?;
    for id in current.iter().filter(|id| !wanted.contains(id)) {
        let remove = "DELETE FROM strategy_segments WHERE strategy = ?1 AND segment = ?2";
        db.prepare_cached(remove)?.execute(params![strategy, id])?;
    }
    // Observed: an id that is sent twice is added twice, which the database refuses.
    let mut missing = wanted.iter().filter(|id| !current.contains(id));
    missing.try_for_each(|id| usage::add(db, strategy, *id))
}

impl<'p> Place<'p> {
    pub(super) fn event(self, kind: &'static str) -> Event<'p> {
        Event {
            kind,
            feature: Some(self.feature),
            project: Some(self.project),
            environment: Some(self.environment),
            ..Event::default()
        }
    }
}
