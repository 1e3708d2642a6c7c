//! Live objects to documents: the inverse of `compile`.

use serde_json::{Map, Value as Json, json};

use super::FIELDS;
use super::client::Identity;
use crate::desired::Canonical;
use crate::document::ConfigCatAttachment;
use crate::live::RulePlace;
use crate::provider::Decompiled;
use crate::provider::fields::without_defaults;

/// A segment as its document says it.
pub(crate) fn segment(document: &Canonical) -> Decompiled {
    let mut block = without_defaults(FIELDS, document.document());
    let description = block.shift_remove("description");
    let name = block.get("name").cloned().map(|name| ("name".to_owned(), name));
    Decompiled {
        description: description.as_ref().and_then(Json::as_str).unwrap_or_default().to_owned(),
        block,
        reference: name.into_iter().collect(),
    }
}

/// The block that names one rule.
pub(crate) fn rule(rule: &ConfigCatAttachment) -> Map<String, Json> {
    let ConfigCatAttachment { config, environment, setting, rule, .. } = rule;
    let serves = rule.serves.as_ref().map(|value| ("serves".to_owned(), value.0.clone()));
    let position = rule.position.map(|at| ("position".to_owned(), Json::from(at)));
    let rule: Map<String, Json> = serves.into_iter().chain(position).collect();
    let fields = [
        ("config", json!(config)),
        ("environment", json!(environment)),
        ("setting", json!(setting)),
        ("rule", json!(rule)),
    ];
    fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect()
}

/// How an attachment names the rule of that id.
pub(crate) fn rule_yaml(place: &RulePlace, id: &str) -> String {
    let serves = Identity::of(id).map(|it| it.serves).filter(|it| !it.is_empty());
    let rule = serves.map_or_else(|| "position: 1".to_owned(), |value| format!("serves: {value}"));
    let quoted = |text: &str| Json::from(text).to_string();
    format!(
        "configcat: {{config: {}, environment: {}, setting: {}, rule: {{{rule}}}}}",
        quoted(&place.project),
        quoted(&place.environment),
        quoted(&place.flag)
    )
}
