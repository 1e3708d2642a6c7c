//! What comments took out, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use crate::policy::Suppressed;
use crate::report::Report;

/// A finding that a comment in a document took out.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SuppressedJson {
    /// The stable code.
    pub(super) code: &'static str,
    /// Why, as the comment says.
    pub(super) reason: String,
    /// The path relative to the workspace.
    pub(super) file: String,
    /// The line of the finding, from 1.
    pub(super) line: usize,
}

/// All that comments took out, of documents and of plans.
pub(super) fn suppressed(report: &Report<'_>) -> Vec<SuppressedJson> {
    let row = |it: &Suppressed| SuppressedJson {
        code: it.code.name(),
        reason: it.reason.clone(),
        file: it.file.clone(),
        line: it.line,
    };
    report.all_suppressed().map(row).collect()
}
