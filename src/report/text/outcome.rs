//! What became of a plan.

use std::fmt::Write as _;

use anstyle::Style;

use super::{ADDED, FAINT, REMOVED, several, styled, title};
use crate::apply::{Applied, Outcome};
use crate::plan::{Action, Plan, Step};
use crate::provider::Failure;
use crate::report::{Planned, safe};

/// One step that is under way.
pub fn doing(step: &Step) -> String {
    title(step.action.name(), step)
}

/// One step that has just ended.
pub fn progress(step: &Step, outcome: &Outcome) -> String {
    let called = |verb: &str, style: Style| title(&styled(style, verb), step);
    match outcome {
        Outcome::Done => format!("{}\n", called(step.action.done(), ADDED)),
        Outcome::Refused => format!("{}: it is refused\n", called("skipped", FAINT)),
        Outcome::Skipped(id) => {
            format!("{}: it waits for {}\n", called("skipped", FAINT), safe(&id.0))
        }
        Outcome::Stopped => format!("{}: the run was stopped\n", called("skipped", FAINT)),
        Outcome::Failed(it) => format!("{}: {}", called("failed", REMOVED), failure(it)),
    }
}

/// A failure with its code and what to do about it.
pub fn failure(failure: &Failure) -> String {
    let code = styled(REMOVED, format!("error[{}]", failure.code.name()));
    let mut out = format!("{code}: {}\n", safe(&failure.message));
    let help = failure.help.as_deref().unwrap_or(failure.code.fix());
    let _ = writeln!(out, "  help: {}", safe(help));
    out
}

/// The closing lines of an apply: what was done, and the proof; nothing where it was not begun.
pub fn applied(planned: &Planned) -> String {
    let Some(applied) = &planned.applied else { return String::new() };
    let mut out = format!("{}\n", counted(&planned.plan, applied));
    out.push_str(&proof(applied));
    out
}

/// What was done of a plan, in one sentence.
pub(in crate::report) fn counted(plan: &Plan, applied: &Applied) -> String {
    let outcome = |step: &Step| applied.outcomes.get(&step.id);
    let done = |action: Action| {
        let steps = plan.steps.iter().filter(|step| step.action == action);
        steps.filter(|step| matches!(outcome(step), Some(Outcome::Done))).count()
    };
    let counts = Action::ALL.into_iter().map(|action| (done(action), action.done()));
    let failed = applied.failures().count();
    let skipped = applied.outcomes.len() - applied.done() - failed;
    let counts = counts.chain([(skipped, "skipped"), (failed, "failed")]);
    let counted: Vec<String> = counts
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    format!("Applied: {}.", counted.join(", "))
}

fn proof(applied: &Applied) -> String {
    let mut out = String::new();
    match &applied.proof {
        None => {}
        Some(Ok(proof)) => {
            if proof.healed > 0 {
                let twins = several(proof.healed, "segment");
                let _ =
                    writeln!(out, "Healed: another run made the same at once; deleted {twins}.");
            }
            if proof.differences.is_empty() {
                out.push_str("Verified: read again, and the live system is as applied.\n");
                return out;
            }
            let code = styled(REMOVED, "error[not-converged]");
            let _ = writeln!(out, "{code}: applied, and the live system still differs:");
            for difference in &proof.differences {
                let what = difference.reason.clone().unwrap_or(difference.paths.join(", "));
                let _ = writeln!(out, "  {} {}", safe(&difference.id.0), safe(&what));
            }
        }
        Some(Err(it)) => {
            let _ = write!(out, "Not verified: the second look failed. {}", failure(it));
        }
    }
    out
}
