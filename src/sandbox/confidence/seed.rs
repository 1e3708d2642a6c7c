//! The data that a new sandbox begins with.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::super::StartError;
use super::super::shelf::Shelf;
use super::fixture::{Fixture, FixtureFlag, FixtureRule, FixtureSegment, FixtureState};
use super::messages::{RULE, SEGMENT};
use super::{ids, space, stamp, time};

/// Who made what a fixture describes.
const SOMEBODY: &str = "identities/somebody";

/// Fills a new data file.
pub(super) fn plant(connection: &Connection, fixture: &Fixture) -> Result<(), StartError> {
    let shelf = Shelf(connection);
    let options = serde_json::to_value(&fixture.options).unwrap_or_default();
    shelf.put("options", "", &options)?;
    for id in &fixture.materialized_segments {
        shelf.put("materialized", id, &json!({}))?;
    }
    for segment in &fixture.segments {
        plant_segment(shelf, segment)?;
    }
    for flag in &fixture.flags {
        plant_flag(shelf, fixture, flag)?;
    }
    Ok(())
}

fn plant_segment(shelf: Shelf<'_>, planted: &FixtureSegment) -> Result<(), StartError> {
    let place = format!("segment {}", planted.id);
    if shelf.get("segment", &planted.id)?.is_some() {
        return Err(StartError::UnknownName {
            what: "second segment of the id",
            name: planted.id.clone(),
            place: "segments".to_owned(),
        });
    }
    let sent = json!({
        "displayName": planted.display_name,
        "description": planted.description,
        "targeting": planted.targeting,
        "allocation": planted.allocation,
        "labels": planted.labels,
        "owner": if planted.owner.is_empty() { SOMEBODY } else { &planted.owner },
        "workflowInstance": planted.workflow_instance,
        "flag": planted.flag,
    });
    let mut dropped = vec![];
    let mut segment = SEGMENT
        .read(&sent, "", &mut dropped)
        .map_err(|reason| unknown("value", &reason, &place))?;
    refuse_dropped(&dropped, &place)?;
    stamp(&mut segment, SOMEBODY, &time::now());
    let state = planted.state.unwrap_or(if space::is_coordinated(&segment) {
        FixtureState::Unallocated
    } else {
        FixtureState::Ok
    });
    segment.insert("name".to_owned(), format!("segments/{}", planted.id).into());
    segment.insert("state".to_owned(), state.name().into());
    if state == FixtureState::Allocated && !space::take(shelf, &planted.id, &segment)? {
        return Err(unknown("space", space::proportion(&segment), &place));
    }
    shelf.put("segment", &planted.id, &segment.into())?;
    Ok(())
}

fn plant_flag(
    shelf: Shelf<'_>,
    fixture: &Fixture,
    planted: &FixtureFlag,
) -> Result<(), StartError> {
    let name = format!("flags/{}", planted.id);
    let variants = planted.variants.iter().map(|variant| {
        json!({ "name": format!("{name}/variants/{variant}"), "value": { "variant": variant } })
    });
    let rules = planted.rules.iter().map(|rule| plant_rule(shelf, fixture, planted, rule));
    let rules = rules.collect::<Result<Vec<_>, _>>()?;
    let mut flag = Map::from_iter([
        ("name".to_owned(), Value::from(name.clone())),
        ("variants".to_owned(), variants.collect()),
        ("state".to_owned(), if planted.archived { "ARCHIVED" } else { "ACTIVE" }.into()),
        ("clients".to_owned(), json!(planted.clients)),
        ("labels".to_owned(), planted.labels.clone().into()),
        ("rules".to_owned(), rules.into()),
    ]);
    flag.retain(|_, value| *value != json!([]) && *value != json!({}));
    stamp(&mut flag, SOMEBODY, &time::now());
    flag.insert("owner".to_owned(), SOMEBODY.into());
    Ok(shelf.put("flag", &planted.id, &flag.into())?)
}

fn plant_rule(
    shelf: Shelf<'_>,
    fixture: &Fixture,
    flag: &FixtureFlag,
    planted: &FixtureRule,
) -> Result<Value, StartError> {
    let place = format!("flag {}", flag.id);
    if !fixture.segments.iter().any(|segment| segment.id == planted.segment) {
        return Err(unknown("segment", &planted.segment, &place));
    }
    let variant = planted.variant.as_ref().or(flag.variants.first());
    let variant = variant.map(String::as_str).unwrap_or_default();
    if !flag.variants.iter().any(|known| known == variant) {
        return Err(unknown("variant", variant, &place));
    }
    let everybody = json!({
        "bucketCount": 10_000,
        "assignments": [{
            "assignmentId": variant,
            "variant": { "variant": format!("flags/{}/variants/{variant}", flag.id) },
            "bucketRanges": [{ "upper": 10_000 }],
        }],
    });
    let id = match &planted.id {
        Some(id) => id.clone(),
        None => ids::make_up(shelf)?,
    };
    let sent = json!({
        "name": format!("flags/{}/rules/{id}", flag.id),
        "segment": format!("segments/{}", planted.segment),
        "description": planted.description,
        "assignmentSpec": planted.assignment_spec.as_ref().unwrap_or(&everybody),
        "targetingKeySelector": planted.targeting_key_selector,
        "enabled": planted.enabled,
        "labels": planted.labels,
        "environments": planted.environments,
        "materializationSpec": planted.materialization_spec,
    });
    let mut dropped = vec![];
    let mut rule =
        RULE.read(&sent, "", &mut dropped).map_err(|reason| unknown("value", &reason, &place))?;
    refuse_dropped(&dropped, &place)?;
    stamp(&mut rule, SOMEBODY, &time::now());
    rule.insert("usageMetadata".to_owned(), json!({}));
    Ok(rule.into())
}

/// The API drops what it does not know; in a fixture that would be a mistake that nobody sees.
fn refuse_dropped(dropped: &[String], place: &str) -> Result<(), StartError> {
    dropped.first().map_or(Ok(()), |path| Err(unknown("field", path, place)))
}

fn unknown(what: &'static str, name: &str, place: &str) -> StartError {
    StartError::UnknownName { what, name: name.to_owned(), place: place.to_owned() }
}
