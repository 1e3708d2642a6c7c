//! Drift: what people changed, what may be theirs, and what Git has not applied yet.

use std::fmt::Write as _;

use anstyle::Style;

use super::plan::{foreign, heading, uses};
use super::{CHANGED, FAINT, REMOVED, kind, several, styled, value};
use crate::plan::{Cause, Difference, Drift, Effect, ObjectKind};
use crate::report::{Planned, TargetReport, safe};

/// The drift of a target: what a person changed, what nobody can tell, and the line that sums up.
pub fn drift(target: &TargetReport, planned: &Planned, drift: &Drift) -> String {
    let mut out = heading(target, planned);
    let unless =
        if drift.drifted.iter().any(|it| it.stays) { " unless it says otherwise" } else { "" };
    let changed = "Changed in the live system since segctl wrote it; `apply` sets it back";
    out.push_str(&block(&format!("{changed}{unless}:"), ('~', REMOVED), &drift.drifted));
    let unclear = "Differs, and nothing tells whether Git or the live system moved:";
    out.push_str(&block(unclear, ('?', CHANGED), &drift.unclear));
    if !drift.ahead.is_empty() {
        let names = drift.ahead.iter().map(|(kind, name)| named(*kind, name));
        let names: Vec<String> = names.collect();
        let _ = writeln!(out, "Changed in Git, and not applied yet: {}\n", names.join(", "));
    }
    out.push_str(&foreign(&planned.plan.foreign));
    out.push_str(&summary(planned, drift));
    out.push('\n');
    out
}

fn block(heading: &str, sign: (char, Style), differences: &[Difference]) -> String {
    if differences.is_empty() {
        return String::new();
    }
    let each: String = differences.iter().map(|it| difference(sign, it)).collect();
    format!("{heading}\n\n{each}")
}

fn difference((sign, style): (char, Style), difference: &Difference) -> String {
    let indent = "      ";
    let mut out = String::new();
    let title = format!("{sign} {}", named(difference.kind, &difference.name));
    let _ = write!(out, "  {}", styled(style, title));
    if difference.key != difference.name {
        let _ = write!(out, " ({})", safe(&difference.key));
    }
    let remarks = [difference.cause.map(Cause::name), difference.effect.map(Effect::name)];
    let remarks: Vec<&str> = remarks.into_iter().flatten().collect();
    if !remarks.is_empty() {
        let _ = write!(out, " [{}]", remarks.join(", "));
    }
    if let Some(origin) = &difference.origin {
        let place = format!("{}:{}", safe(&origin.file), origin.line);
        let _ = write!(out, "  {}", styled(FAINT, place));
    }
    out.push('\n');
    if let Some(remark) = &difference.remark {
        let _ = writeln!(out, "{indent}{}", safe(remark));
    }
    for change in &difference.changes {
        out.push_str(&value::change(change, indent));
    }
    if !difference.used_by.is_empty() {
        let _ = writeln!(out, "{indent}used by {}", uses(&difference.used_by));
    }
    out.push('\n');
    out
}

pub(in crate::report) fn named(of: ObjectKind, name: &str) -> String {
    format!("{}{}", kind(of), safe(name))
}

/// The last line: `Drift: …` or `No drift.`
pub(in crate::report) fn summary(planned: &Planned, drift: &Drift) -> String {
    let mut sentences = vec![];
    if drift.is_empty() {
        sentences.push("No drift.".to_owned());
    } else {
        let (changed, unclear) = (drift.drifted.len(), drift.unclear.len());
        sentences.push(format!("Drift: {changed} changed in the live system, {unclear} unclear."));
    }
    if !drift.ahead.is_empty() {
        sentences.push(format!("{} to apply.", several(drift.ahead.len(), "document")));
    }
    if planned.plan.unchanged > 0 {
        sentences.push(format!("{} unchanged.", several(planned.plan.unchanged, "document")));
    }
    sentences.join(" ")
}
