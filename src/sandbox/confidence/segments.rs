//! Segments: made, listed, changed, allocated and archived. There is no way to delete one.

use serde_json::{Map, Value, json};

use super::super::exchange::Reply;
use super::super::shelf::Shelf;
use super::messages::{SEGMENT, SPACE_QUERY};
use super::refusal::{Code, Refusal};
use super::{Call, Outcome, decimal, id_and_verb, ids, mask, pages, rules, space};

type Segment = Map<String, Value>;

pub(super) fn route(call: &Call<'_>, path: &[&str]) -> Outcome {
    match (call.asked.method, path) {
        ("GET", []) => list(call),
        ("POST", []) => create(call),
        ("GET", [id]) => show(call, id),
        ("PATCH", [id]) => update(call, id),
        ("POST", [part]) => match id_and_verb(part) {
            (id, Some("allocate")) => allocate(call, id),
            (id, Some("archive")) => archive(call, id),
            (id, Some("segmentAvailableSpace")) => available_space(call, id),
            _ => call.nowhere(),
        },
        _ => call.nowhere(),
    }
}

/// Materialized segments can be looked at only: a warehouse fills them.
pub(super) fn materialized(call: &Call<'_>, path: &[&str]) -> Outcome {
    let shown = |id: &str| json!({ "name": format!("materializedSegments/{id}") });
    call.world.store.read(|tx| {
        let shelf = Shelf(tx);
        match (call.asked.method, path) {
            ("GET", []) => {
                let all = shelf.all("materialized")?;
                let entries = all.into_iter().map(|(id, _)| (id.clone(), id)).collect();
                let size = call.world.options.page_size;
                pages::page(call.asked, size, "materializedSegments", entries, |id| Ok(shown(&id)))
            }
            ("GET", [id]) => match shelf.get("materialized", id)? {
                Some(_) => Ok(Reply::json(200, &shown(id))),
                None => Err(Refusal::no_relation(&format!("materializedSegments/{id}"))),
            },
            _ => call.nowhere(),
        }
    })
}

fn list(call: &Call<'_>) -> Outcome {
    if call.asked.parameter("filter").is_some_and(|it| !it.is_empty()) {
        return Err(Refusal::new(Code::Unimplemented, "the sandbox has no filters"));
    }
    call.world.store.read(|tx| {
        let all = Shelf(tx).all("segment")?;
        let with_archived = call.world.options.lists_archived;
        let shown = all.into_iter().filter(|(_, it)| with_archived || it["state"] != "ARCHIVED");
        let entries = shown.map(|(id, segment)| (ids::scattered(&id), segment)).collect();
        pages::page(call.asked, call.world.options.page_size, "segments", entries, Ok)
    })
}

fn show(call: &Call<'_>, id: &str) -> Outcome {
    let segment = call.world.store.read(|tx| find(Shelf(tx), id))?;
    Ok(Reply::json(200, &segment.into()))
}

fn create(call: &Call<'_>) -> Outcome {
    call.may_write()?;
    let mut segment = call.body(&SEGMENT)?;
    call.forget_unknown(&mut segment);
    let asked_for = ["segmentId", "segment_id"].into_iter().find_map(|it| call.asked.parameter(it));
    call.world.store.write(|tx| {
        let shelf = Shelf(tx);
        let id = match asked_for.filter(|id| !id.is_empty()) {
            Some(id) => {
                ids::check("segment_id", id)?;
                id.to_owned()
            }
            None => ids::make_up(shelf)?,
        };
        // Inferred: an archived segment is still there, and so its id is taken for ever.
        if shelf.get("segment", &id)?.is_some() {
            let message = format!("segments/{id} already exists");
            return Err(Refusal::new(Code::AlreadyExists, message));
        }
        finish(call, &id, &mut segment)?;
        save(shelf, &id, segment)
    })
}

fn update(call: &Call<'_>, id: &str) -> Outcome {
    call.may_write()?;
    let mut sent = call.body(&SEGMENT)?;
    call.forget_unknown(&mut sent);
    let paths = mask::paths(call.asked);
    call.world.store.write(|tx| {
        let shelf = Shelf(tx);
        let mut segment = find(shelf, id)?;
        // The definitions allow a change of an UNALLOCATED segment only. Inferred: an OK one can be
        // changed too, since the platform does so with its own.
        if segment["state"] == "ALLOCATED" || segment["state"] == "ARCHIVED" {
            return Err(Refusal::precondition(format!(
                "Only segments in state UNALLOCATED can be updated, segments/{id} is {}",
                segment["state"].as_str().unwrap_or_default()
            )));
        }
        mask::apply(&SEGMENT, &mut segment, &sent, &paths);
        call.forget_unknown(&mut segment);
        finish(call, id, &mut segment)?;
        save(shelf, id, segment)
    })
}

/// Writes what only the server writes, and refuses what cannot be.
fn finish(call: &Call<'_>, id: &str, segment: &mut Segment) -> Result<(), Refusal> {
    let proportion = space::proportion(segment);
    if decimal::buckets(proportion).is_none() {
        let message = format!("allocation.proportion must be between 0 and 1, was {proportion}");
        return Err(Refusal::invalid(message));
    }
    let state = if space::is_coordinated(segment) { "UNALLOCATED" } else { "OK" };
    segment.insert("name".to_owned(), format!("segments/{id}").into());
    segment.insert("state".to_owned(), state.into());
    call.stamp(segment);
    // An owner that does not exist is taken without a word.
    segment.entry("owner").or_insert_with(|| call.caller.identity().into());
    Ok(())
}

fn allocate(call: &Call<'_>, id: &str) -> Outcome {
    call.may_write()?;
    call.world.store.write(|tx| {
        let shelf = Shelf(tx);
        let mut segment = find(shelf, id)?;
        match segment["state"].as_str() {
            // Inferred: the pages ask for it with every segment, so nothing happens here.
            Some("OK") => return Ok(Reply::json(200, &segment.into())),
            Some("UNALLOCATED") => {}
            state => {
                let state = state.unwrap_or_default();
                let message = format!("segments/{id} cannot be allocated, it is {state}");
                return Err(Refusal::precondition(message));
            }
        }
        if !space::take(shelf, id, &segment)? {
            let message = format!("There is not enough space left to allocate segments/{id}");
            return Err(Refusal::precondition(message));
        }
        segment.insert("state".to_owned(), "ALLOCATED".into());
        call.stamp(&mut segment);
        save(shelf, id, segment)
    })
}

fn archive(call: &Call<'_>, id: &str) -> Outcome {
    call.may_write()?;
    call.world.store.write(|tx| {
        let shelf = Shelf(tx);
        let mut segment = find(shelf, id)?;
        let state = segment["state"].as_str().unwrap_or_default();
        // Inferred: the pages speak of ALLOCATED only, but say nothing of any other end for OK.
        if state != "OK" && state != "ALLOCATED" {
            let message = format!("segments/{id} must be ALLOCATED to be archived, it is {state}");
            return Err(Refusal::precondition(message));
        }
        if let Some(rule) = rules::first_with(shelf, id)? {
            let message = format!("segments/{id} is still referenced by {rule}");
            return Err(Refusal::precondition(message));
        }
        segment.insert("state".to_owned(), "ARCHIVED".into());
        call.stamp(&mut segment);
        shelf.remove("buckets", id)?;
        save(shelf, id, segment)
    })
}

fn available_space(call: &Call<'_>, id: &str) -> Outcome {
    let query = call.body(&SPACE_QUERY)?;
    call.world.store.read(|tx| {
        let shelf = Shelf(tx);
        // The caller needs no relation to this segment, so a missing one may be called missing.
        let Some(Value::Object(mut segment)) = shelf.get("segment", id)? else {
            return Err(Refusal::not_found(&format!("segments/{id}")));
        };
        if let Some(Value::Object(asked)) = query.get("queryParams") {
            ask_about(&mut segment, asked);
        }
        let free = space::size(&space::free(shelf, id, &segment)?);
        let share = decimal::normal(&format!("{free}e-6")).unwrap_or_default();
        Ok(Reply::json(200, &json!({ "availableSpace": { "value": share } })))
    })
}

/// The segment as a question about space would have it.
fn ask_about(segment: &mut Segment, asked: &Map<String, Value>) {
    if let Some(targeting) = asked.get("targeting") {
        segment.insert("targeting".to_owned(), targeting.clone());
    }
    let mut allocation = Map::new();
    for name in ["exclusivityTags", "exclusiveTo"] {
        allocation.extend(asked.get(name).map(|tags| (name.to_owned(), tags.clone())));
    }
    segment.insert("allocation".to_owned(), allocation.into());
}

/// A segment that is there; one that is not is refused as if it were somebody else's.
fn find(shelf: Shelf<'_>, id: &str) -> Result<Segment, Refusal> {
    match shelf.get("segment", id)? {
        Some(Value::Object(segment)) => Ok(segment),
        _ => Err(Refusal::no_relation(&format!("segments/{id}"))),
    }
}

fn save(shelf: Shelf<'_>, id: &str, segment: Segment) -> Outcome {
    let segment = Value::from(segment);
    shelf.put("segment", id, &segment)?;
    Ok(Reply::json(200, &segment))
}
