//! A targeting in the one form in which both sides are compared: with every list that proto3 leaves
//! out when it is empty, and times in UTC.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value as Json};

/// The canonical form of a targeting; null for one that says nothing.
pub(in super::super) fn canonical(targeting: Json) -> Json {
    let Json::Object(mut targeting) = without_nulls(targeting) else { return Json::Null };
    if let Some(Json::Object(criteria)) = targeting.get_mut("criteria") {
        criteria.values_mut().for_each(criterion);
        if criteria.is_empty() {
            targeting.shift_remove("criteria");
        }
    }
    if let Some(it) = targeting.get_mut("expression") {
        expression(it);
    }
    if targeting.is_empty() { Json::Null } else { Json::Object(targeting) }
}

/// What a document leaves out in YAML by saying null.
fn without_nulls(value: Json) -> Json {
    match value {
        Json::Object(fields) => {
            let present = fields.into_iter().filter(|(_, value)| !value.is_null());
            Json::Object(present.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}

fn criterion(criterion: &mut Json) {
    if let Some(Json::Object(attribute)) = criterion.get_mut("attribute") {
        rules(attribute);
        for list in ["anyRule", "allRule"] {
            if let Some(Json::Object(inner)) =
                attribute.get_mut(list).and_then(|it| it.get_mut("rule"))
            {
                rules(inner);
            }
        }
    }
}

fn rules(rules: &mut Map<String, Json>) {
    if let Some(it) = rules.get_mut("eqRule").and_then(|it| it.get_mut("value")) {
        value(it);
    }
    if let Some(it) = rules.get_mut("setRule") {
        values(it);
    }
    if let Some(Json::Object(range)) = rules.get_mut("rangeRule") {
        range.values_mut().for_each(value);
    }
}

fn values(holder: &mut Json) {
    let Json::Object(holder) = holder else { return };
    let items = holder.entry("values").or_insert_with(|| Json::Array(vec![]));
    items.as_array_mut().into_iter().flatten().for_each(value);
}

fn value(value: &mut Json) {
    if let Some(Json::String(text)) = value.get_mut("timestampValue")
        && let Some(utc) = in_utc(text)
    {
        *text = utc;
    }
    if let Some(list) = value.get_mut("listValue") {
        values(list);
    }
}

/// A moment of any zone, in UTC; none when it is not a full time.
pub(super) fn in_utc(text: &str) -> Option<String> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
    Some(moment.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

fn expression(it: &mut Json) {
    let Json::Object(fields) = it else { return };
    for (name, part) in fields.iter_mut() {
        match (name.as_str(), part) {
            ("not", inner) => expression(inner),
            ("and" | "or", Json::Object(inner)) => {
                let operands = inner.entry("operands").or_insert_with(|| Json::Array(vec![]));
                operands.as_array_mut().into_iter().flatten().for_each(expression);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_proto3_leaves_out_is_there_again() {
        let sent = json!({
            "criteria": {
                "and": {"attribute": {"attributeName": "a", "setRule": {"values": []}}},
                "at": {"attribute": {"attributeName": "t", "anyRule": {"rule": {"rangeRule": {
                    "startInclusive": {"timestampValue": "2024-01-31T12:00:00+02:00"},
                }}}}},
                "list": {"attribute": {"attributeName": "l", "eqRule": {"value": {"listValue": {}}}, "setRule": null}},
            },
            "expression": {"and": {"operands": [{"or": {}}, {"not": {"and": {}}}]}},
        });
        let answered = json!({
            "criteria": {
                "and": {"attribute": {"attributeName": "a", "setRule": {}}},
                "at": {"attribute": {"attributeName": "t", "anyRule": {"rule": {"rangeRule": {
                    "startInclusive": {"timestampValue": "2024-01-31T10:00:00Z"},
                }}}}},
                "list": {"attribute": {"attributeName": "l", "eqRule": {"value": {"listValue": {"values": []}}}}},
            },
            "expression": {"and": {"operands": [{"or": {"operands": []}}, {"not": {"and": {"operands": []}}}]}},
        });
        assert_eq!(canonical(sent), canonical(answered));
    }

    #[test]
    fn a_targeting_that_says_nothing_is_none() {
        for empty in [json!(null), json!({}), json!({"criteria": {}}), json!({"expression": null})]
        {
            assert_eq!(canonical(empty), Json::Null);
        }
        assert_eq!(canonical(json!({"expression": {}})), json!({"expression": {}}));
    }
}
