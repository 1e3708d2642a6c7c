//! Nodes as the schema validator reads them: in place, without a copy as JSON.

use std::borrow::Cow;
use std::slice;

use jsonschema::json::{self, NodeIdentity};
use jsonschema::types::JsonType;
use serde_json::{Number, Value as Json};

use super::{Entry, Node, Value};

/// The representation of JSON whose values are nodes.
#[derive(Debug)]
pub(super) struct Nodes;

/// What the validator looks at.
#[derive(Clone, Copy, Debug)]
pub(super) enum View<'a> {
    /// A node.
    Node(&'a Node),
    /// The name of a property, which no node holds.
    Name(&'a str),
}

impl json::Json for Nodes {
    type Node<'a> = View<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(View<'_>) -> T) -> T {
        f(View::Name(string))
    }
}

impl<'a> json::Node<'a, Nodes> for View<'a> {
    type Object = &'a [Entry];
    type Array = &'a [Node];
    type Number = &'a Number;

    fn as_object(&self) -> Option<&'a [Entry]> {
        match self {
            Self::Node(Node { value: Value::Map(entries), .. }) => Some(entries),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<&'a [Node]> {
        match self {
            Self::Node(Node { value: Value::List(items), .. }) => Some(items),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Node(node) => node.as_str().map(Cow::Borrowed),
            Self::Name(name) => Some(Cow::Borrowed(name)),
        }
    }

    fn as_number(&self) -> Option<&'a Number> {
        match self {
            Self::Node(Node { value: Value::Number(number), .. }) => Some(number),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Node(Node { value: Value::Bool(value), .. }) => Some(*value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        self.json_type() == JsonType::Null
    }

    fn json_type(&self) -> JsonType {
        let Self::Node(node) = self else { return JsonType::String };
        match node.value {
            Value::Null => JsonType::Null,
            Value::Bool(_) => JsonType::Boolean,
            Value::Number(_) => JsonType::Number,
            Value::String(_) => JsonType::String,
            Value::List(_) => JsonType::Array,
            Value::Map(_) => JsonType::Object,
        }
    }

    /// A character takes one to four bytes, so most texts need not be counted.
    fn string_length_within(&self, min: u64, max: u64) -> Option<bool> {
        let text = self.as_string()?;
        let bytes = text.len() as u64;
        if min <= bytes.div_ceil(4) && bytes <= max {
            return Some(true);
        }
        Some((min..=max).contains(&(text.chars().count() as u64)))
    }

    /// Texts, which most constants are, are compared in place.
    fn equals_value(&self, expected: &Json) -> bool {
        match (self.as_string(), expected) {
            (Some(text), Json::String(expected)) => text == *expected,
            _ => json::cmp::equal(&self.to_value(), expected),
        }
    }

    fn to_value(&self) -> Cow<'a, Json> {
        Cow::Owned(match self {
            Self::Node(node) => node.to_json(),
            Self::Name(name) => Json::from(*name),
        })
    }

    /// Needed for schemas that refer to themselves, and ours are written out.
    fn identity(&self) -> Option<NodeIdentity> {
        None
    }
}

impl<'a> json::Object<'a, Nodes> for &'a [Entry] {
    type Node = View<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        <[Entry]>::len(self)
    }

    fn get(&self, key: &String) -> Option<View<'a>> {
        self.iter().find(|entry| entry.key == *key).map(|entry| View::Node(&entry.node))
    }

    fn members(&self) -> Members<'a> {
        Members(self.iter())
    }
}

/// The entries of a mapping.
#[derive(Debug)]
pub(super) struct Members<'a>(slice::Iter<'a, Entry>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, View<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|entry| (entry.key.as_str(), View::Node(&entry.node)))
    }
}

impl<'a> json::Array<'a, Nodes> for &'a [Node] {
    type Node = View<'a>;
    type ElementsIter = Elements<'a>;

    fn len(&self) -> usize {
        <[Node]>::len(self)
    }

    fn elements(&self) -> Elements<'a> {
        Elements(self.iter())
    }
}

/// The items of a list.
#[derive(Debug)]
pub(super) struct Elements<'a>(slice::Iter<'a, Node>);

impl<'a> Iterator for Elements<'a> {
    type Item = View<'a>;

    fn next(&mut self) -> Option<View<'a>> {
        self.0.next().map(View::Node)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::document::{Attachment, Kind, Segment, Workspace, parse, schema_of, typed};
    use crate::source::Files;

    /// A valid document of each kind.
    fn valid() -> [(Kind, Json); 3] {
        [
            (
                Kind::Segment,
                json!({"apiVersion": "segctl.dev/v1", "kind": "Segment",
                    "metadata": {"name": "a", "labels": {"team": "growth"}},
                    "spec": {"description": "é", "allow": ["x"], "external": false,
                        "unleash": {"name": "A", "constraints": [
                            {"contextName": "f", "operator": "IN", "values": ["a", "b"]},
                            {"contextName": "f", "operator": "NUM_EQ", "value": "5"},
                        ]},
                        "perTarget": {"t": {"unleash": {"a": [1, 2.5, null]}}}}}),
            ),
            (
                Kind::Attachment,
                json!({"apiVersion": "segctl.dev/v1", "kind": "Attachment",
                    "metadata": {"name": "a"},
                    "spec": {"segments": ["a", "b"], "unleash": {"feature": "f",
                        "environment": "e", "strategy": {"title": "t"}}}}),
            ),
            (
                Kind::Workspace,
                json!({"apiVersion": "segctl.dev/v1", "kind": "Workspace",
                    "metadata": {"name": "a"},
                    "spec": {"documents": ["*"], "targets": [{"name": "t", "provider": "unleash",
                        "url": "https://a", "parallelism": 4, "guard": {"delete": "30%"},
                        "auth": {"token": {"env": "T"}}}]}}),
            ),
        ]
    }

    /// Every place in a value, as JSON pointers.
    fn places(value: &Json, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        match value {
            Json::Array(items) => {
                (0..).zip(items).for_each(|(nth, it)| places(it, &format!("{at}/{nth}"), found));
            }
            Json::Object(object) => {
                object.iter().for_each(|(key, it)| places(it, &format!("{at}/{key}"), found));
            }
            _ => {}
        }
    }

    /// What a place may hold by mistake.
    fn mistake() -> impl Strategy<Value = Json> {
        prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            Just(json!(33)),
            Just(json!(2.5)),
            Just(json!("")),
            Just(json!("IN")),
            (98_usize..103).prop_map(|length| Json::from("é".repeat(length))),
            (98_usize..103).prop_map(|length| Json::from("a".repeat(length))),
            Just(json!([])),
            Just(json!(["a", 1])),
            Just(json!({})),
            Just(json!({"more": true})),
        ]
    }

    fn node_of(value: &Json) -> Node {
        let text = value.to_string();
        let mut files = Files::default();
        let mut nodes = parse(files.add("a", text.as_str()), &text, &mut vec![]);
        nodes.pop().expect("JSON is YAML")
    }

    fn texts<'a>(errors: impl Iterator<Item = jsonschema::ValidationError<'a>>) -> Vec<String> {
        errors.map(|it| format!("{} {} {it}", it.instance_path(), it.schema_path())).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 1_000, failure_persistence: None, ..ProptestConfig::default()
        })]

        #[test]
        fn nodes_read_like_the_json_that_they_are(
            kind in 0_usize..3, place in any::<prop::sample::Index>(), mistake in mistake(),
        ) {
            let (kind, mut value) = valid()[kind].clone();
            let mut found = vec![];
            places(&value, "", &mut found);
            // The first place is the whole, which is a mapping before any of this is asked.
            *value.pointer_mut(&found[1..][place.index(found.len() - 1)]).unwrap() = mistake;
            let node = node_of(&value);
            prop_assert_eq!(node.to_json(), value.clone());

            let schema = schema_of(Some(kind));
            let by_json = jsonschema::validator_for(&schema).unwrap();
            let by_node = jsonschema::options_for::<Nodes>().build(&schema).unwrap();
            let valid = by_json.is_valid(&value);
            prop_assert_eq!(by_node.is_valid(View::Node(&node)), valid);
            prop_assert_eq!(
                texts(by_node.iter_errors(View::Node(&node))),
                texts(by_json.iter_errors(&value))
            );

            let (by_json, by_node) = match kind {
                Kind::Segment => both::<Segment>(value, &node),
                Kind::Attachment => both::<Attachment>(value, &node),
                Kind::Workspace => both::<Workspace>(value, &node),
            };
            prop_assert_eq!(&by_node, &by_json);
            prop_assert!(!valid || by_json.is_some(), "valid, and no document");
        }
    }

    /// What serde makes of a value and of its node.
    fn both<T: serde::de::DeserializeOwned + std::fmt::Debug>(
        value: Json,
        node: &Node,
    ) -> (Option<String>, Option<String>) {
        let shown = |read: Result<T, serde_json::Error>| read.ok().map(|it| format!("{it:?}"));
        (shown(serde_json::from_value(value)), shown(typed(node)))
    }
}
