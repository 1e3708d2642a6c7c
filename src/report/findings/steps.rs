//! What would be done, and what became of it.

use std::fmt::Write as _;

use anstream::adapter::strip_str;

use super::{Finding, Level, MILD, Place, Rank, Rule};
use crate::apply::{Applied, Outcome};
use crate::document::Provider;
use crate::live::Use;
use crate::plan::{Action, Change, Refusal, Step, Written, reasons};
use crate::provider::Failure;
use crate::report::{Venue, text};

/// How many lines of changes are shown before the rest is counted.
const SHOWN: usize = 20;

/// What is known of the steps of a target.
pub(super) struct Told<'a> {
    /// The name of the target.
    pub(super) target: &'a str,
    /// Its vendor.
    pub(super) provider: Provider,
    /// What became of them; none when nothing was to be done.
    pub(super) applied: Option<&'a Applied>,
    /// Whether they were to be done, and none was.
    pub(super) stopped: bool,
    /// The revision that the documents were held against.
    pub(super) base: Option<&'a str>,
    /// Where the report is read.
    pub(super) venue: &'a Venue,
}

/// One step.
pub(super) fn step(told: &Told<'_>, step: &Step) -> Finding {
    let outcome = told.applied.and_then(|it| it.outcomes.get(&step.id));
    let mut finding = match (&step.refusal, outcome) {
        (Some(refusal), _) => refused(told, step, refusal),
        (None, Some(Outcome::Failed(failure))) => failed(told, step, failure),
        (None, outcome) => planned(told, step, outcome),
    };
    because(&mut finding, told, step.written().as_ref(), &reasons(step, told.base));
    finding.lines.extend(content(step));
    finding.lines.extend(used(&step.used_by));
    for warning in &step.warnings {
        finding.say(&format!("warning: {warning}"));
    }
    finding.rank = Rank::of(step, told.provider).min(MILD);
    finding
}

/// Where the change is written or, where no line says it, its document; none where the files at
/// hand do not have it.
pub(super) fn place(step: &Step) -> Option<Place> {
    step.written().as_ref().and_then(Written::here).map(Place::of)
}

/// Puts `finding` where it is written, or says where that was; and says why it is there.
pub(super) fn because(
    finding: &mut Finding,
    told: &Told<'_>,
    written: Option<&Written>,
    reasons: &[String],
) {
    for reason in reasons {
        finding.say(&format!("why: {reason}"));
    }
    finding.place = written.and_then(Written::here).map(Place::of);
    if let Some(written) = written.filter(|it| it.here().is_none()) {
        let origin = written.origin();
        let path = told.venue.path(&origin.file);
        finding.say(&format!("{} {path}:{}", written.verb(), origin.line));
    }
}

fn planned(told: &Told<'_>, step: &Step, outcome: Option<&Outcome>) -> Finding {
    let (verb, remark) = match outcome {
        None => (step.action.name(), None),
        Some(Outcome::Done) => (step.action.done(), None),
        Some(Outcome::Skipped(id)) => ("skipped", Some(format!("it waits for {}", id.0))),
        Some(_) => ("skipped", Some("the run was stopped".to_owned())),
    };
    let loud = Rank::of(step, told.provider) < MILD || !step.warnings.is_empty();
    let odd = remark.is_some() || loud;
    let level = if odd { Level::Warning } else { Level::Note };
    let title = text::title(verb, step);
    let mut finding =
        Finding::new(level, Rule::Step(step.action), title.clone(), step.id.0.as_str());
    let mut line = format!("{}: {title}", told.target);
    if step.key != step.name {
        let _ = write!(line, " ({})", step.key);
    }
    if let Some(effect) = step.effect {
        let _ = write!(line, ", which {} the audience", effect.name());
    }
    finding.say(&line);
    if let Some(remark) = remark {
        finding.say(&remark);
    } else if told.stopped {
        finding.say("nothing was applied");
    }
    finding
}

fn refused(told: &Told<'_>, step: &Step, refusal: &Refusal) -> Finding {
    let code = refusal.code;
    let mut finding = Finding::new(Level::Error, Rule::Code(code), code.name(), step.id.0.as_str());
    let title = text::title(step.action.name(), step);
    finding.say(&format!("{}: {title} is refused: {}", told.target, refusal.message));
    finding.help(refusal.help.as_deref().unwrap_or(code.fix()));
    for more in &step.refused_too {
        finding.say(&format!("refused[{}] too: {}", more.code.name(), more.message));
        finding.help(more.help.as_deref().unwrap_or(more.code.fix()));
    }
    finding
}

fn failed(told: &Told<'_>, step: &Step, failure: &Failure) -> Finding {
    let code = failure.code;
    let mut finding = Finding::new(Level::Error, Rule::Code(code), code.name(), step.id.0.as_str());
    let title = text::title(step.action.name(), step);
    finding.say(&format!("{}: {title} failed: {}", told.target, failure.message));
    finding.help(failure.help.as_deref().unwrap_or(code.fix()));
    finding
}

/// What the object becomes, or what goes.
fn content(step: &Step) -> Vec<String> {
    let whole = match step.action {
        Action::Create => step.after.as_ref(),
        Action::Delete => step.before.as_ref(),
        _ => None,
    };
    let mut lines = whole.map_or(vec![], |it| shown(&text::document(it, "")));
    lines.extend(changes(&step.changes));
    lines
}

/// What changes, field by field.
pub(super) fn changes(changes: &[Change]) -> Vec<String> {
    shown(&changes.iter().map(|it| text::change(it, "")).collect::<String>())
}

/// The first lines of `styled`, without its colours.
fn shown(styled: &str) -> Vec<String> {
    let plain = strip_str(styled).to_string();
    let mut lines: Vec<String> = plain.lines().map(str::to_owned).collect();
    if lines.len() > SHOWN {
        let rest = lines.len() - SHOWN;
        lines.truncate(SHOWN);
        lines.push(format!("… {rest} more lines"));
    }
    lines
}

/// The rules that use a segment, in one line, where there are any.
pub(super) fn used(uses: &[Use]) -> Option<String> {
    (!uses.is_empty()).then(|| format!("used by {}", text::uses(uses)))
}
