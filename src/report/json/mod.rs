//! Reports as the JSON that `-o json` prints.

mod file;
mod format;
mod import;
mod orphan;
mod suppressed;
mod update;

pub use format::Envelope;
pub use import::imported;
pub use update::updated;

use file::FileJson;
use format::{
    ChangeJson, DiagnosticJson, DifferenceJson, DriftJson, FailureJson, FixJson, ObjectJson,
    OriginJson, PassJson, PlaceJson, ProofJson, ReasonJson, StepJson, Summary, TargetJson,
    TrippedJson, UseJson,
};
use serde_json::Value as Json;

use super::{FileReport, Planned, Reason, Report, TargetReport};
use crate::apply::{Applied, Outcome};
use crate::desired::Origin;
use crate::diagnostic::Diagnostic;
use crate::live::Use;
use crate::plan::{
    Action, Cause, Change, ChangeKind, Difference, Drift, Effect, ObjectKind, Plan, Refusal, Step,
    Tripped, Written,
};
use crate::provider::{Capabilities, Failure};
use crate::source::Files;

/// The version of this format.
const FORMAT_VERSION: &str = "1.0";

/// The envelope of `report`.
pub fn envelope(report: &Report<'_>) -> Envelope {
    let mut diagnostics: Vec<&Diagnostic> = report.diagnostics.iter().collect();
    diagnostics.sort_by_key(|it| it.order());
    let mut summary = Summary::default();
    for planned in report.targets.iter().filter_map(|it| it.result.as_ref().ok()) {
        match &planned.drift {
            Some(drift) => summary.add_drift(drift, planned.plan.unchanged),
            None => summary.add(&planned.plan),
        }
    }
    Envelope {
        format_version: FORMAT_VERSION,
        command: report.command,
        ok: report.ok,
        segctl: env!("CARGO_PKG_VERSION"),
        workspace: report.workspace.clone(),
        base: report.base.clone(),
        diagnostics: diagnostics.into_iter().map(|it| diagnostic(it, &report.files)).collect(),
        suppressed: suppressed::suppressed(report),
        failure: report.failure.as_ref().map(failure),
        targets: report.targets.iter().map(target).collect(),
        summary,
        pass: None,
        providers: None,
        files: None,
    }
}

/// The envelope of one pass of `watch`.
pub fn pass(report: &Report<'_>, reason: Reason, files: &[String]) -> Envelope {
    Envelope {
        pass: Some(PassJson { reason: reason.name(), files: files.to_vec() }),
        ..envelope(report)
    }
}

/// The envelope of `providers`.
pub fn providers(all: &[&'static Capabilities]) -> Envelope {
    let nothing = Files::new();
    let report = Report::new("providers", &nothing);
    Envelope { providers: Some(all.to_vec()), ..envelope(&report) }
}

/// The envelope of `report` with what was done with `files`.
pub fn files(report: &Report<'_>, files: &[FileReport]) -> Envelope {
    let file = |it: &FileReport| FileJson { path: it.path.clone(), action: it.action.name() };
    Envelope { files: Some(files.iter().map(file).collect()), ..envelope(report) }
}

impl Summary {
    fn add(&mut self, plan: &Plan) {
        self.create += plan.count(Action::Create);
        self.update += plan.count(Action::Update);
        self.adopt += plan.count(Action::Adopt);
        self.allocate += plan.count(Action::Allocate);
        self.attach += plan.count(Action::Attach);
        self.refresh += plan.count(Action::Refresh);
        self.delete += plan.count(Action::Delete);
        self.refused += plan.refused().count();
        self.unchanged += plan.unchanged;
    }

    fn add_drift(&mut self, drift: &Drift, unchanged: usize) {
        self.drifted += drift.drifted.len();
        self.unclear += drift.unclear.len();
        self.unchanged += unchanged;
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
    let drifted = planned.and_then(|it| it.drift.as_ref());
    let steps = plan.filter(|_| drifted.is_none()).map_or(&[][..], |it| &it.steps);
    let applied = planned.and_then(|it| it.applied.as_ref());
    TargetJson {
        name: target.name.clone(),
        provider: target.provider.block(),
        server_version: planned.and_then(|it: &Planned| it.server_version.clone()),
        status: if planned.is_some() { "ok" } else { "failed" },
        failure: target.result.as_ref().err().map(failure),
        requests: target.requests.total(),
        steps: steps.iter().map(|it| step_row(it, applied)).collect(),
        orphans: plan.map_or(vec![], |it| it.orphans.iter().map(orphan::orphan).collect()),
        notes: plan.map_or(vec![], |it| it.notes.clone()),
        unchanged: plan.map_or(0, |it| it.unchanged),
        foreign: plan.map_or(vec![], |it| it.foreign.clone()),
        guard: plan.map_or(vec![], |it| it.guard.iter().map(tripped).collect()),
        proof: applied.and_then(|it| it.proof.as_ref()).map(|it| ProofJson {
            converged: it.as_ref().is_ok_and(|proof| proof.differences.is_empty()),
            differences: it.as_ref().map_or(vec![], |proof| {
                proof.differences.iter().map(|it| it.id.to_string()).collect()
            }),
            healed: it.as_ref().map_or(0, |proof| proof.healed),
            failure: it.as_ref().err().map(failure),
        }),
        drift: drifted.map(drift),
        import: None,
        update: None,
    }
}

fn drift(drift: &Drift) -> DriftJson {
    DriftJson {
        drifted: drift.drifted.iter().map(difference).collect(),
        unclear: drift.unclear.iter().map(difference).collect(),
        ahead: drift.ahead.iter().map(|(kind, name)| object(*kind, name)).collect(),
    }
}

fn object(kind: ObjectKind, name: &str) -> ObjectJson {
    ObjectJson { kind: kind.name(), name: name.to_owned() }
}

fn difference(it: &Difference) -> DifferenceJson {
    DifferenceJson {
        object: object(it.kind, &it.name),
        key: it.key.clone(),
        cause: it.cause.map(Cause::name),
        effect: it.effect.map(Effect::name),
        remark: it.remark.clone(),
        used_by: it.used_by.iter().map(used).collect(),
        changes: it.changes.iter().map(change).collect(),
        desired: it.desired.clone(),
        live: it.live.clone(),
        origin: it.origin.as_ref().map(origin),
    }
}

fn origin(origin: &Origin) -> OriginJson {
    OriginJson { file: origin.file.clone(), line: origin.line, column: origin.column }
}

fn place_in(written: &Written) -> &'static str {
    match written {
        Written::Here(_) => "checkout",
        Written::InBase(_) => "base",
    }
}

/// One step of a plan as the envelope shows it.
pub fn step(step: &Step) -> Json {
    serde_json::to_value(step_row(step, None)).unwrap_or_default()
}

fn reason(refusal: &Refusal) -> ReasonJson {
    ReasonJson {
        code: refusal.code.name(),
        message: refusal.message.clone(),
        help: refusal.help.clone(),
    }
}

fn step_row(step: &Step, applied: Option<&Applied>) -> StepJson {
    let outcome = applied.and_then(|it| it.outcomes.get(&step.id));
    StepJson {
        id: step.id.to_string(),
        action: step.action.name(),
        status: if step.refusal.is_some() { "refused" } else { "planned" },
        reason: step.refusal.as_ref().map(reason),
        further_reasons: step.refused_too.iter().map(reason).collect(),
        cause: step.cause.map(Cause::name),
        effect: step.effect.map(Effect::name),
        why: step.why.iter().map(|it| it.name()).collect(),
        kind: step.kind.name(),
        name: step.name.clone(),
        key: step.key.clone(),
        used_by: step.used_by.iter().map(used).collect(),
        warnings: step.warnings.clone(),
        changes: step.changes.iter().map(change).collect(),
        before: step.before.clone(),
        after: step.after.clone(),
        origin: step.origin.as_ref().map(origin),
        place: step.place.as_ref().map(|it| origin(it.origin())),
        place_in: step.place.as_ref().map(place_in),
        depends_on: step.comes_after().map(ToString::to_string).collect(),
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

fn tripped(tripped: &Tripped) -> TrippedJson {
    TrippedJson {
        limit: tripped.limit.name(),
        message: tripped.message.clone(),
        steps: tripped.steps.iter().map(ToString::to_string).collect(),
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

/// The JSON schema of [`Envelope`].
pub fn schema() -> Json {
    schemars::schema_for!(Envelope).to_value()
}
