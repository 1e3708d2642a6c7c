//! Puts a fixture into a new data file.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::{Value, json};

use super::super::StartError;
use super::super::shelf::Shelf;
use super::fixture::{self, Fixture, SettingType, Version};
use super::ids::named;
use super::place::Place;
use super::refusal::Refusal;
use super::rows::{self, Config, Environment, Options, Product, Segment, Served, Setting};
use super::{seed_served, segments, values};

/// When everything in a fixture was made.
const LONG_AGO: &str = "2025-01-01T00:00:00.000000Z";

/// Stores all of a fixture.
pub(super) fn plant(connection: &Connection, fixture: &Fixture) -> Result<(), StartError> {
    let shelf = Shelf(connection);
    let options = Options {
        organization_id: named("organization", &[&fixture.organization]),
        organization: fixture.organization.clone(),
        limits: fixture.limits,
        delete_in_use: fixture.delete_in_use,
    };
    rows::keep(shelf, "", &options)?;
    let mut settings = 0;
    for (order, product) in fixture.products.iter().enumerate() {
        plant_product(shelf, order, product, &mut settings)?;
    }
    Ok(())
}

fn plant_product(
    shelf: Shelf<'_>,
    order: usize,
    fixture: &fixture::Product,
    settings: &mut i32,
) -> Result<(), StartError> {
    let name = fixture.name.as_str();
    let product = Product {
        id: fixture.id.clone().unwrap_or_else(|| named("product", &[name])),
        name: fixture.name.clone(),
        description: fixture.description.clone(),
        order,
        reason_required: fixture.reason_required,
        permissions: fixture.permissions,
    };
    rows::keep(shelf, &product.id, &product)?;
    let mut environments = BTreeMap::new();
    for (order, it) in fixture.environments.iter().enumerate() {
        let environment = environment(&product, order, it);
        rows::keep(shelf, &environment.id, &environment)?;
        environments.insert(it.name.as_str(), environment);
    }
    let mut names = BTreeMap::new();
    for it in &fixture.segments {
        let segment = segment(&product, it);
        segments::store(shelf, &segment)?;
        names.insert(it.name.as_str(), segment.id);
    }
    for (order, it) in fixture.configs.iter().enumerate() {
        let config = config(&product, order, it);
        rows::keep(shelf, &config.id, &config)?;
        let world =
            Ground { shelf, config: &config, environments: &environments, segments: &names };
        plant_settings(&world, it, settings)?;
    }
    Ok(())
}

/// What flags of a config can refer to, by name.
pub(super) struct Ground<'g> {
    shelf: Shelf<'g>,
    config: &'g Config,
    environments: &'g BTreeMap<&'g str, Environment>,
    pub(super) segments: &'g BTreeMap<&'g str, String>,
}

fn plant_settings(
    ground: &Ground<'_>,
    fixture: &fixture::Config,
    last: &mut i32,
) -> Result<(), StartError> {
    let mut planted = vec![];
    for (order, it) in fixture.settings.iter().enumerate() {
        *last = it.id.unwrap_or(*last + 1);
        let setting = setting(ground.config, *last, order, it);
        rows::keep(ground.shelf, &setting.id.to_string(), &setting)?;
        for environment in ground.environments.values() {
            let formula = match ground.config.version {
                Version::V1 => json!({ "value": zero(setting.kind), "rolloutRules": [],
                                       "rolloutPercentageItems": [] }),
                Version::V2 => json!({
                    "defaultValue": seed_served::value(&setting, &first_value(&setting)),
                    "targetingRules": [],
                    "percentageEvaluationAttribute": null,
                }),
            };
            let version = named("version", &[&environment.id, &setting.id.to_string()]);
            let served = Served { formula, updated: None, version };
            rows::keep(ground.shelf, &Served::key(environment, &setting), &served)?;
        }
        planted.push(setting);
    }
    for (setting, it) in planted.iter().zip(&fixture.settings) {
        for (name, served) in &it.values {
            plant_served(ground, setting, name, served)?;
        }
    }
    Ok(())
}

/// A value of the fixture passes the checks of the API, so that none is there which it would refuse.
fn plant_served(
    ground: &Ground<'_>,
    setting: &Setting,
    environment: &str,
    fixture: &fixture::Served,
) -> Result<(), StartError> {
    let place = format!("the setting {}", setting.key);
    let unknown = |what, name: &str| StartError::UnknownName {
        what,
        name: name.to_owned(),
        place: place.clone(),
    };
    let found = ground.environments.get(environment);
    let environment = found.ok_or_else(|| unknown("environment", environment))?;
    let sent = seed_served::sent(ground, setting, fixture)
        .map_err(|segment| unknown("segment", &segment))?;
    let refused =
        |it: Refusal| StartError::Unfit { place: place.clone(), reason: format!("{it:?}") };
    let version = ground.config.version;
    let spot =
        Place::find(ground.shelf, version, &ground.config.id, &environment.id).map_err(refused)?;
    let formula = values::formula(&spot, setting, &sent).map_err(refused)?;
    let key = Served::key(environment, setting);
    let version = named("version", &[&key]);
    let served = Served { formula, updated: Some(LONG_AGO.to_owned()), version };
    Ok(rows::keep(ground.shelf, &key, &served)?)
}

fn environment(product: &Product, order: usize, fixture: &fixture::Environment) -> Environment {
    let name = fixture.name.as_str();
    let id = fixture.id.clone();
    Environment {
        id: id.unwrap_or_else(|| named("environment", &[&product.name, name])),
        product: product.id.clone(),
        name: fixture.name.clone(),
        description: fixture.description.clone(),
        color: fixture.color.clone(),
        order,
        reason_required: fixture.reason_required,
        access: fixture.environment_access_type,
    }
}

fn config(product: &Product, order: usize, fixture: &fixture::Config) -> Config {
    let id = fixture.id.clone();
    Config {
        id: id.unwrap_or_else(|| named("config", &[&product.name, &fixture.name])),
        product: product.id.clone(),
        name: fixture.name.clone(),
        description: fixture.description.clone(),
        order,
        version: fixture.evaluation_version,
    }
}

fn segment(product: &Product, fixture: &fixture::Segment) -> Segment {
    let id = fixture.id.clone();
    Segment {
        id: id.unwrap_or_else(|| named("segment", &[&product.name, &fixture.name])),
        product: product.id.clone(),
        name: fixture.name.clone(),
        description: fixture.description.clone().unwrap_or_default(),
        attribute: fixture.comparison_attribute.clone(),
        comparator: fixture.comparator.clone(),
        value: fixture.comparison_value.clone(),
        created: LONG_AGO.to_owned(),
        updated: LONG_AGO.to_owned(),
    }
}

fn setting(config: &Config, id: i32, order: usize, fixture: &fixture::Setting) -> Setting {
    let kind = fixture.setting_type;
    let variations = fixture.predefined_variations.iter().map(|it| {
        json!({
            "value": seed_served::plain(kind, &it.value),
            "name": it.name,
            "hint": null,
            "predefinedVariationId": named("variation", &[&config.id, &fixture.key, &it.name]),
        })
    });
    Setting {
        id,
        config: config.id.clone(),
        key: fixture.key.clone(),
        name: fixture.name.clone().unwrap_or_else(|| fixture.key.clone()),
        order,
        kind,
        created: LONG_AGO.to_owned(),
        variations: variations.collect(),
    }
}

/// What a flag serves of which a fixture says nothing.
fn first_value(setting: &Setting) -> Value {
    let variation = setting.variations.first();
    let shown = variation.map(|it| it["value"].as_object().cloned().unwrap_or_default());
    let value =
        shown.and_then(|it| it.into_iter().map(|(_, value)| value).find(|it| !it.is_null()));
    value.unwrap_or_else(|| zero(setting.kind))
}

fn zero(kind: SettingType) -> Value {
    match kind {
        SettingType::Boolean => json!(false),
        SettingType::String => json!(""),
        SettingType::Int => json!(0),
        SettingType::Double => json!(0.0),
    }
}
