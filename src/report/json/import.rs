//! What `import` made, as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::format::ObjectJson;
use super::{Envelope, envelope, object};
use crate::diagnostic::Code;
use crate::import::{File, LeftOut};
use crate::report::{Imported, Report};

/// The documents that were made of what is live.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportJson {
    /// The documents that were written.
    pub(super) documents: Vec<ImportedJson>,
    /// The schema for editors, where it was written too.
    pub(super) schema: Option<String>,
    /// How many live objects have a document already.
    pub(super) in_git: usize,
    /// What no document was written for.
    pub(super) left_out: Vec<LeftOutJson>,
    /// What will not go as it looks.
    pub(super) warnings: Vec<String>,
}

/// A document that was made of a live object.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportedJson {
    /// What it is.
    #[serde(flatten)]
    pub(super) object: ObjectJson,
    /// The vendor's identity of the object.
    pub(super) key: String,
    /// Its file; the path is relative to the workspace, or absolute outside of it.
    pub(super) file: String,
    /// The files of values that it names.
    pub(super) values: Vec<String>,
    /// Why it only names a segment that segctl could not write, as a code.
    pub(super) external: Option<&'static str>,
    /// The lints that it allows.
    pub(super) allow: Vec<&'static str>,
}

/// A live object that no document was written for.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LeftOutJson {
    /// `Segment` or `Attachment`.
    pub(super) kind: &'static str,
    /// The `metadata.name` of its document, where it has one already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// The vendor's identity of it.
    pub(super) key: String,
    /// The stable code of the reason.
    pub(super) code: &'static str,
    /// What stands in the way.
    pub(super) message: String,
}

/// The envelope of `import`; `import` is none when it failed.
pub fn imported(report: &Report<'_>, import: Option<&Imported>) -> Envelope {
    let mut envelope = envelope(report);
    if let Some(target) = envelope.targets.first_mut() {
        target.import = import.map(import_row);
    }
    envelope
}

fn import_row(imported: &Imported) -> ImportJson {
    let path = |file: &File| format!("{}{}", imported.folder, file.path);
    let documents = imported.import.documents.iter().map(|it| ImportedJson {
        object: object(it.kind, &it.name),
        key: it.key.clone(),
        file: it.files.first().map(path).unwrap_or_default(),
        values: it.files.iter().skip(1).map(path).collect(),
        external: it.external.map(Code::name),
        allow: it.allow.iter().map(|code| code.name()).collect(),
    });
    let left_out = imported.import.left_out.iter().map(left_out_row);
    ImportJson {
        documents: documents.collect(),
        schema: imported.schema.clone(),
        in_git: imported.import.in_git,
        left_out: left_out.collect(),
        warnings: imported.warnings.clone(),
    }
}

pub(super) fn left_out_row(left_out: &LeftOut) -> LeftOutJson {
    LeftOutJson {
        kind: left_out.kind.name(),
        name: left_out.name.clone(),
        key: left_out.key.clone(),
        code: left_out.code.name(),
        message: left_out.message.clone(),
    }
}
