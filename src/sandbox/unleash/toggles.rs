//! A flag in an environment: shown, switched on, switched off.

use rusqlite::{Connection, params};
use serde_json::{Value, json};

use super::answer::Answer;
use super::errors::Refusal;
use super::events::{self, Event};
use super::features::check_home;
use super::request::Request;
use super::shape::Shape;
use super::strategy::{IN_ENVIRONMENT, Strategy};
use super::strategy_draft::Draft;
use super::strategy_edit::{self, Place};
use super::{Outcome, World, defaults};

/// What a flag is in one environment.
pub(super) struct Environment {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) sort_order: i64,
    pub(super) enabled: bool,
    strategies: u32,
    active_strategies: u32,
}

impl Environment {
    /// The form of lists, without strategies.
    pub(super) fn summary(&self) -> Value {
        json!({
            "name": self.name,
            "enabled": self.enabled,
            "type": self.kind,
            "sortOrder": self.sort_order,
            "variantCount": 0,
            "lastSeenAt": null,
            "hasStrategies": self.strategies > 0,
            "hasEnabledStrategies": self.active_strategies > 0,
        })
    }
}

/// The environments of a flag, in their order.
pub(super) fn environments_of(
    db: &Connection,
    feature: &str,
) -> rusqlite::Result<Vec<Environment>> {
    let mut find = db.prepare_cached(
        "SELECT environments.name, environments.type, environments.sort_order, enabled,
                count(strategies.id), count(strategies.id) FILTER (WHERE NOT strategies.disabled)
         FROM feature_environments AS here
         JOIN environments ON environments.name = here.environment
         LEFT JOIN strategies
           ON strategies.feature = here.feature AND strategies.environment = here.environment
         WHERE here.feature = ?1
         GROUP BY environments.name ORDER BY environments.sort_order, environments.name",
    )?;
    let rows = find.query_map([feature], |row| {
        Ok(Environment {
            name: row.get(0)?,
            kind: row.get(1)?,
            sort_order: row.get(2)?,
            enabled: row.get(3)?,
            strategies: row.get(4)?,
            active_strategies: row.get(5)?,
        })
    })?;
    rows.collect()
}

pub(super) fn has_environment(
    db: &Connection,
    feature: &str,
    environment: &str,
) -> rusqlite::Result<bool> {
    let known = "SELECT EXISTS
        (SELECT 1 FROM feature_environments WHERE feature = ?1 AND environment = ?2)";
    db.prepare_cached(known)?.query_row([feature, environment], |row| row.get(0))
}

/// `GET .../environments/:e`. Observed: its strategies are without their segments.
pub(super) fn show(world: &World, place: Place<'_>) -> Outcome {
    world.store.read(|tx| {
        let Place { project, feature, environment } = place;
        check_home(tx, project, feature)?;
        let environments = environments_of(tx, feature)?;
        let here = environments.iter().find(|it| it.name == environment).ok_or_else(|| {
            Refusal::not_found(&format!("Could not find {feature} in {environment}"))
        })?;
        let strategies = Strategy::list(tx, feature, environment)?;
        let body = json!({
            "name": feature,
            "environment": environment,
            "enabled": here.enabled,
            "strategies": strategies.iter().map(|it| it.show(&IN_ENVIRONMENT)).collect::<Value>(),
        });
        Ok(Answer::json(200, body.to_string()))
    })
}

/// `POST .../environments/:e/on` and `/off`.
pub(super) fn switch(world: &World, request: &Request<'_>, place: Place<'_>, on: bool) -> Outcome {
    let wake = request.parameter("shouldActivateDisabledStrategies") == Some("true");
    world.store.write(|tx| {
        check_switch(tx, place)?;
        if on {
            prepare(tx, place, wake)?;
        }
        set_enabled(tx, place, on)?;
        Ok(Answer::empty(200))
    })
}

fn check_switch(db: &Connection, place: Place<'_>) -> Result<(), Refusal> {
    let feature = check_home(db, place.project, place.feature)?;
    if !has_environment(db, place.feature, place.environment)? {
        return Err(Refusal::not_found(&format!(
            "Could not find environment {} for feature: {}",
            place.environment, place.feature
        )));
    }
    if feature.archived_at.is_some() { Err(Refusal::archived()) } else { Ok(()) }
}

/// A flag that is switched on gets a strategy if it has no active one.
fn prepare(db: &Connection, place: Place<'_>, wake: bool) -> Result<(), Refusal> {
    let strategies = Strategy::list(db, place.feature, place.environment)?;
    if wake {
        for strategy in strategies.iter().filter(|strategy| strategy.disabled) {
            let sql = "UPDATE strategies SET disabled = FALSE WHERE id = ?1";
            db.prepare_cached(sql)?.execute([&strategy.id])?;
        }
    }
    let idle = strategies.iter().all(|strategy| strategy.disabled);
    if strategies.is_empty() || (idle && !wake) {
        let by_default = defaults::find(db, place.project, place.environment)?;
        let by_default = by_default.unwrap_or_else(|| json!({ "name": "flexibleRollout" }));
        let fields = Shape::Request.object(&by_default, "/body")?;
        let draft = Draft::read(Shape::Request, fields, "/body")?;
        strategy_edit::create(db, place, &draft)?;
    }
    Ok(())
}

/// Observed: when all strategies of an environment are disabled, a change of one switches the flag
/// off there. The environment is that of the path, even if the strategy is in another one.
pub(super) fn switch_off_if_idle(db: &Connection, place: Place<'_>) -> Result<(), Refusal> {
    let strategies = Strategy::list(db, place.feature, place.environment)?;
    if !strategies.iter().all(|strategy| strategy.disabled) {
        return Ok(());
    }
    check_switch(db, place)?;
    set_enabled(db, place, false)
}

fn set_enabled(db: &Connection, place: Place<'_>, on: bool) -> Result<(), Refusal> {
    let update = "UPDATE feature_environments SET enabled = ?3
                  WHERE feature = ?1 AND environment = ?2 AND enabled = NOT ?3";
    let changed =
        db.prepare_cached(update)?.execute(params![place.feature, place.environment, on])?;
    if changed > 0 {
        let kind = if on { "feature-environment-enabled" } else { "feature-environment-disabled" };
        let event: Event<'_> = place.event(kind);
        events::store(db, &event)?;
    }
    Ok(())
}
