//! Segments and attachments in Unleash's own words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A segment in Unleash: everyone who satisfies all of its constraints.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnleashSegment {
    /// The name in Unleash, which is its key there. Without it, `metadata.name`.
    #[schemars(length(min = 1), example = &"Beta users")]
    pub name: Option<String>,
    /// The description in Unleash, where it differs from `spec.description`.
    pub description: Option<String>,
    /// The project whose strategies may use the segment. Without it, all projects may.
    #[schemars(length(min = 1), example = &"red-vista")]
    pub project: Option<String>,
    /// What a user must satisfy, all of it. An empty list matches everyone, and then needs
    /// `allow: [matches-everyone]`.
    #[serde(default)]
    pub constraints: Vec<Constraint>,
}

/// One condition on one field of the Unleash context.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Constraint {
    /// The field of the Unleash context that is looked at.
    #[schemars(length(min = 1), example = &"userId", example = &"appName", example = &"currentTime")]
    pub context_name: String,
    /// How the field is compared.
    pub operator: Operator,
    /// Whether the result is turned round. A missing field then matches.
    #[serde(default)]
    pub inverted: bool,
    /// Whether upper and lower case are alike. Only for `STR_*` and `REGEX`.
    #[serde(default)]
    pub case_insensitive: bool,
    /// What `IN`, `NOT_IN` and `STR_*` compare with: any of these texts. At most 100 characters
    /// each.
    #[schemars(inner(length(min = 1, max = 100)), example = serde_json::json!(["web", "ios"]))]
    pub values: Option<Vec<String>>,
    /// A file with one value a line, instead of `values`. Relative to this document, and inside
    /// the workspace.
    #[schemars(length(min = 1), example = &"ids/beta.txt")]
    pub values_from: Option<String>,
    /// What `NUM_*`, `DATE_*`, `SEMVER_*` and `REGEX` compare with, as a text: quote numbers.
    #[schemars(length(min = 1), example = &"5", example = &"2024-01-31T10:00:00.000Z", example = &"1.2.3")]
    pub value: Option<String>,
}

/// How a constraint compares, as Unleash 8.2.0 knows it.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Operator {
    /// The field is one of `values`, exactly.
    In,
    /// The field is none of `values`, or is missing.
    NotIn,
    /// The field ends with one of `values`.
    StrEndsWith,
    /// The field begins with one of `values`.
    StrStartsWith,
    /// The field contains one of `values`.
    StrContains,
    /// The number equals `value`.
    NumEq,
    /// The number is greater than `value`.
    NumGt,
    /// The number is `value` or greater.
    NumGte,
    /// The number is less than `value`.
    NumLt,
    /// The number is `value` or less.
    NumLte,
    /// The time is after `value`. `currentTime` is now unless the application says otherwise.
    DateAfter,
    /// The time is before `value`.
    DateBefore,
    /// The semantic version equals `value`.
    SemverEq,
    /// The semantic version is greater than `value`.
    SemverGt,
    /// The semantic version is less than `value`.
    SemverLt,
    /// The semantic version is `value` or greater. Since Unleash 8.0.3.
    SemverGte,
    /// The semantic version is `value` or less. Since Unleash 8.0.3.
    SemverLte,
    /// The field contains a match of the regular expression `value` (RE2). Since Unleash 7.4.2.
    Regex,
}

/// One strategy of a flag in Unleash.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnleashAttachment {
    /// The project of the flag.
    #[serde(default = "default_project")]
    #[schemars(length(min = 1), example = &"default")]
    pub project: String,
    /// The flag.
    #[schemars(length(min = 1), example = &"new-checkout")]
    pub feature: String,
    /// The environment.
    #[schemars(length(min = 1), example = &"production")]
    pub environment: String,
    /// Which strategy of the flag in that environment. Exactly one must fit.
    pub strategy: StrategySelector,
}

fn default_project() -> String {
    "default".to_owned()
}

/// Names one strategy by exactly one of its properties.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct StrategySelector {
    /// Its title, as people see it in Unleash.
    #[schemars(length(min = 1), example = &"Gradual rollout")]
    pub title: Option<String>,
    /// Its id, which Unleash made; it differs between instances.
    #[schemars(length(min = 1), example = &"01M81JY2D6W39TDMXN69PXV09E")]
    pub id: Option<String>,
    /// Its type, for instance `flexibleRollout`.
    #[schemars(length(min = 1), example = &"flexibleRollout")]
    pub name: Option<String>,
}
