//! The endpoints of segments.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::super::exchange::{Asked, Reply};
use super::super::shelf::Shelf;
use super::catalogue::{EMAIL, FULL_NAME, product_model};
use super::fixture::DeleteInUse;
use super::refusal::Refusal;
use super::rows::{self, Options, Product, Row as _, Segment, Served, now};
use super::segment_draft::Draft;
use super::{Outcome, World, ids, values};

/// The names that are taken, by product and in lower case.
const NAMES: &str = "segment name";

/// As observed, the list has neither attribute nor comparator nor value, and alone has `usage`.
pub(super) fn list(world: &World, product: &str) -> Outcome {
    world.read(|shelf| {
        let product = product_model(shelf, product)?;
        let usage = usage(shelf)?;
        let all = rows::all::<Segment>(shelf)?;
        let own = all.iter().filter(|it| product["productId"] == it.product);
        let models: Vec<Value> = own
            .map(|it| {
                let mut model = head(&product, it);
                model["usage"] = json!(usage.get(&it.id).map_or(0, BTreeSet::len));
                model
            })
            .collect();
        Ok(Reply::json(200, &Value::Array(models)))
    })
}

pub(super) fn show(world: &World, id: &str) -> Outcome {
    world.read(|shelf| {
        let segment: Segment = rows::find(shelf, id)?;
        answer(shelf, 200, &segment)
    })
}

pub(super) fn create(world: &World, asked: &Asked<'_>, product: &str) -> Outcome {
    world.write(|shelf| {
        let options: Options = rows::find(shelf, "")?;
        let product: Product = rows::find(shelf, product)?;
        may_write(&product)?;
        let draft = Draft::read(asked)?;
        draft.check_all_there(&options.limits)?;
        name_is_free(shelf, &product.id, draft.name.as_deref(), None)?;
        let all = rows::all::<Segment>(shelf)?;
        if all.iter().filter(|it| it.product == product.id).count() >= options.limits.segments {
            return Err(Refusal::PlanLimit);
        }
        let now = now();
        let segment = Segment {
            id: ids::random(),
            product: product.id,
            name: draft.name.unwrap_or_default(),
            // Observed: null comes back as an empty text.
            description: draft.description.unwrap_or_default(),
            attribute: draft.attribute.unwrap_or_default(),
            comparator: draft.comparator.unwrap_or_default().to_owned(),
            value: draft.value.unwrap_or_default(),
            created: now.clone(),
            updated: now,
        };
        store(shelf, &segment)?;
        answer(shelf, 201, &segment)
    })
}

/// Inferred: what is absent or null stays as it is.
pub(super) fn replace(world: &World, asked: &Asked<'_>, id: &str) -> Outcome {
    world.write(|shelf| {
        let options: Options = rows::find(shelf, "")?;
        let mut segment: Segment = rows::find(shelf, id)?;
        may_write(&rows::find(shelf, &segment.product)?)?;
        let draft = Draft::read(asked)?;
        draft.check(&options.limits)?;
        name_is_free(shelf, &segment.product, draft.name.as_deref(), Some(&segment.id))?;
        shelf.remove(NAMES, &name_key(&segment.product, &segment.name))?;
        let set = |field: &mut String, value: Option<String>| {
            *field = value.unwrap_or_else(|| std::mem::take(field));
        };
        set(&mut segment.name, draft.name);
        set(&mut segment.description, draft.description);
        set(&mut segment.attribute, draft.attribute);
        set(&mut segment.comparator, draft.comparator.map(str::to_owned));
        set(&mut segment.value, draft.value);
        segment.updated = now();
        store(shelf, &segment)?;
        answer(shelf, 200, &segment)
    })
}

pub(super) fn delete(world: &World, id: &str) -> Outcome {
    world.write(|shelf| {
        let options: Options = rows::find(shelf, "")?;
        let segment: Segment = rows::find(shelf, id)?;
        let product: Product = rows::find(shelf, &segment.product)?;
        if !product.permissions.can_delete_segments {
            return Err(Refusal::Forbidden);
        }
        let used = usage(shelf)?.contains_key(&segment.id);
        match options.delete_in_use {
            DeleteInUse::Refuse if used => {
                return Err(Refusal::Text("The Segment is used by Feature Flags.".to_owned()));
            }
            DeleteInUse::RemoveRules if used => values::remove_rules(shelf, &segment.id)?,
            _ => {}
        }
        shelf.remove(NAMES, &name_key(&segment.product, &segment.name))?;
        shelf.remove(Segment::KIND, &segment.id)?;
        Ok(Reply::empty(204))
    })
}

/// Stores a segment, and its name as taken.
pub(super) fn store(shelf: Shelf<'_>, segment: &Segment) -> rusqlite::Result<()> {
    shelf.put(NAMES, &name_key(&segment.product, &segment.name), &json!(segment.id))?;
    rows::keep(shelf, &segment.id, segment)
}

fn name_key(product: &str, name: &str) -> String {
    format!("{product}/{}", name.to_lowercase())
}

/// Observed: names are unique in a product, without regard to case. The words are inferred.
fn name_is_free(
    shelf: Shelf<'_>,
    product: &str,
    name: Option<&str>,
    own: Option<&str>,
) -> Result<(), Refusal> {
    let Some(name) = name else { return Ok(()) };
    match shelf.get(NAMES, &name_key(product, name))? {
        Some(holder) if holder.as_str() != own => {
            Err(Refusal::field("Name", "This name is already in use. Please, choose another."))
        }
        _ => Ok(()),
    }
}

fn may_write(product: &Product) -> Result<(), Refusal> {
    let may = product.permissions.can_create_or_update_segments;
    if may { Ok(()) } else { Err(Refusal::Forbidden) }
}

/// The settings that use each segment, in whatever environment.
fn usage(shelf: Shelf<'_>) -> rusqlite::Result<BTreeMap<String, BTreeSet<String>>> {
    let mut usage = BTreeMap::<String, BTreeSet<String>>::new();
    for (key, body) in shelf.all(Served::KIND)? {
        let setting = key.rsplit('/').next().unwrap_or_default();
        for segment in values::segments_of(&body["formula"]) {
            usage.entry(segment).or_default().insert(setting.to_owned());
        }
    }
    Ok(usage)
}

/// What list and answer have in common.
fn head(product: &Value, segment: &Segment) -> Value {
    json!({
        "product": product,
        "segmentId": segment.id,
        "name": segment.name,
        "description": segment.description,
        "creatorEmail": EMAIL,
        "creatorFullName": FULL_NAME,
        "createdAt": segment.created,
        "lastUpdaterEmail": EMAIL,
        "lastUpdaterFullName": FULL_NAME,
        "updatedAt": segment.updated,
    })
}

fn answer(shelf: Shelf<'_>, status: u16, segment: &Segment) -> Outcome {
    let mut model = head(&product_model(shelf, &segment.product)?, segment);
    model["comparisonAttribute"] = json!(segment.attribute);
    model["comparator"] = json!(segment.comparator);
    model["comparisonValue"] = json!(segment.value);
    Ok(Reply::json(status, &model))
}
