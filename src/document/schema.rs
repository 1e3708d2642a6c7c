//! The JSON schemas, generated from the document types, and the check of a value against them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonschema::Validator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value as Json, json};

use super::schema_error;
use super::view::{Nodes, View};
use super::{Attachment, Node, Segment, Workspace};
use crate::diagnostic::Diagnostic;

/// The kinds of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The file `segctl.yaml`.
    Workspace,
    /// An audience segment.
    Segment,
    /// The set of segments on one flag rule.
    Attachment,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Workspace, Self::Segment, Self::Attachment];

    /// The word in the field `kind`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workspace => "Workspace",
            Self::Segment => "Segment",
            Self::Attachment => "Attachment",
        }
    }

    /// The kind of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The files in `schemas/` that describe documents; none stands for every kind.
pub const SCHEMA_FILES: [(&str, Option<Kind>); 4] = [
    ("segctl.schema.json", None),
    ("workspace.schema.json", Some(Kind::Workspace)),
    ("segment.schema.json", Some(Kind::Segment)),
    ("attachment.schema.json", Some(Kind::Attachment)),
];

/// The JSON schema (draft 2020-12) of one kind or, for editors, of every kind at once.
pub fn schema_of(kind: Option<Kind>) -> Json {
    match kind {
        Some(kind) => schema_of_kind(kind),
        None => schema_of_any(),
    }
}

fn schema_of_kind(kind: Kind) -> Json {
    // Inlined, so that the path of an error leads straight to the part of the schema it broke.
    let settings = SchemaSettings::draft2020_12().with(|it| it.inline_subschemas = true);
    let generator = settings.into_generator();
    let schema = match kind {
        Kind::Workspace => generator.into_root_schema_for::<Workspace>(),
        Kind::Segment => generator.into_root_schema_for::<Segment>(),
        Kind::Attachment => generator.into_root_schema_for::<Attachment>(),
    };
    let mut schema = schema.to_value();
    say_words_plainly(&mut schema);
    schema
}

/// Turns a choice of words or null into a choice of words: what is wrong with a word can then be
/// said, and a field without one is left out.
fn say_words_plainly(schema: &mut Json) {
    match schema {
        Json::Array(items) => items.iter_mut().for_each(say_words_plainly),
        Json::Object(fields) => {
            let is_null = |it: &Json| it.get("type").and_then(Json::as_str) == Some("null");
            let words = match fields.get("anyOf").and_then(Json::as_array).map(Vec::as_slice) {
                Some([words, null]) if is_null(null) => words.get("oneOf").cloned(),
                _ => None,
            };
            if let Some(words) = words {
                fields.shift_remove("anyOf");
                fields.insert("oneOf".to_owned(), words);
            }
            fields.values_mut().for_each(say_words_plainly);
        }
        _ => {}
    }
}

fn schema_of_any() -> Json {
    let kinds = Kind::ALL.map(Kind::name);
    // What a schema refers to by name stands at the root of its file.
    let mut named = Map::new();
    let cases: Vec<Json> = Kind::ALL
        .into_iter()
        .map(|kind| {
            let mut schema = schema_of_kind(kind);
            if let Some(object) = schema.as_object_mut() {
                object.shift_remove("$schema");
                if let Some(Json::Object(more)) = object.shift_remove("$defs") {
                    named.extend(more);
                }
            }
            json!({
                "if": {"required": ["kind"], "properties": {"kind": {"const": kind.name()}}},
                "then": schema,
            })
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "segctl document",
        "description": "A document of segctl: a workspace, a segment or an attachment.",
        "type": "object",
        "required": ["apiVersion", "kind"],
        "properties": {
            "apiVersion": {
                "description": "The version of the document format.",
                "const": "segctl.dev/v1",
            },
            "kind": {"description": "The kind of document.", "enum": kinds},
        },
        "allOf": cases,
        "$defs": named,
    })
}

/// A schema ready for use, and its source for messages.
struct Compiled {
    schema: Json,
    validator: Validator<Nodes>,
}

impl Compiled {
    fn of(kind: Kind) -> Self {
        let schema = schema_of_kind(kind);
        let options = jsonschema::options_for::<Nodes>();
        let validator = options.build(&schema).unwrap_or_else(|error| {
            // A test builds every schema, so only a broken build can come here.
            unreachable!("the schema of {} does not compile: {error}", kind.name())
        });
        Self { schema, validator }
    }
}

static WORKSPACE: LazyLock<Compiled> = LazyLock::new(|| Compiled::of(Kind::Workspace));
static SEGMENT: LazyLock<Compiled> = LazyLock::new(|| Compiled::of(Kind::Segment));
static ATTACHMENT: LazyLock<Compiled> = LazyLock::new(|| Compiled::of(Kind::Attachment));

/// Checks `node`, and says every place where it breaks the schema.
///
/// `source` gives the text of a place, for fixes that quote it.
pub(crate) fn check<'a>(
    kind: Kind,
    node: &Node,
    source: &dyn Fn(crate::source::Span) -> &'a str,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let compiled = match kind {
        Kind::Workspace => &WORKSPACE,
        Kind::Segment => &SEGMENT,
        Kind::Attachment => &ATTACHMENT,
    };
    if compiled.validator.is_valid(View::Node(node)) {
        return true;
    }
    for error in compiled.validator.iter_errors(View::Node(node)) {
        schema_error::describe(&error, &compiled.schema, node, source, diagnostics);
    }
    false
}

/// Whether documents have a field, or a fixed value, that is written like this.
pub(crate) fn is_word(text: &str) -> bool {
    static WORDS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let mut words = BTreeSet::new();
        for compiled in [&WORKSPACE, &SEGMENT, &ATTACHMENT] {
            add_words(&compiled.schema, &mut words);
        }
        words
    });
    WORDS.contains(text)
}

/// Whether documents have a field of that name that is true or false.
pub(crate) fn is_switch(text: &str) -> bool {
    static SWITCHES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        let mut switches = BTreeSet::new();
        for compiled in [&WORKSPACE, &SEGMENT, &ATTACHMENT] {
            add_switches(&compiled.schema, &mut switches);
        }
        switches
    });
    SWITCHES.contains(text)
}

fn add_switches(schema: &Json, switches: &mut BTreeSet<String>) {
    match schema {
        Json::Array(items) => items.iter().for_each(|it| add_switches(it, switches)),
        Json::Object(fields) => {
            let properties = fields.get("properties").and_then(Json::as_object);
            let named = properties.into_iter().flatten();
            let named = named.filter(|(_, it)| it.get("type").is_some_and(is_boolean));
            switches.extend(named.map(|(name, _)| name.clone()));
            fields.values().for_each(|it| add_switches(it, switches));
        }
        _ => {}
    }
}

/// Whether a type is boolean, or that and null.
fn is_boolean(kind: &Json) -> bool {
    kind == "boolean" || kind.as_array().is_some_and(|it| it.iter().any(|it| it == "boolean"))
}

fn add_words(schema: &Json, words: &mut BTreeSet<String>) {
    match schema {
        Json::Array(items) => items.iter().for_each(|it| add_words(it, words)),
        Json::Object(fields) => {
            let properties = fields.get("properties").and_then(Json::as_object);
            words.extend(properties.into_iter().flat_map(|it| it.keys().cloned()));
            let fixed = fields.get("enum").and_then(Json::as_array);
            let fixed = fixed.into_iter().flatten().chain(fields.get("const"));
            words.extend(fixed.filter_map(Json::as_str).map(str::to_owned));
            fields.values().for_each(|it| add_words(it, words));
        }
        _ => {}
    }
}

/// The names of the properties that the schema object at `pointer` has.
pub(super) fn properties_at<'a>(schema: &'a Json, pointer: &str) -> Vec<&'a str> {
    let properties = schema.pointer(pointer).and_then(|it| it.get("properties"));
    properties
        .and_then(Json::as_object)
        .map_or(vec![], |it: &Map<_, _>| it.keys().map(String::as_str).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_every_schema_has_a_description() {
        fn walk(schema: &Json, path: &str, missing: &mut Vec<String>) {
            if let Some(properties) = schema.get("properties").and_then(Json::as_object) {
                for (name, property) in properties {
                    let path = format!("{path}/{name}");
                    if property.get("description").is_none() && property.get("const").is_none() {
                        missing.push(path.clone());
                    }
                    walk(property, &path, missing);
                }
            }
            for nested in ["items", "additionalProperties"] {
                if let Some(schema) = schema.get(nested) {
                    walk(schema, &format!("{path}/{nested}"), missing);
                }
            }
        }
        for kind in Kind::ALL {
            let mut missing = vec![];
            walk(&schema_of_kind(kind), kind.name(), &mut missing);
            assert_eq!(missing, Vec::<String>::new());
        }
    }

    #[test]
    fn words_are_those_of_all_kinds() {
        let words = ["apiVersion", "Segment", "valuesFrom", "NUM_EQ", "perTarget", "attributeName"];
        assert!(words.into_iter().all(is_word));
        // An example of a value is no word.
        assert!(!is_word("beta-users") && !is_word("sweden") && !is_word(""));
    }

    #[test]
    fn every_schema_compiles() {
        for (_, kind) in SCHEMA_FILES {
            jsonschema::validator_for(&schema_of(kind)).unwrap();
        }
    }
}
