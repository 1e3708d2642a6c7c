//! Writes documents.

use serde_json::Value;

/// A segment with that `spec`, which is YAML.
pub(super) fn segment(name: &str, spec: &str) -> String {
    document("Segment", name, spec)
}

/// A segment with nothing but these constraints, which are YAML.
pub(super) fn audience(name: &str, constraints: &str) -> String {
    segment(name, &format!("unleash: {{constraints: [{constraints}]}}"))
}

/// A segment with nothing but users of these ids.
pub(super) fn users(name: &str, ids: &[&str]) -> String {
    audience(name, &user_ids(ids))
}

/// A segment of that name on the server, with users of these ids.
pub(super) fn named(name: &str, key: &str, ids: &[&str]) -> String {
    let key = Value::from(key);
    let ids = user_ids(ids);
    segment(name, &format!("unleash: {{name: {key}, constraints: [{ids}]}}"))
}

/// A constraint to users of these ids.
pub(super) fn user_ids(ids: &[&str]) -> String {
    format!("{{contextName: userId, operator: IN, values: {}}}", Value::from(ids))
}

/// The segments of the strategy with that title.
pub(super) fn attachment(title: &str, segments: &[&str]) -> String {
    attachment_by(&format!("title: {title}"), segments)
}

/// As [`attachment`], with a list of allowed lints, which is YAML.
pub(super) fn document_with_allow(title: &str, segments: &[&str], allow: &str) -> String {
    attachment(title, segments).replace("spec:\n", &format!("spec:\n  allow: {allow}\n"))
}

/// The segments of the strategy that a selector finds.
pub(super) fn attachment_by(selector: &str, segments: &[&str]) -> String {
    on_flag(
        &format!("feature: checkout, environment: development, strategy: {{{selector}}}"),
        segments,
    )
}

/// The segments of any strategy of any flag.
pub(super) fn on_flag(unleash: &str, segments: &[&str]) -> String {
    let segments = Value::from(segments);
    let spec = format!("segments: {segments}\nunleash: {{{unleash}}}");
    document("Attachment", "rule", &spec)
}

fn document(kind: &str, name: &str, spec: &str) -> String {
    let spec = spec.replace('\n', "\n  ");
    format!(
        "apiVersion: segctl.dev/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n  {spec}\n"
    )
}
