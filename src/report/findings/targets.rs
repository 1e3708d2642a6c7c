//! What there is to say of targets: what stopped them, what they would do, and what is odd.

use super::steps::{self, Told};
use super::{Finding, Level, Rule, drift};
use crate::diagnostic::Code;
use crate::plan::{Orphan, Plan, orphan_reasons};
use crate::provider::Failure;
use crate::report::{Planned, Report, TargetReport};

/// All that `report` says of `target`.
pub(super) fn target(report: &Report<'_>, target: &TargetReport) -> Vec<Finding> {
    let name = target.name.as_str();
    let planned = match &target.result {
        Ok(planned) => planned,
        Err(it) => return vec![failure(it, Some(name))],
    };
    if let Some(found) = &planned.drift {
        return drift::drift(name, &planned.plan, found);
    }
    let stopped = report.command == "apply" && planned.applied.is_none();
    let mut found = guard(&planned.plan, name, stopped);
    let told = Told {
        target: name,
        provider: target.provider,
        applied: planned.applied.as_ref(),
        stopped,
        base: report.base_in_words(),
        venue: &report.venue,
    };
    found.extend(planned.plan.steps.iter().map(|step| steps::step(&told, step)));
    found.extend(proof(planned, name));
    found.extend(planned.plan.orphans.iter().map(|it| orphan(&told, it)));
    found.extend(planned.plan.notes.iter().map(|it| note(it, name)));
    found
}

/// What stopped `target`, or the command.
pub(super) fn failure(failure: &Failure, target: Option<&str>) -> Finding {
    let code = failure.code;
    let key = target.unwrap_or_default();
    let mut finding = Finding::new(Level::Error, Rule::Code(code), code.name(), key);
    let message = failure.message.as_str();
    finding.say(&target.map_or(message.to_owned(), |target| format!("{target}: {message}")));
    finding.help(failure.help.as_deref().unwrap_or(code.fix()));
    finding
}

/// The limits that the plan exceeds: a remark on a plan, and the end of an `apply`.
fn guard(plan: &Plan, target: &str, stopped: bool) -> Vec<Finding> {
    let code = Code::GuardTripped;
    let level = if stopped { Level::Error } else { Level::Warning };
    let tripped = plan.guard.iter().map(|it| {
        let steps: Vec<&str> = it.steps.iter().map(|id| id.0.as_str()).collect();
        let key = format!("{target}\n{}\n{}", it.limit.name(), steps.join("\n"));
        let mut finding = Finding::new(level, Rule::Code(code), code.name(), key);
        finding.say(&format!("{target}: {}", it.message));
        finding.help(code.fix());
        finding
    });
    tripped.collect()
}

/// What a second look after `apply` showed.
fn proof(planned: &Planned, target: &str) -> Vec<Finding> {
    let proof = planned.applied.as_ref().and_then(|it| it.proof.as_ref());
    let proof = match proof {
        None => return vec![],
        Some(Err(it)) => {
            let mut finding = failure(it, Some(target));
            finding.say("what was applied is not verified: the second look failed");
            return vec![finding];
        }
        Some(Ok(proof)) => proof,
    };
    let differs = proof.differences.iter().map(|it| {
        let code = Code::NotConverged;
        let key = it.id.0.as_str();
        let mut finding = Finding::new(Level::Error, Rule::Code(code), code.name(), key);
        let what = it.reason.clone().unwrap_or(it.paths.join(", "));
        finding.say(&format!("{target}: applied, and the live system still differs: {key}"));
        finding.say(&what);
        finding.help(code.fix());
        let step = planned.plan.steps.iter().find(|step| step.id == it.id);
        finding.place = step.and_then(steps::place);
        finding
    });
    differs.collect()
}

fn orphan(told: &Told<'_>, orphan: &Orphan) -> Finding {
    let target = told.target;
    let (name, key) = (&orphan.name, format!("{target}\n{}", orphan.key));
    let mut finding = Finding::new(Level::Note, Rule::Orphan, format!("orphan {name}"), key);
    let known = if orphan.key == *name { String::new() } else { format!(" ({})", orphan.key) };
    finding.say(&format!("{target}: segment {name}{known} is managed and no longer in Git"));
    steps::because(&mut finding, told, orphan.place.as_ref(), &orphan_reasons(orphan, told.base));
    finding.lines.extend(steps::used(&orphan.used_by));
    let help = match (orphan.edited, orphan.protected) {
        (true, _) => "a person changed it, so `--prune` leaves it alone: delete it by hand",
        (_, true) => "the workspace protects it, so `--prune` leaves it alone",
        _ => "`--prune` deletes it",
    };
    finding.help(help);
    finding
}

fn note(note: &str, target: &str) -> Finding {
    let key = format!("{target}\n{note}");
    let mut finding = Finding::new(Level::Note, Rule::Note, format!("target {target}"), key);
    finding.say(&format!("{target}: {note}"));
    finding
}
