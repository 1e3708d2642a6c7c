//! The buckets of a segment, and how many are left for one that excludes others.
//!
//! The real server gives pseudo-random buckets. Here it is the lowest free ones, so that the space
//! of several allocations can be foretold.

use serde_json::{Map, Value, json};

use super::super::shelf::Shelf;
use super::decimal;
use super::overlap;

/// How many buckets there are.
pub(super) const BUCKETS: u32 = 1_000_000;

/// Ranges of buckets, each from its first to before its last, sorted and apart.
type Ranges = Vec<(u32, u32)>;

/// Whether a segment takes part in any exclusivity.
pub(super) fn is_coordinated(segment: &Map<String, Value>) -> bool {
    ["exclusivityTags", "exclusiveTo"].iter().any(|name| !tags(segment, name).is_empty())
}

/// How many buckets its proportion is.
pub(super) fn wanted(segment: &Map<String, Value>) -> u32 {
    decimal::buckets(proportion(segment)).unwrap_or_default()
}

/// The text of its proportion.
pub(super) fn proportion(segment: &Map<String, Value>) -> &str {
    let value = segment.get("allocation").and_then(|it| it["proportion"]["value"].as_str());
    value.unwrap_or_default()
}

/// The buckets that no allocated segment holds that excludes this one, or that it excludes.
pub(super) fn free(
    shelf: Shelf<'_>,
    id: &str,
    segment: &Map<String, Value>,
) -> rusqlite::Result<Ranges> {
    let mut free = vec![(0, BUCKETS)];
    for (other_id, held) in shelf.all("buckets")? {
        if other_id == id {
            continue;
        }
        let Some(Value::Object(other)) = shelf.get("segment", &other_id)? else {
            continue;
        };
        if other["state"] == "ALLOCATED" && conflicts(segment, &other) {
            free = without(&free, &ranges(&held));
        }
    }
    Ok(free)
}

/// How many buckets some ranges have.
pub(super) fn size(ranges: &[(u32, u32)]) -> u32 {
    ranges.iter().map(|(from, to)| to - from).sum()
}

/// Gives a segment its buckets, out of those that are free; false when they are too few.
pub(super) fn take(
    shelf: Shelf<'_>,
    id: &str,
    segment: &Map<String, Value>,
) -> rusqlite::Result<bool> {
    let free = free(shelf, id, segment)?;
    let mut left = wanted(segment);
    if left > size(&free) {
        return Ok(false);
    }
    let mut taken = vec![];
    for (from, to) in free {
        let part = left.min(to - from);
        if part > 0 {
            taken.push(json!([from, from + part]));
        }
        left -= part;
    }
    shelf.put("buckets", id, &taken.into())?;
    Ok(true)
}

/// Whether nobody may be in both.
fn conflicts(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let excludes = |one: &Map<String, Value>, other: &Map<String, Value>| {
        let tags_of_other = tags(other, "exclusivityTags");
        tags(one, "exclusiveTo").iter().any(|tag| tags_of_other.contains(tag))
    };
    (excludes(one, other) || excludes(other, one)) && !overlap::are_apart(one, other)
}

fn tags<'s>(segment: &'s Map<String, Value>, name: &str) -> Vec<&'s str> {
    let tags = segment.get("allocation").and_then(|it| it[name].as_array());
    tags.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn ranges(held: &Value) -> Ranges {
    let number = |value: &Value| value.as_u64().and_then(|it| u32::try_from(it).ok());
    let ranges = held.as_array().into_iter().flatten();
    ranges.filter_map(|range| Some((number(&range[0])?, number(&range[1])?))).collect()
}

fn without(from: &[(u32, u32)], taken: &[(u32, u32)]) -> Ranges {
    let mut left = from.to_vec();
    for (first, last) in taken {
        let cut = left
            .iter()
            .flat_map(|(from, to)| [(*from, (*to).min(*first)), ((*from).max(*last), *to)]);
        left = cut.filter(|(from, to)| from < to).collect();
    }
    left
}
