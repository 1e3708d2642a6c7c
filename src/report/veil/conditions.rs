//! Conditions of the vendors: which object says something about a private attribute.

use serde_json::{Map, Value as Json};

use super::Attributes;
use crate::provider::Attribute;

/// Whether `object` is a condition on one of `private`.
pub(super) fn is_about_private(
    object: &Map<String, Json>,
    attribute: &Attribute,
    private: &Attributes,
) -> bool {
    let name = object.get(attribute.field).and_then(Json::as_str);
    name.is_some_and(|name| private.has(name))
}

/// Whether what stands at `pointer` in `document` belongs to a condition on one of `private`.
pub(super) fn belongs_to_private(
    document: &Json,
    pointer: &str,
    attribute: &Attribute,
    private: &Attributes,
) -> bool {
    let mut here = Some(document);
    let mut inside = false;
    for part in parts(pointer) {
        let Some(value) = here else { break };
        let object = value.as_object();
        inside |= object.is_some_and(|object| is_about_private(object, attribute, private));
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

/// `pointer` with each of its parts as `shown` has it.
pub(super) fn each_part(pointer: &str, shown: impl Fn(&str) -> String) -> String {
    let part = |it: String| ["/", &shown(&it).replace('~', "~0").replace('/', "~1")].concat();
    parts(pointer).map(part).collect()
}

/// The parts of a JSON pointer (RFC 6901).
fn parts(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"))
}
