//! `kind: Attachment`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{
    ApiVersion, ConfidenceAttachment, ConfigCatAttachment, FeatureSignalsAttachment, Metadata,
    UnleashAttachment,
};

/// The set of segments on one existing flag rule.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attachment {
    /// The version of the document format.
    pub api_version: ApiVersion,
    /// The kind of document: `Attachment`.
    #[schemars(extend("const" = "Attachment"))]
    pub kind: String,
    /// Name and labels.
    pub metadata: Metadata,
    /// Which segments, and on which rule.
    pub spec: AttachmentSpec,
}

/// Which segments stand on which rule.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttachmentSpec {
    /// Lints that this attachment may break, by code.
    #[serde(default)]
    #[schemars(example = serde_json::json!(["matches-everyone"]))]
    pub allow: Vec<String>,
    /// The whole set of segments on the rule, by the `metadata.name` of their documents. `[]` takes
    /// all of them off.
    #[schemars(example = serde_json::json!(["beta-users", "enterprise"]))]
    pub segments: Vec<String>,
    /// The strategy in Unleash.
    pub unleash: Option<UnleashAttachment>,
    /// The rule in Confidence.
    pub confidence: Option<ConfidenceAttachment>,
    /// The rule in ConfigCat.
    pub configcat: Option<ConfigCatAttachment>,
    /// The rule in FeatureSignals.
    pub featuresignals: Option<FeatureSignalsAttachment>,
    /// Changes of `spec` for single targets, by target name, as JSON merge patches.
    #[serde(default)]
    #[schemars(example = serde_json::json!({"staging": {"unleash": {"environment": "development"}}}))]
    pub per_target: BTreeMap<String, Map<String, Json>>,
}
