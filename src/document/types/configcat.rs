//! Segments and attachments in the own words of ConfigCat.

use std::borrow::Cow;
use std::cmp::Ordering;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// A segment in ConfigCat: everyone for whom its one comparison holds.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfigCatSegment {
    /// The name in ConfigCat, which is its key there. Without it, `metadata.name`. Names of one
    /// product differ by more than upper and lower case.
    #[schemars(length(min = 1, max = 255), regex(pattern = r"\S"), example = &"Beta users")]
    pub name: Option<String>,
    /// The description in ConfigCat, where it differs from `spec.description`.
    #[schemars(length(max = 1000))]
    pub description: Option<String>,
    /// The attribute of the user that is looked at, with upper and lower case as the application
    /// sends it.
    #[schemars(length(min = 1, max = 1000), regex(pattern = r"\S"), example = &"Email", example = &"Identifier", example = &"Country")]
    pub comparison_attribute: Option<String>,
    /// How the attribute is compared. A user without the attribute is neither in the segment nor
    /// outside of it: a rule that asks is passed over.
    pub comparator: Option<Comparator>,
    /// What `contains`, `doesNotContain` and the comparators of one version or one number compare
    /// with, as a text: quote numbers.
    #[schemars(length(min = 1, max = 65535), example = &"@example.com", example = &"1.2.3", example = &"18")]
    pub comparison_value: Option<String>,
    /// What `…IsOneOf` and `…IsNotOneOf` compare with: any of these texts. None may hold a comma,
    /// because ConfigCat keeps them as one text with commas in between.
    #[schemars(length(min = 1), inner(length(min = 1), regex(pattern = r"^[^,]+$")), example = serde_json::json!(["ada@example.com", "grace@example.com"]))]
    pub comparison_values: Option<Vec<String>>,
    /// A file with one value a line, instead of `comparisonValues`. Relative to this document, and
    /// inside the workspace.
    #[schemars(length(min = 1), example = &"ids/beta.txt")]
    pub comparison_values_from: Option<String>,
}

/// How a segment of ConfigCat compares.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Comparator {
    /// The attribute is one of `comparisonValues`, exactly.
    IsOneOf,
    /// The attribute is none of `comparisonValues`.
    IsNotOneOf,
    /// The attribute contains `comparisonValue`, all of it, commas and blanks included.
    Contains,
    /// The attribute does not contain `comparisonValue`.
    DoesNotContain,
    /// The version is one of `comparisonValues`.
    SemVerIsOneOf,
    /// The version is none of `comparisonValues`.
    SemVerIsNotOneOf,
    /// The version is less than `comparisonValue`.
    SemVerLess,
    /// The version is `comparisonValue` or less.
    SemVerLessOrEquals,
    /// The version is greater than `comparisonValue`.
    SemVerGreater,
    /// The version is `comparisonValue` or greater.
    SemVerGreaterOrEquals,
    /// The number equals `comparisonValue`.
    NumberEquals,
    /// The number differs from `comparisonValue`.
    NumberDoesNotEqual,
    /// The number is less than `comparisonValue`.
    NumberLess,
    /// The number is `comparisonValue` or less.
    NumberLessOrEquals,
    /// The number is greater than `comparisonValue`.
    NumberGreater,
    /// The number is `comparisonValue` or greater.
    NumberGreaterOrEquals,
    /// As `isOneOf`; SDKs get hashes of the values, and segctl shows none of them.
    SensitiveIsOneOf,
    /// As `isNotOneOf`; SDKs get hashes of the values, and segctl shows none of them.
    SensitiveIsNotOneOf,
}

/// One targeting rule of a feature flag or setting in ConfigCat.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfigCatAttachment {
    /// The config, by name.
    #[schemars(length(min = 1), example = &"Main Config")]
    pub config: String,
    /// The environment, by name.
    #[schemars(length(min = 1), example = &"Production")]
    pub environment: String,
    /// The feature flag or setting, by its key.
    #[schemars(length(min = 1), example = &"newCheckout")]
    pub setting: String,
    /// Which of its targeting rules. Exactly one must fit.
    pub rule: ConfigCatRule,
    /// The segments that a user must not be in, by the `metadata.name` of their documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(example = serde_json::json!(["staff"]))]
    pub not_in: Vec<String>,
}

/// Names one targeting rule by what it serves, and among several that serve the same by its place.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct ConfigCatRule {
    /// The value that the rule serves. A rule that serves by percentages is named by `position`
    /// alone.
    #[schemars(example = true, example = &"blue")]
    pub serves: Option<ServedValue>,
    /// Its place among the rules that serve this value, from 1; without `serves`, among all rules.
    #[schemars(range(min = 1), example = 1)]
    pub position: Option<u32>,
}

/// A value that a feature flag or setting serves, as it is written.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct ServedValue(pub Json);

impl ServedValue {
    /// The value as JSON text, which is equal for equal values.
    pub fn text(&self) -> String {
        self.0.to_string()
    }
}

impl ServedValue {
    /// Whether a rule that serves `other` serves this: 5 and 5.0 are one number.
    pub fn means(&self, other: &Self) -> bool {
        match (self.0.as_f64(), other.0.as_f64()) {
            (Some(one), Some(other)) => one.total_cmp(&other).is_eq(),
            _ => self.0 == other.0,
        }
    }
}

impl PartialOrd for ServedValue {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ServedValue {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text().cmp(&other.text())
    }
}

impl JsonSchema for ServedValue {
    fn schema_name() -> Cow<'static, str> {
        "ServedValue".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["boolean", "string", "number"]})
    }
}
