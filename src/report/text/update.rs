//! What `import --update` changed in documents, as people read it.

use std::fmt::Write as _;

use super::import::{left_out, warnings};
use super::plan::heading;
use super::{CHANGED, FAINT, kind, several, styled, unified};
use crate::plan::ObjectKind;
use crate::report::{Planned, TargetReport, Updated, safe};

/// What became of the documents of one target.
pub fn updated(target: &TargetReport, planned: &Planned, updated: &Updated) -> String {
    let update = &updated.update;
    let mut out = heading(target, planned);
    for (what, name, files) in updated.documents() {
        let word = if what == ObjectKind::Segment { "segment " } else { kind(what) };
        let title = styled(CHANGED, format!("~ {word}{}", safe(name)));
        let files = safe(&files.join(", ")).into_owned();
        let _ = writeln!(out, "  {title}  {}", styled(FAINT, files));
    }
    update.left_out.iter().for_each(|it| out.push_str(&left_out(it)));
    if !(update.files.is_empty() && update.left_out.is_empty()) {
        out.push('\n');
    }
    for file in &update.files {
        out.push_str(&unified(&file.path, &file.shown.0, &file.shown.1));
    }
    if !update.files.is_empty() {
        out.push('\n');
    }
    out.push_str(&summary(updated));
    out.push('\n');
    out
}

/// What will not go as it looks, one line each.
pub fn update_warnings(updated: &Updated) -> String {
    warnings(&updated.update.notes)
}

/// The last line: `Updated: …` or `Nothing to update.`
fn summary(updated: &Updated) -> String {
    let documents = updated.documents().len();
    let mut sentences = vec![if documents == 0 {
        "Nothing to update.".to_owned()
    } else {
        let verb = if updated.is_written { "Updated" } else { "To be updated" };
        let files = several(updated.update.files.len(), "file");
        format!("{verb}: {} in {files}.", several(documents, "document"))
    }];
    let left_out = updated.update.left_out.len();
    if left_out > 0 {
        sentences.push(format!("{left_out} left out."));
    }
    sentences.join(" ")
}
