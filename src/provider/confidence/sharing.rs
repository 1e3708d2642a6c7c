//! Exclusivity: which segments may not have a user in common, and how much room that leaves.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::compile::decimal;

type Fields = Map<String, Json>;

/// Whether a segment takes part in any exclusivity, and so has to be allocated.
pub(super) fn is_coordinated(segment: &Fields) -> bool {
    ["exclusivityTags", "exclusiveTo"].iter().any(|name| !tags(segment, name).is_empty())
}

/// The share that a segment takes.
pub(super) fn proportion(segment: &Fields) -> &str {
    segment.get("allocation").and_then(|it| it.get("proportion")?.as_str()).unwrap_or("0")
}

/// The share that a segment takes, in buckets.
pub(super) fn wanted(segment: &Fields) -> u64 {
    decimal::buckets(proportion(segment))
}

/// Whether the two take room from each other: nobody may be in both, and somebody could be.
pub(super) fn compete(one: &Fields, other: &Fields) -> bool {
    let excludes = |one: &Fields, other: &Fields| {
        let carried = tags(other, "exclusivityTags");
        tags(one, "exclusiveTo").iter().any(|tag| carried.contains(tag))
    };
    (excludes(one, other) || excludes(other, one)) && !are_apart(one, other)
}

/// The tags of one kind.
pub(super) fn tags<'s>(segment: &'s Fields, name: &str) -> BTreeSet<&'s str> {
    let tags = segment.get("allocation").and_then(|it| it.get(name)?.as_array());
    tags.into_iter().flatten().filter_map(Json::as_str).collect()
}

/// Whether both demand some attribute, with no value in common.
fn are_apart(one: &Fields, other: &Fields) -> bool {
    let (one, other) = (demands(one), demands(other));
    one.iter().any(|(attribute, values)| {
        other.get(attribute).is_some_and(|others| values.is_disjoint(others))
    })
}

/// The values of each attribute without which nobody is in the segment. An attribute that is a list
/// can hold several at once, which no document says; the server decides that.
fn demands(segment: &Fields) -> BTreeMap<&str, BTreeSet<String>> {
    let Some(targeting) = segment.get("targeting").filter(|it| it.is_object()) else {
        return BTreeMap::new();
    };
    let mut names = vec![];
    required(&targeting["expression"], &mut names);
    let demands = names.into_iter().filter_map(|name| {
        let attribute = &targeting["criteria"][name]["attribute"];
        let values: Vec<&Json> = match (&attribute["eqRule"]["value"], &attribute["setRule"]) {
            (value @ Json::Object(_), _) => vec![value],
            (_, set @ Json::Object(_)) => set["values"].as_array()?.iter().collect(),
            _ => return None,
        };
        let values = values.into_iter().map(ToString::to_string).collect();
        Some((attribute["attributeName"].as_str()?, values))
    });
    demands.collect()
}

/// The criteria that an expression cannot do without.
fn required<'e>(expression: &'e Json, names: &mut Vec<&'e str>) {
    names.extend(expression["ref"].as_str());
    for operand in expression["and"]["operands"].as_array().into_iter().flatten() {
        required(operand, names);
    }
}
