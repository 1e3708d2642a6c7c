//! Takes out what comments ignore, and names the comments that ignore nothing.

use std::collections::BTreeSet;

use super::{Ignores, is_of_plans};
use crate::diagnostic::{Class, Code, Diagnostic};
use crate::source::{FileId, Files, Span};

/// A finding that a comment took out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suppressed {
    /// The path of the file.
    pub file: String,
    /// The line of the finding.
    pub line: usize,
    /// Its code.
    pub code: Code,
    /// What was found.
    pub found: String,
    /// Why, as the comment says.
    pub reason: String,
}

/// Takes out of `diagnostics` what `ignores` say, and gives it; `documents` are the places, by file
/// and line, at which findings of plans can be ignored.
pub fn settle(
    ignores: &Ignores,
    files: &Files,
    documents: &BTreeSet<(&str, usize)>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Suppressed> {
    if ignores.0.is_empty() {
        return vec![];
    }
    let commented: BTreeSet<FileId> = ignores.0.iter().map(|it| it.place.file).collect();
    // By the places of the codes in the comments.
    let mut used: BTreeSet<Span> = BTreeSet::new();
    let mut suppressed = vec![];
    diagnostics.retain(|finding| {
        let place = finding.labels.first().map(|label| label.span);
        let Some(place) = place.filter(|it| commented.contains(&it.file)) else { return true };
        let line = ignores.line(files, place);
        let here = ignores.0.iter().filter(|it| it.place.file == place.file && it.line == line);
        let codes = here.flat_map(|it| it.codes.iter().map(move |(code, at)| (it, *code, *at)));
        let mut fits = codes.filter(|(_, code, _)| *code == finding.code).peekable();
        if let Some((ignore, ..)) = fits.peek() {
            suppressed.push(Suppressed {
                code: finding.code,
                found: finding.message.clone(),
                reason: ignore.reason.clone(),
                file: files.get(place.file).path.clone(),
                line,
            });
        }
        let is_suppressed = fits.peek().is_some();
        used.extend(fits.map(|(.., at)| at));
        !is_suppressed
    });
    suppressed.sort();
    // Of documents with a mistake nobody knows what else would be found.
    if diagnostics.iter().all(|it| it.code.class() != Class::Error) {
        diagnostics.extend(unused(ignores, files, documents, &used));
    }
    suppressed
}

fn unused(
    ignores: &Ignores,
    files: &Files,
    documents: &BTreeSet<(&str, usize)>,
    used: &BTreeSet<Span>,
) -> Vec<Diagnostic> {
    let mut found = vec![];
    for ignore in &ignores.0 {
        let path = files.get(ignore.place.file).path.as_str();
        let at_a_document = documents.contains(&(path, ignore.line));
        for (code, place) in &ignore.codes {
            let wrong = |message: String| {
                Diagnostic::new(Code::UnusedIgnore, message).at(*place, "not needed")
            };
            if is_of_plans(*code) {
                if !at_a_document {
                    let message = format!("`{}` is ignored at a line without a name", code.name());
                    let help = "write it at the line of `metadata.name`";
                    found.push(wrong(message).help(help));
                }
            } else if !used.contains(place) {
                let message = format!("`{}` is ignored here and does not occur", code.name());
                found.push(wrong(message));
            }
        }
    }
    found
}
