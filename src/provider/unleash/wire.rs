//! The bodies of Unleash's admin API, as servers 6 to 8 send and take them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Number, Value as Json};

/// `GET /api/admin/ui-config`, in part.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UiConfig {
    pub(super) version: String,
    #[serde(default)]
    pub(super) resource_limits: ResourceLimits,
}

/// The limits of a server, where it says them.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourceLimits {
    pub(super) segments: Option<usize>,
    pub(super) segment_values: Option<usize>,
    pub(super) strategy_segments: Option<usize>,
}

/// `GET /api/admin/segments`.
#[derive(Debug, Deserialize)]
pub(super) struct Segments {
    pub(super) segments: Vec<Segment>,
}

/// One segment as the server lists it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Segment {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) project: Option<String>,
    pub(super) constraints: Vec<Map<String, Json>>,
    /// How many flags use it, archived ones left out. Absent in the answer to a creation.
    pub(super) used_in_features: Option<usize>,
}

/// The body of `POST` and `PUT` of a segment. An `id` would be obeyed, so there is none.
#[derive(Debug, Serialize)]
pub(super) struct SegmentBody<'a> {
    pub(super) name: &'a str,
    pub(super) description: String,
    pub(super) project: Option<&'a str>,
    pub(super) constraints: Vec<Present<'a>>,
}

/// An object without its nulls: the server refuses a `value` of null, and takes an absent one.
#[derive(Debug)]
pub(super) struct Present<'a>(pub(super) &'a Map<String, Json>);

impl Serialize for Present<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().filter(|(_, value)| !value.is_null()))
    }
}

/// `GET /api/admin/projects/{}/features/{}`, in part.
#[derive(Debug, Deserialize)]
pub(super) struct Feature {
    pub(super) environments: Vec<FeatureEnvironment>,
}

/// One environment of a flag.
#[derive(Debug, Deserialize)]
pub(super) struct FeatureEnvironment {
    pub(super) name: String,
    #[serde(default)]
    pub(super) strategies: Vec<Strategy>,
}

/// One strategy of a flag.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Strategy {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) constraints: Vec<Json>,
    /// In no order that can be relied on: replacing a segment moves its id to the end.
    #[serde(default)]
    pub(super) segments: Vec<i64>,
    /// Set on strategies that a release plan made (Enterprise; from the server's source).
    pub(super) milestone_id: Option<String>,
}

/// `GET /api/admin/segments/{}/strategies`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Uses {
    pub(super) strategies: Vec<Use>,
    /// Strategies in pending change requests (Enterprise; from the server's source).
    #[serde(default)]
    pub(super) change_request_strategies: Vec<Use>,
}

/// One use of a segment.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Use {
    /// Absent for a strategy that only a change request would make.
    pub(super) id: Option<String>,
    pub(super) project_id: String,
    pub(super) feature_name: String,
    pub(super) environment: String,
}

/// `GET /api/admin/search/features`.
#[derive(Debug, Deserialize)]
pub(super) struct Found {
    pub(super) features: Vec<FoundFeature>,
    pub(super) total: usize,
}

/// One flag that was found.
#[derive(Debug, Deserialize)]
pub(super) struct FoundFeature {
    pub(super) name: String,
    #[serde(default)]
    pub(super) segments: Vec<String>,
}

/// `GET /api/admin/projects`.
#[derive(Debug, Deserialize)]
pub(super) struct Projects {
    pub(super) projects: Vec<Project>,
}

/// One project.
#[derive(Debug, Deserialize)]
pub(super) struct Project {
    pub(super) id: String,
}

/// `GET /api/admin/environments/project/{}`.
#[derive(Debug, Deserialize)]
pub(super) struct ProjectEnvironments {
    pub(super) environments: Vec<ProjectEnvironment>,
}

/// One environment of a project.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProjectEnvironment {
    pub(super) name: String,
    /// What new strategies begin with, where somebody said so.
    pub(super) default_strategy: Option<DefaultStrategy>,
}

/// The strategy that a flag gets when it is switched on without any.
#[derive(Debug, Deserialize)]
pub(super) struct DefaultStrategy {
    /// Stored as they were sent: nothing says that they exist.
    #[serde(default)]
    pub(super) segments: Vec<Number>,
}

/// One item of `GET /api/admin/context`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ContextField {
    pub(super) name: String,
    #[serde(default)]
    pub(super) legal_values: Vec<LegalValue>,
}

/// One legal value of a context field.
#[derive(Debug, Deserialize)]
pub(super) struct LegalValue {
    pub(super) value: String,
}

/// One operation of a JSON Patch.
#[derive(Debug, Serialize)]
pub(super) struct PatchOperation<'a> {
    pub(super) op: &'static str,
    pub(super) path: &'static str,
    pub(super) value: PatchValue<'a>,
}

/// What an operation compares with, or puts in place.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum PatchValue<'a> {
    /// The ids of segments.
    Segments(&'a [i64]),
    /// Constraints, as the server shows them.
    Constraints(&'a [Json]),
}

/// An error's body. It can also be empty, or HTML.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ErrorBody {
    pub(super) message: Option<String>,
    #[serde(default)]
    pub(super) details: Vec<ErrorDetail>,
    #[serde(default)]
    pub(super) permissions: Vec<String>,
    /// Whatever else; kept out of messages.
    #[serde(flatten)]
    _rest: BTreeMap<String, Json>,
}

/// One of several reasons.
#[derive(Debug, Deserialize)]
pub(super) struct ErrorDetail {
    pub(super) message: Option<String>,
}
