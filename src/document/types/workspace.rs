//! `kind: Workspace`, the file `segctl.yaml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ApiVersion, Guard, Interval};

/// The documents of a repository and the live systems that they are applied to.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Workspace {
    /// The version of the document format.
    pub api_version: ApiVersion,
    /// The kind of document: `Workspace`.
    #[schemars(extend("const" = "Workspace"))]
    pub kind: String,
    /// The name.
    pub metadata: WorkspaceMetadata,
    /// Documents and targets.
    pub spec: WorkspaceSpec,
}

/// The name of a workspace.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkspaceMetadata {
    /// The owner named in the mark of every managed object: lower-case letters, digits and `-`.
    #[schemars(regex(pattern = "^[a-z0-9-]{1,63}$"), example = &"acme-web")]
    pub name: String,
}

/// Documents and targets.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkspaceSpec {
    /// Globs of the documents, relative to this file, for every target that names none. Without
    /// it, every YAML file under `segments/` and `attachments/`.
    #[serde(default = "default_documents")]
    #[schemars(inner(length(min = 1)), example = serde_json::json!(["segments/**/*.yaml", "attachments/**/*.yaml"]))]
    pub documents: Vec<String>,
    /// Globs of document names that are never deleted, whatever else is said.
    #[serde(default)]
    #[schemars(inner(length(min = 1)), example = serde_json::json!(["enterprise-*"]))]
    pub protect: Vec<String>,
    /// What is told of people in outputs.
    #[serde(default)]
    pub privacy: Privacy,
    /// The live systems.
    #[schemars(length(min = 1))]
    pub targets: Vec<Target>,
}

/// What is told of people in outputs.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Privacy {
    /// Attributes whose values are shown as short hashes, as e-mail addresses are anywhere;
    /// `--show-values` shows them in clear.
    #[serde(default)]
    #[schemars(inner(length(min = 1)), example = serde_json::json!(["userId", "phone"]))]
    pub attributes: Vec<String>,
}

fn default_documents() -> Vec<String> {
    ["segments/**/*.{yaml,yml}", "attachments/**/*.{yaml,yml}"].map(str::to_owned).to_vec()
}

/// One live system to reconcile.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Target {
    /// The name, for `-t` and `perTarget`.
    #[schemars(regex(pattern = r"^[a-z0-9][a-z0-9-]{0,62}$"), example = &"production")]
    pub name: String,
    /// The vendor.
    pub provider: Provider,
    /// The address of the system, without `/api`; or `sandbox:FIXTURE` for an embedded server that
    /// starts with the flags of that file and keeps its data in `.segctl/sandbox/`.
    #[schemars(
        regex(pattern = "^(https?://[^\\s]+|sandbox:[^\\s]+)$"),
        example = &"https://unleash.acme.example",
        example = &"sandbox:fixtures/flags.yaml"
    )]
    pub url: String,
    /// Where the secrets stand. A secret itself never stands in a file.
    pub auth: Option<Auth>,
    /// Globs of this target's documents, instead of those of the workspace.
    pub documents: Option<Vec<String>>,
    /// How many requests are in flight at once. Without it, 4.
    #[schemars(range(min = 1, max = 32))]
    pub parallelism: Option<usize>,
    /// How often `watch` looks for drift and takes it back. Without it, only when files change.
    pub interval: Option<Interval>,
    /// How much of the target one apply may change without `--force-guard`.
    #[serde(default)]
    pub guard: Guard,
    /// Confidence: where the account lives, which decides where tokens are had.
    pub region: Option<Region>,
    /// Confidence: the address at which tokens are had, instead of that of `region`.
    #[schemars(regex(pattern = "^https?://[^\\s]+$"), example = &"https://iam.eu.confidence.dev")]
    pub iam_url: Option<String>,
    /// ConfigCat: the product, by name or id. Without it, the only one that the credentials see.
    #[schemars(length(min = 1), example = &"Web shop")]
    pub product: Option<String>,
    /// ConfigCat: the note of each change of a flag, in the audit log. Without it, `segctl`, the
    /// name of the workspace and the commit; `""` writes none.
    #[schemars(example = &"change 4711")]
    pub reason: Option<String>,
    /// FeatureSignals: the project, by slug or id. Without it, the only one of the organization.
    #[schemars(length(min = 1), example = &"web-shop")]
    pub project: Option<String>,
    /// FeatureSignals: whether environments whose rules use a changed segment are touched, so that
    /// its servers notice. Without it, they are.
    pub refresh: Option<bool>,
}

impl Target {
    /// What it says of its kind of system alone.
    pub fn options(&self) -> TargetOptions {
        TargetOptions {
            region: self.region,
            iam_url: self.iam_url.clone(),
            product: self.product.clone(),
            reason: self.reason.clone(),
            project: self.project.clone(),
            refresh: self.refresh,
        }
    }
}

/// What a target says of its kind of system alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetOptions {
    /// Of Confidence.
    pub region: Option<Region>,
    /// Of Confidence.
    pub iam_url: Option<String>,
    /// Of ConfigCat: a name or an id.
    pub product: Option<String>,
    /// Of ConfigCat.
    pub reason: Option<String>,
    /// Of FeatureSignals: a slug or an id.
    pub project: Option<String>,
    /// Of FeatureSignals.
    pub refresh: Option<bool>,
}

/// Where an account of Confidence lives.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Region {
    /// Europe.
    Eu,
    /// The United States.
    Us,
    /// Not said: the address that leads to either.
    Global,
}

/// A vendor of a feature-flag system.
#[derive(
    Clone, Copy, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord,
)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Unleash, open source or Enterprise.
    Unleash,
    /// Spotify Confidence.
    Confidence,
    /// ConfigCat.
    ConfigCat,
    /// FeatureSignals.
    FeatureSignals,
}

/// Where the secrets of a target stand.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Auth {
    /// Unleash: an admin API token or a personal access token.
    pub token: Option<SecretRef>,
    /// Confidence: the id of an API client.
    pub client_id: Option<SecretRef>,
    /// Confidence: the secret of that API client.
    pub client_secret: Option<SecretRef>,
    /// ConfigCat: the user name of Public API credentials.
    pub username: Option<SecretRef>,
    /// ConfigCat and FeatureSignals: the password.
    pub password: Option<SecretRef>,
    /// FeatureSignals: the e-mail address of a member without a second factor.
    pub email: Option<SecretRef>,
    /// FeatureSignals: a refresh token, instead of `email` and `password`.
    pub refresh_token: Option<SecretRef>,
}

impl Auth {
    /// The reference of that name, as it is written.
    pub fn get(&self, name: &str) -> Option<&SecretRef> {
        let named = [
            ("token", &self.token),
            ("clientId", &self.client_id),
            ("clientSecret", &self.client_secret),
            ("username", &self.username),
            ("password", &self.password),
            ("email", &self.email),
            ("refreshToken", &self.refresh_token),
        ];
        named.into_iter().find(|(it, _)| *it == name).and_then(|(_, it)| it.as_ref())
    }
}

/// A reference to a secret: exactly one of `env` and `file`.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct SecretRef {
    /// The environment variable that holds it.
    #[schemars(regex(pattern = "^[A-Za-z_][A-Za-z0-9_]*$"), example = &"UNLEASH_TOKEN")]
    pub env: Option<String>,
    /// The file that holds it, and nothing else. A path outside of the workspace is allowed.
    #[schemars(length(min = 1), example = &"/run/secrets/unleash-token")]
    pub file: Option<String>,
}

impl Provider {
    /// Every vendor.
    pub const ALL: [Self; 4] =
        [Self::Unleash, Self::Confidence, Self::ConfigCat, Self::FeatureSignals];

    /// The key of the vendor's block in documents, which is also its name in outputs.
    pub fn block(self) -> &'static str {
        match self {
            Self::Unleash => "unleash",
            Self::Confidence => "confidence",
            Self::ConfigCat => "configcat",
            Self::FeatureSignals => "featuresignals",
        }
    }
}
