//! Live objects to documents: the inverse of `compile`.

use serde_json::{Map, Value as Json};

use super::FIELDS;
use crate::desired::Canonical;
use crate::document::UnleashAttachment;
use crate::live::RulePlace;
use crate::provider::Decompiled;
use crate::provider::fields::without_defaults;

/// The project that an attachment means when it names none.
const DEFAULT_PROJECT: &str = "default";

/// A segment as its document says it.
pub(crate) fn segment(document: &Canonical) -> Decompiled {
    let mut block = without_defaults(FIELDS, document.document());
    let description = block.shift_remove("description");
    let name = block.get("name").cloned().map(|name| ("name".to_owned(), name));
    // That a segment has no constraint is worth a line.
    block.entry("constraints").or_insert_with(|| Json::Array(vec![]));
    Decompiled {
        description: description.as_ref().and_then(Json::as_str).unwrap_or_default().to_owned(),
        block,
        reference: name.into_iter().collect(),
    }
}

/// The block that names one strategy.
pub(crate) fn rule(rule: &UnleashAttachment) -> Map<String, Json> {
    let UnleashAttachment { project, feature, environment, strategy } = rule;
    let by = [("title", &strategy.title), ("id", &strategy.id), ("name", &strategy.name)];
    let by = by.into_iter().filter_map(|(field, value)| Some((field, value.clone()?)));
    let strategy: Map<String, Json> =
        by.map(|(field, value)| (field.to_owned(), value.into())).collect();
    let fields = [
        ("project", Json::from(project.clone())),
        ("feature", Json::from(feature.clone())),
        ("environment", Json::from(environment.clone())),
        ("strategy", Json::Object(strategy)),
    ];
    let is_default = |field: &str| field == "project" && project == DEFAULT_PROJECT;
    let needed = fields.into_iter().filter(|(field, _)| !is_default(field));
    needed.map(|(field, value)| (field.to_owned(), value)).collect()
}

/// How an attachment names the strategy of that id.
pub(crate) fn rule_yaml(place: &RulePlace, id: &str) -> String {
    let RulePlace { project, flag, environment } = place;
    let [project, flag, environment, id] = [project, flag, environment, id].map(yaml_word);
    format!(
        "unleash: {{project: {project}, feature: {flag}, environment: {environment}, strategy: {{id: {id}}}}}"
    )
}

/// A text as YAML reads it back, in quotes unless it is a plain word.
fn yaml_word(text: &str) -> String {
    let is_plain = text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.len() > 5
        && text.chars().all(|it| it.is_ascii_alphanumeric() || "-_./".contains(it));
    if is_plain { text.to_owned() } else { Json::from(text).to_string() }
}
