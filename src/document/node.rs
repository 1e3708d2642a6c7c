//! A YAML node with the place it came from.

use serde_json::Value as Json;

use super::pointer;
use crate::source::Span;

/// A YAML value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// The place of the whole value.
    pub span: Span,
    /// The value.
    pub value: Value,
}

/// What a node holds: JSON's data model, which is all that documents use.
#[derive(Clone, Debug)]
pub enum Value {
    /// Null, `~` or nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A text.
    String(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the file, each key once.
    Map(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

impl Node {
    /// The entry of `key`, when this is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The value under `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.value {
            Value::Map(entries) => {
                entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.node)
            }
            _ => None,
        }
    }

    /// The text, when this is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items, when this is a list.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The entries, when this is a mapping.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The place of the value under a JSON pointer, or of its nearest ancestor that exists.
    ///
    /// For a mapping or a list it is the place of its key, because a span over many lines shows
    /// nothing.
    pub fn span_at(&self, pointer: &str) -> Span {
        let mut node = self;
        let mut span = self.head();
        for part in pointer::parts(pointer) {
            match &node.value {
                Value::Map(entries) => {
                    let Some(entry) = entries.iter().find(|entry| entry.key == part) else {
                        break;
                    };
                    node = &entry.node;
                    span = if node.is_container() { entry.key_span } else { node.span };
                }
                Value::List(items) => {
                    let Some(item) = part.parse().ok().and_then(|at: usize| items.get(at)) else {
                        break;
                    };
                    node = item;
                    span = node.head();
                }
                _ => break,
            }
        }
        span
    }

    /// The node under a JSON pointer.
    pub fn at(&self, pointer: &str) -> Option<&Self> {
        pointer::parts(pointer).try_fold(self, |node, part| match &node.value {
            Value::Map(_) => node.get(&part),
            Value::List(items) => items.get(part.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Whether this is a mapping or a list.
    pub fn is_container(&self) -> bool {
        matches!(self.value, Value::Map(_) | Value::List(_))
    }

    /// A short place for the value: of a container its first key or item, else the value itself.
    fn head(&self) -> Span {
        match &self.value {
            Value::Map(entries) => entries.first().map_or(self.span, |entry| entry.key_span),
            Value::List(items) => items.first().map_or(self.span, Self::head),
            _ => self.span,
        }
    }

    /// The value as JSON.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(value) => Json::Number(value.clone()),
            Value::String(text) => Json::String(text.clone()),
            Value::List(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Value::Map(entries) => Json::Object(
                entries.iter().map(|entry| (entry.key.clone(), entry.node.to_json())).collect(),
            ),
        }
    }

    /// What the value is, as a person says it.
    pub fn kind_name(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}
