//! What is wrong with the documents.

use std::collections::BTreeMap;

use super::{Finding, Level, Place, Rule};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::policy::Suppressed;
use crate::report::Report;
use crate::source::{Files, Position, Span};

/// Every diagnostic of `report`, by file and place.
pub(super) fn diagnostics(report: &Report<'_>) -> Vec<Finding> {
    let mut ordered: Vec<&Diagnostic> = report.diagnostics.iter().collect();
    ordered.sort_by_key(|it| it.order());
    let mut seen = BTreeMap::new();
    ordered.into_iter().map(|it| diagnostic(it, &report.files, &mut seen)).collect()
}

/// One diagnostic; `seen` counts what was found of each key.
fn diagnostic(it: &Diagnostic, files: &Files, seen: &mut BTreeMap<String, usize>) -> Finding {
    let level = match it.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
    };
    let first = it.labels.first();
    // The text that is to blame stays what it is when lines move.
    let what = first.map_or("", |label| files.slice(label.span));
    let file = first.map_or("", |label| files.get(label.span.file).path.as_str());
    let key = format!("{file}\n{what}");
    let count = seen.entry(format!("{}\n{key}", it.code.name())).or_default();
    *count += 1;
    let key = format!("{key}\n{count}");
    let mut finding = Finding::new(level, Rule::Code(it.code), it.code.name(), key);
    finding.say(&it.message);
    if let Some(label) = first.filter(|label| !label.text.is_empty()) {
        finding.say(&label.text);
    }
    for help in &it.help {
        finding.help(help);
    }
    if let Some(fix) = &it.fix {
        finding.help(&format!("{}: {}", fix.title, fix.replacement));
    }
    finding.place = first.map(|label| place(label.span, files));
    let others = it.labels.iter().skip(1);
    finding.related = others.map(|it: &Label| (place(it.span, files), it.text.clone())).collect();
    finding
}

/// What comments took out of `report`: a reader of findings still sees that it is there.
pub(super) fn suppressed(report: &Report<'_>) -> Vec<Finding> {
    let finding = |it: &Suppressed| {
        let key = format!("{}\n{}", it.file, it.reason);
        let mut finding = Finding::new(Level::Note, Rule::Code(it.code), it.code.name(), key);
        finding.say(&it.found);
        let start = Position { line: it.line, column: 1 };
        finding.place = Some(Place { file: it.file.clone(), start, end: None });
        finding.suppressed = Some(it.reason.clone());
        finding
    };
    report.all_suppressed().map(finding).collect()
}

fn place(span: Span, files: &Files) -> Place {
    let end = Span { start: span.end.max(span.start), ..span };
    let file = files.get(span.file).path.clone();
    Place { file, start: files.position(span), end: Some(files.position(end)) }
}
