//! Managed objects that are no longer in Git, in the JSON output.

use schemars::JsonSchema;
use serde::Serialize;

use super::format::{OriginJson, UseJson};
use super::{origin, place_in, used};
use crate::plan::Orphan;

/// A managed object that is no longer in Git.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OrphanJson {
    /// `Segment`.
    pub(super) kind: &'static str,
    /// The name in its mark.
    pub(super) name: String,
    /// The vendor's identity of it.
    pub(super) key: String,
    /// The rules that use it.
    pub(super) used_by: Vec<UseJson>,
    /// Whether the workspace protects it.
    pub(super) protected: bool,
    /// Whether a person changed it, or made it as a copy, since segctl wrote it; then `--prune`
    /// leaves it alone.
    pub(super) edited: bool,
    /// Why it is there: as that of a step.
    pub(super) why: Vec<&'static str>,
    /// Where its document was written in the base; null where that does not have it, or was not
    /// asked.
    pub(super) place: Option<OriginJson>,
    /// Where that line is: as that of a step.
    pub(super) place_in: Option<&'static str>,
}

/// An orphan as the envelope shows it.
pub(super) fn orphan(orphan: &Orphan) -> OrphanJson {
    OrphanJson {
        kind: "Segment",
        name: orphan.name.clone(),
        key: orphan.key.clone(),
        used_by: orphan.used_by.iter().map(used).collect(),
        protected: orphan.protected,
        edited: orphan.edited,
        why: orphan.why.iter().map(|it| it.name()).collect(),
        place: orphan.place.as_ref().map(|it| origin(it.origin())),
        place_in: orphan.place.as_ref().map(place_in),
    }
}
