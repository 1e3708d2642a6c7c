//! The JSON that `-o json` prints, as types; `schemas/output.schema.json` is generated from them.
//!
//! These types are a promise. Fields may be added; none changes its meaning within one
//! `formatVersion`.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::{Planned, Report, TargetReport};
use crate::apply::{Applied, Outcome};
use crate::diagnostic::Diagnostic;
use crate::live::Use;
use crate::plan::{Action, Cause, Change, ChangeKind, Effect, Orphan, Plan, Step};
use crate::provider::Failure;
use crate::source::Files;

/// The version of this format.
const FORMAT_VERSION: &str = "1.0";

/// What a command prints with `-o json`, also when it fails.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "segctl output")]
pub struct Envelope {
    /// The version of this format. A reader refuses a first number that it does not know.
    format_version: &'static str,
    /// The command.
    command: &'static str,
    /// Whether it ended as it should. Changes and drift are no failure.
    ok: bool,
    /// The version of segctl.
    segctl: &'static str,
    /// The name of the workspace; null when the workspace file cannot be read.
    workspace: Option<String>,
    /// What is wrong with the documents.
    diagnostics: Vec<DiagnosticJson>,
    /// What stopped the command before it came to any target.
    failure: Option<FailureJson>,
    /// The targets, in the order of the workspace file.
    targets: Vec<TargetJson>,
    /// Counts over all targets.
    summary: Summary,
}

/// One finding about the documents.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DiagnosticJson {
    /// The stable code; `segctl explain CODE` says more.
    code: &'static str,
    /// `error` or `warning`.
    severity: &'static str,
    /// What is wrong.
    message: String,
    /// Where; the first place is the primary one.
    places: Vec<PlaceJson>,
    /// What to write instead, or what to know.
    help: Vec<String>,
    /// A replacement that mends it.
    fix: Option<FixJson>,
}

/// A place in a file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PlaceJson {
    /// The path relative to the workspace.
    file: String,
    /// Line, from 1.
    line: usize,
    /// Column, from 1, in characters.
    column: usize,
    /// The remark about it.
    label: String,
}

/// A replacement of source text.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FixJson {
    /// What the replacement does.
    title: String,
    /// The path relative to the workspace.
    file: String,
    /// The first byte to replace.
    start: u32,
    /// The byte after the last one to replace.
    end: u32,
    /// The new text.
    replacement: String,
}

/// Trouble with the world.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FailureJson {
    /// The stable code.
    code: &'static str,
    /// What happened.
    message: String,
    /// What to do about it.
    help: String,
    /// The HTTP status, when there was an answer.
    status: Option<u16>,
}

/// One target.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TargetJson {
    /// Its name.
    name: String,
    /// The vendor.
    provider: &'static str,
    /// The version that the server says it has.
    server_version: Option<String>,
    /// `ok`, or `failed` when the target could not be read.
    status: &'static str,
    /// Why it failed.
    failure: Option<FailureJson>,
    /// How many requests were sent, authentication left out.
    requests: usize,
    /// What would be done or was done, each step after those that it depends on.
    steps: Vec<StepJson>,
    /// Managed objects that are no longer in Git.
    orphans: Vec<OrphanJson>,
    /// How many documents need nothing.
    unchanged: usize,
    /// Documents that equal a live object which this workspace does not manage.
    foreign: Vec<String>,
    /// What a second look after `apply` showed; null when nothing was changed.
    proof: Option<ProofJson>,
}

/// One step.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StepJson {
    /// `target/Kind/name/action`; unique in a plan.
    id: String,
    /// `create`, `update`, `adopt`, `attach` or `delete`.
    action: &'static str,
    /// `planned` or `refused`.
    status: &'static str,
    /// Why it is refused.
    reason: Option<ReasonJson>,
    /// Who caused the difference: `git`, `live` or `both`; null where nothing tells.
    cause: Option<&'static str>,
    /// `widens`, `narrows` or `replaces`; null where that is not proven.
    effect: Option<&'static str>,
    /// `Segment` or `Attachment`.
    kind: &'static str,
    /// The `metadata.name` of the document.
    name: String,
    /// The vendor's identity of the object.
    key: String,
    /// The rules that use the segment now.
    used_by: Vec<UseJson>,
    /// What else is to be known.
    warnings: Vec<String>,
    /// What changes, field by field.
    changes: Vec<ChangeJson>,
    /// The object as it is; null when it does not exist.
    before: Option<Json>,
    /// The object as it will be; null when it is deleted.
    after: Option<Json>,
    /// Where the document is written; null when it is no longer in Git.
    origin: Option<OriginJson>,
    /// The ids of the steps that must be done before.
    depends_on: Vec<String>,
    /// After `apply`: `created`, `updated`, `adopted`, `attached`, `deleted`, `skipped` or `failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    /// After `apply`: why the step failed or was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<FailureJson>,
}

/// Why a step is refused.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ReasonJson {
    /// The stable code.
    code: &'static str,
    /// What stands in the way.
    message: String,
    /// What to do about it.
    help: Option<String>,
}

/// One use of a segment.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UseJson {
    /// The project of the flag.
    project: String,
    /// The flag.
    flag: String,
    /// The environment.
    environment: String,
}

/// One field that changes: `from` and `to` of a value, `added` and `removed` of a set.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ChangeJson {
    /// The JSON pointer of the field in `after` or, where it is removed, in `before`.
    path: String,
    /// The value as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Json>,
    /// The value as it will be.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Json>,
    /// What the set gains.
    #[serde(skip_serializing_if = "Option::is_none")]
    added: Option<Vec<String>>,
    /// What the set loses.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Vec<String>>,
}

/// Where a document is written.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OriginJson {
    /// The path relative to the workspace.
    file: String,
    /// Line, from 1.
    line: usize,
    /// Column, from 1.
    column: usize,
}

/// A managed object that is no longer in Git.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OrphanJson {
    /// `Segment`.
    kind: &'static str,
    /// The name in its mark.
    name: String,
    /// The vendor's identity of it.
    key: String,
    /// The rules that use it.
    used_by: Vec<UseJson>,
    /// Whether the workspace protects it.
    protected: bool,
    /// Whether a person changed it, or made it as a copy, since segctl wrote it; then `--prune`
    /// leaves it alone.
    edited: bool,
}

/// What a second look after `apply` showed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ProofJson {
    /// Whether the live system is what the documents say.
    converged: bool,
    /// The ids of the steps that would be needed again.
    differences: Vec<String>,
    /// Twins, made by another run at the same moment, that were deleted.
    healed: usize,
    /// Why the second look failed.
    failure: Option<FailureJson>,
}

/// Counts over all targets.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Summary {
    /// Segments to create.
    create: usize,
    /// Segments to update.
    update: usize,
    /// Segments to take over.
    adopt: usize,
    /// Segments to delete.
    delete: usize,
    /// Segments to allocate. Unleash has none.
    allocate: usize,
    /// Rules to set.
    attach: usize,
    /// Flags to refresh. Unleash has none.
    refresh: usize,
    /// Steps that are refused.
    refused: usize,
    /// Documents that need nothing.
    unchanged: usize,
}

/// The envelope of `report`.
pub fn envelope(report: &Report<'_>) -> Envelope {
    let mut diagnostics: Vec<&Diagnostic> = report.diagnostics.iter().collect();
    diagnostics.sort_by_key(|it| it.order());
    let mut summary = Summary::default();
    for planned in report.targets.iter().filter_map(|it| it.result.as_ref().ok()) {
        summary.add(&planned.plan);
    }
    Envelope {
        format_version: FORMAT_VERSION,
        command: report.command,
        ok: report.ok,
        segctl: env!("CARGO_PKG_VERSION"),
        workspace: report.workspace.clone(),
        diagnostics: diagnostics.into_iter().map(|it| diagnostic(it, report.files)).collect(),
        failure: report.failure.as_ref().map(failure),
        targets: report.targets.iter().map(target).collect(),
        summary,
    }
}

impl Summary {
    fn add(&mut self, plan: &Plan) {
        self.create += plan.count(Action::Create);
        self.update += plan.count(Action::Update);
        self.adopt += plan.count(Action::Adopt);
        self.attach += plan.count(Action::Attach);
        self.delete += plan.count(Action::Delete);
        self.refused += plan.refused().count();
        self.unchanged += plan.unchanged;
    }
}

fn diagnostic(diagnostic: &Diagnostic, files: &Files) -> DiagnosticJson {
    let places = diagnostic.labels.iter().map(|label| {
        let position = files.position(label.span);
        PlaceJson {
            file: files.get(label.span.file).path.clone(),
            line: position.line,
            column: position.column,
            label: label.text.clone(),
        }
    });
    DiagnosticJson {
        code: diagnostic.code.name(),
        severity: diagnostic.severity.name(),
        message: diagnostic.message.clone(),
        places: places.collect(),
        help: diagnostic.help.clone(),
        fix: diagnostic.fix.as_ref().map(|fix| FixJson {
            title: fix.title.clone(),
            file: files.get(fix.span.file).path.clone(),
            start: fix.span.start,
            end: fix.span.end,
            replacement: fix.replacement.clone(),
        }),
    }
}

fn failure(failure: &Failure) -> FailureJson {
    FailureJson {
        code: failure.code.name(),
        message: failure.message.clone(),
        help: failure.help.clone().unwrap_or_else(|| failure.code.fix().to_owned()),
        status: failure.status,
    }
}

fn target(target: &TargetReport) -> TargetJson {
    let planned = target.result.as_ref().ok();
    let plan = planned.map(|it| &it.plan);
    let applied = planned.and_then(|it| it.applied.as_ref());
    TargetJson {
        name: target.name.clone(),
        provider: target.provider.block(),
        server_version: planned.and_then(|it: &Planned| it.server_version.clone()),
        status: if planned.is_some() { "ok" } else { "failed" },
        failure: target.result.as_ref().err().map(failure),
        requests: target.requests.total(),
        steps: plan.map_or(vec![], |it| it.steps.iter().map(|it| step(it, applied)).collect()),
        orphans: plan.map_or(vec![], |it| it.orphans.iter().map(orphan).collect()),
        unchanged: plan.map_or(0, |it| it.unchanged),
        foreign: plan.map_or(vec![], |it| it.foreign.clone()),
        proof: applied.and_then(|it| it.proof.as_ref()).map(|it| ProofJson {
            converged: it.as_ref().is_ok_and(|proof| proof.differences.is_empty()),
            differences: it.as_ref().map_or(vec![], |proof| {
                proof.differences.iter().map(|it| it.id.to_string()).collect()
            }),
            healed: it.as_ref().map_or(0, |proof| proof.healed),
            failure: it.as_ref().err().map(failure),
        }),
    }
}

fn step(step: &Step, applied: Option<&Applied>) -> StepJson {
    let outcome = applied.and_then(|it| it.outcomes.get(&step.id));
    StepJson {
        id: step.id.to_string(),
        action: step.action.name(),
        status: if step.refusal.is_some() { "refused" } else { "planned" },
        reason: step.refusal.as_ref().map(|it| ReasonJson {
            code: it.code.name(),
            message: it.message.clone(),
            help: it.help.clone(),
        }),
        cause: step.cause.map(Cause::name),
        effect: step.effect.map(Effect::name),
        kind: step.kind.name(),
        name: step.name.clone(),
        key: step.key.clone(),
        used_by: step.used_by.iter().map(used).collect(),
        warnings: step.warnings.clone(),
        changes: step.changes.iter().map(change).collect(),
        before: step.before.clone(),
        after: step.after.clone(),
        origin: step.origin.as_ref().map(|it| OriginJson {
            file: it.file.clone(),
            line: it.line,
            column: it.column,
        }),
        depends_on: step.depends_on.iter().map(ToString::to_string).collect(),
        outcome: outcome.map(|it| match it {
            Outcome::Done => step.action.done(),
            Outcome::Failed(_) => "failed",
            Outcome::Refused | Outcome::Skipped(_) | Outcome::Stopped => "skipped",
        }),
        error: match outcome {
            Some(Outcome::Failed(it)) => Some(failure(it)),
            _ => None,
        },
    }
}

fn used(it: &Use) -> UseJson {
    UseJson {
        project: it.place.project.clone(),
        flag: it.place.flag.clone(),
        environment: it.place.environment.clone(),
    }
}

fn change(change: &Change) -> ChangeJson {
    let path = change.path.clone();
    match &change.kind {
        ChangeKind::Value { from, to } => ChangeJson {
            path,
            from: Some(from.clone()),
            to: Some(to.clone()),
            added: None,
            removed: None,
        },
        ChangeKind::Set { added, removed, .. } => ChangeJson {
            path,
            from: None,
            to: None,
            added: Some(added.clone()),
            removed: Some(removed.clone()),
        },
    }
}

fn orphan(orphan: &Orphan) -> OrphanJson {
    OrphanJson {
        kind: "Segment",
        name: orphan.name.clone(),
        key: orphan.key.clone(),
        used_by: orphan.used_by.iter().map(used).collect(),
        protected: orphan.protected,
        edited: orphan.edited,
    }
}

/// The JSON schema of [`Envelope`].
pub fn schema() -> Json {
    schemars::schema_for!(Envelope).to_value()
}
