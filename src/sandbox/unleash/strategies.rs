//! `.../features/:f/environments/:e/strategies`.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::answer::Answer;
use super::errors::Refusal;
use super::events::{self, Event};
use super::patch;
use super::request::Request;
use super::shape::Shape;
use super::strategy::{ALONE, CHANGED, LISTED, Strategy};
use super::strategy_draft::Draft;
use super::strategy_edit::{self, Place};
use super::{Outcome, World, features, toggles};

pub(super) fn route(
    world: &World,
    request: &Request<'_>,
    place: Place<'_>,
    path: &[&str],
) -> Outcome {
    match (request.method, path) {
        ("GET", []) => list(world, place),
        ("POST", []) => create(world, request, place),
        ("POST", ["set-sort-order"]) => set_sort_order(world, request, place),
        ("GET", [id]) => show(world, place, id),
        ("PUT", [id]) => replace(world, request, place, id),
        ("PATCH", [id]) => patched(world, request, place, id),
        ("DELETE", [id]) => remove(world, place, id),
        _ => Err(Refusal::no_such_path(request)),
    }
}

fn list(world: &World, place: Place<'_>) -> Outcome {
    world.store.read(|tx| {
        let list = strategies_in(tx, place)?;
        let shown: Value = list.iter().map(|strategy| strategy.show(&LISTED)).collect();
        Ok(Answer::json(200, shown.to_string()))
    })
}

fn strategies_in(db: &Connection, place: Place<'_>) -> Result<Vec<Strategy>, Refusal> {
    let Place { feature, environment, .. } = place;
    if !toggles::has_environment(db, feature, environment)? {
        let message = format!("Feature {feature} does not have environment {environment}");
        return Err(Refusal::not_found(&message));
    }
    Ok(Strategy::list(db, feature, environment)?)
}

fn create(world: &World, request: &Request<'_>, place: Place<'_>) -> Outcome {
    let shape = Shape::Request;
    let map = shape.object(request.json()?, "/body")?;
    shape.required(map, "/body", &["name"])?;
    let draft = Draft::read(shape, map, "/body")?;
    world.store.write(|tx| {
        features::check_home(tx, place.project, place.feature)?;
        let id = strategy_edit::create(tx, place, &draft)?;
        Ok(Answer::json(200, strategy_edit::find(tx, &id)?.show(&ALONE).to_string()))
    })
}

fn show(world: &World, place: Place<'_>, id: &str) -> Outcome {
    world.store.read(|tx| {
        let strategy = find_here(tx, place, id)?;
        Ok(Answer::json(200, strategy.show(&ALONE).to_string()))
    })
}

/// The strategy, if the project and the flag of the path are its own.
fn find_here(db: &Connection, place: Place<'_>, id: &str) -> Result<Strategy, Refusal> {
    let strategy = Strategy::find(db, id)?
        .ok_or_else(|| Refusal::not_found(&format!("Could not find strategy with id: {id}")))?;
    // Observed: a strategy of another flag is forbidden, without a word.
    if strategy.project == place.project && strategy.feature == place.feature {
        Ok(strategy)
    } else {
        Err(Refusal::empty(403))
    }
}

fn replace(world: &World, request: &Request<'_>, place: Place<'_>, id: &str) -> Outcome {
    let map = Shape::Request.object(request.json()?, "/body")?;
    let draft = Draft::read(Shape::Request, map, "/body")?;
    world.store.write(|tx| {
        let now = strategy_edit::update(tx, place, id, &draft)?;
        Ok(Answer::json(200, now.to_string()))
    })
}

fn patched(world: &World, request: &Request<'_>, place: Place<'_>, id: &str) -> Outcome {
    let operations = patch::read(request.json()?)?;
    // One transaction from reading to writing: the real server reads outside of it, so that it can
    // lose a race that this one wins.
    world.store.write(|tx| {
        let document = find_here(tx, place, id)?.show(&ALONE);
        let document = patch::apply(document, &operations)?;
        let draft = read_patched(&document)?;
        let now = strategy_edit::update(tx, place, id, &draft)?;
        Ok(Answer::json(200, now.to_string()))
    })
}

fn read_patched(document: &Value) -> Result<Draft, Refusal> {
    const FIELDS: [&str; 10] = [
        "id",
        "name",
        "title",
        "disabled",
        "featureName",
        "sortOrder",
        "segments",
        "constraints",
        "variants",
        "parameters",
    ];
    let shape = Shape::Patched;
    let map = shape.object(document, "")?;
    shape.required(map, "", &["name"])?;
    shape.closed(map, "", &FIELDS)?;
    Draft::read(shape, map, "")
}

fn remove(world: &World, place: Place<'_>, id: &str) -> Outcome {
    world.store.write(|tx| {
        let before = strategy_edit::find(tx, id)?;
        strategy_edit::check_place(&before, place)?;
        tx.prepare_cached("DELETE FROM strategies WHERE id = ?1")?.execute([id])?;
        toggles::switch_off_if_idle(tx, place)?;
        // Observed: the segments are not in the event.
        let pre_data = Strategy { segments: Vec::new(), ..before }.show(&CHANGED);
        let event = place.event("feature-strategy-remove");
        events::store(tx, &Event { pre_data: Some(pre_data.to_string()), ..event })?;
        // Observed: an empty body that calls itself JSON.
        Ok(Answer::json(200, ""))
    })
}

fn set_sort_order(world: &World, request: &Request<'_>, place: Place<'_>) -> Outcome {
    let wanted = read_order(request.json()?)?;
    world.store.write(|tx| {
        let order = |list: Vec<Strategy>| -> Vec<String> {
            list.into_iter().map(|strategy| strategy.id).collect()
        };
        let before = order(strategies_in(tx, place)?);
        if !wanted.iter().all(|(id, _)| before.contains(id)) {
            let message = "trying to change strategies for environment via update sortOrder";
            return Err(Refusal::bad_data(message));
        }
        for (id, position) in &wanted {
            let sql = "UPDATE strategies SET sort_order = ?2 WHERE id = ?1";
            tx.prepare_cached(sql)?.execute(rusqlite::params![id, position])?;
        }
        let after = order(strategies_in(tx, place)?);
        events::store(
            tx,
            &Event {
                data: Some(json!({ "strategyIds": after }).to_string()),
                pre_data: Some(json!({ "strategyIds": before }).to_string()),
                ..place.event("strategy-order-changed")
            },
        )?;
        Ok(Answer::empty(200))
    })
}

fn read_order(body: &Value) -> Result<Vec<(String, i64)>, Refusal> {
    let shape = Shape::Request;
    let items = shape.array(body, "/body")?.iter().enumerate();
    items
        .map(|(n, item)| {
            let at = format!("/body/{n}");
            let map = shape.object(item, &at)?;
            shape.required(map, &at, &["id", "sortOrder"])?;
            let id = shape.text(&map["id"], &format!("{at}/id"))?;
            Ok((id, shape.integer(&map["sortOrder"], &format!("{at}/sortOrder"))?))
        })
        .collect()
}
