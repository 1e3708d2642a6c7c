//! Mistakes in the documents, as a reviewer is told of them.

use super::item::Remark;
use crate::desired::Origin;
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::Report;

/// A mistake in the documents.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    /// Where it is; none where no file is to blame.
    pub(crate) origin: Option<Origin>,
    pub(crate) remark: Remark,
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
