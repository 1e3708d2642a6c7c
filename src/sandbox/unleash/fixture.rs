//! The fixture file: the world a new sandbox starts with.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The content of a fixture file. Every part may be left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Fixture {
    pub(super) projects: Vec<String>,
    pub(super) environments: Vec<String>,
    pub(super) features: Vec<Feature>,
    pub(super) segments: Vec<Segment>,
    /// By project and environment.
    pub(super) default_strategies: BTreeMap<String, BTreeMap<String, Strategy>>,
    pub(super) limits: Limits,
    pub(super) context_fields: Vec<ContextField>,
}

/// A feature flag with its strategies, by environment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Feature {
    pub(super) name: String,
    #[serde(default = "default_project")]
    pub(super) project: String,
    #[serde(default)]
    pub(super) archived: bool,
    #[serde(default)]
    pub(super) strategies: BTreeMap<String, Vec<Strategy>>,
}

/// One activation strategy; `segments` are names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Strategy {
    pub(super) name: String,
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) disabled: bool,
    #[serde(default)]
    pub(super) parameters: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) constraints: Vec<Value>,
    #[serde(default)]
    pub(super) segments: Vec<String>,
}

/// A segment, stored as it stands: it is not validated, so that an old invalid one can be had.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Segment {
    pub(super) name: String,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) project: Option<String>,
    #[serde(default)]
    pub(super) constraints: Vec<Value>,
}

/// The limits that an operator of the real server sets by environment variables.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Limits {
    pub(super) segments: u32,
    pub(super) segment_values: u32,
    pub(super) strategy_segments: u32,
}

/// A context field beside the built-in ones.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ContextField {
    pub(super) name: String,
    #[serde(default)]
    pub(super) legal_values: Vec<String>,
}

impl Default for Fixture {
    fn default() -> Self {
        Self {
            projects: vec![default_project()],
            environments: vec!["development".to_owned(), "production".to_owned()],
            features: Vec::new(),
            segments: Vec::new(),
            default_strategies: BTreeMap::new(),
            limits: Limits::default(),
            context_fields: Vec::new(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { segments: 300, segment_values: 1000, strategy_segments: 5 }
    }
}

fn default_project() -> String {
    "default".to_owned()
}
