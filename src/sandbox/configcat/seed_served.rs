//! What a fixture says of a flag in one environment, as the API would be sent it.

use serde_json::{Map, Value, json};

use super::fixture::{Condition, Percentage, RolloutRule, Served, SettingType, TargetingRule};
use super::rows::Setting;
use super::seed::Ground;

/// The body of a write. An error is the name of a segment that there is not.
pub(super) fn sent(
    ground: &Ground<'_>,
    setting: &Setting,
    fixture: &Served,
) -> Result<Map<String, Value>, String> {
    let mut sent = Map::new();
    let mut put = |name: &str, value: Value| sent.insert(name.to_owned(), value);
    if let Some(value) = &fixture.value {
        put("value", value.clone());
    }
    if let Some(default) = &fixture.default_value {
        put("defaultValue", value(setting, default));
    }
    let rules = fixture.rollout_rules.iter().map(|it| rollout_rule(ground, it));
    put("rolloutRules", rules.collect::<Result<Value, _>>()?);
    let items = fixture.rollout_percentage_items.iter();
    let items = items.map(|it| json!({ "percentage": it.percentage, "value": it.value }));
    put("rolloutPercentageItems", items.collect());
    let rules = fixture.targeting_rules.iter().map(|it| targeting_rule(ground, setting, it));
    put("targetingRules", rules.collect::<Result<Value, _>>()?);
    put("percentageEvaluationAttribute", json!(fixture.percentage_evaluation_attribute));
    Ok(sent)
}

/// A plain value as the API has it: the variation of that value, or the member of that type.
pub(super) fn value(setting: &Setting, value: &Value) -> Value {
    let plain = plain(setting.kind, value);
    let variation = setting.variations.iter().find(|it| it["value"] == plain);
    let mut model = plain;
    model["predefinedVariationId"] =
        variation.map_or(Value::Null, |it| it["predefinedVariationId"].clone());
    model
}

/// A plain value under the name of its type.
pub(super) fn plain(kind: SettingType, value: &Value) -> Value {
    let name = match kind {
        SettingType::Boolean => "boolValue",
        SettingType::String => "stringValue",
        SettingType::Int => "intValue",
        SettingType::Double => "doubleValue",
    };
    let mut model =
        json!({ "boolValue": null, "stringValue": null, "intValue": null, "doubleValue": null });
    model[name] = value.clone();
    model
}

fn segment_id(ground: &Ground<'_>, name: &str) -> Result<String, String> {
    ground.segments.get(name).cloned().ok_or_else(|| name.to_owned())
}

fn rollout_rule(ground: &Ground<'_>, rule: &RolloutRule) -> Result<Value, String> {
    let segment = rule.segment.as_deref().map(|name| segment_id(ground, name)).transpose()?;
    Ok(json!({
        "segmentId": segment,
        "segmentComparator": rule.segment_comparator,
        "comparisonAttribute": rule.comparison_attribute,
        "comparator": rule.comparator,
        "comparisonValue": rule.comparison_value,
        "value": rule.value,
    }))
}

fn targeting_rule(
    ground: &Ground<'_>,
    setting: &Setting,
    rule: &TargetingRule,
) -> Result<Value, String> {
    let conditions = rule.conditions.iter().map(|it| condition(ground, it));
    let option = |it: &Percentage| json!({ "percentage": it.percentage, "value": value(setting, &it.value) });
    Ok(json!({
        "conditions": conditions.collect::<Result<Value, String>>()?,
        "percentageOptions": rule.percentage_options.iter().map(option).collect::<Value>(),
        "value": rule.value.as_ref().map(|it| value(setting, it)),
    }))
}

fn condition(ground: &Ground<'_>, condition: &Condition) -> Result<Value, String> {
    let segment = condition.segment_condition.as_ref().map(|it| {
        let id = segment_id(ground, &it.segment)?;
        Ok::<_, String>(json!({ "segmentId": id, "comparator": it.comparator }))
    });
    Ok(json!({
        "segmentCondition": segment.transpose()?,
        "userCondition": condition.user_condition,
        "prerequisiteFlagCondition": condition.prerequisite_flag_condition,
    }))
}
