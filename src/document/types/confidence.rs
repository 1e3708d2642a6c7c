//! Segments and attachments in the own words of Confidence.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A segment in Confidence.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfidenceSegment {
    /// The key. Without it, `metadata.name`.
    pub id: Option<String>,
}

/// One rule of a flag in Confidence.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfidenceAttachment {
    /// The flag, without `flags/`.
    #[schemars(length(min = 1), example = &"new-checkout")]
    pub flag: String,
}
