//! The fixture: what a new sandbox holds, and how its server is set up.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The world that a new sandbox begins with.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Fixture {
    pub(super) options: Options,
    pub(super) segments: Vec<FixtureSegment>,
    pub(super) flags: Vec<FixtureFlag>,
    /// The ids of materialized segments, which only a warehouse can fill.
    pub(super) materialized_segments: Vec<String>,
}

/// What may be different between servers, or is not known.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Options {
    /// How many seconds a token lasts.
    pub(super) token_lifetime: u32,
    /// Whether descriptions are stored; the open definitions have none.
    pub(super) keeps_descriptions: bool,
    /// Whether archived segments stand in the list.
    pub(super) lists_archived: bool,
    /// Requests a second, of all clients together.
    pub(super) requests_per_second: u32,
    /// How many entries a page has when nobody says.
    pub(super) page_size: usize,
    /// The shape of an error's body.
    pub(super) error_shape: ErrorShape,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token_lifetime: 86_400,
            keeps_descriptions: true,
            lists_archived: true,
            requests_per_second: 50,
            page_size: 10,
            error_shape: ErrorShape::Details,
        }
    }
}

/// The bodies of errors that clients of Confidence have met.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ErrorShape {
    /// `{"code": 5, "message": "..", "details": []}`
    Details,
    /// `{"code": 5, "message": "..", "status": "NOT_FOUND"}`
    Status,
    /// `{"error": {"code": 404, "message": "..", "status": "NOT_FOUND"}}`
    Nested,
}

/// A segment; its body in the words of the API.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct FixtureSegment {
    pub(super) id: String,
    #[serde(default)]
    pub(super) display_name: String,
    #[serde(default)]
    pub(super) description: String,
    pub(super) targeting: Option<Value>,
    pub(super) allocation: Option<Value>,
    #[serde(default)]
    pub(super) labels: Map<String, Value>,
    #[serde(default)]
    pub(super) owner: String,
    /// Set when an experiment or a rollout made the segment.
    #[serde(default)]
    pub(super) workflow_instance: String,
    /// Set when the segment is the audience of one rule of that flag.
    #[serde(default)]
    pub(super) flag: String,
    /// Without it, `UNALLOCATED` where there is any exclusivity, else `OK`.
    pub(super) state: Option<FixtureState>,
}

/// The state of a segment.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum FixtureState {
    Ok,
    Unallocated,
    Allocated,
    Archived,
}

impl FixtureState {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Unallocated => "UNALLOCATED",
            Self::Allocated => "ALLOCATED",
            Self::Archived => "ARCHIVED",
        }
    }
}

/// A flag with its variants and rules.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct FixtureFlag {
    pub(super) id: String,
    #[serde(default)]
    pub(super) archived: bool,
    /// The ids of its variants; the default is `on` and `off`.
    #[serde(default = "on_and_off")]
    pub(super) variants: Vec<String>,
    #[serde(default)]
    pub(super) clients: Vec<String>,
    #[serde(default)]
    pub(super) labels: Map<String, Value>,
    #[serde(default)]
    pub(super) rules: Vec<FixtureRule>,
}

fn on_and_off() -> Vec<String> {
    vec!["on".to_owned(), "off".to_owned()]
}

/// A rule of a flag.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct FixtureRule {
    /// Without it, one that the server makes up.
    pub(super) id: Option<String>,
    /// The id of its segment.
    pub(super) segment: String,
    #[serde(default = "yes")]
    pub(super) enabled: bool,
    /// The variant that everybody gets; without it and without `assignmentSpec`, the first one.
    pub(super) variant: Option<String>,
    /// In the words of the API.
    pub(super) assignment_spec: Option<Value>,
    #[serde(default)]
    pub(super) labels: Map<String, Value>,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default)]
    pub(super) targeting_key_selector: String,
    #[serde(default)]
    pub(super) environments: Vec<String>,
    pub(super) materialization_spec: Option<Value>,
}

fn yes() -> bool {
    true
}
