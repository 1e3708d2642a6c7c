//! `kind: Segment`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::{
    ApiVersion, ConfidenceSegment, ConfigCatSegment, FeatureSignalsSegment, Metadata,
    UnleashSegment,
};

/// An audience segment.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Segment {
    /// The version of the document format.
    pub api_version: ApiVersion,
    /// The kind of document: `Segment`.
    #[schemars(extend("const" = "Segment"))]
    pub kind: String,
    /// Name and labels.
    pub metadata: Metadata,
    /// What the segment is.
    pub spec: SegmentSpec,
}

/// What a segment is, in the words of each vendor that has it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SegmentSpec {
    /// What the segment is for. People see it in the vendor's UI.
    #[schemars(example = &"Users willing to help us test new features.")]
    pub description: Option<String>,
    /// Lints that this segment may break, by code. `segctl explain CODE` says what each means.
    #[serde(default)]
    #[schemars(example = serde_json::json!(["matches-everyone"]))]
    pub allow: Vec<String>,
    /// Whether the segment is owned elsewhere: it can be referred to, and is never written.
    #[serde(default)]
    pub external: bool,
    /// The segment in Unleash.
    pub unleash: Option<UnleashSegment>,
    /// The segment in Confidence.
    pub confidence: Option<ConfidenceSegment>,
    /// The segment in ConfigCat.
    pub configcat: Option<ConfigCatSegment>,
    /// The segment in FeatureSignals.
    pub featuresignals: Option<FeatureSignalsSegment>,
    /// Changes of `spec` for single targets, by target name, as JSON merge patches.
    #[serde(default)]
    #[schemars(example = serde_json::json!({"staging": {"unleash": {"project": "default"}}}))]
    pub per_target: BTreeMap<String, Map<String, Json>>,
}
