//! JSON merge patch (RFC 7386) on spanned nodes, so that places survive the merge.

use super::{Entry, Node, Value};

/// `base` as `patch` changes it: mappings are merged, null removes a key, all else replaces.
pub fn merge_patch(base: &Node, patch: &Node) -> Node {
    let Value::Map(changes) = &patch.value else {
        return patch.clone();
    };
    let mut entries = match &base.value {
        Value::Map(entries) => entries.clone(),
        _ => vec![],
    };
    for change in changes {
        let at = entries.iter().position(|entry| entry.key == change.key);
        match (at, &change.node.value) {
            (Some(at), Value::Null) => {
                entries.remove(at);
            }
            (None, Value::Null) => {}
            (Some(at), _) => entries[at] = merged(&entries[at].node, change),
            (None, _) => {
                let nothing = Node { span: change.node.span, value: Value::Null };
                entries.push(merged(&nothing, change));
            }
        }
    }
    let span = if base.is_container() { base.span } else { patch.span };
    Node { span, value: Value::Map(entries) }
}

fn merged(base: &Node, change: &Entry) -> Entry {
    Entry {
        key: change.key.clone(),
        key_span: change.key_span,
        node: merge_patch(base, &change.node),
    }
}
