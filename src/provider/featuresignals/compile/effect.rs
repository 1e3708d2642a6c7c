//! Whether a change of a segment lets more or fewer users in, where that is certain.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::super::engine::parse_number;
use super::{Rule, rules};
use crate::desired::Canonical;
use crate::plan::Effect;
use crate::provider::conditions::{self, Count};

/// What turning `before` into `after` does to the audience; none where it is not proven.
///
/// Where all rules have to hold, one more narrows; where any will do, one more widens. No rules at
/// all match everyone. Rules that differ only in their values are one rule that changed.
pub(crate) fn effect(before: &Canonical, after: &Canonical) -> Option<Effect> {
    let (was, is) = (word(before)?, word(after)?);
    let (before, after) = (read(before), read(after));
    if before.iter().chain(&after).any(is_ambiguous) {
        return None;
    }
    if before.is_empty() || after.is_empty() {
        return match (before.is_empty(), after.is_empty()) {
            (true, true) => None,
            (true, false) => Some(Effect::Narrows),
            _ => Some(Effect::Widens),
        };
    }
    let gone: Vec<_> = before.iter().filter(|it| !contains(&after, it)).collect();
    let new = after.iter().filter(|it| !contains(&before, it)).collect();
    let count = if is == "any" { Count::ANY } else { Count::ALL };
    let mut changes = conditions::changes(&gone, new, count, of_values);
    // Whoever all rules let in, any does; of a single rule, both are the same.
    if was != is && before.len() > 1 {
        changes.push(count.more);
    }
    Effect::together(changes)
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

/// Whether only the first of several values counts: which one that is, nobody knows any more where
/// their order means nothing. No document has such a rule.
fn is_ambiguous(rule: &Rule) -> bool {
    rule.values.len() > 1 && !matches!(rule.operator.as_str(), "in" | "notIn")
}

fn values(rule: &Rule) -> BTreeSet<&str> {
    rule.values.iter().map(String::as_str).collect()
}

/// What a change of the values of one rule does.
fn of_values(before: &Rule, after: &Rule) -> Option<Effect> {
    if !same_place(before, after) {
        return None;
    }
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
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::super::super::FIELDS;
    use super::super::super::engine::{Subject, matches};
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
    fn changes_in_one_direction_are_proven_together_and_others_are_not() {
        use Effect::{Narrows, Widens};
        let [wide, tight] = [("a", "in", &["1", "2"][..]), ("a", "in", &["1"][..])];
        let other = ("b", "in", &["1"][..]);
        assert_eq!(of(("all", &[wide]), ("all", &[tight, other])), Some(Narrows));
        assert_eq!(of(("all", &[tight, other]), ("all", &[wide])), Some(Widens));
        assert_eq!(of(("any", &[tight]), ("any", &[wide, other])), Some(Widens));
        assert_eq!(of(("all", &[tight, other]), ("any", &[wide, other])), Some(Widens));
        assert_eq!(of(("all", &[wide, other]), ("all", &[tight])), None);
        assert_eq!(of(("all", &[wide]), ("any", &[tight, other])), None);
        // Which of them is the first is not known.
        let two = ("p", "eq", &["x", "y"][..]);
        assert_eq!(of(("all", &[two]), ("all", &[two, other])), None);
    }

    fn any_rule() -> impl Strategy<Value = Rule> {
        let attribute = prop::sample::select(vec!["key", "x"]).prop_map(str::to_owned);
        let operator =
            prop::sample::select(vec!["in", "notIn", "eq", "neq", "gt", "lte", "exists"])
                .prop_map(str::to_owned);
        let values = prop::sample::subsequence(vec!["1", "2", "a", "false"], 0..=2).prop_shuffle();
        let values = values.prop_map(|it| it.into_iter().map(str::to_owned).collect());
        (attribute, operator, values).prop_map(|(attribute, operator, values)| Rule {
            attribute,
            operator,
            values,
        })
    }

    fn any_segment() -> impl Strategy<Value = (&'static str, Vec<Rule>)> {
        (prop::sample::select(vec!["all", "any"]), prop::collection::vec(any_rule(), 0..=3))
    }

    fn canonical((word, rules): &(&str, Vec<Rule>)) -> Canonical {
        let values: Vec<Vec<&str>> =
            rules.iter().map(|it| it.values.iter().map(String::as_str).collect()).collect();
        let told = rules.iter().zip(&values);
        let told: Vec<Told<'_>> =
            told.map(|(it, values)| (&*it.attribute, &*it.operator, &values[..])).collect();
        segment(word, &told)
    }

    /// Whether each user is in, as the engine decides.
    fn audience((word, rules): &(&str, Vec<Rule>)) -> Vec<bool> {
        let conditions: Vec<_> = rules.iter().map(Rule::condition).collect();
        let texts = ["1", "2", "3", "a", "false"];
        let keys = texts.iter().flat_map(|key| texts.iter().map(move |x| (key, Some(x))));
        let users = keys.chain(texts.iter().map(|key| (key, None)));
        users
            .map(|(key, x)| {
                let attributes = x.map(|it| ("x".to_owned(), json!(it))).into_iter().collect();
                matches(word, &conditions, Subject { key, attributes: &attributes })
            })
            .collect()
    }

    /// A rule as somebody may change it; none where it goes.
    fn edited(rule: &Rule, fate: u8) -> Option<Rule> {
        let mut rule = rule.clone();
        match fate {
            0 => return None,
            1 => rule.values.push("3".to_owned()),
            2 => drop(rule.values.pop()),
            3 => rule.values.reverse(),
            _ => {}
        }
        Some(rule)
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 1_000, failure_persistence: None, ..ProptestConfig::default()
        })]

        /// What is said to be proven holds for every user.
        #[test]
        fn what_is_proven_holds(
            before in any_segment(),
            word in prop::option::of(prop::sample::select(vec!["all", "any"])),
            fates in prop::collection::vec(0_u8..5, 3),
            more in prop::collection::vec(any_rule(), 0..3),
        ) {
            let kept = before.1.iter().zip(fates).filter_map(|(rule, fate)| edited(rule, fate));
            let after = (word.unwrap_or(before.0), kept.chain(more).collect());
            let users = audience(&before).into_iter().zip(audience(&after));
            match effect(&canonical(&before), &canonical(&after)) {
                Some(Effect::Widens) => prop_assert!(users.clone().all(|(was, is)| is >= was)),
                Some(Effect::Narrows) => prop_assert!(users.clone().all(|(was, is)| is <= was)),
                Some(Effect::Replaces) | None => {}
            }
        }
    }
}
