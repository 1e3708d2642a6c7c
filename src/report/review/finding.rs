//! Mistakes in the documents, as a reviewer is told of them.

use super::item::Remark;
use crate::desired::Origin;
use crate::diagnostic::{Diagnostic, Severity};
use crate::policy::{Suppressed, is_of_plans};
use crate::report::Report;

/// A mistake in the documents.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    /// Where it is; none where no file is to blame.
    pub(crate) origin: Option<Origin>,
    pub(crate) remark: Remark,
}

/// What a comment took out of a report; its texts are as they came, unsafe.
#[derive(Debug)]
pub(crate) struct Ignored {
    /// Where it was found; the column is not known.
    pub(crate) origin: Origin,
    pub(crate) code: &'static str,
    /// Whether it is about what a plan does, and not about the documents alone.
    pub(crate) is_of_plan: bool,
    pub(crate) found: String,
    /// Why, as the comment says.
    pub(crate) reason: String,
}

/// What comments took out of `report`, that of plans first.
pub(super) fn ignored(report: &Report<'_>) -> Vec<Ignored> {
    let ignored = |it: &Suppressed| Ignored {
        origin: Origin { file: it.file.clone(), line: it.line, column: 1 },
        code: it.code.name(),
        is_of_plan: is_of_plans(it.code),
        found: it.found.clone(),
        reason: it.reason.clone(),
    };
    let mut all: Vec<Ignored> = report.all_suppressed().map(ignored).collect();
    all.sort_by_key(|it| !it.is_of_plan);
    all
}

/// The mistakes in `report`, errors first.
pub(super) fn findings(report: &Report<'_>) -> Vec<Finding> {
    let mut ordered: Vec<&Diagnostic> = report.diagnostics.iter().collect();
    ordered.sort_by_key(|it| (it.severity, it.order()));
    ordered.into_iter().map(|it| finding(it, report)).collect()
}

fn finding(diagnostic: &Diagnostic, report: &Report<'_>) -> Finding {
    let span = diagnostic.labels.first().map(|label| label.span);
    let file = span.map(|span| report.files.get(span.file));
    let origin = span.zip(file).map(|(span, file)| {
        let position = report.files.position(span);
        Origin { file: file.path.clone(), line: position.line, column: position.column }
    });
    let mut help = diagnostic.help.clone();
    help.extend(diagnostic.fix.as_ref().map(|fix| fix.title.clone()));
    let mut text = diagnostic.message.clone();
    if let Some(label) = diagnostic.labels.first().filter(|it| !it.text.is_empty()) {
        text = format!("{text} ({})", label.text);
    }
    Finding {
        severity: diagnostic.severity,
        origin,
        remark: Remark {
            code: Some(diagnostic.code.name()),
            help: (!help.is_empty()).then(|| help.join("; ")),
            ..Remark::new(Remark::tone_of(diagnostic.severity), text)
        },
    }
}
