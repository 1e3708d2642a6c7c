//! What a flag of an old config serves: one condition a rule, percentages beside the rules.

use serde_json::{Map, Value, json};

use super::body::{self, pascal};
use super::fixture::SettingType;
use super::formula_v2::known_segment;
use super::place::Place;
use super::refusal::Refusal;
use super::rows::Setting;
use super::words::{ROLLOUT, SEGMENT, spelled};

/// Checks what was sent, and brings it into the form of an answer.
pub(super) fn read(
    place: &Place<'_>,
    setting: &Setting,
    sent: &Map<String, Value>,
) -> Result<Value, Refusal> {
    let sent_rules = body::list(sent, "rolloutRules")?;
    if sent_rules.len() > place.options.limits.targeting_rules {
        return Err(Refusal::field("RolloutRules", "Too many rules."));
    }
    let rules: Result<Vec<Value>, Refusal> =
        sent_rules.iter().map(|it| rule(place, setting, it)).collect();
    let items = body::list(sent, "rolloutPercentageItems")?;
    Ok(json!({
        "value": value(setting, sent.get("value"))?,
        "rolloutRules": rules?,
        "rolloutPercentageItems": percentages(setting, items)?,
    }))
}

/// A segment, or a comparison: never both.
fn rule(place: &Place<'_>, setting: &Setting, sent: &Value) -> Result<Value, Refusal> {
    let sent = body::members(sent, "rolloutRules")?;
    let served = value(setting, sent.get("value"))?;
    let attribute = body::text(sent, "comparisonAttribute")?;
    let comparator = word(sent, "comparator", &ROLLOUT)?;
    let compared = body::text(sent, "comparisonValue")?;
    let segment = body::text(sent, "segmentId")?;
    let relation = word(sent, "segmentComparator", &SEGMENT)?;
    match (&segment, relation, &attribute, comparator, &compared) {
        (Some(segment), Some(_), None, None, None) => {
            known_segment(place, segment)?;
        }
        (None, None, Some(attribute), Some(_), Some(compared)) => {
            let most = place.options.limits.comparison_value_length;
            if attribute.is_empty() || compared.is_empty() || compared.encode_utf16().count() > most
            {
                return Err(Refusal::field("ComparisonValue", "Invalid term value."));
            }
        }
        // Inferred: that it is refused, and the words.
        _ => {
            return Err(Refusal::field(
                "RolloutRules",
                "A rule has either a segment or a comparison.",
            ));
        }
    }
    Ok(json!({
        "comparisonAttribute": attribute,
        "comparator": comparator,
        "comparisonValue": compared,
        "value": served,
        "segmentComparator": relation,
        "segmentId": segment.map(|it| it.to_ascii_lowercase()),
    }))
}

fn word(
    sent: &Map<String, Value>,
    name: &str,
    words: &[&'static str],
) -> Result<Option<&'static str>, Refusal> {
    let text = body::text(sent, name)?;
    text.map(|text| spelled(words, &text).ok_or_else(|| body::not_converted(name))).transpose()
}

/// Inferred: the words about a value of the wrong type.
fn value(setting: &Setting, sent: Option<&Value>) -> Result<Value, Refusal> {
    let fits = match (setting.kind, sent) {
        (SettingType::Boolean, Some(Value::Bool(_)))
        | (SettingType::String, Some(Value::String(_)))
        | (SettingType::Double, Some(Value::Number(_))) => true,
        (SettingType::Int, Some(Value::Number(number))) => number.is_i64(),
        _ => false,
    };
    match sent {
        Some(value) if fits => Ok(value.clone()),
        _ => Err(Refusal::field(&pascal("value"), "Invalid value.")),
    }
}

fn percentages(setting: &Setting, sent: &[Value]) -> Result<Vec<Value>, Refusal> {
    let mut sum = 0;
    let mut items = vec![];
    for item in sent {
        let item = body::members(item, "rolloutPercentageItems")?;
        let percentage = item.get("percentage").and_then(Value::as_i64);
        let percentage = percentage.ok_or_else(|| body::not_converted("percentage"))?;
        sum += percentage;
        items
            .push(json!({ "percentage": percentage, "value": value(setting, item.get("value"))? }));
    }
    if sum == 100 || items.is_empty() {
        return Ok(items);
    }
    Err(Refusal::field("RolloutPercentageItems", "Invalid percentage option value."))
}
