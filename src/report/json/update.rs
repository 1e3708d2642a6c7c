//! What `import --update` edited, as JSON.

use schemars::JsonSchema;
use serde::Serialize;
use similar::TextDiff;

use super::format::ObjectJson;
use super::import::{LeftOutJson, left_out_row};
use super::{Envelope, envelope, object};
use crate::import::update::UpdatedFile;
use crate::report::{Report, Updated};

/// The documents that were edited to say what is live.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateJson {
    /// The files that change.
    pub(super) files: Vec<UpdatedFileJson>,
    /// Whether they were written; not with `--diff`.
    pub(super) written: bool,
    /// What drifted and could not be brought back.
    pub(super) left_out: Vec<LeftOutJson>,
    /// What will not go as it looks.
    pub(super) warnings: Vec<String>,
}

/// A file that was edited.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdatedFileJson {
    /// Its path, relative to the workspace.
    pub(super) path: String,
    /// The documents for which it was edited; a file of values has none of its own.
    pub(super) documents: Vec<ObjectJson>,
    /// What changed, as a unified diff; a value that is hidden is a short hash.
    pub(super) diff: String,
}

/// The envelope of `import --update`; `updated` is none when it failed.
pub fn updated(report: &Report<'_>, updated: Option<&Updated>) -> Envelope {
    let mut envelope = envelope(report);
    if let Some(target) = envelope.targets.first_mut() {
        target.update = updated.map(update_row);
    }
    envelope
}

fn update_row(updated: &Updated) -> UpdateJson {
    let update = &updated.update;
    UpdateJson {
        files: update.files.iter().map(file_row).collect(),
        written: updated.is_written,
        left_out: update.left_out.iter().map(left_out_row).collect(),
        warnings: update.notes.clone(),
    }
}

fn file_row(file: &UpdatedFile) -> UpdatedFileJson {
    let diff = TextDiff::from_lines(&file.shown.0, &file.shown.1);
    let diff = diff.unified_diff().header(&file.path, &file.path).to_string();
    let documents = file.documents.iter().map(|(kind, name)| object(*kind, name)).collect();
    UpdatedFileJson { path: file.path.clone(), documents, diff }
}
