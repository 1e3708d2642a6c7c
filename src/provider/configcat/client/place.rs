//! Names to identifiers: the product, its configs and its environments.

use super::super::wire::{Config, Environment, Formula, Product, Values, Version};
use super::super::{CONFIGS, ENVIRONMENTS, PRODUCTS, VALUES_V1, VALUES_V2};
use crate::diagnostic::Code;
use crate::document::ConfigCatAttachment;
use crate::live::RulePlace;
use crate::plan::Refusal;
use crate::provider::http::is_missing;
use crate::provider::{Failure, Http, join_all};

/// A product with what its flags stand in.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) product: Product,
    pub(super) configs: Vec<Config>,
    pub(super) environments: Vec<Environment>,
}

/// A config in an environment: what one request reads the flags of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Board<'p> {
    pub(super) config: &'p Config,
    pub(super) environment: &'p Environment,
}

/// The product that is meant, by name or id; the system passes over case in names.
pub(super) async fn product(http: &Http, wanted: Option<&str>) -> Result<Product, Failure> {
    let products: Vec<Product> = http.get(&PRODUCTS, &[]).await?;
    let names: Vec<String> = products.iter().map(|it| format!("`{}`", it.name)).collect();
    let help = format!("they see {}", names.join(", "));
    let unknown = |message: String| Failure::new(Code::UnknownProject, message).help(help.clone());
    let is_meant = |product: &Product| {
        wanted.is_none_or(|wanted| same(wanted, &product.name) || product.product_id == wanted)
    };
    let mut fitting = products.into_iter().filter(is_meant);
    match (fitting.next(), fitting.next(), wanted) {
        (Some(product), None, _) => Ok(product),
        (None, _, Some(wanted)) => {
            Err(unknown(format!("the credentials see no product `{wanted}`")))
        }
        (None, ..) => Err(unknown("the credentials see no product".to_owned())),
        (Some(_), Some(_), Some(wanted)) => {
            Err(unknown(format!("several products are named `{wanted}`; say the id of one")))
        }
        (Some(_), Some(_), None) => {
            Err(unknown("the credentials see several products, and the target names none".into()))
        }
    }
}

impl Place {
    /// Reads the configs and environments of `product`.
    pub(super) async fn read(http: &Http, product: Product) -> Result<Self, Failure> {
        let id = product.product_id.clone();
        let path = [id.as_str()];
        let (configs, environments) =
            tokio::try_join!(http.get(&CONFIGS, &path), http.get(&ENVIRONMENTS, &path))?;
        Ok(Self { product, configs, environments })
    }

    /// Every config in every environment.
    pub(super) fn boards(&self) -> impl Iterator<Item = Board<'_>> {
        self.configs.iter().flat_map(|config| {
            self.environments.iter().map(move |environment| Board { config, environment })
        })
    }

    /// Where the rule of `attachment` stands, or why there is no such place.
    pub(super) fn board(&self, attachment: &ConfigCatAttachment) -> Result<Board<'_>, Refusal> {
        let product = &self.product.name;
        let missing = |what: &str, name: &str, names: Vec<&str>| {
            let message = format!("product `{product}` has no {what} `{name}`");
            let refusal = Refusal::new(Code::FlagNotFound, message);
            refusal.help(format!("it has {}", names.join(", ")))
        };
        let config = self.configs.iter().find(|it| same(&it.name, &attachment.config));
        let config = config.ok_or_else(|| {
            let names = self.configs.iter().map(|it| it.name.as_str()).collect();
            missing("config", &attachment.config, names)
        })?;
        let environment =
            self.environments.iter().find(|it| same(&it.name, &attachment.environment));
        let environment = environment.ok_or_else(|| {
            let names = self.environments.iter().map(|it| it.name.as_str()).collect();
            missing("environment", &attachment.environment, names)
        })?;
        Ok(Board { config, environment })
    }

    /// Whether a change of a flag in `environment` needs a note.
    pub(super) fn needs_reason(&self, environment: &Environment) -> bool {
        self.product.reason_required || environment.reason_required
    }
}

impl Board<'_> {
    /// What all flags serve here; none when the config or the environment is gone.
    pub(super) async fn values(self, http: &Http) -> Result<Option<Values>, Failure> {
        let endpoint = match self.config.evaluation_version {
            Version::V1 => &VALUES_V1,
            Version::V2 => &VALUES_V2,
        };
        let path = [self.config.config_id.as_str(), &self.environment.environment_id];
        match http.get(endpoint, &path).await {
            Ok(values) => Ok(Some(values)),
            Err(failure) if is_missing(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Where the rules of a flag stand.
    pub(super) fn rule_place(self, formula: &Formula) -> RulePlace {
        RulePlace {
            project: self.config.name.clone(),
            flag: formula.setting.key.clone(),
            environment: self.environment.name.clone(),
        }
    }
}

/// What all flags serve on each of `boards` that is there.
pub(super) async fn read_all<'p>(
    http: &Http,
    boards: impl Iterator<Item = Board<'p>>,
) -> Result<Vec<(Board<'p>, Values)>, Failure> {
    let read = boards.map(|board| async move { Ok((board, board.values(http).await?)) });
    let read = join_all(read).await?.into_iter();
    Ok(read.filter_map(|(board, values)| Some((board, values?))).collect())
}

/// Whether two names are one to the system.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
