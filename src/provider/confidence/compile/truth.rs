//! What an expression comes to whatever the user is, as far as that is certain.
//!
//! As Spotify's resolver does it (source): a reference to nothing and an empty criterion are false,
//! an `and` of nothing is true, an `or` of nothing and an empty expression are false, and without
//! an expression everyone matches.

use serde_json::{Map, Value as Json};

/// Whether a targeting lets in everyone or nobody; none when it depends on the user.
pub(super) fn of_targeting(targeting: &Json) -> Option<bool> {
    let criteria = targeting.get("criteria").and_then(Json::as_object);
    match targeting.get("expression") {
        None | Some(Json::Null) => Some(true),
        Some(expression) => of(expression, criteria),
    }
}

/// What an expression always comes to; none when it depends on the user.
pub(super) fn of(expression: &Json, criteria: Option<&Map<String, Json>>) -> Option<bool> {
    let operands = |kind: &str| {
        let operands = expression.get(kind)?.get("operands").and_then(Json::as_array);
        Some(operands.map_or(&[][..], Vec::as_slice).iter().map(|it| of(it, criteria)))
    };
    if let Some(name) = expression.get("ref").and_then(Json::as_str) {
        let criterion = criteria.and_then(|it| it.get(name));
        return if criterion.is_some_and(says_something) { None } else { Some(false) };
    }
    if let Some(inner) = expression.get("not") {
        return of(inner, criteria).map(|it| !it);
    }
    if let Some(mut all) = operands("and") {
        let known: Vec<Option<bool>> = all.by_ref().collect();
        return decided(&known, false);
    }
    if let Some(any) = operands("or") {
        let known: Vec<Option<bool>> = any.collect();
        return decided(&known, true);
    }
    Some(false)
}

/// What a list comes to where one item that is `decisive` is enough.
fn decided(items: &[Option<bool>], decisive: bool) -> Option<bool> {
    if items.contains(&Some(decisive)) {
        return Some(decisive);
    }
    items.iter().all(Option::is_some).then_some(!decisive)
}

/// Whether a criterion can be satisfied by anybody.
fn says_something(criterion: &Json) -> bool {
    let Some((kind, body)) = criterion.as_object().and_then(|it| it.iter().next()) else {
        return false;
    };
    kind != "attribute" || !body.get("setRule").is_some_and(is_empty_set)
}

fn is_empty_set(set: &Json) -> bool {
    set.get("values").and_then(Json::as_array).is_none_or(Vec::is_empty)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn as_the_resolver_has_it() {
        let criteria = json!({
            "a": {"attribute": {"attributeName": "x", "eqRule": {"value": {}}}},
            "never": {"attribute": {"attributeName": "x", "setRule": {"values": []}}},
            "empty": {},
        });
        for (expression, expected) in [
            (json!(null), Some(true)),
            (json!({}), Some(false)),
            (json!({"ref": "a"}), None),
            (json!({"ref": "never"}), Some(false)),
            (json!({"ref": "empty"}), Some(false)),
            (json!({"not": {"ref": "nowhere"}}), Some(true)),
            (json!({"and": {"operands": []}}), Some(true)),
            (json!({"or": {"operands": []}}), Some(false)),
            (json!({"and": {"operands": [{"ref": "a"}, {"or": {}}]}}), Some(false)),
            (json!({"or": {"operands": [{"ref": "a"}, {"and": {}}]}}), Some(true)),
            (json!({"or": {"operands": [{"ref": "a"}, {"ref": "nowhere"}]}}), None),
        ] {
            let targeting = json!({"criteria": criteria, "expression": expression});
            assert_eq!(of_targeting(&targeting), expected, "{expression}");
        }
    }
}
