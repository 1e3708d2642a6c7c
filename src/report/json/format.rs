//! The types of the JSON output; `schemas/output.schema.json` is generated from them.
//!
//! They are a promise. Fields may be added; none changes its meaning within one `formatVersion`.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::file::FileJson;
use super::import::ImportJson;
use super::orphan::OrphanJson;
use super::suppressed::SuppressedJson;
use super::update::UpdateJson;
use crate::provider::Capabilities;

/// What a command prints with `-o json`, also when it fails.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "segctl output")]
pub struct Envelope {
    /// The version of this format. A reader refuses a first number that it does not know.
    pub(super) format_version: &'static str,
    /// The command.
    pub(super) command: &'static str,
    /// Whether it ended as it should. Changes and drift are no failure.
    pub(super) ok: bool,
    /// The version of segctl.
    pub(super) segctl: &'static str,
    /// The name of the workspace; null when the workspace file cannot be read.
    pub(super) workspace: Option<String>,
    /// The Git revision that the documents were held against; null without one.
    pub(super) base: Option<String>,
    /// What is wrong with the documents.
    pub(super) diagnostics: Vec<DiagnosticJson>,
    /// What comments in documents took out.
    pub(super) suppressed: Vec<SuppressedJson>,
    /// What stopped the command before it came to any target.
    pub(super) failure: Option<FailureJson>,
    /// The targets, in the order of the workspace file.
    pub(super) targets: Vec<TargetJson>,
    /// Counts over all targets.
    pub(super) summary: Summary,
    /// After each pass of `watch`: why it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pass: Option<PassJson>,
    /// After `providers`: what each vendor's system lets segctl do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) providers: Option<Vec<&'static Capabilities>>,
    /// After `init` and `fmt`: what was done with each file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) files: Option<Vec<FileJson>>,
}

/// Why there was a pass.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PassJson {
    /// `start`, `files`, `retry` or `interval`.
    pub(super) reason: &'static str,
    /// The files that changed since the last pass.
    pub(super) files: Vec<String>,
}

/// One finding about the documents.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DiagnosticJson {
    /// The stable code; `segctl explain CODE` says more.
    pub(super) code: &'static str,
    /// `error` or `warning`.
    pub(super) severity: &'static str,
    /// What is wrong.
    pub(super) message: String,
    /// Where; the first place is the primary one.
    pub(super) places: Vec<PlaceJson>,
    /// What to write instead, or what to know.
    pub(super) help: Vec<String>,
    /// A replacement that mends it.
    pub(super) fix: Option<FixJson>,
}

/// A place in a file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlaceJson {
    /// The path relative to the workspace.
    pub(super) file: String,
    /// Line, from 1.
    pub(super) line: usize,
    /// Column, from 1, in characters.
    pub(super) column: usize,
    /// The remark about it.
    pub(super) label: String,
}

/// A replacement of source text.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FixJson {
    /// What the replacement does.
    pub(super) title: String,
    /// The path relative to the workspace.
    pub(super) file: String,
    /// The first byte to replace.
    pub(super) start: u32,
    /// The byte after the last one to replace.
    pub(super) end: u32,
    /// The new text.
    pub(super) replacement: String,
}

/// Trouble with the world.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FailureJson {
    /// The stable code.
    pub(super) code: &'static str,
    /// What happened.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: String,
    /// The HTTP status, when there was an answer.
    pub(super) status: Option<u16>,
}

/// One target.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TargetJson {
    /// Its name.
    pub(super) name: String,
    /// The vendor.
    pub(super) provider: &'static str,
    /// The version that the server says it has.
    pub(super) server_version: Option<String>,
    /// `ok`, or `failed` when the target could not be read.
    pub(super) status: &'static str,
    /// Why it failed.
    pub(super) failure: Option<FailureJson>,
    /// How many requests were sent, authentication left out.
    pub(super) requests: usize,
    /// What would be done or was done, each step after those that it depends on.
    pub(super) steps: Vec<StepJson>,
    /// Managed objects that are no longer in Git.
    pub(super) orphans: Vec<OrphanJson>,
    /// How many documents need nothing.
    pub(super) unchanged: usize,
    /// Documents that equal a live object which this workspace does not manage.
    pub(super) foreign: Vec<String>,
    /// What is to be known of the target as a whole.
    pub(super) notes: Vec<String>,
    /// The limits of the guard that the plan exceeds; `apply` then refuses it.
    pub(super) guard: Vec<TrippedJson>,
    /// What a second look after `apply` showed; null when nothing was changed.
    pub(super) proof: Option<ProofJson>,
    /// After `drift`, which plans no steps: who moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) drift: Option<DriftJson>,
    /// After `import`: the documents that were made of what is live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) import: Option<ImportJson>,
    /// After `import --update`: the documents that were edited to say what is live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) update: Option<UpdateJson>,
}

/// The differences between Git and the live system, by who moved.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DriftJson {
    /// What a person changed since segctl wrote it; the hash in the mark proves it.
    pub(super) drifted: Vec<DifferenceJson>,
    /// What differs, and nothing tells who moved.
    pub(super) unclear: Vec<DifferenceJson>,
    /// Documents that Git changed, and that are not applied yet.
    pub(super) ahead: Vec<ObjectJson>,
}

/// One difference, seen from Git.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DifferenceJson {
    /// What differs.
    #[serde(flatten)]
    pub(super) object: ObjectJson,
    /// The vendor's identity of the object.
    pub(super) key: String,
    /// `live`, or `both` where Git moved too; null where nothing tells.
    pub(super) cause: Option<&'static str>,
    /// What the difference does to the audience: `widens`, `narrows` or `replaces`; null where that
    /// is not proven.
    pub(super) effect: Option<&'static str>,
    /// Why it differs, where the changes do not say it.
    pub(super) remark: Option<String>,
    /// The rules that use the segment now.
    pub(super) used_by: Vec<UseJson>,
    /// What differs, from what Git says to what is live.
    pub(super) changes: Vec<ChangeJson>,
    /// What Git says; null when it is no longer in Git.
    pub(super) desired: Option<Json>,
    /// What is live; null when it does not exist.
    pub(super) live: Option<Json>,
    /// Where the document says what is live no longer or, where no line says it, where it is written;
    /// null when it is no longer in Git.
    pub(super) origin: Option<OriginJson>,
}

/// The name of an object.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ObjectJson {
    /// `Segment` or `Attachment`.
    pub(super) kind: &'static str,
    /// The `metadata.name` of the document.
    pub(super) name: String,
}

/// One step.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StepJson {
    /// `target/Kind/name/action`; unique in a plan.
    pub(super) id: String,
    /// `create`, `update`, `adopt`, `allocate`, `attach`, `refresh` or `delete`.
    pub(super) action: &'static str,
    /// `planned` or `refused`.
    pub(super) status: &'static str,
    /// Why it is refused.
    pub(super) reason: Option<ReasonJson>,
    /// What else refuses it, where several policies do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) further_reasons: Vec<ReasonJson>,
    /// Who caused the difference: `git`, `live` or `both`; null where nothing tells.
    pub(super) cause: Option<&'static str>,
    /// `widens`, `narrows` or `replaces`; null where that is not proven.
    pub(super) effect: Option<&'static str>,
    /// Why it is there: `change` (of the documents since the base), `drift`, `leftover` (the base
    /// says it already) or `unknown`; several where several hold, none where it was not asked.
    pub(super) why: Vec<&'static str>,
    /// `Segment`, `Attachment` or `Environment`.
    pub(super) kind: &'static str,
    /// The `metadata.name` of the document, or the name of the environment.
    pub(super) name: String,
    /// The vendor's identity of the object.
    pub(super) key: String,
    /// The rules that use the segment now.
    pub(super) used_by: Vec<UseJson>,
    /// What else is to be known.
    pub(super) warnings: Vec<String>,
    /// What changes, field by field.
    pub(super) changes: Vec<ChangeJson>,
    /// The object as it is; null when it does not exist.
    pub(super) before: Option<Json>,
    /// The object as it will be; null when it is deleted.
    pub(super) after: Option<Json>,
    /// Where the document is written; null when it is no longer in Git.
    pub(super) origin: Option<OriginJson>,
    /// Where what changes is written; null where no line says it. Of what is deleted, where it was
    /// written in the base.
    pub(super) place: Option<OriginJson>,
    /// Where that line is: `checkout`, or `base` where the files at hand do not have it; null
    /// without a place.
    pub(super) place_in: Option<&'static str>,
    /// The ids of the steps that it waits for.
    pub(super) depends_on: Vec<String>,
    /// After `apply`: `created`, `updated`, `adopted`, `allocated`, `attached`, `refreshed`,
    /// `deleted`, `skipped` or `failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<&'static str>,
    /// After `apply`: why the step failed or was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<FailureJson>,
}

/// Why a step is refused.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReasonJson {
    /// The stable code.
    pub(super) code: &'static str,
    /// What stands in the way.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: Option<String>,
}

/// One use of a segment.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UseJson {
    /// The project of the flag.
    pub(super) project: String,
    /// The flag.
    pub(super) flag: String,
    /// The environment.
    pub(super) environment: String,
}

/// One field that changes: `from` and `to` of a value, `added` and `removed` of a set.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangeJson {
    /// The JSON pointer of the field in `after` or, where it is removed, in `before`.
    pub(super) path: String,
    /// The value as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Json>,
    /// The value as it will be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<Json>,
    /// What the set gains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) added: Option<Vec<String>>,
    /// What the set loses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) removed: Option<Vec<String>>,
}

/// Where a document is written.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OriginJson {
    /// The path relative to the workspace.
    pub(super) file: String,
    /// Line, from 1.
    pub(super) line: usize,
    /// Column, from 1.
    pub(super) column: usize,
}

/// A limit of the guard that a plan exceeds.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TrippedJson {
    /// `delete`, `update`, `attach`, `values` or `matches-everyone`.
    pub(super) limit: &'static str,
    /// What the plan would do.
    pub(super) message: String,
    /// The ids of the steps that do it.
    pub(super) steps: Vec<String>,
}

/// What a second look after `apply` showed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProofJson {
    /// Whether the live system is what the documents say.
    pub(super) converged: bool,
    /// The ids of the steps that would be needed again.
    pub(super) differences: Vec<String>,
    /// Twins, made by another run at the same moment, that were deleted.
    pub(super) healed: usize,
    /// Why the second look failed.
    pub(super) failure: Option<FailureJson>,
}

/// Counts over all targets.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary {
    /// Segments to create.
    pub(super) create: usize,
    /// Segments to update.
    pub(super) update: usize,
    /// Segments to take over.
    pub(super) adopt: usize,
    /// Segments to delete.
    pub(super) delete: usize,
    /// Segments to make ready for use, where that is a step of its own.
    pub(super) allocate: usize,
    /// Rules to set.
    pub(super) attach: usize,
    /// Environments to tell of changed segments, where they do not notice.
    pub(super) refresh: usize,
    /// Steps that are refused.
    pub(super) refused: usize,
    /// Documents that need nothing.
    pub(super) unchanged: usize,
    /// After `drift`: objects that a person changed.
    pub(super) drifted: usize,
    /// After `drift`: objects that differ, and nothing tells who moved.
    pub(super) unclear: usize,
}
