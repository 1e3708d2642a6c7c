//! One condition of a rule of a new config.

use serde_json::{Map, Value, json};

use super::body;
use super::formula_v2::{known_segment, value};
use super::place::Place;
use super::refusal::Refusal;
use super::rows::{self, Setting};
use super::words::{PREREQUISITE, SEGMENT, USER_LIST, USER_NUMBER, USER_TEXT, spelled};

/// Checks a condition, and brings it into the form of an answer: exactly one member is set.
pub(super) fn read(place: &Place<'_>, sent: &Value) -> Result<Value, Refusal> {
    let sent = body::members(sent, "conditions")?;
    let part = |name: &str| sent.get(name).filter(|it| !it.is_null());
    let (mut user_part, mut segment_part, mut flag_part) = (Value::Null, Value::Null, Value::Null);
    match (part("userCondition"), part("segmentCondition"), part("prerequisiteFlagCondition")) {
        (Some(part), None, None) => user_part = user(place, body::members(part, "userCondition")?)?,
        (None, Some(part), None) => {
            segment_part = segment(place, body::members(part, "segmentCondition")?)?;
        }
        (None, None, Some(part)) => {
            flag_part = flag(place, body::members(part, "prerequisiteFlagCondition")?)?;
        }
        // Inferred: the words.
        _ => return Err(Refusal::field("Conditions", "Exactly one condition must be set.")),
    }
    Ok(json!({
        "userCondition": user_part,
        "segmentCondition": segment_part,
        "prerequisiteFlagCondition": flag_part,
    }))
}

fn segment(place: &Place<'_>, sent: &Map<String, Value>) -> Result<Value, Refusal> {
    let id = body::text(sent, "segmentId")?.unwrap_or_default();
    let comparator = body::text(sent, "comparator")?.unwrap_or_default();
    let comparator =
        spelled(&SEGMENT, &comparator).ok_or_else(|| body::not_converted("comparator"))?;
    known_segment(place, &id)?;
    Ok(json!({ "segmentId": id.to_ascii_lowercase(), "comparator": comparator }))
}

fn user(place: &Place<'_>, sent: &Map<String, Value>) -> Result<Value, Refusal> {
    let attribute = body::text(sent, "comparisonAttribute")?.unwrap_or_default();
    if attribute.is_empty() || attribute.encode_utf16().count() > 1000 {
        return Err(Refusal::field("ComparisonAttribute", "Invalid term value."));
    }
    let word = body::text(sent, "comparator")?.unwrap_or_default();
    let compared = sent.get("comparisonValue").unwrap_or(&Value::Null);
    let most = place.options.limits.comparison_value_length;
    let (comparator, value) = if let Some(word) = spelled(&USER_TEXT, &word) {
        let text = compared["stringValue"].as_str().filter(|it| it.encode_utf16().count() <= most);
        (
            word,
            json!({ "stringValue": text.ok_or_else(|| unset("StringValue"))?,
                       "doubleValue": null, "listValue": null }),
        )
    } else if let Some(word) = spelled(&USER_NUMBER, &word) {
        let number = compared.get("doubleValue").filter(|it| it.is_number());
        (
            word,
            json!({ "stringValue": null, "listValue": null,
                       "doubleValue": number.ok_or_else(|| unset("DoubleValue"))? }),
        )
    } else if let Some(word) = spelled(&USER_LIST, &word) {
        let items = compared["listValue"].as_array().filter(|it| !it.is_empty());
        let items: Result<Vec<Value>, Refusal> =
            items.ok_or_else(|| unset("ListValue"))?.iter().map(item).collect();
        (word, json!({ "stringValue": null, "doubleValue": null, "listValue": items? }))
    } else {
        return Err(body::not_converted("comparator"));
    };
    Ok(
        json!({ "comparisonAttribute": attribute, "comparator": comparator, "comparisonValue": value }),
    )
}

fn unset(field: &str) -> Refusal {
    Refusal::field(field, &format!("{field} field must be set"))
}

fn item(sent: &Value) -> Result<Value, Refusal> {
    let text = sent["value"].as_str().filter(|it| it.encode_utf16().count() <= 255);
    let text = text.ok_or_else(|| Refusal::field("ListValue", "Invalid term value."))?;
    Ok(json!({ "value": text, "hint": sent["hint"] }))
}

fn flag(place: &Place<'_>, sent: &Map<String, Value>) -> Result<Value, Refusal> {
    let id = sent.get("prerequisiteSettingId").and_then(Value::as_i64).unwrap_or_default();
    let not_found = || Refusal::field("PrerequisiteSettingId", "Prerequisite setting not found.");
    let setting: Setting = rows::find(place.shelf, &id.to_string()).map_err(|_| not_found())?;
    if setting.config != place.config.id {
        return Err(not_found());
    }
    let word = body::text(sent, "comparator")?.unwrap_or_default();
    let comparator =
        spelled(&PREREQUISITE, &word).ok_or_else(|| body::not_converted("comparator"))?;
    let expected = sent.get("prerequisiteComparisonValue");
    let expected = value(&setting, expected, "PrerequisiteComparisonValue").map_err(|_| {
        Refusal::field("PrerequisiteComparisonValue", "Invalid prerequisite value.")
    })?;
    Ok(json!({
        "prerequisiteSettingId": id,
        "comparator": comparator,
        "prerequisiteComparisonValue": expected,
    }))
}
