//! A config in an environment: where values are read and written.

use rusqlite::Result as Stored;
use serde_json::{Value, json};

use super::super::exchange::Asked;
use super::super::shelf::Shelf;
use super::catalogue;
use super::fixture::{Access, Version};
use super::ids;
use super::refusal::Refusal;
use super::rows::{self, Config, Environment, Options, Product, Served, Setting, now};

/// A config in an environment of the same product.
pub(super) struct Place<'c> {
    pub(super) shelf: Shelf<'c>,
    pub(super) options: Options,
    pub(super) product: Product,
    pub(super) config: Config,
    pub(super) environment: Environment,
}

impl<'c> Place<'c> {
    /// The place of those identifiers, for the endpoints of `version`.
    pub(super) fn find(
        shelf: Shelf<'c>,
        version: Version,
        config: &str,
        environment: &str,
    ) -> Result<Self, Refusal> {
        let config: Config = rows::find(shelf, config)?;
        let environment: Environment = rows::find(shelf, environment)?;
        if config.product != environment.product {
            return Err(Refusal::NotFound);
        }
        // Inferred: the status and the words. That they do not work is known.
        if config.version != version {
            let other = if version == Version::V1 { "V1" } else { "V2" };
            return Err(Refusal::Text(format!("The Config is not an {other} Config.")));
        }
        let options = rows::find(shelf, "")?;
        let product = rows::find(shelf, &config.product)?;
        Ok(Self { shelf, options, product, config, environment })
    }

    /// The place of a setting in an environment.
    pub(super) fn of_setting(
        shelf: Shelf<'c>,
        version: Version,
        environment: &str,
        setting: &str,
    ) -> Result<(Self, Setting), Refusal> {
        let setting: Setting = rows::find(shelf, setting)?;
        let place = Self::find(shelf, version, &setting.config, environment)?;
        Ok((place, setting))
    }

    /// Whether the user may write here, and has given the note that the write needs.
    pub(super) fn may_write(&self, asked: &Asked<'_>) -> Result<(), Refusal> {
        if self.environment.access == Access::ReadOnly {
            return Err(Refusal::Forbidden);
        }
        let needs_reason = self.environment.reason_required || self.product.reason_required;
        let reason = asked.parameter("reason").unwrap_or_default();
        if needs_reason && reason.trim().is_empty() {
            // Observed: the two texts differ by the dot.
            let dot = if self.config.version == Version::V1 { "" } else { "." };
            return Err(Refusal::field("Reason", &format!("Reason required{dot}")));
        }
        Ok(())
    }

    /// What a setting serves here.
    pub(super) fn served(&self, setting: &Setting) -> Result<Served, Refusal> {
        rows::find(self.shelf, &Served::key(&self.environment, setting))
    }

    /// Stores what a setting serves from now on; a change of nothing leaves its version alone.
    pub(super) fn serve(&self, setting: &Setting, formula: Value) -> Stored<()> {
        let key = Served::key(&self.environment, setting);
        let before = self.served(setting).map(|it| it.formula).unwrap_or_default();
        if before == formula {
            return Ok(());
        }
        let served = Served { formula, updated: Some(now()), version: ids::random() };
        rows::keep(self.shelf, &key, &served)
    }

    /// A setting with what it serves, as the list shows it.
    pub(super) fn model(&self, setting: &Setting) -> Result<Value, Refusal> {
        let served = self.served(setting)?;
        let mut model = served.formula;
        let updater = |text: &str| served.updated.is_some().then(|| text.to_owned());
        model["setting"] = catalogue::setting(setting);
        model["updatedAt"] = json!(served.updated);
        model["lastUpdaterUserEmail"] = json!(updater(catalogue::EMAIL));
        model["lastUpdaterUserFullName"] = json!(updater(catalogue::FULL_NAME));
        model["integrationLinks"] = json!([]);
        model["settingTags"] = json!([]);
        if self.config.version == Version::V2 {
            model["lastVersionId"] = json!(served.version);
            model["setting"]["predefinedVariations"] = json!(setting.variations);
            model["settingIdsWherePrerequisite"] = json!([]);
        }
        Ok(model)
    }

    /// A setting with what it serves, as the answer for it alone shows it.
    pub(super) fn full_model(&self, setting: &Setting) -> Result<Value, Refusal> {
        let mut model = self.model(setting)?;
        self.describe(&mut model)?;
        Ok(model)
    }

    /// Adds what describes the place.
    pub(super) fn describe(&self, model: &mut Value) -> Result<(), Refusal> {
        let product = catalogue::product_model(self.shelf, &self.product.id)?;
        model["config"] = catalogue::config(&product, &self.config);
        model["environment"] = catalogue::environment(&product, &self.environment);
        model["readOnly"] = json!(self.environment.access == Access::ReadOnly);
        model["featureFlagLimitations"] = catalogue::flag_limitations(&self.options);
        Ok(())
    }
}
