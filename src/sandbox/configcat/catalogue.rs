//! Who is asking, and what there is: organizations, products, configs, environments, settings.
//! None of these lists is paged.

use serde_json::{Value, json};

use super::super::exchange::Reply;
use super::super::shelf::Shelf;
use super::rows::{self, Config, Environment, Options, Product, Setting};
use super::{Outcome, World};

/// The one user.
pub(super) const EMAIL: &str = "owner@sandbox.example";
/// The one user's name.
pub(super) const FULL_NAME: &str = "Sandbox Owner";

pub(super) fn me() -> Reply {
    Reply::json(200, &json!({ "email": EMAIL, "fullName": FULL_NAME }))
}

pub(super) fn organizations(world: &World) -> Outcome {
    world.read(|shelf| {
        let options: Options = rows::find(shelf, "")?;
        Ok(Reply::json(200, &json!([organization(&options)])))
    })
}

pub(super) fn limitations(world: &World, id: &str) -> Outcome {
    world.read(|shelf| {
        let options: Options = rows::find(shelf, "")?;
        if options.organization_id != id {
            return Err(super::refusal::Refusal::NotFound);
        }
        let mut limits = flag_limitations(&options);
        limits["maxPredefinedVariations"] = json!(50);
        Ok(Reply::json(200, &limits))
    })
}

pub(super) fn products(world: &World) -> Outcome {
    world.read(|shelf| {
        let options: Options = rows::find(shelf, "")?;
        let all = rows::all::<Product>(shelf)?;
        let models: Vec<Value> = all.iter().map(|it| product(&options, it)).collect();
        Ok(Reply::json(200, &Value::Array(models)))
    })
}

pub(super) fn one_product(world: &World, id: &str) -> Outcome {
    world.read(|shelf| Ok(Reply::json(200, &product_model(shelf, id)?)))
}

pub(super) fn configs(world: &World, product: &str) -> Outcome {
    world.read(|shelf| {
        let model = product_model(shelf, product)?;
        let all = rows::all::<Config>(shelf)?;
        let own = all.iter().filter(|it| it.product.eq_ignore_ascii_case(product));
        let models: Vec<Value> = own.map(|it| config(&model, it)).collect();
        Ok(Reply::json(200, &Value::Array(models)))
    })
}

pub(super) fn environments(world: &World, product: &str) -> Outcome {
    world.read(|shelf| {
        let model = product_model(shelf, product)?;
        let all = rows::all::<Environment>(shelf)?;
        let own = all.iter().filter(|it| it.product.eq_ignore_ascii_case(product));
        let models: Vec<Value> = own.map(|it| environment(&model, it)).collect();
        Ok(Reply::json(200, &Value::Array(models)))
    })
}

pub(super) fn settings(world: &World, config: &str) -> Outcome {
    world.read(|shelf| {
        let config: Config = rows::find(shelf, config)?;
        let all = settings_of(shelf, &config)?;
        let models: Vec<Value> = all
            .iter()
            .map(|it| {
                let mut model = setting(it);
                for absent in ["creatorEmail", "creatorFullName", "isWatching"] {
                    model.as_object_mut().map(|it| it.shift_remove(absent));
                }
                model["configId"] = json!(config.id);
                model["configName"] = json!(config.name);
                model["tags"] = json!([]);
                model["predefinedVariations"] = json!(it.variations);
                model
            })
            .collect();
        Ok(Reply::json(200, &Value::Array(models)))
    })
}

/// The settings of a config, in their order.
pub(super) fn settings_of(shelf: Shelf<'_>, config: &Config) -> rusqlite::Result<Vec<Setting>> {
    let all = rows::all::<Setting>(shelf)?;
    Ok(all.into_iter().filter(|it| it.config == config.id).collect())
}

fn organization(options: &Options) -> Value {
    json!({ "organizationId": options.organization_id, "name": options.organization })
}

fn product(options: &Options, product: &Product) -> Value {
    json!({
        "organization": organization(options),
        "productId": product.id,
        "name": product.name,
        "description": product.description,
        "order": product.order,
        "reasonRequired": product.reason_required,
    })
}

/// A product as other answers embed it.
pub(super) fn product_model(shelf: Shelf<'_>, id: &str) -> Result<Value, super::refusal::Refusal> {
    let found: Product = rows::find(shelf, id)?;
    Ok(product(&rows::find(shelf, "")?, &found))
}

/// A config as other answers embed it.
pub(super) fn config(product: &Value, config: &Config) -> Value {
    json!({
        "product": product,
        "configId": config.id,
        "name": config.name,
        "description": config.description,
        "order": config.order,
        "migratedConfigId": null,
        "evaluationVersion": config.version,
    })
}

/// An environment as other answers embed it.
pub(super) fn environment(product: &Value, environment: &Environment) -> Value {
    json!({
        "product": product,
        "environmentId": environment.id,
        "name": environment.name,
        "color": environment.color,
        "description": environment.description,
        "order": environment.order,
        "reasonRequired": environment.reason_required,
    })
}

/// A setting as other answers embed it.
pub(super) fn setting(setting: &Setting) -> Value {
    json!({
        "settingId": setting.id,
        "key": setting.key,
        "name": setting.name,
        "hint": null,
        "settingType": setting.kind,
        "order": setting.order,
        "createdAt": setting.created,
        "creatorEmail": EMAIL,
        "creatorFullName": FULL_NAME,
        "isWatching": false,
    })
}

/// The limits that answers about values carry.
pub(super) fn flag_limitations(options: &Options) -> Value {
    json!({
        "maxPercentageOptionCount": 100,
        "maxTargetingRuleCount": options.limits.targeting_rules,
        "maxComparisonValueLength": options.limits.comparison_value_length,
        "maxComparisonValueListLength": 15_000,
        "maxComparisonValueListItemLength": 255,
        "maxStringFlagValueLength": 65_535,
        "maxConditionPerTargetingRuleCount": options.limits.conditions_per_rule,
    })
}
