//! What an import wrote, what it left out, and what will not go as it looks.

use std::fmt::Write as _;

use super::plan::heading;
use super::{ADDED, CHANGED, FAINT, REMOVED, several, styled};
use crate::import::{Document, LeftOut};
use crate::plan::ObjectKind;
use crate::report::{Imported, Planned, TargetReport, safe};

/// The import of a target: each document with its files, what was left out, and the line that sums
/// it up.
pub fn imported(target: &TargetReport, planned: &Planned, imported: &Imported) -> String {
    let mut out = heading(target, planned);
    for it in &imported.import.documents {
        out.push_str(&document(&imported.folder, it));
    }
    for it in &imported.import.left_out {
        out.push_str(&left_out(it));
    }
    if !(imported.import.documents.is_empty() && imported.import.left_out.is_empty()) {
        out.push('\n');
    }
    if let Some(schema) = &imported.schema {
        let _ = writeln!(out, "The schema for editors: {}", safe(schema));
    }
    out.push_str(&summary(imported));
    out.push('\n');
    out
}

/// What will not go as it looks, one line each.
pub fn import_warnings(imported: &Imported) -> String {
    warnings(&imported.warnings)
}

/// Warnings, one line each.
pub(super) fn warnings(warnings: &[String]) -> String {
    let warning = styled(CHANGED, "warning");
    let mut out = String::new();
    for it in warnings {
        let _ = writeln!(out, "{warning}: {}", safe(it));
    }
    out
}

fn document(folder: &str, document: &Document) -> String {
    let mut out = String::new();
    let title = format!("+ {} {}", document.kind.name().to_lowercase(), safe(&document.name));
    let _ = write!(out, "  {}", styled(ADDED, title));
    if document.key != document.name {
        let _ = write!(out, " ({})", safe(&document.key));
    }
    let files: Vec<String> = document
        .files
        .iter()
        .map(|file| safe(&format!("{folder}{}", file.path)).into_owned())
        .collect();
    let _ = writeln!(out, "  {}", styled(FAINT, files.join(", ")));
    let indent = "      ";
    if let Some(code) = document.external {
        let reason = styled(CHANGED, format!("external[{}]", code.name()));
        let _ = writeln!(out, "{indent}{reason}: {}", code.title());
    }
    if !document.allow.is_empty() {
        let codes: Vec<&str> = document.allow.iter().map(|it| it.name()).collect();
        let _ = writeln!(out, "{indent}allow: {}", codes.join(", "));
    }
    out
}

pub(super) fn left_out(left_out: &LeftOut) -> String {
    let LeftOut { kind, name, key, code, message } = left_out;
    let what = match kind {
        ObjectKind::Segment => "segment",
        ObjectKind::Attachment => "attachment",
        ObjectKind::Environment => "environment",
    };
    let called = name.as_ref().unwrap_or(key);
    let title = styled(REMOVED, format!("! {what} {}", safe(called)));
    let known = if called == key { String::new() } else { format!(" ({})", safe(key)) };
    let reason = styled(REMOVED, format!("left out[{}]", code.name()));
    format!("  {title}{known}\n      {reason}: {}\n", safe(message))
}

/// The last line: `Imported: …` or `Nothing to import.`
fn summary(imported: &Imported) -> String {
    let import = &imported.import;
    let count = |kind| import.documents.iter().filter(|it| it.kind == kind).count();
    let counts = [(ObjectKind::Segment, "segment"), (ObjectKind::Attachment, "attachment")];
    let counts = counts.into_iter().map(|(kind, word)| (count(kind), word));
    let counts: Vec<String> =
        counts.filter(|(count, _)| *count > 0).map(|(count, word)| several(count, word)).collect();
    let mut sentences = vec![if counts.is_empty() {
        "Nothing to import.".to_owned()
    } else {
        format!("Imported: {}.", counts.join(", "))
    }];
    if import.in_git > 0 {
        sentences.push(format!("{} already in Git.", import.in_git));
    }
    if !import.left_out.is_empty() {
        sentences.push(format!("{} left out.", import.left_out.len()));
    }
    sentences.join(" ")
}
