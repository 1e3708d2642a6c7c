//! Live objects to documents: the inverse of `compile`.

use serde_json::{Map, Value as Json, json};

use super::FIELDS;
use super::wire::end_of;
use crate::desired::Canonical;
use crate::document::ConfidenceAttachment;
use crate::live::{Ready, RulePlace};
use crate::provider::Decompiled;
use crate::provider::fields::without_defaults;

/// A segment as its document says it.
pub(crate) fn segment(document: &Canonical) -> Decompiled {
    let mut block = without_defaults(FIELDS, document.document());
    let description = block.shift_remove("description");
    let id = block.get("id").cloned().map(|id| ("id".to_owned(), id));
    if block.get("allocation") == Some(&json!({ "proportion": "1" })) {
        block.shift_remove("allocation");
    }
    Decompiled {
        description: description.as_ref().and_then(Json::as_str).unwrap_or_default().to_owned(),
        block,
        reference: id.into_iter().collect(),
    }
}

/// What the block says of a segment that was never allocated, so that it stays so.
pub(crate) fn unready(ready: Ready) -> Option<(&'static str, Json)> {
    (ready == Ready::Unallocated).then_some(("allocated", Json::Bool(false)))
}

/// The block that names one rule.
pub(crate) fn rule(rule: &ConfidenceAttachment) -> Map<String, Json> {
    let ConfidenceAttachment { flag, rule } = rule;
    let rule = match (&rule.name, &rule.labels) {
        (Some(name), _) => json!({ "name": name }),
        (None, labels) => json!({ "labels": labels }),
    };
    Map::from_iter([("flag".to_owned(), json!(flag)), ("rule".to_owned(), rule)])
}

/// How an attachment names the rule of that id, which is its name.
pub(crate) fn rule_yaml(place: &RulePlace, id: &str) -> String {
    let flag = if place.flag.is_empty() { end_of(id) } else { &place.flag };
    format!("confidence: {{flag: {}, rule: {{name: {}}}}}", json!(flag), json!(id))
}
