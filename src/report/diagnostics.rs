//! Diagnostics as compilers show them: code, place, source, help.

use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use std::borrow::Cow;

use super::{judged, safe, several};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, Files};

/// Every diagnostic with its source, and a line that counts them.
pub fn text(diagnostics: &[Diagnostic], files: &Files) -> String {
    let renderer = Renderer::styled();
    let mut ordered: Vec<&Diagnostic> = diagnostics.iter().collect();
    ordered.sort_by_key(|it| it.order());
    let mut out = String::new();
    for diagnostic in ordered {
        out.push_str(&renderer.render(&groups(diagnostic, files)));
        out.push_str("\n\n");
    }
    if !diagnostics.is_empty() {
        out.push_str(&summary(diagnostics));
        out.push('\n');
    }
    out
}

/// How many errors and warnings there are, and where to learn more.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|it| it.is_error()).count();
    let warnings = diagnostics.len() - errors;
    let counted = match (errors, warnings) {
        (_, 0) => several(errors, "error"),
        (0, _) => several(warnings, "warning"),
        _ => format!("{} and {}", several(errors, "error"), several(warnings, "warning")),
    };
    let code =
        diagnostics.iter().min_by_key(|it| (it.severity, it.order())).map(|it| it.code.name());
    format!("{counted}; `segctl explain {}` says more", code.unwrap_or_default())
}

/// One diagnostic as the renderer wants it: the finding, then the fix as a patch.
fn groups<'a>(diagnostic: &'a Diagnostic, files: &'a Files) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(safe(&diagnostic.message)).id(diagnostic.code.name());
    let mut group = Group::with_title(title);
    for (at, file) in files_of(diagnostic).into_iter().enumerate() {
        let source = files.get(file);
        let labels = diagnostic.labels.iter().filter(|label| label.span.file == file);
        let annotations = labels.enumerate().map(|(nth, label)| {
            let primary = at == 0 && nth == 0;
            let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let annotation = kind.span(label.span.range());
            if label.text.is_empty() { annotation } else { annotation.label(safe(&label.text)) }
        });
        let snippet = Snippet::source(visible(&source.text)).path(safe(&source.path));
        group = group.element(snippet.annotations(annotations));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(safe(help)));
    }
    let mut groups = vec![group];
    if let Some(fix) = &diagnostic.fix {
        let source = files.get(fix.span.file);
        let patch = Patch::new(fix.span.range(), safe(&fix.replacement));
        let snippet = Snippet::source(visible(&source.text)).path(safe(&source.path)).patch(patch);
        groups.push(
            Group::with_title(Level::HELP.secondary_title(safe(&fix.title))).element(snippet),
        );
    }
    groups
}

/// A source in which nobody hides or turns anything; no place in it moves. What has one byte is
/// spelt out by the renderer itself.
fn visible(text: &str) -> Cow<'_, str> {
    let hides = |(it, acts): (char, bool)| acts && !it.is_ascii();
    if !judged(text).any(hides) {
        return Cow::Borrowed(text);
    }
    let shown = judged(text).map(|it| match it.0.len_utf8() {
        _ if !hides(it) => it.0,
        2 => '\u{b7}',
        3 => '\u{fffd}',
        _ => '\u{1f6ab}',
    });
    Cow::Owned(shown.collect())
}

/// The files of a diagnostic's labels, that of the primary one first, each once.
fn files_of(diagnostic: &Diagnostic) -> Vec<FileId> {
    let mut files = vec![];
    for label in &diagnostic.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
}
