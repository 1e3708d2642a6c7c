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
        // Only the first value counts.
        "eq" | "neq" => {
            let (was, is) = (before.values.first()?, after.values.first()?);
            (was != is).then_some(Effect::Replaces)
        }
        // One pattern or one text may be in another.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::super::super::FIELDS;
    use super::*;

    /// Attribute, operator and values.
    type Told<'a> = (&'a str, &'a str, &'a [&'a str]);

    fn segment(word: &str, rules: &[Told<'_>]) -> Canonical {
        let rules: Vec<Json> = rules
            .iter()
            .map(|(attribute, operator, values)| {
                json!({"attribute": attribute, "operator": operator, "values": values})
            })
            .collect();
        let document = json!({"key": "k", "match_type": word, "rules": rules});
        Canonical::new(FIELDS, document.as_object().cloned().unwrap_or_default())
    }

    fn of(before: (&str, &[Told<'_>]), after: (&str, &[Told<'_>])) -> Option<Effect> {
        effect(&segment(before.0, before.1), &segment(after.0, after.1))
    }

    const PLAN: Told<'_> = ("plan", "eq", &["pro"]);
    const AGE: Told<'_> = ("age", "gte", &["18"]);

    #[test]
    fn one_rule_more_narrows_where_all_have_to_hold_and_widens_where_any_will_do() {
        use Effect::{Narrows, Widens};
        assert_eq!(of(("all", &[PLAN]), ("all", &[PLAN, AGE])), Some(Narrows));
        assert_eq!(of(("all", &[PLAN, AGE]), ("all", &[AGE])), Some(Widens));
        assert_eq!(of(("any", &[PLAN]), ("any", &[PLAN, AGE])), Some(Widens));
        assert_eq!(of(("any", &[PLAN, AGE]), ("any", &[AGE])), Some(Narrows));
    }

    #[test]
    fn no_rules_at_all_are_everybody() {
        for word in ["all", "any"] {
            assert_eq!(of((word, &[PLAN]), (word, &[])), Some(Effect::Widens));
            assert_eq!(of((word, &[]), (word, &[PLAN, AGE])), Some(Effect::Narrows));
            assert_eq!(of((word, &[]), (word, &[])), None);
        }
    }

    #[test]
    fn another_word_matters_where_there_are_several_rules() {
        assert_eq!(of(("all", &[PLAN, AGE]), ("any", &[AGE, PLAN])), Some(Effect::Widens));
        assert_eq!(of(("any", &[PLAN, AGE]), ("all", &[PLAN, AGE])), Some(Effect::Narrows));
        assert_eq!(of(("all", &[PLAN]), ("any", &[PLAN])), None);
        assert_eq!(of(("all", &[PLAN, AGE]), ("any", &[PLAN])), None);
    }

    #[test]
    fn values_decide_by_their_operator() {
        use Effect::{Narrows, Replaces, Widens};
        for (operator, before, after, expected) in [
            ("in", &["a"][..], &["a", "b"][..], Some(Widens)),
            ("in", &["a", "b"], &["b"], Some(Narrows)),
            ("in", &["a"], &["b"], Some(Replaces)),
            ("notIn", &["a"], &["a", "b"], Some(Narrows)),
            ("notIn", &["a", "b"], &[], Some(Widens)),
            ("gt", &["5"], &["6"], Some(Narrows)),
            ("gte", &["6"], &["5"], Some(Widens)),
            ("lt", &["5"], &["6"], Some(Widens)),
            ("lte", &["6"], &["5"], Some(Narrows)),
            ("gt", &["5"], &["5.0"], None),
            ("eq", &["a"], &["b"], Some(Replaces)),
            ("neq", &["a"], &["b"], Some(Replaces)),
            ("eq", &["a"], &["a", "b"], None),
            ("eq", &[], &["a"], None),
            ("regex", &["a"], &["a|b"], None),
            ("contains", &["a"], &["ab"], None),
            ("startsWith", &["ab"], &["a"], None),
            ("endsWith", &["a"], &["b"], None),
            ("exists", &["false"], &[], None),
        ] {
            let found = of(("all", &[("x", operator, before)]), ("all", &[("x", operator, after)]));
            assert_eq!(found, expected, "{operator} {before:?} {after:?}");
        }
    }

    #[test]
    fn changes_that_pull_apart_are_not_proven() {
        let before = [("a", "in", &["1"][..]), ("b", "in", &["1", "2"])];
        let after = [("a", "in", &["1", "2"][..]), ("b", "in", &["1"])];
        assert_eq!(of(("all", &before), ("all", &after)), None);
    }
}
