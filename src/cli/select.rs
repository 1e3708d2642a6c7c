//! `-l` and `-f`: which documents the steps are narrowed to.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::{Desired, Origin};
use crate::plan::ObjectKind;
use crate::workspace::Selector;

/// The documents of `desired` that both `selector` and `paths` let through; none when neither is
/// given.
pub(super) fn selected(
    desired: &Desired,
    selector: Option<&Selector>,
    paths: &[String],
) -> Option<BTreeSet<(ObjectKind, String)>> {
    if selector.is_none() && paths.is_empty() {
        return None;
    }
    let fits = |labels: &BTreeMap<String, String>, origin: &Origin| {
        selector.is_none_or(|it| it.matches(labels))
            && (paths.is_empty() || paths.iter().any(|path| is_under(&origin.file, path)))
    };
    let segments = desired.segments.iter().filter(|(_, it)| fits(&it.labels, &it.origin));
    let attachments = desired.attachments.iter().filter(|(_, it)| fits(&it.labels, &it.origin));
    let segments = segments.map(|(name, _)| (ObjectKind::Segment, name.clone()));
    let attachments = attachments.map(|(name, _)| (ObjectKind::Attachment, name.clone()));
    Some(segments.chain(attachments).collect())
}

/// Whether `file` is `path`, or lies under it.
pub(super) fn is_under(file: &str, path: &str) -> bool {
    path.is_empty()
        || file.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::is_under;

    #[test]
    fn a_path_is_a_file_or_a_folder() {
        assert!(is_under("a/b.yaml", "a") && is_under("a/b.yaml", "a/b.yaml"));
        assert!(!is_under("ab/c.yaml", "a") && is_under("x", ""));
    }
}
