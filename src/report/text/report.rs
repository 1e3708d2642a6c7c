//! All that a command has to say, as one text.

use super::{applied, drift, failure, plan, suppressed};
use crate::report::{Report, TargetReport, diagnostics};

/// Diagnostics, then each target, then what stopped the command.
pub fn report(report: &Report<'_>) -> String {
    let targets: Vec<String> =
        report.targets.iter().map(|it| target(it, report.base.as_deref())).collect();
    let stopped = report.failure.as_ref().map(failure);
    let found = diagnostics::text(&report.diagnostics, &report.files);
    let ignored = suppressed(report, true);
    format!("{found}{}{ignored}{}", targets.join("\n"), stopped.unwrap_or_default())
}

fn target(target: &TargetReport, base: Option<&str>) -> String {
    let planned = match &target.result {
        Ok(planned) => planned,
        Err(it) => return format!("Target {}\n{}", target.name, failure(it)),
    };
    if let Some(found) = &planned.drift {
        return drift(target, planned, found);
    }
    format!("{}{}", plan(target, planned, base), applied(planned))
}
