//! The endpoints of values: what flags serve, read and written by config and environment or one by
//! one. The last write wins; nothing in a request says which version it was made from.

use serde_json::{Map, Value, json};

use super::super::exchange::{Asked, Reply};
use super::super::shelf::Shelf;
use super::fixture::Version;
use super::place::Place;
use super::refusal::Refusal;
use super::rows::{self, Environment, Served, Setting};
use super::{Outcome, World, body, catalogue, formula_v1, formula_v2, ids, patch};

/// Everything that a config serves in an environment.
pub(super) fn all(world: &World, version: Version, config: &str, environment: &str) -> Outcome {
    world.read(|shelf| {
        let place = Place::find(shelf, version, config, environment)?;
        list(&place)
    })
}

fn list(place: &Place<'_>) -> Outcome {
    let settings = catalogue::settings_of(place.shelf, &place.config)?;
    let models: Result<Vec<Value>, Refusal> = settings.iter().map(|it| place.model(it)).collect();
    let name =
        if place.config.version == Version::V1 { "settingValues" } else { "settingFormulas" };
    let mut answer = json!({ name: models? });
    place.describe(&mut answer)?;
    Ok(Reply::json(200, &answer))
}

/// Replaces what the listed settings serve. Inferred: all of them or none.
pub(super) fn replace_several(
    world: &World,
    asked: &Asked<'_>,
    version: Version,
    config: &str,
    environment: &str,
) -> Outcome {
    world.write(|shelf| {
        let place = Place::find(shelf, version, config, environment)?;
        place.may_write(asked)?;
        let sent = body::object(asked)?;
        let name = if version == Version::V1 { "settingValues" } else { "updateFormulas" };
        for item in body::list(&sent, name)? {
            let item = body::members(item, name)?;
            let id = item.get("settingId").and_then(Value::as_i64).unwrap_or_default();
            let setting: Setting = rows::find(shelf, &id.to_string())?;
            if setting.config != place.config.id {
                return Err(Refusal::NotFound);
            }
            let formula = formula(&place, &setting, item)?;
            place.serve(&setting, formula)?;
        }
        list(&place)
    })
}

/// What one setting serves.
pub(super) fn one(world: &World, version: Version, environment: &str, setting: &str) -> Outcome {
    world.read(|shelf| {
        let (place, setting) = Place::of_setting(shelf, version, environment, setting)?;
        Ok(Reply::json(200, &place.full_model(&setting)?))
    })
}

/// Replaces what one setting serves; what is not sent is reset.
pub(super) fn replace(
    world: &World,
    asked: &Asked<'_>,
    version: Version,
    environment: &str,
    setting: &str,
) -> Outcome {
    world.write(|shelf| {
        let (place, setting) = Place::of_setting(shelf, version, environment, setting)?;
        place.may_write(asked)?;
        let formula = formula(&place, &setting, &body::object(asked)?)?;
        place.serve(&setting, formula)?;
        Ok(Reply::json(200, &place.full_model(&setting)?))
    })
}

/// Changes what one setting serves, by JSON Patch; 204 where that changes nothing.
pub(super) fn change(
    world: &World,
    asked: &Asked<'_>,
    version: Version,
    environment: &str,
    setting: &str,
) -> Outcome {
    world.write(|shelf| {
        let (place, setting) = Place::of_setting(shelf, version, environment, setting)?;
        place.may_write(asked)?;
        let before = place.served(&setting)?.formula;
        // Inferred: 400 and a sentence for what cannot be applied, a failed `test` included.
        let patched = patch::apply(before.clone(), &body::json(asked)?).map_err(Refusal::Text)?;
        let after = formula(&place, &setting, body::members(&patched, "")?)?;
        if after == before {
            return Ok(Reply::empty(204));
        }
        place.serve(&setting, after)?;
        Ok(Reply::json(200, &place.full_model(&setting)?))
    })
}

/// What was sent, checked and in the form of an answer.
pub(super) fn formula(
    place: &Place<'_>,
    setting: &Setting,
    sent: &Map<String, Value>,
) -> Result<Value, Refusal> {
    match place.config.version {
        Version::V1 => formula_v1::read(place, setting, sent),
        Version::V2 => formula_v2::read(place, setting, sent),
    }
}

/// The identifiers of the segments that rules name.
pub(super) fn segments_of(formula: &Value) -> Vec<String> {
    match formula {
        Value::Object(members) => {
            let own = members.get("segmentId").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(members.values().flat_map(segments_of)).collect()
        }
        Value::Array(items) => items.iter().flat_map(segments_of).collect(),
        _ => vec![],
    }
}

/// Removes every rule that names a segment.
pub(super) fn remove_rules(shelf: Shelf<'_>, segment: &str) -> Result<(), Refusal> {
    for environment in rows::all::<Environment>(shelf)? {
        for setting in rows::all::<Setting>(shelf)? {
            let key = Served::key(&environment, &setting);
            let Ok(mut served) = rows::find::<Served>(shelf, &key) else { continue };
            let mut is_changed = false;
            for name in ["rolloutRules", "targetingRules"] {
                if let Some(Value::Array(rules)) = served.formula.get_mut(name) {
                    let before = rules.len();
                    rules.retain(|rule| !segments_of(rule).iter().any(|it| it == segment));
                    is_changed |= rules.len() != before;
                }
            }
            if is_changed {
                served.version = ids::random();
                served.updated = Some(rows::now());
                rows::keep(shelf, &key, &served)?;
            }
        }
    }
    Ok(())
}
