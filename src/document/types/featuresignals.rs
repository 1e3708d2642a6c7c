//! Segments and attachments in the own words of FeatureSignals.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A segment in FeatureSignals.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeatureSignalsSegment {
    /// The key. Without it, `metadata.name`.
    pub key: Option<String>,
}

/// One rule of a flag in FeatureSignals.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeatureSignalsAttachment {
    /// The key of the flag.
    #[schemars(length(min = 1), example = &"new-checkout")]
    pub flag: String,
}
