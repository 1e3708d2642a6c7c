//! The bodies of the API, as far as segctl reads them.

#![expect(clippy::struct_field_names, reason = "the names are those of the API")]

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Product {
    pub(super) product_id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) reason_required: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Config {
    pub(super) config_id: String,
    pub(super) name: String,
    pub(super) evaluation_version: Version,
}

/// How the flags of a config are evaluated, which decides by which endpoints they are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Version {
    V1,
    V2,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Environment {
    pub(super) environment_id: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) reason_required: bool,
}

/// A row of the list of segments.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SegmentRow {
    pub(super) segment_id: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) updated_at: String,
    /// How many flags use it; without the count, it is taken for used.
    pub(super) usage: Option<u32>,
}

/// A whole segment.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Segment {
    pub(super) segment_id: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) updated_at: String,
    pub(super) comparison_attribute: Option<String>,
    pub(super) comparator: Option<String>,
    pub(super) comparison_value: Option<String>,
}

/// All five fields: what is left out, the server leaves alone.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SegmentBody<'a> {
    pub(super) name: &'a str,
    pub(super) description: String,
    pub(super) comparison_attribute: &'a str,
    pub(super) comparator: &'a str,
    pub(super) comparison_value: String,
}

/// What all flags of a config serve in an environment, in either version.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Values {
    #[serde(default)]
    pub(super) read_only: bool,
    #[serde(alias = "settingFormulas")]
    pub(super) setting_values: Vec<Formula>,
    pub(super) feature_flag_limitations: Option<Limitations>,
}

/// What a plan allows.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Limitations {
    pub(super) max_condition_per_targeting_rule_count: Option<usize>,
}

/// What one flag serves in an environment, in either version.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Formula {
    pub(super) setting: Setting,
    #[serde(alias = "rolloutRules", default)]
    pub(super) targeting_rules: Vec<Map<String, Json>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Setting {
    pub(super) setting_id: i64,
    pub(super) key: String,
}
