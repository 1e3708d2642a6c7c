//! The fixture file: the world a new sandbox starts with.
//!
//! The words are those of the API, with two conveniences: a value is written plainly (`true`, not
//! `boolValue: true`), and what has an identifier is named.

#![expect(clippy::struct_field_names, reason = "the names are those of the API")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The content of a fixture file. Every part may be left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Fixture {
    pub(super) organization: String,
    pub(super) products: Vec<Product>,
    pub(super) limits: Limits,
    pub(super) delete_in_use: DeleteInUse,
}

/// A product with all that is in it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Product {
    pub(super) name: String,
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) reason_required: bool,
    #[serde(default)]
    pub(super) permissions: Permissions,
    #[serde(default)]
    pub(super) environments: Vec<Environment>,
    #[serde(default)]
    pub(super) segments: Vec<Segment>,
    #[serde(default)]
    pub(super) configs: Vec<Config>,
}

/// What the one user may do in a product.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Permissions {
    pub(super) can_create_or_update_segments: bool,
    pub(super) can_delete_segments: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Environment {
    pub(super) name: String,
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) color: Option<String>,
    #[serde(default)]
    pub(super) reason_required: bool,
    #[serde(default)]
    pub(super) environment_access_type: Access,
}

/// What the one user may do in an environment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Access {
    #[default]
    Full,
    ReadOnly,
}

/// A segment, stored as it stands: it is not checked, so that an old invalid one can be had.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Segment {
    pub(super) name: String,
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
    pub(super) comparison_attribute: String,
    pub(super) comparator: String,
    pub(super) comparison_value: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Config {
    pub(super) name: String,
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) evaluation_version: Version,
    #[serde(default)]
    pub(super) settings: Vec<Setting>,
}

/// How the flags of a config are evaluated, which decides by which endpoints they are reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Version {
    V1,
    #[default]
    V2,
}

/// A feature flag or setting.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Setting {
    pub(super) key: String,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) id: Option<i32>,
    #[serde(default)]
    pub(super) setting_type: SettingType,
    #[serde(default)]
    pub(super) predefined_variations: Vec<Variation>,
    /// By the name of the environment.
    #[serde(default)]
    pub(super) values: BTreeMap<String, Served>,
}

/// What a flag serves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SettingType {
    #[default]
    Boolean,
    String,
    Int,
    Double,
}

/// A value of which a flag must serve one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Variation {
    pub(super) name: String,
    pub(super) value: Value,
}

/// What a flag serves in one environment: `value` and `rollout…` in a config of version 1, the
/// others in one of version 2.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Served {
    pub(super) value: Option<Value>,
    pub(super) rollout_rules: Vec<RolloutRule>,
    pub(super) rollout_percentage_items: Vec<Percentage>,
    pub(super) default_value: Option<Value>,
    pub(super) targeting_rules: Vec<TargetingRule>,
    pub(super) percentage_evaluation_attribute: Option<String>,
}

/// A rule of an old config.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct RolloutRule {
    #[serde(default)]
    pub(super) segment: Option<String>,
    #[serde(default)]
    pub(super) segment_comparator: Option<String>,
    #[serde(default)]
    pub(super) comparison_attribute: Option<String>,
    #[serde(default)]
    pub(super) comparator: Option<String>,
    #[serde(default)]
    pub(super) comparison_value: Option<String>,
    pub(super) value: Value,
}

/// A part of the users, and what it is served.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Percentage {
    pub(super) percentage: i64,
    pub(super) value: Value,
}

/// A rule of a new config.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct TargetingRule {
    #[serde(default)]
    pub(super) conditions: Vec<Condition>,
    #[serde(default)]
    pub(super) value: Option<Value>,
    #[serde(default)]
    pub(super) percentage_options: Vec<Percentage>,
}

/// One condition; exactly one of its members.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Condition {
    #[serde(default)]
    pub(super) segment_condition: Option<SegmentCondition>,
    /// As the API takes it.
    #[serde(default)]
    pub(super) user_condition: Option<Value>,
    /// As the API takes it.
    #[serde(default)]
    pub(super) prerequisite_flag_condition: Option<Value>,
}

/// Whether somebody is in a segment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SegmentCondition {
    pub(super) segment: String,
    pub(super) comparator: String,
}

/// The limits of the plan.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Limits {
    /// Segments of one product.
    pub(super) segments: usize,
    pub(super) targeting_rules: usize,
    pub(super) conditions_per_rule: usize,
    pub(super) comparison_value_length: usize,
}

/// What happens when a segment is deleted that rules use. Which of the two the real server does is
/// not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum DeleteInUse {
    /// It is refused.
    #[default]
    Refuse,
    /// The rules go with it.
    RemoveRules,
}

impl Default for Fixture {
    fn default() -> Self {
        let environment = |name: &str| Environment { name: name.to_owned(), ..Default::default() };
        let product = Product {
            name: "My Product".to_owned(),
            environments: vec![
                environment("Test Environment"),
                environment("Production Environment"),
            ],
            configs: vec![Config { name: "Main Config".to_owned(), ..Config::default() }],
            ..Product::default()
        };
        Self {
            organization: "My Organization".to_owned(),
            products: vec![product],
            limits: Limits::default(),
            delete_in_use: DeleteInUse::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            segments: 1000,
            targeting_rules: 1000,
            conditions_per_rule: 100,
            comparison_value_length: 65_535,
        }
    }
}

impl Default for Permissions {
    fn default() -> Self {
        Self { can_create_or_update_segments: true, can_delete_segments: true }
    }
}
