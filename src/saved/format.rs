//! The plan file as JSON, and its own hash.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::fingerprint::hash;
use crate::desired::{Allocation, Canonical, Desired, DesiredAttachment, DesiredSegment, Origin};
use crate::diagnostic::Code;
use crate::document::{Guard, PolicyRule, Provider};
use crate::plan::{Action, Adopt, Forbidden, ObjectKind, Policy, Protect, Why, Written};
use crate::policy::Policies;
use crate::provider::{RuleSelector, segment_fields};

/// The version of this format.
pub(super) const FORMAT_VERSION: &str = "1.0";

/// A plan file, without its hash.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PlanFile {
    pub(super) format_version: String,
    pub(super) kind: String,
    pub(super) segctl: String,
    pub(super) workspace: String,
    pub(super) target: TargetRow,
    /// The revision that the documents were held against; none where there was none.
    #[serde(default)]
    pub(super) base: Option<String>,
    pub(super) decisions: Decisions,
    pub(super) steps: Vec<StepRow>,
    /// What the plan leaves that is no longer in Git.
    #[serde(default)]
    pub(super) orphans: Vec<OrphanRow>,
    pub(super) desired: DesiredRows,
}

/// The live system.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(super) struct TargetRow {
    pub(super) name: String,
    pub(super) provider: Provider,
    pub(super) url: String,
}

/// What the user decided when planning.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Decisions {
    prune: bool,
    protect: Vec<String>,
    adopt: BTreeSet<String>,
    adopt_all: bool,
    adopt_from: BTreeSet<String>,
    /// Documents that `-l` and `-f` let through.
    selected: Option<BTreeSet<(ObjectKind, String)>>,
    guard: Guard,
    /// Findings of policies that documents ignore: kind, name, code, reason.
    #[serde(default)]
    ignored: Vec<(ObjectKind, String, String, String)>,
    /// The policies that its documents were held to.
    #[serde(default)]
    pub(super) policies: Vec<PolicyRule>,
}

/// One step: what identifies it, and what a person reads.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepRow {
    pub(super) id: String,
    pub(super) kind: ObjectKind,
    pub(super) action: Action,
    pub(super) name: String,
    pub(super) key: String,
    /// Of the live object and of what becomes of it; none for a step that was refused.
    pub(super) fingerprint: Option<String>,
    /// Why it was there; nothing in a file of before.
    #[serde(default)]
    pub(super) why: BTreeSet<Why>,
    /// Where what changes was written.
    #[serde(default)]
    pub(super) place: Option<Written>,
    /// The step as `plan -o json` shows it.
    pub(super) shown: Json,
}

/// An orphan, as a person is told of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrphanRow {
    pub(super) name: String,
    pub(super) key: String,
    pub(super) why: BTreeSet<Why>,
    pub(super) place: Option<Written>,
}

/// What Git says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DesiredRows {
    segments: BTreeMap<String, SegmentRow>,
    attachments: BTreeMap<String, AttachmentRow>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SegmentRow {
    key: String,
    external: bool,
    allow: BTreeSet<String>,
    document: Map<String, Json>,
    #[serde(default)]
    allocation: Allocation,
    /// For policies.
    #[serde(default)]
    labels: BTreeMap<String, String>,
    origin: Origin,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AttachmentRow {
    rule: RuleSelector,
    segments: Vec<String>,
    #[serde(default)]
    not_in: Vec<String>,
    allow: BTreeSet<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    origin: Origin,
}

impl PlanFile {
    /// The text of the file; its last field is the hash of all others.
    pub(super) fn write(&self) -> String {
        let mut file = serde_json::to_value(self).unwrap_or_default();
        let hash = hash(&file.to_string());
        if let Some(fields) = file.as_object_mut() {
            fields.insert("hash".to_owned(), hash.into());
        }
        format!("{}\n", serde_json::to_string_pretty(&file).unwrap_or_default())
    }

    /// Reads a file; the error says why it cannot be trusted.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut file: Json = serde_json::from_str(text)
            .map_err(|error| format!("it is no JSON, or was cut off: {error}"))?;
        let fields = file.as_object_mut().ok_or("it is no JSON object")?;
        let version = fields.get("formatVersion").and_then(Json::as_str).unwrap_or_default();
        if version.split('.').next() != FORMAT_VERSION.split('.').next() {
            return Err(format!(
                "its format is `{version}`, and this segctl reads {FORMAT_VERSION}"
            ));
        }
        let said = fields.shift_remove("hash").ok_or("it has no hash")?;
        if said.as_str() != Some(&hash(&file.to_string())) {
            return Err("its hash does not fit: it was changed after it was made".to_owned());
        }
        serde_json::from_value(file).map_err(|error| error.to_string())
    }
}

impl Decisions {
    pub(super) fn of(policy: &Policy) -> Self {
        Self {
            prune: policy.prune,
            protect: policy.protect.patterns().to_vec(),
            adopt: policy.adopt.names.clone(),
            adopt_all: policy.adopt.all,
            adopt_from: policy.adopt.workspaces.clone(),
            selected: policy.selected.clone(),
            guard: policy.guard,
            ignored: policy.forbidden.ignored.iter().map(row_of_ignored).collect(),
            policies: policy.forbidden.policies.of_documents(),
        }
    }

    pub(super) fn policy(&self, target: &str) -> Result<Policy, String> {
        let ignored = self.ignored.iter().filter_map(|(kind, name, code, reason)| {
            Some(((*kind, name.clone(), Code::of_name(code)?), reason.clone()))
        });
        let ignored = ignored.collect();
        Ok(Policy {
            target: target.to_owned(),
            prune: self.prune,
            protect: Protect::new(&self.protect)?,
            adopt: Adopt {
                names: self.adopt.clone(),
                all: self.adopt_all,
                workspaces: self.adopt_from.clone(),
            },
            selected: self.selected.clone(),
            guard: self.guard,
            // The policies are those of the day on which it is applied.
            forbidden: Forbidden { policies: Policies::default(), ignored },
        })
    }
}

fn row_of_ignored(
    ((kind, name, code), reason): (&(ObjectKind, String, Code), &String),
) -> (ObjectKind, String, String, String) {
    (*kind, name.clone(), code.name().to_owned(), reason.clone())
}

impl DesiredRows {
    pub(super) fn of(desired: &Desired) -> Self {
        let segment = |it: &DesiredSegment| SegmentRow {
            key: it.key.clone(),
            external: it.external,
            allow: it.allow.clone(),
            document: it.document.document().clone(),
            allocation: it.allocation,
            labels: it.labels.clone(),
            origin: it.origin.clone(),
        };
        let attachment = |it: &DesiredAttachment| AttachmentRow {
            rule: it.rule.clone(),
            segments: it.segments.clone(),
            not_in: it.not_in.clone(),
            allow: it.allow.clone(),
            labels: it.labels.clone(),
            origin: it.origin.clone(),
        };
        let segments = desired.segments.iter().map(|(name, it)| (name.clone(), segment(it)));
        let attachments =
            desired.attachments.iter().map(|(name, it)| (name.clone(), attachment(it)));
        Self { segments: segments.collect(), attachments: attachments.collect() }
    }

    /// What Git said when the plan was made.
    pub(super) fn desired(&self, workspace: &str, provider: Provider) -> Desired {
        let fields = segment_fields(provider);
        let segment = |it: &SegmentRow| DesiredSegment {
            key: it.key.clone(),
            external: it.external,
            document: Canonical::new(fields, it.document.clone()),
            allocation: it.allocation,
            allow: it.allow.clone(),
            labels: it.labels.clone(),
            origin: it.origin.clone(),
        };
        let attachment = |it: &AttachmentRow| DesiredAttachment {
            rule: it.rule.clone(),
            segments: it.segments.clone(),
            not_in: it.not_in.clone(),
            allow: it.allow.clone(),
            labels: it.labels.clone(),
            origin: it.origin.clone(),
        };
        let segments = self.segments.iter().map(|(name, it)| (name.clone(), segment(it)));
        let attachments = self.attachments.iter().map(|(name, it)| (name.clone(), attachment(it)));
        Desired {
            workspace: workspace.to_owned(),
            provider,
            segments: segments.collect(),
            attachments: attachments.collect(),
        }
    }
}
