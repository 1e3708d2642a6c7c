//! `/api/admin/projects/:p/features`: create, list, read; and the way to a flag's environments.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::errors::Refusal;
use super::events::{self, Event};
use super::format::now;
use super::request::Request;
use super::shape::Shape;
use super::strategy::{IN_FEATURE, Strategy};
use super::strategy_edit::Place;
use super::toggles::{self, environments_of};
use super::{Outcome, World, archive, strategies};

const TYPES: [&str; 6] =
    ["experiment", "kill-switch", "release", "operational", "permission", "sunset"];
const NAME_LENGTH_MAX: usize = 100;
const COLUMNS: &str = "name, project, type, description, impression_data, created_at, archived_at";

/// One feature flag.
pub(super) struct Feature {
    pub(super) name: String,
    pub(super) project: String,
    pub(super) kind: String,
    pub(super) description: Option<String>,
    pub(super) impression_data: bool,
    pub(super) created_at: String,
    pub(super) archived_at: Option<String>,
}

impl Feature {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            name: row.get(0)?,
            project: row.get(1)?,
            kind: row.get(2)?,
            description: row.get(3)?,
            impression_data: row.get(4)?,
            created_at: row.get(5)?,
            archived_at: row.get(6)?,
        })
    }

    pub(super) fn find(db: &Connection, name: &str) -> rusqlite::Result<Option<Self>> {
        let sql = format!("SELECT {COLUMNS} FROM features WHERE name = ?1");
        db.prepare_cached(&sql)?.query_row([name], Self::from_row).optional()
    }

    /// All flags, by name, archived or not.
    pub(super) fn all(db: &Connection, archived: bool) -> rusqlite::Result<Vec<Self>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM features WHERE (archived_at IS NOT NULL) = ?1 ORDER BY name"
        );
        db.prepare_cached(&sql)?.query_map([archived], Self::from_row)?.collect()
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "name": self.name,
            "description": self.description,
            "type": self.kind,
            "project": self.project,
            "stale": false,
            "createdAt": self.created_at,
            "impressionData": self.impression_data,
            "archived": self.archived_at.is_some(),
        })
    }
}

pub(super) fn route(world: &World, request: &Request<'_>, project: &str, path: &[&str]) -> Outcome {
    match (request.method, path) {
        ("GET", []) => list(world, project),
        ("POST", []) => create(world, request, project),
        ("GET", [feature]) => show(world, project, feature),
        ("DELETE", [feature]) => archive::one(world, project, feature),
        (_, [feature, "environments", environment, rest @ ..]) => {
            let place = Place { project, feature, environment };
            match (request.method, rest) {
                ("GET", []) => toggles::show(world, place),
                ("POST", ["on"]) => toggles::switch(world, request, place, true),
                ("POST", ["off"]) => toggles::switch(world, request, place, false),
                (_, ["strategies", rest @ ..]) => strategies::route(world, request, place, rest),
                _ => Err(Refusal::no_such_path(request)),
            }
        }
        _ => Err(Refusal::no_such_path(request)),
    }
}

/// The flag has to be in the project of the path.
pub(super) fn check_home(db: &Connection, project: &str, name: &str) -> Result<Feature, Refusal> {
    let problem = format!("There's no feature named \"{name}\" in project \"{project}\"");
    match Feature::find(db, name)? {
        None => Err(Refusal::not_found(&format!("{problem}."))),
        Some(feature) if feature.project == project => Ok(feature),
        Some(feature) => Err(Refusal::not_found(&format!(
            "{problem}, but there's a feature with that name in project \"{}\"",
            feature.project
        ))),
    }
}

/// Observed: an unknown project has no flags, status 200.
fn list(world: &World, project: &str) -> Outcome {
    world.store.read(|tx| {
        let mut features = Vec::new();
        for feature in Feature::all(tx, false)?.iter().filter(|it| it.project == project) {
            features.push(json!({
                "type": feature.kind,
                "description": feature.description,
                "favorite": false,
                "name": feature.name,
                "createdAt": feature.created_at,
                "stale": false,
                "impressionData": feature.impression_data,
                "environments": environments_of(tx, &feature.name)?
                    .iter().map(toggles::Environment::summary).collect::<Value>(),
            }));
        }
        Ok(Answer::json(200, json!({ "version": 2, "features": features }).to_string()))
    })
}

fn create(world: &World, request: &Request<'_>, project: &str) -> Outcome {
    let feature = read(request.json()?, project)?;
    world.store.write(|tx| {
        check_name(&feature.name)?;
        if let Some(other) = Feature::find(tx, &feature.name)? {
            let article = if other.archived_at.is_some() { "An archived" } else { "A" };
            let message = format!("{article} flag with that name already exists");
            return Err(Refusal::name_exists(&message));
        }
        archive::check_project(tx, project)?;
        tx.prepare_cached("INSERT INTO features VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)")?.execute(
            params![
                feature.name,
                feature.project,
                feature.kind,
                feature.description,
                feature.impression_data,
                feature.created_at
            ],
        )?;
        tx.prepare_cached(
            "INSERT INTO feature_environments SELECT ?1, name, FALSE FROM environments",
        )?
        .execute([&feature.name])?;
        let event = archive::event("feature-created", &feature);
        events::store(tx, &Event { data: Some(feature.json().to_string()), ..event })?;
        Ok(Answer::json(201, feature.json().to_string()))
    })
}

fn read(body: &Value, project: &str) -> Result<Feature, Refusal> {
    let shape = Shape::Request;
    let map: &Map<String, Value> = shape.object(body, "/body")?;
    shape.required(map, "/body", &["name"])?;
    let name = shape.text(&map["name"], "/body/name")?;
    let kind = match map.get("type") {
        Some(kind) => shape.text(kind, "/body/type")?,
        None => "release".to_owned(),
    };
    if !TYPES.contains(&kind.as_str()) {
        return Err(shape.not_one_of("type", &TYPES, &kind));
    }
    let description = match map.get("description") {
        Some(text) => shape.text_or_null(text, "/body/description")?,
        None => None,
    };
    let impression_data = match map.get("impressionData") {
        Some(flag) => shape.boolean(flag, "/body/impressionData")?,
        None => false,
    };
    Ok(Feature {
        name,
        project: project.to_owned(),
        kind,
        // Observed: an empty description is none.
        description: description.filter(|text| !text.is_empty()),
        impression_data,
        created_at: now(),
        archived_at: None,
    })
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let friendly = |c: char| c.is_ascii_alphanumeric() || "-_.!~*'()".contains(c);
    let shown = Value::from(name);
    if name.is_empty() {
        Err(Refusal::bad_value("\"name\" is not allowed to be empty."))
    } else if !name.chars().all(friendly) || matches!(name, "." | "..") {
        let message = format!("\"name\" must be URL friendly. You provided {shown}.");
        Err(Refusal::bad_value(&message))
    } else if name.len() > NAME_LENGTH_MAX {
        Err(Refusal::bad_value(&format!(
            "\"name\" length must be less than or equal to {NAME_LENGTH_MAX} characters long. You \
             provided {shown}."
        )))
    } else {
        Ok(())
    }
}

fn show(world: &World, project: &str, name: &str) -> Outcome {
    world.store.read(|tx| {
        let feature = check_home(tx, project, name)?;
        if feature.archived_at.is_some() {
            let message = format!("Could not find feature flag with name {name}");
            return Err(Refusal::not_found(&message));
        }
        let mut environments = Vec::new();
        for environment in environments_of(tx, name)? {
            let strategies = Strategy::list(tx, name, &environment.name)?;
            environments.push(json!({
                "name": environment.name,
                "lastSeenAt": null,
                "enabled": environment.enabled,
                "yes": 0,
                "no": 0,
                "type": environment.kind,
                "sortOrder": environment.sort_order,
                "strategies": strategies.iter().map(|it| it.show(&IN_FEATURE)).collect::<Value>(),
            }));
        }
        let creator = json!({ "id": -42, "name": "Unleash Admin Token User", "imageUrl": "" });
        let body = json!({
            "environments": environments,
            "name": feature.name,
            "impressionData": feature.impression_data,
            "description": feature.description,
            "project": feature.project,
            "stale": false,
            "createdAt": feature.created_at,
            "createdBy": creator,
            "type": feature.kind,
            "archived": false,
            "dependencies": [],
            "children": [],
            "lifecycle": { "stage": "initial", "enteredStageAt": feature.created_at },
            "links": [],
            "collaborators": { "users": [creator] },
        });
        Ok(Answer::json(200, body.to_string()))
    })
}
