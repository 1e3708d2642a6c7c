//! Live objects to documents: the inverse of `compile`.

use serde_json::{Map, Value as Json, json};

use super::FIELDS;
use super::client::rule_of_id;
use crate::desired::Canonical;
use crate::document::{FeatureSignalsAttachment, FeatureSignalsRule};
use crate::live::RulePlace;
use crate::provider::Decompiled;
use crate::provider::fields::without_defaults;

/// A segment as its document says it.
pub(crate) fn segment(document: &Canonical) -> Decompiled {
    let mut block = without_defaults(FIELDS, document.document());
    let description = block.shift_remove("description");
    if block.get("match_type").and_then(Json::as_str) == Some("all") {
        block.shift_remove("match_type");
    }
    let key = block.get("key").cloned().map(|key| ("key".to_owned(), key));
    // That a segment has no rule is worth a line.
    block.entry("rules").or_insert_with(|| Json::Array(vec![]));
    Decompiled {
        description: description.as_ref().and_then(Json::as_str).unwrap_or_default().to_owned(),
        block,
        reference: key.into_iter().collect(),
    }
}

/// The block that names one rule.
pub(crate) fn rule(rule: &FeatureSignalsAttachment) -> Map<String, Json> {
    let FeatureSignalsAttachment { flag, environment, rule } = rule;
    let by = [("description", &rule.description), ("id", &rule.id)];
    let by = by.into_iter().filter_map(|(field, value)| Some((field, value.clone()?)));
    let rule: Map<String, Json> =
        by.map(|(field, value)| (field.to_owned(), value.into())).collect();
    let fields =
        [("flag", json!(flag)), ("environment", json!(environment)), ("rule", json!(rule))];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

/// How an attachment names the rule of that id.
pub(crate) fn rule_yaml(place: &RulePlace, id: &str) -> String {
    let FeatureSignalsRule { id, description } = rule_of_id(id);
    let (field, word) = match (&id, &description) {
        (Some(id), _) => ("id", id),
        (None, Some(description)) => ("description", description),
        (None, None) => ("id", &place.flag),
    };
    let [flag, environment, word] =
        [&place.flag, &place.environment, word].map(|text| yaml_word(text));
    format!(
        "featuresignals: {{flag: {flag}, environment: {environment}, rule: {{{field}: {word}}}}}"
    )
}

/// A text as YAML reads it back, in quotes unless it is a plain word.
fn yaml_word(text: &str) -> String {
    let is_plain = text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.len() > 5
        && text.chars().all(|it| it.is_ascii_alphanumeric() || "-_./".contains(it));
    if is_plain { text.to_owned() } else { Json::from(text).to_string() }
}
