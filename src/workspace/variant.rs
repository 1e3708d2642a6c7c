//! One document as one target sees it: patched, filled with its values, checked.

use std::cell::Cell;
use std::sync::Arc;

use super::resolve::{Input, RawDocument};
use crate::diagnostic::Diagnostic;
use crate::document::{
    Kind, Node, Value, check, expand_values_from, merge_patch, values_from_paths,
};

/// The document as `target` sees it; without a patch for that target, as it stands.
pub(super) fn variant(
    input: &Input<'_>,
    raw: &RawDocument,
    kind: Kind,
    patch: Option<&Node>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Arc<Node>> {
    let mut node = patch.map_or_else(|| raw.node.clone(), |patch| patched(&raw.node, patch).into());
    let unreadable = Cell::new(false);
    if !values_from_paths(&node).is_empty() {
        let lookup = |path: &str| {
            let values = input.values_of(raw, path);
            unreadable.set(unreadable.get() || values.is_none());
            values
        };
        expand_values_from(Arc::make_mut(&mut node), &lookup, diagnostics);
    }
    let source = |span| input.files.slice(span);
    // Whatever follows from a list that could not be read is not worth a word.
    let valid = check(kind, &node, &source, diagnostics) && !unreadable.get();
    valid.then_some(node)
}

/// Merges `patch` into `spec`, and takes the patches themselves out.
fn patched(document: &Node, patch: &Node) -> Node {
    let mut document = document.clone();
    if let Some(spec) = document.get_mut("spec") {
        if let Value::Map(entries) = &mut spec.value {
            entries.retain(|entry| entry.key != "perTarget");
        }
        *spec = merge_patch(spec, patch);
    }
    document
}
