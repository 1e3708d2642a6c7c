//! Findings as annotations of GitHub Actions.
//!
//! Each is one line that the runner reads as a command. A line begins with words of ours, and no
//! text can end it, so nothing that a vendor or a file says is ever taken for a command.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::findings::{Finding, Level, findings};
use super::{Report, safe, text};

/// How many annotations of one level GitHub shows for one step of a workflow.
const SHOWN: usize = 10;

/// How many of them may say each what a comment took out.
const IGNORED: usize = 5;

/// The whole of `report`: the worst first, because GitHub does not show them all.
pub fn report(report: &Report<'_>) -> String {
    let mut findings = findings(report);
    fold_ignored(&mut findings);
    // The other notices must not hide that a comment took out what a policy forbids.
    findings.sort_by_key(|it| (it.level, it.suppressed.is_none()));
    let mut out = String::new();
    for level in Level::ALL {
        let of_level: Vec<&Finding> = findings.iter().filter(|it| it.level == level).collect();
        let hidden = of_level.len() > SHOWN;
        let first = if hidden { SHOWN - 1 } else { of_level.len() };
        for (at, finding) in of_level.iter().enumerate() {
            if at == first {
                let rest = of_level.len() - first;
                out.push_str(&more(level, rest, report.venue.whole.as_deref()));
            }
            out.push_str(&annotation(finding, report));
        }
    }
    out
}

/// Says the reason of each finding that a comment took out; of more than a few, one says them all.
fn fold_ignored(findings: &mut Vec<Finding>) {
    let count = findings.iter().filter(|it| it.suppressed.is_some()).count();
    for finding in &mut *findings {
        if let Some(reason) = &finding.suppressed {
            finding.title = format!("{} is ignored", finding.title);
            finding.lines.push(format!("reason: {reason}"));
        }
    }
    if count <= IGNORED {
        return;
    }
    let Some(first) = findings.iter().position(|it| it.suppressed.is_some()) else { return };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings.iter().filter(|it| it.suppressed.is_some()) {
        *counts.entry(finding.rule.id()).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(code, it)| format!("{it} × {code}")).collect();
    let mut all = findings[first].clone();
    all.title = text::count_of_suppressed(count);
    all.lines = vec![counts.join(", ")];
    all.place = None;
    findings.retain(|it| it.suppressed.is_none());
    findings.push(all);
}

fn annotation(finding: &Finding, report: &Report<'_>) -> String {
    let mut properties = vec![];
    if let Some(place) = &finding.place {
        let end = place.end.unwrap_or(place.start);
        properties.push(("file", report.venue.path(&place.file)));
        properties.push(("line", place.start.line.to_string()));
        properties.push(("endLine", end.line.to_string()));
        properties.push(("col", place.start.column.to_string()));
    }
    properties.push(("title", format!("segctl: {}", finding.title)));
    let mut lines = finding.lines.clone();
    for (place, text) in &finding.related {
        lines.push(format!("{}:{}: {text}", report.venue.path(&place.file), place.start.line));
    }
    command(finding.level, &properties, &lines)
}

/// Says that GitHub shows no more of `level`, and where the rest is.
fn more(level: Level, count: usize, whole: Option<&str>) -> String {
    let kind = match level {
        Level::Error => "errors",
        Level::Warning => "warnings",
        Level::Note => "notices",
    };
    let at = whole.unwrap_or("the log of this step");
    let line = format!("GitHub shows {SHOWN} of each kind; the others are in {at}");
    command(level, &[("title", format!("segctl: {count} more {kind}"))], &[line])
}

/// One command, whatever its parts hold.
fn command(level: Level, properties: &[(&str, String)], lines: &[String]) -> String {
    let word = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let properties = properties.iter().map(|(name, value)| format!("{name}={}", property(value)));
    let properties: Vec<String> = properties.collect();
    let lines: Vec<_> = lines.iter().map(|line| safe(line)).collect();
    let mut out = String::new();
    let _ = writeln!(out, "::{word} {}::{}", properties.join(","), data(&lines.join("\n")));
    out
}

/// The message of a command, as the runner reads it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, as the runner reads it.
fn property(text: &str) -> String {
    data(&safe(text)).replace(':', "%3A").replace(',', "%2C")
}
