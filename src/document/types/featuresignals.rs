//! Segments and attachments in the own words of FeatureSignals.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A segment in FeatureSignals: everyone for whom its rules hold.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeatureSignalsSegment {
    /// The key, by which flag rules name the segment. Without it, `metadata.name`. It can never be
    /// changed: another key is another segment.
    #[schemars(regex(pattern = "^[a-z0-9][a-z0-9_-]{0,127}$"), example = &"enterprise-users")]
    pub key: Option<String>,
    /// What people see in the dashboard, at most 255 bytes. Without it, `metadata.name`.
    #[schemars(length(min = 1, max = 255), example = &"Enterprise Users")]
    pub name: Option<String>,
    /// The description in the dashboard, where it differs from `spec.description`. With the mark
    /// that segctl adds, it has at most 2,000 bytes.
    pub description: Option<String>,
    /// Whether all of the rules have to hold, or any of them.
    #[serde(default)]
    pub match_type: FeatureSignalsMatch,
    /// What must hold for a user. An empty list matches everyone, and then needs
    /// `allow: [matches-everyone]`.
    #[serde(default)]
    pub rules: Vec<FeatureSignalsCondition>,
}

/// How the rules of a segment work together.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum FeatureSignalsMatch {
    /// All of them have to hold.
    #[default]
    All,
    /// Any of them has to hold.
    Any,
}

/// One condition on one attribute of a user.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeatureSignalsCondition {
    /// The attribute that is looked at, by its whole name: a dot in it leads nowhere. `key` is the
    /// key of the user.
    #[schemars(length(min = 1), example = &"plan", example = &"key")]
    pub attribute: String,
    /// How the attribute is compared.
    pub operator: FeatureSignalsOperator,
    /// What it is compared with, as texts: quote numbers and booleans. `in` and `notIn` take any
    /// number of them, the others exactly one; `exists` takes none, `"true"` or `"false"`.
    #[schemars(example = serde_json::json!(["enterprise"]), example = serde_json::json!(["42"]))]
    pub values: Option<Vec<String>>,
    /// A file with one value a line, instead of `values`. Relative to this document, and inside
    /// the workspace.
    #[serde(rename = "valuesFrom")]
    #[schemars(length(min = 1), example = &"ids/beta.txt")]
    pub values_from: Option<String>,
}

/// How a condition compares. Upper and lower case always differ, and where the attribute is missing
/// no condition holds but `exists` with `"false"`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum FeatureSignalsOperator {
    /// The attribute is the value.
    Eq,
    /// The attribute is there and is not the value.
    Neq,
    /// The attribute contains the value.
    Contains,
    /// The attribute begins with the value.
    StartsWith,
    /// The attribute ends with the value.
    EndsWith,
    /// The attribute is one of the values.
    In,
    /// The attribute is there and is none of the values.
    NotIn,
    /// The attribute is a number above the value.
    Gt,
    /// The attribute is a number, the value or above it.
    Gte,
    /// The attribute is a number below the value.
    Lt,
    /// The attribute is a number, the value or below it.
    Lte,
    /// The regular expression, in the dialect of Go, is found in the attribute.
    Regex,
    /// The attribute is there; with `"false"`, it is missing.
    Exists,
}

/// One rule of a flag in FeatureSignals.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
pub struct FeatureSignalsAttachment {
    /// The key of the flag.
    #[schemars(length(min = 1), example = &"new-checkout")]
    pub flag: String,
    /// The environment, by its slug.
    #[schemars(length(min = 1), example = &"production")]
    pub environment: String,
    /// Which rule of the flag in that environment. Exactly one must fit.
    pub rule: FeatureSignalsRule,
}

/// Names one rule by exactly one of its properties.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct FeatureSignalsRule {
    /// Its description, as people see it in the dashboard.
    #[schemars(length(min = 1), example = &"Beta users")]
    pub description: Option<String>,
    /// Its id, which the dashboard made.
    #[schemars(length(min = 1), example = &"rule_1767225600000_k3x9qa")]
    pub id: Option<String>,
}
