//! What differs between two trees of JSON in which order means nothing.

use std::collections::HashSet;

use serde_json::{Map, Value as Json};

use super::changes::{Change, ChangeKind, set_change};
use crate::document::pointer::escaped;

/// What turns `before` into `after`, which stand at `path`.
pub(super) fn compare(path: String, before: &Json, after: &Json, found: &mut Vec<Change>) {
    match (before, after) {
        _ if before == after => {}
        (Json::Object(before), Json::Object(after)) => objects(&path, before, after, found),
        (Json::Array(before), Json::Array(after)) => {
            let (before_texts, after_texts) = (texts(before), texts(after));
            let change = match (&before_texts, &after_texts) {
                (Some(before), Some(after)) => set_change(path.clone(), before, after),
                _ => None,
            };
            let is_same = || same(before, after);
            match change {
                Some(change) => found.push(change),
                None if is_same() => {}
                None => found.push(whole(path, before.clone().into(), after.clone().into())),
            }
        }
        _ if same_number(before, after) => {}
        _ => found.push(whole(path, before.clone(), after.clone())),
    }
}

fn objects(
    path: &str,
    before: &Map<String, Json>,
    after: &Map<String, Json>,
    found: &mut Vec<Change>,
) {
    let added = after.keys().filter(|name| !before.contains_key(*name));
    for name in before.keys().chain(added) {
        let path = format!("{path}/{}", escaped(name));
        let of = |fields: &Map<String, Json>| fields.get(name).cloned().unwrap_or_default();
        compare(path, &of(before), &of(after), found);
    }
}

fn whole(path: String, from: Json, to: Json) -> Change {
    Change { path, kind: ChangeKind::Value { from, to } }
}

/// Whether two lists have the same items, however often and in whatever order.
fn same(one: &[Json], other: &[Json]) -> bool {
    let equal = |a: &Json, b: &Json| {
        let mut found = vec![];
        compare(String::new(), a, b, &mut found);
        found.is_empty()
    };
    let within = |these: &[Json], those: &[Json]| {
        these.iter().all(|it| those.iter().any(|other| equal(it, other)))
    };
    within(one, other) && within(other, one)
}

fn same_number(one: &Json, other: &Json) -> bool {
    one.is_number() && one.as_f64() == other.as_f64()
}

/// The items of a list as texts: each is a text, or an object with nothing else in it.
fn texts(items: &[Json]) -> Option<Vec<&str>> {
    items.iter().map(text).collect()
}

fn text(item: &Json) -> Option<&str> {
    match item {
        Json::String(text) => Some(text),
        Json::Object(fields) if fields.len() == 1 => fields.values().next()?.as_str(),
        _ => None,
    }
}

/// Every list of texts in a tree.
pub(super) fn lists(tree: &Json) -> Vec<HashSet<&str>> {
    match tree {
        Json::Array(items) => match texts(items) {
            Some(texts) => vec![texts.into_iter().collect()],
            None => items.iter().flat_map(lists).collect(),
        },
        Json::Object(fields) => fields.values().flat_map(lists).collect(),
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changes(before: &Json, after: &Json) -> Vec<Change> {
        let mut found = vec![];
        compare(String::new(), before, after, &mut found);
        found
    }

    #[test]
    fn what_means_nothing_is_no_change() {
        let before =
            json!({"a": [{"text": "x"}, {"text": "y"}], "n": 18.0, "b": [{"c": {}}, {"d": []}]});
        let after =
            json!({"b": [{"d": []}, {"c": {}}], "n": 18, "a": [{"text": "y"}, {"text": "x"}]});
        assert_eq!(changes(&before, &after), []);
    }

    #[test]
    fn a_list_of_texts_changes_item_by_item_and_anything_else_as_a_whole() {
        let before = json!({"is/in": {"values": [{"text": "x"}, {"text": "y"}]}});
        let after = json!({"is/in": {"values": [{"text": "y"}, {"text": "z"}]}, "new": {"a": 1}});
        let kind = ChangeKind::Set { added: vec!["z".into()], removed: vec!["x".into()], total: 2 };
        let expected = [
            Change { path: "/is~1in/values".into(), kind },
            whole("/new".into(), Json::Null, json!({"a": 1})),
        ];
        assert_eq!(changes(&before, &after), expected);
        // The same texts, in values of another type.
        let [one, other] = [json!([{"text": "1"}]), json!([{"version": "1"}])];
        assert_eq!(changes(&one, &other), [whole(String::new(), one.clone(), other.clone())]);
    }

    #[test]
    fn every_list_of_texts_is_found() {
        let tree = json!({"a": {"values": [{"text": "x"}]}, "b": [{"c": ["y", "z"]}, {"d": 1}]});
        let mut sizes: Vec<usize> = lists(&tree).iter().map(HashSet::len).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [1, 2]);
    }
}
