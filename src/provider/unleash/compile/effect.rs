//! Whether a change of a segment lets more or fewer users in, where that is certain.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::desired::Canonical;
use crate::plan::Effect;

/// What turning `before` into `after` does to the audience; none where it is not proven.
///
/// Constraints hold all at once, so one more narrows and one less widens. Constraints that differ
/// only in their values are one constraint that changed.
pub(crate) fn effect(before: &Canonical, after: &Canonical) -> Option<Effect> {
    let (before, after) = (constraints(before), constraints(after));
    let gone: Vec<_> = before.iter().filter(|it| !after.contains(it)).collect();
    let new: Vec<_> = after.iter().filter(|it| !before.contains(it)).collect();
    let changes: Option<Vec<Effect>> = match (&gone[..], &new[..]) {
        ([], []) => None,
        ([], _) => Some(vec![Effect::Narrows]),
        (_, []) => Some(vec![Effect::Widens]),
        (gone, new) if gone.len() == new.len() => pairwise(gone, new.to_vec()),
        _ => None,
    };
    let changes = changes?;
    let first = *changes.first()?;
    changes.iter().all(|it| *it == first).then_some(first)
}

/// What each of `gone` became, when each became one of `new` by a change of its values alone.
fn pairwise(gone: &[&Map<String, Json>], mut new: Vec<&Map<String, Json>>) -> Option<Vec<Effect>> {
    let mut changes = vec![];
    for old in gone {
        let (at, change) =
            new.iter().enumerate().find_map(|(at, new)| Some((at, of_values(old, new)?)))?;
        new.swap_remove(at);
        changes.push(change);
    }
    Some(changes)
}

/// What a change of the values of one constraint does.
fn of_values(before: &Map<String, Json>, after: &Map<String, Json>) -> Option<Effect> {
    let same = ["contextName", "operator", "value", "inverted", "caseInsensitive"]
        .iter()
        .all(|field| before.get(*field) == after.get(*field));
    if !same {
        return None;
    }
    let (before_values, after_values) = (values(before), values(after));
    let grows = before_values.is_subset(&after_values);
    let shrinks = after_values.is_subset(&before_values);
    let excludes = (before.get("operator") == Some(&Json::from("NOT_IN")))
        != (before.get("inverted") == Some(&Json::Bool(true)));
    Some(match (grows, shrinks, excludes) {
        (true, _, false) | (_, true, true) => Effect::Widens,
        (_, true, false) | (true, _, true) => Effect::Narrows,
        (false, false, _) => Effect::Replaces,
    })
}

fn constraints(document: &Canonical) -> Vec<Map<String, Json>> {
    let list = document.document().get("constraints").and_then(Json::as_array);
    let objects = list.map_or(&[][..], Vec::as_slice).iter().filter_map(Json::as_object);
    objects.map(sorted).collect()
}

fn sorted(constraint: &Map<String, Json>) -> Map<String, Json> {
    let mut constraint = constraint.clone();
    let sorted: Vec<&str> = values(&constraint).into_iter().collect();
    let sorted = Json::from(sorted);
    constraint.insert("values".to_owned(), sorted);
    constraint
}

fn values(constraint: &Map<String, Json>) -> BTreeSet<&str> {
    let list = constraint.get("values").and_then(Json::as_array);
    list.map_or(&[][..], Vec::as_slice).iter().filter_map(Json::as_str).collect()
}
