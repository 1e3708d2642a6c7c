//! A policy of the workspace: what its documents and plans must not do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the documents and plans of a workspace must not do.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyRule {
    /// What is forbidden.
    pub forbid: Forbid,
    /// `lint`: the codes that no document may allow. Without it, all lints.
    #[schemars(length(min = 1), example = serde_json::json!(["matches-everyone"]))]
    pub lints: Option<Vec<String>>,
    /// `values` and `reach`: how many there may be at most.
    #[schemars(example = 500)]
    pub over: Option<usize>,
    /// `name`: the regular expression that each `metadata.name` has to fit.
    #[schemars(length(min = 1), example = &"^(team|org)-")]
    pub unlike: Option<String>,
    /// `attachment`: globs of the environments.
    #[schemars(length(min = 1), inner(length(min = 1)), example = serde_json::json!(["production"]))]
    pub environments: Option<Vec<String>>,
    /// A selector of labels, as `-l` takes it. Documents whose `metadata.labels` fit may do what is
    /// forbidden to others.
    #[schemars(length(min = 1), example = &"reviewed=security")]
    pub unless: Option<String>,
    /// Whether it stops the command, or is only said. Without it, it stops the command.
    #[serde(default)]
    pub severity: PolicySeverity,
    /// The targets for which it holds. Without it, all of them.
    #[schemars(length(min = 1), example = serde_json::json!(["production"]))]
    pub targets: Option<Vec<String>>,
    /// Why, or whom to ask. It is shown with each finding.
    #[schemars(length(min = 1), example = &"ask the growth team first")]
    pub reason: Option<String>,
}

/// What a policy forbids.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Forbid {
    /// That a document allows a lint.
    Lint,
    /// Segments with more values than `over`, all lists of one segment together.
    Values,
    /// Conditions that match by regular expression.
    Regex,
    /// Names of documents that do not fit `unlike`.
    Name,
    /// Segments without a description.
    NoDescription,
    /// Attachments to rules in `environments`.
    Attachment,
    /// Steps that delete or archive a segment.
    Deletion,
    /// Steps that let more or other people in, or everyone. A step whose effect is not proven counts
    /// as one.
    Widening,
    /// Changes of who is in a segment that more than `over` flags use.
    Reach,
}

/// How much a finding of a policy weighs.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum PolicySeverity {
    /// It stops the command, and a step is refused.
    #[default]
    Error,
    /// It is said, and stops nothing.
    Warning,
}

impl Forbid {
    /// The word in `forbid`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Values => "values",
            Self::Regex => "regex",
            Self::Name => "name",
            Self::NoDescription => "no-description",
            Self::Attachment => "attachment",
            Self::Deletion => "deletion",
            Self::Widening => "widening",
            Self::Reach => "reach",
        }
    }
}
