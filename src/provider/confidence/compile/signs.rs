//! What stands under a `not`.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::segment_of;
use crate::desired::Canonical;

/// Whether each place of a criterion stands under an odd number of `not`.
pub(super) fn signs(expression: &Json, name: &str, is_odd: bool, found: &mut Vec<bool>) {
    if expression["ref"] == name {
        found.push(is_odd);
    }
    if let Some(inner) = expression.get("not") {
        signs(inner, name, !is_odd, found);
    }
    for kind in ["and", "or"] {
        for operand in expression[kind]["operands"].as_array().into_iter().flatten() {
            signs(operand, name, is_odd, found);
        }
    }
}

/// The keys of the segments that stand under an odd number of `not` somewhere in a segment.
pub(crate) fn negated(document: &Canonical) -> BTreeSet<String> {
    let targeting = document.document().get("targeting").unwrap_or(&Json::Null);
    let criteria = targeting.get("criteria").and_then(Json::as_object).into_iter().flatten();
    let segments = criteria.filter_map(|(name, it)| Some((name, segment_of(it)?)));
    let is_negated = |name: &str| {
        let mut found = vec![];
        signs(&targeting["expression"], name, false, &mut found);
        found.contains(&true)
    };
    segments.filter(|(name, _)| is_negated(name)).map(|(_, key)| key.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::FIELDS;
    use super::*;

    #[test]
    fn an_odd_number_of_nots_negates() {
        let criteria = json!({
            "a": {"segment": {"segment": "segments/one"}},
            "b": {"segment": {"segment": "segments/two"}},
            "c": {"materializedSegment": {"materializedSegment": "materializedSegments/three"}},
        });
        let of = |expression: Json| -> Vec<String> {
            let targeting = json!({"criteria": criteria, "expression": expression});
            let document = json!({"targeting": targeting}).as_object().cloned().unwrap_or_default();
            negated(&Canonical::new(FIELDS, document)).into_iter().collect()
        };
        let [a, b, c] = ["a", "b", "c"].map(|it| json!({"ref": it}));
        let not = |it: &Json| json!({"not": it});
        assert_eq!(of(json!({"or": {"operands": [a, not(&b)]}})), ["two"]);
        assert_eq!(of(not(&json!({"and": {"operands": [a, not(&b)]}}))), ["one"]);
        assert_eq!(of(not(&not(&a))), [""; 0]);
        assert_eq!(of(json!({"and": {"operands": [a, not(&a), not(&c)]}})), ["one"]);
    }
}
