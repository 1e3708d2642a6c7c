//! The one form in which documents are compared, on both sides, by a provider's table of fields.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, OnceLock};

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};

use super::tree;
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
    fields: &'static [Field],
    /// The reduced document as JSON text. Most documents are compared only, and that takes a
    /// tenth of the memory.
    text: Box<str>,
    /// The same, once somebody looked into it.
    document: OnceLock<Map<String, Json>>,
    /// The SHA-256 of the canonical form, which is kept in place of that form: two documents are
    /// equal when theirs are.
    hash: [u8; 32],
    hash8: String,
}

impl PartialEq for Canonical {
    fn eq(&self, other: &Self) -> bool {
        self.shared.hash == other.shared.hash
    }
}

impl Eq for Canonical {}

impl Canonical {
    /// Reduces `document` by the table `fields`.
    pub fn new(fields: &'static [Field], document: Map<String, Json>) -> Self {
        let document = reduce(fields, document);
        let hash = Sha256::digest(text_of(fields, &document)).0;
        let hash8 = short(hash);
        let text = to_text(&document).into_boxed_str();
        let shared = Shared { fields, text, document: OnceLock::new(), hash, hash8 };
        Self { shared: Arc::new(shared) }
    }

    /// The same with these fields as their absence is.
    #[must_use]
    pub fn without(&self, fields: &BTreeSet<&'static str>) -> Self {
        let mut document = self.document().clone();
        document.retain(|name, _| !fields.contains(name.as_str()));
        Self::new(self.shared.fields, document)
    }

    /// The document in the order in which it was written, with every default filled in.
    pub fn document(&self) -> &Map<String, Json> {
        let Shared { text, document, .. } = &*self.shared;
        document.get_or_init(|| serde_json::from_str(text).unwrap_or_default())
    }

    /// The document as people may see it: of what is hidden, a short hash, which is the same
    /// for the same text.
    pub fn shown(&self) -> Map<String, Json> {
        shown(self.shared.fields, self.document())
    }

    /// The document as people may see it beside `other`: what either hides is hidden, because what
    /// becomes sensitive is often the same texts.
    pub fn shown_beside(&self, other: &Self) -> Map<String, Json> {
        let mut all = self.shown();
        for field in self.shared.fields {
            if is_hidden(field, other.document())
                && !is_hidden(field, self.document())
                && let Some(value) = all.get_mut(field.name)
            {
                hide(value);
            }
        }
        all
    }

    /// The document as JSON text.
    pub fn text(&self) -> &str {
        &self.shared.text
    }

    /// The document as people may see it, as one JSON value.
    pub fn to_json(&self) -> Json {
        Json::Object(self.shown())
    }

    /// The canonical form as text: equal for two documents that mean the same.
    pub fn identity(&self) -> String {
        text_of(self.shared.fields, self.document())
    }

    /// The first 8 hexadecimal digits of the SHA-256 of the canonical form.
    pub fn hash8(&self) -> &str {
        &self.shared.hash8
    }
}

fn shown(fields: &[Field], document: &Map<String, Json>) -> Map<String, Json> {
    let mut shown_ones = document.clone();
    for field in fields {
        let Some(value) = shown_ones.get_mut(field.name) else { continue };
        if is_hidden(field, document) {
            hide(value);
        } else if let (Shape::Objects(fields), Json::Array(items)) = (field.shape, value) {
            for item in items.iter_mut().filter_map(Json::as_object_mut) {
                *item = shown(fields, item);
            }
        }
    }
    shown_ones
}

/// Whether `document` hides the field.
fn is_hidden(field: &Field, document: &Map<String, Json>) -> bool {
    field.hidden.is_some_and(|hidden| {
        let other = document.get(hidden.field).and_then(Json::as_str);
        other.is_some_and(|text| text.starts_with(hidden.begins))
    })
}

/// The first 8 hexadecimal digits of the SHA-256 of a text.
pub(crate) fn short_hash(text: &str) -> String {
    short(Sha256::digest(text.as_bytes()).0)
}

fn short([a, b, c, d, ..]: [u8; 32]) -> String {
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}

/// Puts a short hash in the place of every text.
fn hide(value: &mut Json) {
    match value {
        Json::String(text) => *text = hidden_text(text),
        Json::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}

/// What is shown of a text that is hidden: a short hash, which is the same for the same text.
pub(crate) fn hidden_text(text: &str) -> String {
    format!("hidden #{}", short_hash(text))
}

fn reduce(fields: &[Field], mut document: Map<String, Json>) -> Map<String, Json> {
    let mut reduced = |field: &Field| reduce_field(field.shape, document.remove(field.name));
    fields.iter().map(|field| (field.name.to_owned(), reduced(field))).collect()
}

fn reduce_field(shape: Shape, value: Option<Json>) -> Json {
    match (shape, value) {
        (Shape::Exact | Shape::Tree, value) => value.unwrap_or_default(),
        (Shape::Prose, Some(Json::String(text))) => Json::String(prose(text)),
        (Shape::Prose, _) => Json::String(String::new()),
        (Shape::Flag, value) => Json::Bool(value == Some(Json::Bool(true))),
        (Shape::Set, Some(Json::Array(mut items))) => {
            items.retain(Json::is_string);
            let texts = sorted(&items);
            if texts.windows(2).any(|pair| pair[0] == pair[1]) {
                let mut seen = HashSet::new();
                items.retain(|text| seen.insert(text.clone()));
            }
            Json::Array(items)
        }
        (Shape::Objects(fields), Some(Json::Array(items))) => {
            let objects = items.into_iter().filter_map(|item| match item {
                Json::Object(object) => Some(reduce(fields, object)),
                _ => None,
            });
            let mut objects: Vec<Map<String, Json>> = objects.collect();
            // One alone, as most are, repeats nothing.
            if objects.len() > 1 {
                let mut seen = HashSet::new();
                objects.retain(|object| seen.insert(text_of(fields, object)));
            }
            Json::Array(objects.into_iter().map(Json::Object).collect())
        }
        (Shape::Set | Shape::Objects(_), _) => Json::Array(vec![]),
    }
}

fn prose(mut text: String) -> String {
    if text.contains("\r\n") {
        text = text.replace("\r\n", "\n");
    }
    text.truncate(text.trim_end().len());
    text
}

/// The texts of a set, in an order that depends on them only.
fn sorted(items: &[Json]) -> Vec<&str> {
    let mut texts: Vec<&str> = items.iter().filter_map(Json::as_str).collect();
    texts.sort_unstable();
    texts
}

/// The canonical form of a reduced document as text.
fn text_of(fields: &[Field], document: &Map<String, Json>) -> String {
    to_text(&Sorted { fields, document })
}

/// A value as JSON text, in a buffer that need not grow for most documents.
fn to_text(value: &impl Serialize) -> String {
    let mut text = Vec::with_capacity(4 * 1024);
    // Writing to memory cannot fail, and JSON is UTF-8.
    let written = serde_json::to_writer(&mut text, value);
    written.ok().and_then(|()| String::from_utf8(text).ok()).unwrap_or_default()
}

/// A reduced document with everything in an order that depends on its meaning only.
struct Sorted<'a> {
    fields: &'a [Field],
    document: &'a Map<String, Json>,
}

impl Serialize for Sorted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.fields.len()))?;
        for field in self.fields {
            let value = &self.document[field.name];
            let items = value.as_array().map_or(&[][..], Vec::as_slice);
            match field.shape {
                Shape::Exact | Shape::Prose | Shape::Flag => {
                    map.serialize_entry(field.name, value)?;
                }
                Shape::Tree => map.serialize_entry(field.name, &tree::normal(value))?,
                Shape::Set => map.serialize_entry(field.name, &sorted(items))?,
                Shape::Objects(fields) => {
                    let objects = items.iter().filter_map(Json::as_object);
                    let mut objects: Vec<Sorted<'_>> =
                        objects.map(|document| Sorted { fields, document }).collect();
                    objects.sort_by_cached_key(|it| text_of(it.fields, it.document));
                    map.serialize_entry(field.name, &objects)?;
                }
            }
        }
        map.end()
    }
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
        Canonical::new(FIELDS, value.as_object().unwrap().clone())
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
    fn what_becomes_hidden_is_hidden_beside_it() {
        const HIDING: &[Field] = &[
            Field::new("how", Shape::Exact),
            Field::new("any", Shape::Set).hidden_where("how", "secret"),
        ];
        let of = |how: &str| {
            let document = json!({"how": how, "any": ["ada"]});
            Canonical::new(HIDING, document.as_object().unwrap().clone())
        };
        let (open, closed) = (of("plain"), of("secretly"));
        assert_eq!(open.shown()["any"], json!(["ada"]));
        assert_eq!(open.shown_beside(&closed)["any"], closed.shown()["any"]);
        assert_eq!(closed.shown_beside(&open)["any"], closed.shown()["any"]);
        assert!(!closed.to_json().to_string().contains("ada"));
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
