//! What a flag of a new config serves: rules of conditions, all of which have to hold.

use serde_json::{Map, Value, json};

use super::body;
use super::condition;
use super::fixture::SettingType;
use super::place::Place;
use super::refusal::Refusal;
use super::rows::{self, Segment, Setting};

/// Checks what was sent, and brings it into the form of an answer.
pub(super) fn read(
    place: &Place<'_>,
    setting: &Setting,
    sent: &Map<String, Value>,
) -> Result<Value, Refusal> {
    let sent_rules = body::list(sent, "targetingRules")?;
    if sent_rules.len() > place.options.limits.targeting_rules {
        return Err(Refusal::field("TargetingRules", "Too many targeting rules."));
    }
    let rules: Result<Vec<Value>, Refusal> =
        sent_rules.iter().map(|it| rule(place, setting, it)).collect();
    let rules = rules?;
    // Inferred: the evaluated form of a config has room for one such rule only, after all others.
    let everyone = |rule: &Value| rule["conditions"].as_array().is_some_and(Vec::is_empty);
    if rules.iter().rev().skip(1).any(everyone) {
        return Err(Refusal::field(
            "TargetingRules",
            "A rule without conditions must be the last one.",
        ));
    }
    let attribute = body::text(sent, "percentageEvaluationAttribute")?;
    if attribute.as_ref().is_some_and(|it| it.encode_utf16().count() > 1000) {
        return Err(Refusal::field("PercentageEvaluationAttribute", "It is too long."));
    }
    Ok(json!({
        "defaultValue": value(setting, sent.get("defaultValue"), "DefaultValue")?,
        "targetingRules": rules,
        "percentageEvaluationAttribute": attribute,
    }))
}

/// Conditions with a value or with percentages; without conditions, percentages only.
fn rule(place: &Place<'_>, setting: &Setting, sent: &Value) -> Result<Value, Refusal> {
    let sent = body::members(sent, "targetingRules")?;
    let conditions = body::list(sent, "conditions")?;
    if conditions.len() > place.options.limits.conditions_per_rule {
        return Err(Refusal::field("Conditions", "Too many conditions."));
    }
    let conditions: Result<Vec<Value>, Refusal> =
        conditions.iter().map(|it| condition::read(place, it)).collect();
    let conditions = conditions?;
    let options = percentages(setting, body::list(sent, "percentageOptions")?)?;
    let served = match sent.get("value") {
        None | Some(Value::Null) => Value::Null,
        some => value(setting, some, "Value")?,
    };
    // Inferred: that these are refused, and the words.
    if served.is_null() == options.is_empty() {
        return Err(Refusal::field("Value", "A rule has either a value or percentage options."));
    }
    if conditions.is_empty() && options.is_empty() {
        return Err(Refusal::field("Conditions", "A rule that serves a value needs a condition."));
    }
    Ok(json!({ "conditions": conditions, "percentageOptions": options, "value": served }))
}

fn percentages(setting: &Setting, sent: &[Value]) -> Result<Vec<Value>, Refusal> {
    let mut sum = 0;
    let mut options = vec![];
    for option in sent {
        let option = body::members(option, "percentageOptions")?;
        let percentage = option.get("percentage").and_then(Value::as_i64);
        let percentage = percentage.ok_or_else(|| body::not_converted("percentage"))?;
        sum += percentage;
        let served = value(setting, option.get("value"), "Value")?;
        options.push(json!({ "percentage": percentage, "value": served }));
    }
    if sum == 100 || options.is_empty() {
        return Ok(options);
    }
    Err(Refusal::field("PercentageOptions", "Invalid percentage option value."))
}

/// A served value. Observed: a flag with predefined variations serves one of them by its
/// identifier and nothing else.
pub(super) fn value(
    setting: &Setting,
    sent: Option<&Value>,
    field: &str,
) -> Result<Value, Refusal> {
    let sent = body::members(sent.unwrap_or(&Value::Null), field)?;
    if !setting.variations.is_empty() {
        let wanted = sent.get("predefinedVariationId").and_then(Value::as_str).unwrap_or_default();
        let mut variations = setting.variations.iter();
        let found = variations.find(|it| it["predefinedVariationId"] == wanted);
        let variation =
            found.ok_or_else(|| Refusal::field(field, "Variation could not be found."))?;
        let mut value = variation["value"].clone();
        value["predefinedVariationId"] = json!(wanted);
        return Ok(value);
    }
    if sent.get("predefinedVariationId").is_some_and(|it| !it.is_null()) {
        return Err(Refusal::field("PredefinedVariationId", "Could not find Variation."));
    }
    let mut model =
        plain(setting.kind, sent).ok_or_else(|| Refusal::field(field, "Invalid value."))?;
    model["predefinedVariationId"] = Value::Null;
    Ok(model)
}

/// The one member that fits the type, and no other.
fn plain(kind: SettingType, sent: &Map<String, Value>) -> Option<Value> {
    let names = ["boolValue", "stringValue", "intValue", "doubleValue"];
    let mut set = names.iter().filter_map(|name| Some((*name, sent.get(*name)?)));
    let mut set = set.by_ref().filter(|(_, value)| !value.is_null());
    let (name, value) = set.next()?;
    let fits = set.next().is_none()
        && match kind {
            SettingType::Boolean => name == "boolValue" && value.is_boolean(),
            SettingType::String => name == "stringValue" && value.is_string(),
            SettingType::Int => name == "intValue" && value.is_i64(),
            SettingType::Double => name == "doubleValue" && value.is_number(),
        };
    let member = |it: &str| if it == name { value.clone() } else { Value::Null };
    let members = names.iter().map(|it| ((*it).to_owned(), member(it)));
    fits.then(|| Value::Object(members.collect()))
}

/// Observed: an unknown segment is refused so.
pub(super) fn known_segment(place: &Place<'_>, id: &str) -> Result<(), Refusal> {
    match rows::find::<Segment>(place.shelf, id) {
        Ok(segment) if segment.product == place.product.id => Ok(()),
        Ok(_) | Err(Refusal::NotFound) => {
            Err(Refusal::field("SegmentCondition", "Segment not found."))
        }
        Err(other) => Err(other),
    }
}
