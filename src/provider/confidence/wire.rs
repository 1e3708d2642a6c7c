//! The bodies of the API of Confidence: JSON of proto3, which leaves out what is empty.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// The answer to `POST /v1/oauth/token`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Granted {
    pub(super) access_token: String,
    /// In seconds; an int64, which proto3 writes as a text.
    #[serde(default)]
    pub(super) expires_in: Json,
}

/// `GET /v1/segments`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Segments {
    #[serde(default)]
    pub(super) segments: Vec<Segment>,
    #[serde(default)]
    pub(super) next_page_token: String,
}

/// One segment. What this does not know is not an error: the open definitions lag behind.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Segment {
    pub(super) name: String,
    #[serde(default)]
    pub(super) display_name: String,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default)]
    pub(super) targeting: Json,
    #[serde(default)]
    pub(super) allocation: Allocation,
    #[serde(default)]
    pub(super) state: String,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) workflow_instance: String,
    #[serde(default)]
    pub(super) flag: String,
    #[serde(default)]
    pub(super) owner: String,
}

impl Segment {
    /// The id, which is the end of the name.
    pub(super) fn id(&self) -> &str {
        end_of(&self.name)
    }

    pub(super) fn is_archived(&self) -> bool {
        self.state == "ARCHIVED"
    }

    pub(super) fn is_unallocated(&self) -> bool {
        self.state == "UNALLOCATED"
    }
}

/// The allocation of a segment.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Allocation {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) proportion: Option<Decimal>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) exclusivity_tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) exclusive_to: Vec<String>,
}

/// A decimal number as a text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Decimal {
    #[serde(default)]
    pub(super) value: String,
}

/// The body of `POST` and `PATCH` of a segment. What is not there is empty, or is left as it is
/// where `updateMask` does not name it.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SegmentBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) targeting: Option<Json>,
    pub(super) allocation: Allocation,
    pub(super) labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) workflow_instance: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) flag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<String>,
}

/// `POST /v1/segments/{}:segmentAvailableSpace`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Space {
    #[serde(default)]
    pub(super) available_space: Decimal,
}

/// `GET /v1/flags`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Flags {
    #[serde(default)]
    pub(super) flags: Vec<Flag>,
    #[serde(default)]
    pub(super) next_page_token: String,
}

/// One flag.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Flag {
    pub(super) name: String,
    #[serde(default)]
    pub(super) state: String,
    #[serde(default)]
    pub(super) rules: Vec<Rule>,
}

impl Flag {
    pub(super) fn id(&self) -> &str {
        end_of(&self.name)
    }

    pub(super) fn is_archived(&self) -> bool {
        self.state == "ARCHIVED"
    }
}

/// One rule.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Rule {
    pub(super) name: String,
    #[serde(default)]
    pub(super) segment: String,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) environments: Vec<String>,
}

impl Rule {
    pub(super) fn id(&self) -> &str {
        end_of(&self.name)
    }

    /// The id of its segment.
    pub(super) fn segment_id(&self) -> &str {
        end_of(&self.segment)
    }
}

/// The last part of a resource name.
pub(super) fn end_of(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// An error's body, in any of the shapes that clients of Confidence have met. It can also be empty.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ErrorBody {
    pub(super) message: Option<String>,
    pub(super) error: Option<Inner>,
}

/// The inner part of one of the shapes.
#[derive(Debug, Deserialize)]
pub(super) struct Inner {
    pub(super) message: Option<String>,
}

impl ErrorBody {
    /// What the server says.
    pub(super) fn said(self) -> Option<String> {
        self.message.or_else(|| self.error?.message).filter(|it| !it.is_empty())
    }
}
