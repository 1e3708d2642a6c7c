//! What a text says, so that a formatted one can be held against it.

use serde_json::Value as Json;

use super::order::Place;
use super::tree::{self, Tree};
use crate::document::{self, Node};
use crate::source::FileId;

/// The documents of a text with their sets sorted, and its comments.
#[derive(Debug, PartialEq)]
pub(super) struct Meaning {
    documents: Vec<Json>,
    comments: Vec<String>,
}

impl Meaning {
    /// What `text` says, of which `nodes` and `tree` were read.
    pub(super) fn of(nodes: &[Node], tree: &Tree, text: &str) -> Self {
        let mut documents: Vec<Json> = nodes.iter().map(Node::to_json).collect();
        for document in &mut documents {
            let field = |name| document.get(name).and_then(Json::as_str);
            if let Some(place) = Place::of(field("apiVersion"), field("kind")) {
                sort_sets(document, place);
            }
        }
        let mut comments: Vec<String> =
            tree.comments.iter().map(|it| text[it.clone()].to_owned()).collect();
        comments.sort();
        Self { documents, comments }
    }

    /// What `text` says; none where it is not YAML.
    pub(super) fn read(file: FileId, text: &str) -> Option<Self> {
        let mut diagnostics = vec![];
        let nodes = document::parse(file, text, &mut diagnostics);
        let tree = tree::read(text)?;
        diagnostics.is_empty().then(|| Self::of(&nodes, &tree, text))
    }
}

fn sort_sets(value: &mut Json, place: Place<'_>) {
    match value {
        Json::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                sort_sets(value, place.child(key));
            }
        }
        Json::Array(items) if place.is_set() => items.sort_by_cached_key(Json::to_string),
        Json::Array(items) => items.iter_mut().for_each(|it| sort_sets(it, place.item())),
        _ => {}
    }
}
