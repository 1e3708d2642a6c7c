//! Whether a change of a segment lets more or fewer users in, where that is certain.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::super::engine::parse_number;
use super::{Rule, rules};
use crate::desired::Canonical;
use crate::plan::Effect;

/// What turning `before` into `after` does to the audience; none where it is not proven.
///
/// Where all rules have to hold, one more narrows; where any will do, one more widens. No rules at
/// all match everyone. Rules that differ only in their values are one rule that changed.
pub(crate) fn effect(before: &Canonical, after: &Canonical) -> Option<Effect> {
    let (was, is) = (word(before)?, word(after)?);
    let (before, after) = (read(before), read(after));
    if before.is_empty() || after.is_empty() {
        return match (before.is_empty(), after.is_empty()) {
            (true, true) => None,
            (true, false) => Some(Effect::Narrows),
            _ => Some(Effect::Widens),
        };
    }
    let gone: Vec<&Rule> = before.iter().filter(|it| !contains(&after, it)).collect();
    let new: Vec<&Rule> = after.iter().filter(|it| !contains(&before, it)).collect();
    let (more, less) = match is {
        "any" => (Effect::Widens, Effect::Narrows),
        _ => (Effect::Narrows, Effect::Widens),
    };
    let mut changes = match (&gone[..], &new[..]) {
        ([], []) => vec![],
        ([], _) => vec![more],
        (_, []) => vec![less],
        (gone, new) if gone.len() == new.len() => pairwise(gone, new.to_vec())?,
        _ => return None,
    };
    // Of a single rule, all and any are the same.
    if was != is && (before.len() > 1 || after.len() > 1) {
        changes.push(if is == "any" { Effect::Widens } else { Effect::Narrows });
        // What the change of the word does to other rules than those before is not proven.
        if changes.len() > 1 {
            return None;
        }
    }
    let first = *changes.first()?;
    changes.iter().all(|it| *it == first).then_some(first)
}

/// How the rules of a segment work together, where the server could have stored it.
fn word(document: &Canonical) -> Option<&str> {
    let word = document.document().get("match_type").and_then(Json::as_str)?;
    matches!(word, "all" | "any").then_some(word)
}

fn read(document: &Canonical) -> Vec<Rule> {
    rules(document.document()).map(Rule::read).collect()
}

fn contains(rules: &[Rule], rule: &Rule) -> bool {
    rules.iter().any(|it| same_place(it, rule) && values(it) == values(rule))
}

fn same_place(one: &Rule, other: &Rule) -> bool {
    one.attribute == other.attribute && one.operator == other.operator
}

fn values(rule: &Rule) -> BTreeSet<&str> {
    rule.values.iter().map(String::as_str).collect()
}

/// What each of `gone` became, when each became one of `new` by a change of its values alone.
fn pairwise(gone: &[&Rule], mut new: Vec<&Rule>) -> Option<Vec<Effect>> {
    let mut changes = vec![];
    for old in gone {
        let at = new.iter().position(|new| same_place(old, new))?;
        changes.push(of_values(old, new.swap_remove(at))?);
    }
    Some(changes)
}

/// What a change of the values of one rule does.
fn of_values(before: &Rule, after: &Rule) -> Option<Effect> {
    let condition = before.condition();
    let (was, is) = (values(before), values(after));
    let (grows, shrinks) = (was.is_subset(&is), is.is_subset(&was));
    match condition.operator {
        "in" | "notIn" => {
            let excludes = condition.operator == "notIn";
            Some(match (grows, shrinks, excludes) {
                (true, _, false) | (_, true, true) => Effect::Widens,
                (_, true, false) | (true, _, true) => Effect::Narrows,
                (false, false, _) => Effect::Replaces,
            })
        }
        "gt" | "gte" | "lt" | "lte" => {
            let number = |rule: &Rule| parse_number(rule.values.first()?);
            let (was, is) = (number(before)?, number(after)?);
            let is_lower_bound = condition.operator.starts_with('g');
            match was.partial_cmp(&is)? {
                std::cmp::Ordering::Equal => None,
                std::cmp::Ordering::Less if is_lower_bound => Some(Effect::Narrows),
                std::cmp::Ordering::Less => Some(Effect::Widens),
                std::cmp::Ordering::Greater if is_lower_bound => Some(Effect::Widens),
                std::cmp::Ordering::Greater => Some(Effect::Narrows),
            }
        }
        _ => Some(Effect::Replaces),
    }
}
