//! The canonical order, as the types of documents give it: fields as they are declared, sets by
//! their values.

use std::sync::LazyLock;

use serde_json::Value as Json;

use crate::document::{Kind, schema_of};

/// The lists of texts whose order means nothing, wherever they stand.
const SETS: [&str; 5] = ["allow", "segments", "notIn", "values", "comparisonValues"];

/// The field that holds changes of `spec`, and so is ordered like it.
const PER_TARGET: &str = "perTarget";

static SCHEMAS: LazyLock<[Json; 3]> = LazyLock::new(|| Kind::ALL.map(|kind| schema_of(Some(kind))));

/// A place in a document, as its type describes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// The field, or of an item the field of its list.
    field: &'a str,
    /// The schema of what stands there; none where the keys are the author's own.
    schema: Option<&'static Json>,
    /// The schema of the field `spec` of the document.
    spec: Option<&'static Json>,
}

impl Place<'_> {
    /// The root of a document with these fields; none where it is no document of segctl.
    pub(super) fn of(api_version: Option<&str>, kind: Option<&str>) -> Option<Self> {
        let kind = Kind::of_name(kind?)?;
        if api_version? != "segctl.dev/v1" {
            return None;
        }
        let at = Kind::ALL.iter().position(|it| *it == kind)?;
        let schema = &SCHEMAS[at];
        Some(Self { field: "", schema: Some(schema), spec: schema.pointer("/properties/spec") })
    }

    /// The place of the value under `key`.
    pub(super) fn child<'k>(&self, key: &'k str) -> Place<'k> {
        let schema = if self.field == PER_TARGET {
            self.spec
        } else {
            self.schema.and_then(|it| it.get("properties")?.get(key))
        };
        Place { field: key, schema, ..*self }
    }

    /// The place of an item of the list.
    pub(super) fn item(&self) -> Self {
        Self { schema: self.schema.and_then(|it| it.get("items")), ..*self }
    }

    /// Where `key` stands among the fields; those that no type knows stand at the end.
    pub(super) fn rank(&self, key: &str) -> usize {
        let fields = self.schema.and_then(|it| it.get("properties")?.as_object());
        let known = fields.filter(|_| self.field != PER_TARGET);
        known.and_then(|it| it.keys().position(|field| field == key)).unwrap_or(usize::MAX)
    }

    /// Whether the list is one whose order means nothing.
    pub(super) fn is_set(&self) -> bool {
        SETS.contains(&self.field) && self.schema.is_some_and(|it| it["items"]["type"] == "string")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_is_a_list_of_texts_in_some_type() {
        fn walk(schema: &Json, found: &mut Vec<String>) {
            for (key, field) in schema["properties"].as_object().into_iter().flatten() {
                if field["items"]["type"] == "string" {
                    found.push(key.clone());
                }
                walk(field, found);
            }
            if let Some(items) = schema.get("items") {
                walk(items, found);
            }
        }
        let mut found = vec![];
        SCHEMAS.iter().for_each(|schema| walk(schema, &mut found));
        assert!(SETS.iter().all(|set| found.iter().any(|it| it == set)), "{found:?}");
    }
}
