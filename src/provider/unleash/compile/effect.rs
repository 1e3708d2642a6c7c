//! Whether a change of a segment lets more or fewer users in, where that is certain.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::engine::can_read;
use crate::desired::Canonical;
use crate::plan::Effect;
use crate::provider::conditions::{self, Count};

/// What turning `before` into `after` does to the audience; none where it is not proven.
///
/// Constraints hold all at once, so one more narrows and one less widens. Constraints that differ
/// only in their values are one constraint that changed. Of a segment that SDKs cannot read, nothing
/// is proven: some let nobody in, others go on.
pub(crate) fn effect(before: &Canonical, after: &Canonical) -> Option<Effect> {
    if !(can_read(before) && can_read(after)) {
        return None;
    }
    let (before, after) = (constraints(before), constraints(after));
    let gone: Vec<_> = before.iter().filter(|it| !after.contains(it)).collect();
    let new = after.iter().filter(|it| !before.contains(it)).collect();
    Effect::together(conditions::changes(&gone, new, Count::ALL, of_values))
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
    let operator = before.get("operator").and_then(Json::as_str);
    let excludes =
        (operator == Some("NOT_IN")) != (before.get("inverted") == Some(&Json::Bool(true)));
    match (grows, shrinks, excludes) {
        (true, _, false) | (_, true, true) => Some(Effect::Widens),
        (_, true, false) | (true, _, true) => Some(Effect::Narrows),
        // Of other operators, one text may have another in it.
        (false, false, _) => matches!(operator, Some("IN" | "NOT_IN")).then_some(Effect::Replaces),
    }
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

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;
    use serde_json::json;
    use unleash_types::client_features::{Context, Segment, Strategy as Rollout};
    use unleash_yggdrasil::state::EnrichedContext;
    use unleash_yggdrasil::strategy_parsing::compile_rule;
    use unleash_yggdrasil::strategy_upgrade::upgrade;

    use super::super::super::FIELDS;
    use super::*;

    fn canonical(constraints: &[Json]) -> Canonical {
        let document = json!({"name": "n", "constraints": constraints});
        Canonical::new(FIELDS, document.as_object().cloned().unwrap_or_default())
    }

    fn of(before: &[Json], after: &[Json]) -> Option<Effect> {
        effect(&canonical(before), &canonical(after))
    }

    fn constraint(field: &str, operator: &str, inverted: bool, values: &[&str]) -> Json {
        json!({
            "contextName": field, "operator": operator, "inverted": inverted,
            "caseInsensitive": false, "values": values,
        })
    }

    #[test]
    fn changes_in_one_direction_are_proven_together() {
        use Effect::{Narrows, Replaces, Widens};
        let plan = |values: &[&str]| constraint("plan", "IN", false, values);
        let user = |values: &[&str]| constraint("userId", "NOT_IN", false, values);
        let ends = |values: &[&str]| constraint("email", "STR_ENDS_WITH", false, values);
        for (before, after, expected) in [
            (&[plan(&["a"])][..], &[plan(&["a", "b"])][..], Some(Widens)),
            (&[plan(&["a", "b"])], &[plan(&["a"]), user(&["u"])], Some(Narrows)),
            (&[plan(&["a"]), user(&["u"])], &[plan(&["a", "b"])], Some(Widens)),
            (&[plan(&["a", "b"]), user(&["u"])], &[plan(&["a"]), user(&["u", "v"])], Some(Narrows)),
            (&[plan(&["a"]), user(&["u"])], &[plan(&["a", "b"]), user(&["u", "v"])], None),
            (&[plan(&["a"])], &[user(&["u"])], None),
            (&[plan(&["a"])], &[plan(&["b"])], Some(Replaces)),
            (&[plan(&["a"])], &[plan(&["b"]), plan(&["a", "c"])], None),
            // Which of two became which is chosen so that something is proven.
            (&[plan(&["a", "b"]), plan(&["x", "y"])], &[plan(&["x"]), plan(&["a"])], Some(Narrows)),
            (&[plan(&["a"])], &[plan(&["a"])], None),
            // Whoever has the one has the other.
            (&[ends(&["@a.example", "b"])], &[ends(&["ada@a.example"])], None),
        ] {
            assert_eq!(of(before, after), expected, "{before:?} {after:?}");
        }
    }

    fn any_constraint() -> impl Strategy<Value = Json> {
        let field = prop::sample::select(vec!["plan", "userId"]);
        let operator =
            prop::sample::select(vec!["IN", "NOT_IN", "STR_STARTS_WITH", "STR_CONTAINS"]);
        let values = prop::sample::subsequence(vec!["a", "b", "ab", "\\"], 0..=4);
        (field, operator, any::<bool>(), values).prop_map(|(field, operator, inverted, values)| {
            constraint(field, operator, inverted, &values)
        })
    }

    /// Whether the engine of the SDKs lets each user in: none where it cannot read the segment.
    fn audience(constraints: &[Json]) -> Vec<bool> {
        let id = 1;
        let constraints = constraints.iter().cloned().map(serde_json::from_value);
        let constraints = constraints.collect::<Result<_, _>>().unwrap();
        let rollout: Rollout =
            serde_json::from_value(json!({"name": "default", "segments": [id]})).unwrap();
        let segments = HashMap::from([(id, Segment { id, constraints })]);
        let rule = compile_rule(&upgrade(&[rollout], &segments).unwrap());
        let texts = [None, Some("a"), Some("b"), Some("ab"), Some("other")];
        let users = texts.iter().flat_map(|plan| texts.iter().map(move |user| (*plan, *user)));
        let is_in = |(plan, user): (Option<&str>, Option<&str>)| {
            let properties = plan.map(|it| HashMap::from([("plan".to_owned(), it.to_owned())]));
            let context =
                Context { user_id: user.map(str::to_owned), properties, ..Context::default() };
            rule.as_ref().is_ok_and(|it| it(&EnrichedContext::from(&context, "flag", None)))
        };
        users.map(is_in).collect()
    }

    /// A constraint as somebody may change it; none where it goes.
    fn edited(constraint: &Json, fate: u8) -> Option<Json> {
        let mut constraint = constraint.clone();
        let values = constraint["values"].as_array_mut()?;
        match fate {
            0 => return None,
            1 => values.push("other".into()),
            2 => drop(values.pop()),
            _ => {}
        }
        Some(constraint)
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 1_000, failure_persistence: None, ..ProptestConfig::default()
        })]

        /// What is said to be proven holds for every user, as the engine decides.
        #[test]
        fn what_is_proven_holds(
            before in prop::collection::vec(any_constraint(), 0..=3),
            fates in prop::collection::vec(0_u8..4, 3),
            more in prop::collection::vec(any_constraint(), 0..3),
        ) {
            let kept = before.iter().zip(fates).filter_map(|(it, fate)| edited(it, fate));
            let after: Vec<Json> = kept.chain(more).collect();
            let users = audience(&before).into_iter().zip(audience(&after));
            match of(&before, &after) {
                Some(Effect::Widens) => prop_assert!(users.clone().all(|(was, is)| is >= was)),
                Some(Effect::Narrows) => prop_assert!(users.clone().all(|(was, is)| is <= was)),
                Some(Effect::Replaces) | None => {}
            }
        }
    }
}
