//! Which items of a list stay, which change in their place, which go and which are new.

use std::collections::HashMap;

use serde_json::Value as Json;

/// What becomes of a list.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Alignment {
    /// For each item as it is, the item that it becomes; none where it goes.
    pub(super) kept: Vec<Option<usize>>,
    /// The items that are new, each with the kept item after which it stands.
    pub(super) added: Vec<(Option<usize>, usize)>,
}

/// Brings the items of two lists together. Items that are equal stay, and a collection that has
/// something in common with a new one becomes it.
pub(super) fn align(old: &[Json], new: &[Json]) -> Alignment {
    let texts = |items: &[Json]| items.iter().map(Json::to_string).collect::<Vec<_>>();
    let (old_texts, new_texts) = (texts(old), texts(new));
    let mut in_old = counts(&old_texts);
    let mut kept = vec![None; old.len()];
    let (mut at, mut to) = (0, 0);
    let mut gap = Gap::default();
    while at < old.len() || to < new.len() {
        let (one, other) = (old_texts.get(at), new_texts.get(to));
        if one.is_some() && one == other {
            take(&mut in_old, one);
            std::mem::take(&mut gap).close(old, new, &mut kept);
            kept[at] = Some(to);
            (at, to) = (at + 1, to + 1);
        } else if other.is_some_and(|it| !in_old.contains_key(it.as_str())) {
            gap.new.push(to);
            to += 1;
        } else if one.is_some() {
            take(&mut in_old, one);
            gap.old.push(at);
            at += 1;
        } else {
            gap.new.push(to);
            to += 1;
        }
    }
    gap.close(old, new, &mut kept);
    let mut of: Vec<Option<usize>> = vec![None; new.len()];
    for (at, to) in kept.iter().enumerate() {
        if let Some(to) = to {
            of[*to] = Some(at);
        }
    }
    let mut last = None;
    let mut added = vec![];
    for (to, from) in of.into_iter().enumerate() {
        match from {
            Some(from) => last = Some(from),
            None => added.push((last, to)),
        }
    }
    Alignment { kept, added }
}

fn counts(texts: &[String]) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for text in texts {
        *counts.entry(text.as_str()).or_default() += 1;
    }
    counts
}

fn take(counts: &mut HashMap<&str, usize>, text: Option<&String>) {
    let Some(text) = text.map(String::as_str) else { return };
    match counts.get_mut(text) {
        Some(1) => drop(counts.remove(text)),
        Some(count) => *count -= 1,
        None => {}
    }
}

/// What stands between two items that stay.
#[derive(Default)]
struct Gap {
    old: Vec<usize>,
    new: Vec<usize>,
}

impl Gap {
    /// Pairs what is likely to be the same thing, without changing the order of anything.
    fn close(self, old: &[Json], new: &[Json], kept: &mut [Option<usize>]) {
        if let ([at], [to]) = (&self.old[..], &self.new[..])
            && is_of_a_kind(&old[*at], &new[*to])
        {
            kept[*at] = Some(*to);
            return;
        }
        let mut from = 0;
        for at in self.old.iter().copied() {
            let likely = self.new[from..].iter().enumerate();
            let likely = likely.map(|(skip, to)| (alike(&old[at], &new[*to]), skip));
            // Of equals the first one.
            let best = likely.filter(|it| it.0 > 0).max_by_key(|it| (it.0, usize::MAX - it.1));
            if let Some((_, skip)) = best {
                kept[at] = Some(self.new[from + skip]);
                from += skip + 1;
            }
        }
        self.pair_the_rest(old, new, kept);
    }

    /// Pairs what has nothing in common but its keys, between those that were paired.
    fn pair_the_rest(&self, old: &[Json], new: &[Json], kept: &mut [Option<usize>]) {
        let mut from = 0;
        for (nth, at) in self.old.iter().copied().enumerate() {
            if let Some(to) = kept[at] {
                from = self.new.partition_point(|it| *it <= to);
                continue;
            }
            let next = self.old[nth..].iter().find_map(|at| kept[*at]);
            let end = next.map_or(self.new.len(), |to| self.new.partition_point(|it| *it < to));
            let free = self.new.get(from..end).unwrap_or_default();
            if let Some(skip) = free.iter().position(|to| is_of_a_kind(&old[at], &new[*to])) {
                kept[at] = Some(free[skip]);
                from += skip + 1;
            }
        }
    }
}

/// Whether one collection could have become the other in the same place.
fn is_of_a_kind(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Object(one), Json::Object(other)) => {
            one.is_empty() || other.is_empty() || one.keys().any(|it| other.contains_key(it))
        }
        (Json::Array(one), Json::Array(other)) => {
            let mut pairs = one.iter().zip(other);
            one.is_empty() || other.is_empty() || pairs.any(|(one, other)| is_of_a_kind(one, other))
        }
        _ => false,
    }
}

/// How much two collections have in common; nothing else is ever the same thing changed.
pub(crate) fn alike(one: &Json, other: &Json) -> usize {
    match (one, other) {
        (Json::Object(one), Json::Object(other)) => {
            let shared = one.iter().filter_map(|(key, value)| Some((value, other.get(key)?)));
            shared.map(|(one, other)| if one == other { 4 } else { alike(one, other).min(2) }).sum()
        }
        (Json::Array(one), Json::Array(other)) => {
            let is_in = |it: &&Json| {
                other.contains(it)
                    || ((it.is_object() || it.is_array())
                        && other.iter().any(|other| alike(it, other) > 0))
            };
            one.iter().filter(is_in).take(4).count()
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn aligned(old: &Json, new: &Json) -> Alignment {
        align(old.as_array().unwrap(), new.as_array().unwrap())
    }

    #[test]
    fn what_stays_keeps_its_place() {
        let found = aligned(&json!(["a", "b", "c"]), &json!(["x", "a", "c", "d"]));
        assert_eq!(found.kept, [Some(1), None, Some(2)]);
        assert_eq!(found.added, [(None, 0), (Some(2), 3)]);
    }

    #[test]
    fn a_collection_becomes_what_is_like_it_and_a_text_becomes_nothing() {
        let found = aligned(
            &json!([{"on": "a", "n": 1}, {"on": "b", "n": 1}, "x"]),
            &json!([{"on": "b", "n": 2}, "y"]),
        );
        assert_eq!(found.kept, [None, Some(0), None]);
        assert_eq!(found.added, [(Some(1), 1)]);
    }

    #[test]
    fn another_order_is_a_removal_and_an_addition() {
        let found = aligned(&json!(["a", "b"]), &json!(["b", "a"]));
        assert_eq!(found.kept, [None, Some(0)]);
        assert_eq!(found.added, [(Some(1), 1)]);
    }
}
