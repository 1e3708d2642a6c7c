//! The one form in which documents are compared, on both sides, by a provider's table of fields.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};

use crate::provider::{Field, Shape};

/// A vendor's document, reduced to the fields that segctl manages.
///
/// Two are equal when no difference between them means anything to the vendor: the order of a set
/// does not count, an absent field is its default, and blanks at the end of a description are none.
/// What is shown and sent keeps the order in which it was written.
#[derive(Clone, Debug)]
pub struct Canonical {
    shared: Arc<Shared>,
}

/// What clones share: documents can be large, and a plan holds each several times.
#[derive(Debug)]
struct Shared {
    document: Map<String, Json>,
    identity: String,
    hash8: String,
}

impl PartialEq for Canonical {
    fn eq(&self, other: &Self) -> bool {
        self.shared.identity == other.shared.identity
    }
}

impl Eq for Canonical {}

impl Canonical {
    /// Reduces `document` by the table `fields`.
    pub fn new(fields: &[Field], document: &Map<String, Json>) -> Self {
        let document = reduce(fields, document);
        let identity = Json::Object(sorted(fields, &document)).to_string();
        let [a, b, c, d, ..] = Sha256::digest(identity.as_bytes()).0;
        let hash8 = format!("{:08x}", u32::from_be_bytes([a, b, c, d]));
        Self { shared: Arc::new(Shared { document, identity, hash8 }) }
    }

    /// The document in the order in which it was written, with every default filled in.
    pub fn document(&self) -> &Map<String, Json> {
        &self.shared.document
    }

    /// The document as one JSON value.
    pub fn to_json(&self) -> Json {
        Json::Object(self.shared.document.clone())
    }

    /// The canonical form as text: equal for two documents that mean the same.
    pub fn identity(&self) -> &str {
        &self.shared.identity
    }

    /// The first 8 hexadecimal digits of the SHA-256 of the canonical form.
    pub fn hash8(&self) -> &str {
        &self.shared.hash8
    }
}

fn reduce(fields: &[Field], document: &Map<String, Json>) -> Map<String, Json> {
    fields
        .iter()
        .map(|field| (field.name.to_owned(), reduce_field(field.shape, document.get(field.name))))
        .collect()
}

fn reduce_field(shape: Shape, value: Option<&Json>) -> Json {
    let items = || value.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    match shape {
        Shape::Exact => value.cloned().unwrap_or(Json::Null),
        Shape::Prose => {
            let text = value.and_then(Json::as_str).unwrap_or_default();
            Json::String(text.replace("\r\n", "\n").trim_end().to_owned())
        }
        Shape::Flag => Json::Bool(value.and_then(Json::as_bool).unwrap_or(false)),
        Shape::Set => {
            let mut seen = BTreeSet::new();
            let texts = items().iter().filter_map(Json::as_str);
            Json::Array(texts.filter(|text| seen.insert(*text)).map(Json::from).collect())
        }
        Shape::Objects(fields) => {
            let mut seen = BTreeSet::new();
            let objects = items().iter().filter_map(Json::as_object);
            let reduced = objects.map(|object| reduce(fields, object));
            let fresh =
                |object: &Map<_, _>| seen.insert(Json::Object(sorted(fields, object)).to_string());
            Json::Array(reduced.filter(fresh).map(Json::Object).collect())
        }
    }
}

/// A reduced document with everything in an order that depends on its meaning only.
fn sorted(fields: &[Field], document: &Map<String, Json>) -> Map<String, Json> {
    fields
        .iter()
        .map(|field| {
            let value = document.get(field.name).cloned().unwrap_or_default();
            let value = match (field.shape, value) {
                (Shape::Set, Json::Array(mut items)) => {
                    items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                    Json::Array(items)
                }
                (Shape::Objects(fields), Json::Array(items)) => {
                    let mut items: Vec<Json> = items
                        .iter()
                        .filter_map(Json::as_object)
                        .map(|item| Json::Object(sorted(fields, item)))
                        .collect();
                    items.sort_by_cached_key(Json::to_string);
                    Json::Array(items)
                }
                (_, value) => value,
            };
            (field.name.to_owned(), value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FIELDS: &[Field] = &[
        Field::new("name", Shape::Exact),
        Field::new("about", Shape::Prose),
        Field::new(
            "rules",
            Shape::Objects(&[Field::new("on", Shape::Flag), Field::new("any", Shape::Set)]),
        ),
    ];

    fn canonical(value: &Json) -> Canonical {
        Canonical::new(FIELDS, value.as_object().unwrap())
    }

    #[test]
    fn what_means_nothing_makes_no_difference() {
        let one = canonical(&json!({"name": "a", "about": null, "extra": 1,
            "rules": [{"any": ["x", "y", "x"]}, {"on": true}, {"on": true}]}));
        let other = canonical(&json!({"name": "a", "about": " \r\n",
            "rules": [{"on": true, "any": []}, {"on": false, "any": ["y", "x"]}]}));
        assert_eq!(one, other);
        assert_eq!(one.hash8(), other.hash8());
    }

    #[test]
    fn what_is_sent_keeps_its_order() {
        let one = canonical(&json!({"rules": [{"any": ["y", "x", "y"]}]}));
        assert_eq!(one.to_json()["rules"][0]["any"], json!(["y", "x"]));
    }

    #[test]
    fn case_and_blanks_in_values_count() {
        let of = |value: &str| canonical(&json!({"rules": [{"any": [value]}]}));
        assert_ne!(of("a"), of("A"));
        assert_ne!(of("a"), of("a "));
    }
}
