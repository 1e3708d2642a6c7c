//! Whether a change of a segment lets more or fewer users in, where that is certain.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::lints::kind;
use super::signs::signs;
use crate::desired::Canonical;
use crate::plan::Effect;

/// What turning `before` into `after` does to the audience; none where it is not proven.
///
/// Proven is a change of the values of one set alone, all of one type: a larger set lets more in, and fewer where it
/// stands under an odd number of `not`. Who is in a share of the population is the server's choice.
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
    let mut changed = old.iter().filter(|(name, it)| new.get(*name) != Some(*it));
    let (name, old) = changed.next()?;
    if changed.next().is_some() {
        return None;
    }
    let (old, new) = (values(old)?, values(new.get(name)?)?);
    if !are_comparable(&old, &new) {
        return None;
    }
    let within = |these: &[Json], those: &[Json]| these.iter().all(|it| those.contains(it));
    let grows = match (within(&old, &new), within(&new, &old)) {
        (true, true) => return None,
        (true, false) => true,
        (false, true) => false,
        (false, false) => return Some(Effect::Replaces),
    };
    let mut excluded = vec![];
    signs(after.get("expression")?, name, false, &mut excluded);
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
    use serde_json::json;

    use super::super::super::FIELDS;
    use super::*;

    /// What turning one set of values into another does.
    fn of(before: Json, after: Json) -> Option<Effect> {
        let [before, after] = [before, after].map(|values| {
            let rule = json!({"attributeName": "x", "setRule": {"values": values}});
            let criteria = json!({"it": {"attribute": rule}});
            let targeting = json!({"criteria": criteria, "expression": {"ref": "it"}});
            let document = json!({"targeting": targeting}).as_object().cloned();
            Canonical::new(FIELDS, document.unwrap_or_default())
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
