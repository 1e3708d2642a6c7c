//! Segments and attachments in the own words of ConfigCat.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A segment in ConfigCat.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfigCatSegment {
    /// The key. Without it, `metadata.name`.
    pub name: Option<String>,
}

/// One targeting rule of a setting in ConfigCat.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfigCatAttachment {
    /// The config, by name.
    #[schemars(length(min = 1), example = &"Main Config")]
    pub config: String,
}
