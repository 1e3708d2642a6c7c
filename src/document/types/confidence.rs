//! Segments and attachments in the own words of Confidence.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Number, json};

/// A segment in Confidence: who satisfies the targeting, and of those the share that is allocated.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfidenceSegment {
    /// The id in Confidence, which is its key there and cannot be changed later. Without it,
    /// `metadata.name`. 4 to 63 lower-case letters, digits and `-`.
    #[schemars(regex(pattern = "^[a-z0-9-]{4,63}$"), example = &"beta-users")]
    pub id: Option<String>,
    /// The name that people see in Confidence.
    #[schemars(length(min = 1), example = &"Users from Sweden")]
    pub display_name: Option<String>,
    /// The description in Confidence, where it differs from `spec.description`.
    pub description: Option<String>,
    /// Who is meant. Without it everyone is, which needs `allow: [matches-everyone]` unless
    /// `allocation` takes a share of them.
    pub targeting: Option<Targeting>,
    /// How much of the population, and beside which other segments.
    pub allocation: Option<ConfidenceAllocation>,
    /// Whether segctl allocates the segment, where Confidence asks for that. Without it, it does.
    /// Nothing takes an allocation back.
    pub allocated: Option<bool>,
    /// Labels in Confidence, all of them. Those that begin with `segctl-` are segctl's own.
    #[schemars(example = json!({"team": "growth"}))]
    pub labels: Option<BTreeMap<String, String>>,
    /// Who owns the segment in Confidence. Without it, the owner stays who it is.
    #[schemars(regex(pattern = "^identities/[^/]+$"), example = &"identities/0smva5nxuhv4yts6paxt")]
    pub owner: Option<String>,
    /// The flag whose rule the segment belongs to; who may change the flag may then change it too.
    #[schemars(regex(pattern = "^flags/[^/]+$"), example = &"flags/new-checkout")]
    pub flag: Option<String>,
    /// The experiment or rollout that the segment belongs to.
    #[schemars(regex(pattern = "^workflows/[^/]+/instances/[^/]+$"), example = &"workflows/rollout/instances/1")]
    pub workflow_instance: Option<String>,
}

/// Who is meant: criteria by names of your own, and how they go together.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Targeting {
    /// The criteria, by names of your own that `expression` refers to.
    #[serde(default)]
    #[schemars(example = json!({"sweden": {"attribute": {"attributeName": "country", "eqRule": {"value": {"stringValue": "SE"}}}}}))]
    pub criteria: BTreeMap<String, Criterion>,
    /// How the criteria go together. Without it everyone matches, whatever the criteria say.
    #[schemars(example = json!({"ref": "sweden"}))]
    pub expression: Option<Expression>,
}

/// One criterion: exactly one of its fields.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("maxProperties" = 1))]
pub struct Criterion {
    /// An attribute of the evaluation context satisfies a rule.
    pub attribute: Option<AttributeCriterion>,
    /// The user is in another segment.
    pub segment: Option<SegmentCriterion>,
    /// The user is on a list that a warehouse keeps.
    pub materialized_segment: Option<MaterializedCriterion>,
}

/// An attribute of the evaluation context, and exactly one rule.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("maxProperties" = 2))]
pub struct AttributeCriterion {
    /// The attribute; dots lead into nested ones.
    #[schemars(length(min = 1), example = &"country", example = &"user.age")]
    pub attribute_name: String,
    /// The attribute equals a value. The empty value `{}` stands for a missing attribute.
    pub eq_rule: Option<EqRule>,
    /// The attribute equals one of several values.
    pub set_rule: Option<SetRule>,
    /// The attribute lies between two values.
    pub range_rule: Option<RangeRule>,
    /// Some element of the attribute, which is a list, satisfies a rule.
    pub any_rule: Option<ListRule>,
    /// Every element of the attribute, which is a list, satisfies a rule. A missing attribute does
    /// too.
    pub all_rule: Option<ListRule>,
    /// The attribute is a text that starts so.
    pub starts_with_rule: Option<TextRule>,
    /// The attribute is a text that ends so.
    pub ends_with_rule: Option<TextRule>,
    /// The attribute is a text that contains this.
    pub contains_rule: Option<TextRule>,
}

/// A rule for the elements of a list: exactly one of its fields.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListRule {
    /// The rule for each element.
    pub rule: InnerRule,
}

/// A rule for one element: exactly one of its fields.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("maxProperties" = 1))]
pub struct InnerRule {
    /// The element equals a value.
    pub eq_rule: Option<EqRule>,
    /// The element equals one of several values.
    pub set_rule: Option<SetRule>,
    /// The element lies between two values.
    pub range_rule: Option<RangeRule>,
    /// The element is a text that starts so.
    pub starts_with_rule: Option<TextRule>,
    /// The element is a text that ends so.
    pub ends_with_rule: Option<TextRule>,
    /// The element is a text that contains this.
    pub contains_rule: Option<TextRule>,
}

/// Equality with one value.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EqRule {
    /// The value.
    #[schemars(example = json!({"stringValue": "SE"}))]
    pub value: ConfidenceValue,
}

/// Equality with one of several values.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetRule {
    /// The values, all of one type: those of another type than the first can never match.
    #[serde(default)]
    #[schemars(example = json!([{"stringValue": "SE"}, {"stringValue": "NO"}]))]
    pub values: Vec<ConfidenceValue>,
}

/// A range: at most one start and one end.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("maxProperties" = 2))]
pub struct RangeRule {
    /// The lowest value that is in it.
    pub start_inclusive: Option<ConfidenceValue>,
    /// The highest value that is below it.
    pub start_exclusive: Option<ConfidenceValue>,
    /// The highest value that is in it.
    pub end_inclusive: Option<ConfidenceValue>,
    /// The lowest value that is above it.
    pub end_exclusive: Option<ConfidenceValue>,
}

/// A text, compared case by case.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TextRule {
    /// The text.
    #[schemars(length(min = 1), example = &"@acme.example")]
    pub value: String,
}

/// A value with its type: exactly one of its fields, or none for a missing attribute.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("maxProperties" = 1))]
pub struct ConfidenceValue {
    /// A boolean.
    pub bool_value: Option<bool>,
    /// A number.
    pub number_value: Option<Number>,
    /// A text.
    #[schemars(example = &"SE")]
    pub string_value: Option<String>,
    /// A time with its zone.
    #[schemars(example = &"2024-01-31T10:00:00Z")]
    pub timestamp_value: Option<String>,
    /// A version of two to four numbers.
    pub version_value: Option<VersionValue>,
    /// A list of values.
    pub list_value: Option<ListValue>,
}

/// A version.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VersionValue {
    /// Two to four numbers with dots between them.
    #[schemars(example = &"1.2.3")]
    pub version: String,
}

/// A list of values.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListValue {
    /// The values.
    #[serde(default)]
    pub values: Vec<ConfidenceValue>,
}

/// How criteria go together: exactly one of its fields.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("maxProperties" = 1))]
pub struct Expression {
    /// The criterion of that name.
    #[schemars(length(min = 1), example = &"sweden")]
    pub r#ref: Option<String>,
    /// Whoever does not match.
    pub not: Option<Box<Self>>,
    /// Whoever matches all of `operands`; without any, everyone.
    pub and: Option<Operands>,
    /// Whoever matches one of `operands`; without any, nobody.
    pub or: Option<Operands>,
}

/// Expressions that go together.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Operands {
    /// The expressions. Their order means nothing.
    #[serde(default)]
    pub operands: Vec<Expression>,
}

/// The user is in another segment.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SegmentCriterion {
    /// The other segment, by its full name in Confidence.
    #[schemars(regex(pattern = "^segments/[^/]+$"), example = &"segments/beta-users")]
    pub segment: String,
}

/// The user is on a list that a warehouse keeps.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MaterializedCriterion {
    /// The list, by its full name in Confidence.
    #[schemars(regex(pattern = "^materializedSegments/[^/]+$"), example = &"materializedSegments/vips")]
    pub materialized_segment: String,
}

/// How much of the population a segment takes, and beside which other segments.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfidenceAllocation {
    /// The share of users, above 0 and up to 1, as a text in quotes. Without it, `"1"`: all of
    /// them.
    #[schemars(regex(pattern = r"^[0-9]+(\.[0-9]+)?$"), example = &"0.1")]
    pub proportion: Option<String>,
    /// The tags that this segment carries.
    #[serde(default)]
    #[schemars(inner(length(min = 1)), example = json!(["ranking"]))]
    pub exclusivity_tags: Vec<String>,
    /// The tags beside which nobody may be in this segment too.
    #[serde(default)]
    #[schemars(inner(length(min = 1)), example = json!(["ranking"]))]
    pub exclusive_to: Vec<String>,
}

/// One rule of a flag in Confidence, which has exactly one segment.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfidenceAttachment {
    /// The flag, without `flags/`.
    #[schemars(regex(pattern = "^[^/]+$"), example = &"new-checkout")]
    pub flag: String,
    /// Which rule of the flag. Exactly one must fit.
    pub rule: ConfidenceRule,
}

/// Names one rule by exactly one of its properties.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct ConfidenceRule {
    /// Labels that the rule has, among others.
    #[schemars(length(min = 1), example = json!({"slot": "beta"}))]
    pub labels: Option<BTreeMap<String, String>>,
    /// Its full name, which Confidence made.
    #[schemars(
        regex(pattern = "^flags/[^/]+/rules/[^/]+$"),
        example = &"flags/new-checkout/rules/gdbiknjycxvmc6wu7zzz"
    )]
    pub name: Option<String>,
}
