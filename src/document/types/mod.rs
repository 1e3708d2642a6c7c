//! The documents a user writes, as types; the JSON schemas are generated from them.
//!
//! The doc comments are what an editor shows, so they speak to the writer of the YAML.

mod attachment;
mod confidence;
mod configcat;
mod featuresignals;
mod guard;
mod interval;
mod policy;
mod segment;
mod unleash;
mod workspace;

pub use attachment::{Attachment, AttachmentSpec};
pub use confidence::{
    AttributeCriterion, ConfidenceAllocation, ConfidenceAttachment, ConfidenceRule,
    ConfidenceSegment, ConfidenceValue, Criterion, EqRule, Expression, InnerRule, ListRule,
    ListValue, MaterializedCriterion, Operands, RangeRule, SegmentCriterion, SetRule, Targeting,
    TextRule, VersionValue,
};
pub use configcat::{
    Comparator, ConfigCatAttachment, ConfigCatRule, ConfigCatSegment, ServedValue,
};
pub use featuresignals::{
    FeatureSignalsAttachment, FeatureSignalsCondition, FeatureSignalsMatch, FeatureSignalsOperator,
    FeatureSignalsRule, FeatureSignalsSegment,
};
pub use guard::{Guard, Percent};
pub use interval::Interval;
pub use policy::{Forbid, PolicyRule, PolicySeverity};
pub use segment::{Segment, SegmentSpec};
pub use unleash::{Constraint, Operator, StrategySelector, UnleashAttachment, UnleashSegment};
pub use workspace::{
    Auth, Provider, Region, SecretRef, Target, TargetOptions, Workspace, WorkspaceMetadata,
    WorkspaceSpec,
};

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// The version of the document format.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
pub enum ApiVersion {
    /// The first version.
    #[serde(rename = "segctl.dev/v1")]
    V1,
}

/// Name and labels of a document.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metadata {
    /// The identity of the document in Git: lower-case letters, digits and `-`.
    ///
    /// Renaming it re-marks the live object; it does not rename what people see there.
    #[schemars(regex(pattern = r"^[a-z0-9][a-z0-9-]{0,62}$"), example = &"beta-users")]
    pub name: String,
    /// Labels for `-l` selectors. They stay in Git.
    #[serde(default)]
    #[schemars(example = serde_json::json!({"team": "growth"}))]
    pub labels: BTreeMap<String, String>,
}
