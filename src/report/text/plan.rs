//! A plan, in Terraform's signs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anstyle::Style;

use super::{ADDED, CHANGED, FAINT, REMOVED, STRONG, several, styled, title, value};
use crate::diagnostic::Code;
use crate::live::Use;
use crate::plan::{
    Action, Cause, Effect, Orphan, Plan, Step, Tripped, Written, orphan_reasons, reasons,
};
use crate::report::{Planned, TargetReport, safe, short_revision};

/// How many uses of a segment are named before the rest is counted.
const USES_SHOWN: usize = 5;

/// The plan of a target: its heading, its steps, what is orphaned, and the line that sums it up.
///
/// Held against a `base`, each step says why it is there; without one that would be the same
/// sentence for nearly all.
pub fn plan(target: &TargetReport, planned: &Planned, base: Option<&str>) -> String {
    let base = base.map(short_revision);
    let mut out = heading(target, planned);
    for step in &planned.plan.steps {
        out.push_str(&one_step(step, base));
    }
    out.push_str(&orphans(&planned.plan.orphans, base));
    out.push_str(&foreign(&planned.plan.foreign));
    out.push_str(&notes(&planned.plan.notes));
    out.push_str(&guard(&planned.plan.guard));
    out.push_str(&summary(&planned.plan));
    out.push('\n');
    out
}

pub(super) fn heading(target: &TargetReport, planned: &Planned) -> String {
    let version = planned.server_version.as_deref().unwrap_or("of unknown version");
    let name = styled(STRONG, &target.name);
    let provider = target.provider.block();
    let at = styled(FAINT, format!("({provider} {} at {})", safe(version), safe(&target.url)));
    format!("Target {name} {at}\n\n")
}

fn sign(step: &Step) -> (char, Style) {
    match (&step.refusal, step.action) {
        (Some(_), _) => ('!', REMOVED),
        (None, Action::Create) => ('+', ADDED),
        (None, Action::Delete) => ('-', REMOVED),
        (None, _) => ('~', CHANGED),
    }
}

fn one_step(step: &Step, base: Option<&str>) -> String {
    let mut out = String::new();
    let (sign, style) = sign(step);
    let title = format!("{sign} {}", title(step.action.name(), step));
    let _ = write!(out, "  {}", styled(style, title));
    if step.key != step.name {
        let _ = write!(out, " ({})", safe(&step.key));
    }
    let remarks: Vec<&str> = [step.cause.map(Cause::name), step.effect.map(Effect::name)]
        .into_iter()
        .flatten()
        .collect();
    if !remarks.is_empty() && step.action != Action::Create {
        let _ = write!(out, " [{}]", remarks.join(", "));
    }
    out.push_str(&place(step.written().as_ref()));
    out.push('\n');
    out.push_str(&why(&reasons(step, base), base));
    out.push_str(&details(step));
    out.push('\n');
    out
}

/// A place at the end of a line; one that cannot be opened says so.
fn place(written: Option<&Written>) -> String {
    let Some(written) = written else { return String::new() };
    let origin = written.origin();
    let place = format!("{}:{}", safe(&origin.file), origin.line);
    let place = match written {
        Written::Here(_) => place,
        Written::InBase(_) => format!("{} {place}", written.verb()),
    };
    format!("  {}", styled(FAINT, place))
}

/// The reasons of a step or an orphan, where it was held against a base.
fn why(reasons: &[String], base: Option<&str>) -> String {
    if base.is_none() || reasons.is_empty() {
        return String::new();
    }
    let why = reasons.join("; ");
    format!("      {}\n", styled(FAINT, format!("why: {}", safe(&why))))
}

fn details(step: &Step) -> String {
    let indent = "      ";
    let mut out = String::new();
    for refusal in step.refusals() {
        let code = styled(REMOVED, format!("refused[{}]", refusal.code.name()));
        let _ = writeln!(out, "{indent}{code}: {}", safe(&refusal.message));
        if let Some(help) = &refusal.help {
            let _ = writeln!(out, "{indent}help: {}", safe(help));
        }
    }
    match (step.action, &step.after, &step.before) {
        (Action::Create, Some(after), _) => out.push_str(&value::document(after, indent)),
        (Action::Delete, _, Some(before)) => out.push_str(&value::document(before, indent)),
        _ => {}
    }
    for change in &step.changes {
        out.push_str(&value::change(change, indent));
    }
    if !step.used_by.is_empty() {
        let _ = writeln!(out, "{indent}used by {}", uses(&step.used_by));
    }
    for warning in &step.warnings {
        let _ = writeln!(out, "{indent}{}: {}", styled(CHANGED, "warning"), safe(warning));
    }
    out
}

pub(in crate::report) fn uses(uses: &[Use]) -> String {
    // A flag can use a segment in several rules.
    let mut seen = BTreeSet::new();
    let named = uses.iter().map(|it| (&it.place.project, &it.place.flag, &it.place.environment));
    let named: Vec<String> = named
        .filter(|it| seen.insert(*it))
        .map(|(_, flag, environment)| format!("{} in {}", safe(flag), safe(environment)))
        .collect();
    let rest = named.len().saturating_sub(USES_SHOWN);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", named[..named.len() - rest].join(", "))
}

fn orphans(orphans: &[Orphan], base: Option<&str>) -> String {
    if orphans.is_empty() {
        return String::new();
    }
    let stays = orphans.iter().any(|it| it.protected || it.edited);
    let heading = "Orphans, managed and no longer in Git (`--prune` deletes";
    let which = if stays { "those that do not say otherwise" } else { "them" };
    let mut out = format!("{heading} {which}):\n");
    for orphan in orphans {
        let _ = write!(out, "  {}", safe(&orphan.name));
        if orphan.key != orphan.name {
            let _ = write!(out, " ({})", safe(&orphan.key));
        }
        if orphan.protected {
            out.push_str(", protected");
        }
        if orphan.edited {
            let _ = write!(out, ", {}", edited(orphan));
        }
        if !orphan.used_by.is_empty() {
            let _ = write!(out, ", used by {}", uses(&orphan.used_by));
        }
        out.push_str(&place(orphan.place.as_ref()));
        out.push('\n');
        out.push_str(&why(&orphan_reasons(orphan, base), base));
    }
    out.push('\n');
    out
}

/// What to do about an orphan that a person changed.
pub(in crate::report) fn edited(orphan: &Orphan) -> &'static str {
    if orphan.used_by.is_empty() {
        "changed by hand: delete it by hand"
    } else {
        "changed by hand: take it off where it is used, then delete it by hand"
    }
}

/// The documents that equal what is live and not ours.
pub(super) fn foreign(foreign: &[String]) -> String {
    if foreign.is_empty() {
        return String::new();
    }
    let names: Vec<_> = foreign.iter().map(|name| safe(name)).collect();
    format!("Equal to what is live, and not managed here: {}\n\n", names.join(", "))
}

/// What is to be known of the target as a whole.
fn notes(notes: &[String]) -> String {
    let line = |note: &String| format!("{}: {}\n", styled(CHANGED, "note"), safe(note));
    let lines: String = notes.iter().map(line).collect();
    if lines.is_empty() { lines } else { format!("{lines}\n") }
}

/// The limits that the plan exceeds.
fn guard(tripped: &[Tripped]) -> String {
    if tripped.is_empty() {
        return String::new();
    }
    let code = styled(REMOVED, format!("warning[{}]", Code::GuardTripped.name()));
    let line = |it: &Tripped| format!("{code}: {}\n", safe(&it.message));
    let lines: String = tripped.iter().map(line).collect();
    format!("{lines}  help: {}\n\n", Code::GuardTripped.fix())
}

/// The last line of a plan: `Plan: …` or `No changes.`
pub fn summary(plan: &Plan) -> String {
    let counted: Vec<String> = Action::ALL
        .into_iter()
        .map(|action| (plan.count(action), action))
        .filter(|(count, _)| *count > 0)
        .map(|(count, action)| format!("{count} to {}", action.name()))
        .collect();
    let refused = plan.refused().count();
    let mut sentences = match counted.len() {
        0 if refused == 0 => vec!["No changes.".to_owned()],
        0 => vec!["Plan: nothing to do.".to_owned()],
        _ => vec![format!("Plan: {}.", counted.join(", "))],
    };
    if refused > 0 {
        sentences.push(format!("{refused} refused."));
    }
    if plan.unchanged > 0 {
        sentences.push(format!("{} unchanged.", several(plan.unchanged, "document")));
    }
    let orphans = plan.orphans.len();
    if orphans > 0 {
        let stay = if orphans == 1 { "stays" } else { "stay" };
        let orphans = several(orphans, "orphan");
        sentences.push(format!("{orphans} {stay}: managed, and no longer in Git."));
    }
    sentences.join(" ")
}
