//! Whether a change of a segment lets more or fewer users in, where that is certain.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::lints::kind;
use super::signs::signs;
use crate::desired::Canonical;
use crate::plan::Effect;

/// What turning `before` into `after` does to the audience; none where it is not proven.
///
/// Proven is what changes of the values of sets do, all of one type: a larger set lets more in, and
/// fewer where it stands under an odd number of `not`. Who is in a share of the population is the
/// server's choice.
pub(crate) fn effect(before: &Canonical, after: &Canonical) -> Option<Effect> {
    let (before, after) = (before.document(), after.document());
    if before.get("allocation") != after.get("allocation") {
        return None;
    }
    let [before, after] = [before, after].map(|it| it.get("targeting"));
    let (before, after) = (before?, after?);
    if before.get("expression") != after.get("expression") {
        return None;
    }
    let [old, new] = [before, after].map(|it| it.get("criteria").and_then(Json::as_object));
    let (old, new) = (old?, new?);
    if old.len() != new.len() {
        return None;
    }
    let expression = after.get("expression")?;
    let changed = old.iter().filter(|(name, it)| new.get(*name) != Some(*it));
    let changes = changed.map(|(name, old)| of_criterion(name, old, new.get(name)?, expression));
    Effect::together(changes.collect::<Option<Vec<_>>>()?)
}

/// What the change of one criterion does where the others stay as they are.
fn of_criterion(name: &str, old: &Json, new: &Json, expression: &Json) -> Option<Effect> {
    let (old, new) = (values(old)?, values(new)?);
    if !are_comparable(&old, &new) {
        return None;
    }
    let mut excluded = vec![];
    signs(expression, name, false, &mut excluded);
    let within = |these: &[Json], those: &[Json]| these.iter().all(|it| those.contains(it));
    let grows = match (within(&old, &new), within(&new, &old)) {
        (true, true) => return None,
        (true, false) => true,
        (false, true) => false,
        (false, false) => return (!excluded.is_empty()).then_some(Effect::Replaces),
    };
    // Under both kinds, it could go either way; used nowhere, it changes nothing.
    let first = *excluded.first().filter(|first| excluded.iter().all(|it| it == *first))?;
    Some(if grows == first { Effect::Narrows } else { Effect::Widens })
}

/// Whether what two sets match can be told from their values: of several types, only those of the
/// first one's match, and a flag fails for whoever has a text where a number is looked for.
fn are_comparable(old: &[Json], new: &[Json]) -> bool {
    let kinds: BTreeSet<Option<&str>> = old.iter().chain(new).map(kind).collect();
    let one_is_empty = old.is_empty() || new.is_empty();
    kinds.len() == 1 && !(one_is_empty && kinds.contains(&Some("numberValue")))
}

/// The values of a criterion that is a set and nothing else.
fn values(criterion: &Json) -> Option<Vec<Json>> {
    let attribute: &Map<String, Json> = criterion.get("attribute")?.as_object()?;
    attribute.get("setRule")?.get("values")?.as_array().cloned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::super::FIELDS;
    use super::*;

    fn canonical(criteria: &Json, expression: &Json) -> Canonical {
        let targeting = json!({"criteria": criteria, "expression": expression});
        let document = json!({"targeting": targeting}).as_object().cloned();
        Canonical::new(FIELDS, document.unwrap_or_default())
    }

    fn set(attribute: &str, values: &[&str]) -> Json {
        let values: Vec<Json> = values.iter().map(|it| json!({"stringValue": it})).collect();
        json!({"attribute": {"attributeName": attribute, "setRule": {"values": values}}})
    }

    #[test]
    fn changes_in_one_direction_are_proven_together() {
        let both = json!({"and": {"operands": [{"ref": "a"}, {"not": {"ref": "b"}}]}});
        let of = |before: [&[&str]; 2], after: [&[&str]; 2]| {
            let [before, after] = [before, after]
                .map(|[a, b]| canonical(&json!({"a": set("x", a), "b": set("y", b)}), &both));
            effect(&before, &after)
        };
        assert_eq!(of([&["1", "2"], &["3"]], [&["1"], &["3", "4"]]), Some(Effect::Narrows));
        assert_eq!(of([&["1"], &["3", "4"]], [&["1", "2"], &["3"]]), Some(Effect::Widens));
        assert_eq!(of([&["1"], &["3"]], [&["1", "2"], &["3", "4"]]), None);
        assert_eq!(of([&["1"], &["3"]], [&["2"], &["3", "4"]]), None);
        assert_eq!(of([&["1"], &["3"]], [&["2"], &["4"]]), Some(Effect::Replaces));
    }

    fn any_expression() -> impl Strategy<Value = Json> {
        let reference = prop::sample::select(vec!["a", "b"]).prop_map(|it| json!({"ref": it}));
        reference.prop_recursive(3, 8, 3, |inner| {
            let list = || prop::collection::vec(inner.clone(), 1..3);
            prop_oneof![
                inner.clone().prop_map(|it| json!({"not": it})),
                list().prop_map(|it| json!({"and": {"operands": it}})),
                list().prop_map(|it| json!({"or": {"operands": it}})),
            ]
        })
    }

    fn any_set() -> impl Strategy<Value = Vec<&'static str>> {
        prop::sample::subsequence(vec!["1", "2", "3"], 0..=3)
    }

    /// Whether an expression holds, by what its criteria come to.
    fn holds(expression: &Json, a: bool, b: bool) -> bool {
        let operands = |kind: &str| expression[kind]["operands"].as_array();
        if let Some(inner) = expression.get("not") {
            !holds(inner, a, b)
        } else if let Some(all) = operands("and") {
            all.iter().all(|it| holds(it, a, b))
        } else if let Some(any) = operands("or") {
            any.iter().any(|it| holds(it, a, b))
        } else if expression["ref"] == "a" {
            a
        } else {
            b
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 1_000, failure_persistence: None, ..ProptestConfig::default()
        })]

        /// What is said to be proven holds for every user.
        #[test]
        fn what_is_proven_holds(
            expression in any_expression(),
            before in [any_set(), any_set()],
            after in [any_set(), any_set()],
        ) {
            let targeting = |[a, b]: &[Vec<&str>; 2]| {
                canonical(&json!({"a": set("x", a), "b": set("y", b)}), &expression)
            };
            let texts = ["1", "2", "3", "other"];
            let users = texts.iter().flat_map(|x| texts.iter().map(move |y| (x, y)));
            let is_in = |[a, b]: &[Vec<&str>; 2], (x, y): (&&str, &&str)| {
                holds(&expression, a.contains(x), b.contains(y))
            };
            let mut users = users.map(|user| (is_in(&before, user), is_in(&after, user)));
            match effect(&targeting(&before), &targeting(&after)) {
                Some(Effect::Widens) => prop_assert!(users.all(|(was, is)| is >= was)),
                Some(Effect::Narrows) => prop_assert!(users.all(|(was, is)| is <= was)),
                Some(Effect::Replaces) | None => {}
            }
        }
    }

    /// What turning one set of values into another does.
    fn of(before: Json, after: Json) -> Option<Effect> {
        let [before, after] = [before, after].map(|values| {
            let rule = json!({"attributeName": "x", "setRule": {"values": values}});
            canonical(&json!({"it": {"attribute": rule}}), &json!({"ref": "it"}))
        });
        effect(&before, &after)
    }

    #[test]
    fn of_sets_of_several_types_nothing_is_proven() {
        let [one, other, number] =
            [json!({"stringValue": "a"}), json!({"stringValue": "b"}), json!({"numberValue": 1})];
        assert_eq!(of(json!([one, other]), json!([one])), Some(Effect::Narrows));
        assert_eq!(of(json!([one]), json!([one, other])), Some(Effect::Widens));
        assert_eq!(of(json!([one]), json!([other])), Some(Effect::Replaces));
        assert_eq!(of(json!([one]), json!([])), Some(Effect::Narrows));
        // Only values of the type of the first one match, and it may be the one that goes.
        assert_eq!(of(json!([number, one, other]), json!([one, other])), None);
        assert_eq!(of(json!([one, other]), json!([one, number])), None);
        // A flag fails for whoever has a text where a number is looked for.
        assert_eq!(of(json!([number]), json!([])), None);
    }
}
