//! Conditions of the vendors: which object says something about a private attribute.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::provider::Attribute;

/// Whether `object` is a condition on one of `private`.
pub(super) fn names_private(
    object: &Map<String, Json>,
    attribute: &Attribute,
    private: &BTreeSet<String>,
) -> bool {
    let name = object.get(attribute.field).and_then(Json::as_str);
    name.is_some_and(|name| private.contains(name))
}

/// Whether what stands at `pointer` in `document` belongs to a condition on one of `private`.
pub(super) fn belongs_to_private(
    document: &Json,
    pointer: &str,
    attribute: &Attribute,
    private: &BTreeSet<String>,
) -> bool {
    let mut here = Some(document);
    let mut inside = false;
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        let Some(value) = here else { break };
        let object = value.as_object();
        inside |= object.is_some_and(|object| names_private(object, attribute, private));
        if attribute.keeps(&part) {
            return false;
        }
        here = match value {
            Json::Object(object) => object.get(&part),
            Json::Array(items) => part.parse::<usize>().ok().and_then(|at| items.get(at)),
            _ => None,
        };
    }
    inside
}
