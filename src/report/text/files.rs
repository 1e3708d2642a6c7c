//! What was done with files, as people read it.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use super::{ADDED, CHANGED, FAINT, REMOVED, STRONG, several, styled};
use crate::report::{FileAction, FileReport, safe};

/// How many lines around a change are shown.
const CONTEXT: usize = 3;

/// A line for each file with which something was done.
pub fn touched(files: &[FileReport]) -> String {
    let mut out = String::new();
    let touched = |file: &&FileReport| {
        !matches!(file.action, FileAction::Unchanged | FileAction::Kept | FileAction::Invalid)
    };
    let style = |action| if action == FileAction::WouldFormat { CHANGED } else { ADDED };
    for file in files.iter().filter(touched) {
        let action = styled(style(file.action), file.action.name());
        let _ = writeln!(out, "{action} {}", safe(&file.path));
    }
    out
}

/// How many files were formatted and how many not, as a line.
pub fn formatted(files: &[FileReport]) -> String {
    let count = |action| files.iter().filter(|it| it.action == action).count();
    let mut parts = vec![];
    for (action, said) in [
        (FileAction::Formatted, "formatted"),
        (FileAction::WouldFormat, "to be formatted"),
        (FileAction::Unchanged, "unchanged"),
        (FileAction::Kept, "left as it is"),
        (FileAction::Invalid, "invalid"),
    ] {
        if count(action) > 0 {
            let subject = if parts.is_empty() {
                several(count(action), "file")
            } else {
                count(action).to_string()
            };
            parts.push(format!("{subject} {said}"));
        }
    }
    if parts.is_empty() { "No files.\n".to_owned() } else { format!("{}.\n", parts.join(", ")) }
}

/// A unified diff of one file.
pub fn unified(path: &str, before: &str, after: &str) -> String {
    let path = safe(path);
    let mut out = String::new();
    let _ = writeln!(out, "{}", styled(STRONG, format!("--- {path}")));
    let _ = writeln!(out, "{}", styled(STRONG, format!("+++ {path}")));
    let diff = TextDiff::from_lines(before, after);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let _ = writeln!(out, "{}", styled(FAINT, hunk.header()));
        for change in hunk.iter_changes() {
            let line = change.value();
            let text = line.trim_end_matches('\n').trim_end_matches('\r');
            let text = safe(text);
            let line_break =
                if line.ends_with('\n') { "" } else { "\n\\ No newline at end of file" };
            let _ = match change.tag() {
                ChangeTag::Delete => {
                    writeln!(out, "{}{line_break}", styled(REMOVED, format!("-{text}")))
                }
                ChangeTag::Insert => {
                    writeln!(out, "{}{line_break}", styled(ADDED, format!("+{text}")))
                }
                ChangeTag::Equal => writeln!(out, " {text}{line_break}"),
            };
        }
    }
    out
}
