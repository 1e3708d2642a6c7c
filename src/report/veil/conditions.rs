//! Conditions of the vendors: which object says something about a private attribute.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::fold;
use crate::document::pointer::{escaped, parts};
use crate::document::{Node, Provider, is_word};
use crate::provider::{self, Attribute};

/// The attributes whose values are private.
#[derive(Clone, Debug)]
pub(super) enum Attributes {
    /// These, as [`fold`] makes them.
    These(BTreeSet<String>),
    /// Each may be.
    All,
}

impl Default for Attributes {
    fn default() -> Self {
        Self::These(BTreeSet::new())
    }
}

impl Attributes {
    /// Those of both.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::These(mut one), Self::These(other)) => {
                one.extend(other);
                Self::These(one)
            }
            _ => Self::All,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        match self {
            Self::These(names) => names.contains(&fold(name)),
            Self::All => true,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::These(names) if names.is_empty())
    }

    /// Whether `object`, of a vendor's document, is a condition on one of them.
    pub(super) fn are_of(&self, object: &Map<String, Json>, attribute: &Attribute) -> bool {
        let name = object.get(attribute.field).and_then(Json::as_str);
        name.is_some_and(|name| self.has(name))
    }

    /// Whether what stands at `pointer` in `document` is, or is a part of, a value of one of them.
    pub(super) fn have(&self, document: &Json, pointer: &str, attribute: &Attribute) -> bool {
        let mut here = Some(document);
        for part in parts(pointer) {
            let Some(value) = here else { break };
            let object = value.as_object();
            let private = object.is_some_and(|object| self.are_of(object, attribute));
            if private && may_hold_value(&[attribute], &part) {
                return true;
            }
            here = match value {
                Json::Object(object) => object.get(&*part),
                Json::Array(items) => part.parse::<usize>().ok().and_then(|at| items.get(at)),
                _ => None,
            };
        }
        false
    }

    /// What a mapping of a document is, in the words of any vendor.
    pub(super) fn judge(&self, node: &Node) -> Condition {
        let attributes = attributes();
        let named = |it: &&Attribute| {
            node.get(it.field).and_then(Node::as_str).filter(|it| !it.trim().is_empty())
        };
        let names: Vec<&str> = attributes.iter().filter_map(named).collect();
        if !names.is_empty() {
            let private = names.iter().any(|name| self.has(name));
            return if private { Condition::Private } else { Condition::Public };
        }
        let is_of_one = |key: &str| {
            let of = |it: &&Attribute| key == it.operator || it.values.contains(&key);
            attributes.iter().any(of)
        };
        let entries = node.entries();
        // Where no word is the right one, the name of the attribute still stands there.
        let is_misspelt = entries.iter().any(|entry| !is_word(&entry.key))
            && entries.iter().any(|entry| entry.node.as_str().is_some_and(|it| self.name(it)));
        if is_misspelt || entries.iter().any(|entry| is_of_one(&entry.key)) {
            return Condition::Unreadable;
        }
        Condition::None
    }

    /// Whether `text` is the name of one of them.
    pub(super) fn name(&self, text: &str) -> bool {
        matches!(self, Self::These(_)) && self.has(text)
    }

    /// Whether `item` of a list says something of one of them in words of its own.
    pub(super) fn are_in(&self, item: &Node) -> bool {
        let has = |text: &str| {
            text.split(|it: char| !it.is_alphanumeric()).any(|it| self.name(it)) && !self.name(text)
        };
        item.as_str().is_some_and(has)
            || item.items().iter().any(|it| it.as_str().is_some_and(|it| self.name(it)))
    }
}

/// What a mapping of a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// A condition on a private attribute.
    Private,
    /// A condition on another attribute.
    Public,
    /// A condition, and nobody can tell on what.
    Unreadable,
    /// Something else.
    None,
}

/// How the conditions of each vendor say of which attribute they are.
pub(super) fn attributes() -> [&'static Attribute; Provider::ALL.len()] {
    Provider::ALL.map(provider::attribute)
}

/// Whether the field `key` of a condition says of which attribute it is, or how it compares.
pub(super) fn names_attribute(attributes: &[&Attribute], key: &str) -> bool {
    attributes.iter().any(|it| it.field == key || it.operator == key)
}

/// Whether conditions stand in the field `key`.
pub(super) fn holds_conditions(attributes: &[&Attribute], key: &str) -> bool {
    attributes.iter().any(|it| it.conditions == Some(key))
}

/// Whether the field `key` of a condition may hold values: it is known to, or is not known at all.
pub(super) fn may_hold_value(attributes: &[&Attribute], key: &str) -> bool {
    !names_attribute(attributes, key)
        && (!is_word(key) || attributes.iter().any(|it| it.values.contains(&key)))
}

/// `pointer` with each of its parts as `shown` has it.
pub(super) fn each_part(pointer: &str, shown: impl Fn(&str) -> String) -> String {
    parts(pointer).map(|it| ["/", &escaped(&shown(&it))].concat()).collect()
}
