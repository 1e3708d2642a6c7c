//! A file that a command wrote or looked at, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

/// One file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileJson {
    /// The path as the command line would name it.
    pub(super) path: String,
    /// `written`, `extended`, `formatted`, `would format`, `unchanged`, `kept` (its canonical form
    /// would mean something else) or `invalid`.
    pub(super) action: &'static str,
}
