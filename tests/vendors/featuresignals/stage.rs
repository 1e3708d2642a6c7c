//! What the groups are told with: a stage, and short words for documents.

use crate::vendors::story::document;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// A flag with a rule that has conditions, one without, a foreign segment and an archived flag.
pub(super) const STAGE: &str = "
projects: [{slug: web, environments: [staging, production]}]
segments:
  - {key: theirs, name: Made by hand, description: of somebody, rules: [{attribute: plan, operator: eq, values: [gold]}]}
flags:
  - key: checkout
    states:
      production:
        default_value: {b: 1, a: [1.5, null]}
        percentage_rollout: 250
        rules:
          - {id: closed, description: Swedes, conditions: [{attribute: country, operator: eq, values: [se]}], value: {n: 1.25, text: 'on'}}
          - {id: open, description: Beta users, segment_keys: [theirs], percentage: 2500}
          - {id: both, description: Both, segment_keys: [theirs], conditions: [{attribute: age, operator: gte, values: ['18']}]}
      staging:
        rules:
          - {id: closed, description: Swedes, conditions: [{attribute: country, operator: eq, values: [se]}]}
  - key: banner
    states:
      production:
        rules:
          - {id: closed, description: Adults, conditions: [{attribute: age, operator: gte, values: ['18']}]}
  - {key: idle}
options: {requestsPerMinute: 1000000, loginsPerMinute: 1000000}
";

/// A segment with these rules.
pub(super) fn segment(name: &str, rules: &Value) -> String {
    segment_with(name, &json!({"rules": rules}))
}

/// A segment with this block.
pub(super) fn segment_with(name: &str, block: &Value) -> String {
    document("Segment", name, &json!({"featuresignals": block}))
}

/// A segment of that `spec`.
pub(super) fn spec(name: &str, spec: &Value) -> String {
    document("Segment", name, spec)
}

/// A segment for users of a plan.
pub(super) fn plan(name: &str) -> String {
    segment(name, &json!([rule("plan", "eq", &[name])]))
}

/// A segment owned elsewhere.
pub(super) fn external(name: &str) -> String {
    document("Segment", name, &json!({"external": true, "featuresignals": {}}))
}

/// One rule of a segment.
pub(super) fn rule(attribute: &str, operator: &str, values: &[&str]) -> Value {
    json!({"attribute": attribute, "operator": operator, "values": values})
}

/// An attachment of segments to a rule of `checkout` in production.
pub(super) fn attach(id: &str, segments: &[&str]) -> String {
    attach_to("checkout", "production", &json!({"id": id}), segments)
}

/// An attachment of segments to the rule that `rule` names.
pub(super) fn attach_to(flag: &str, environment: &str, rule: &Value, segments: &[&str]) -> String {
    let block = json!({"flag": flag, "environment": environment, "rule": rule});
    let mut name = format!("{flag}-{environment}");
    for word in rule.as_object().into_iter().flatten().filter_map(|(_, it)| it.as_str()) {
        let plain =
            |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '-' };
        write!(name, "-{}", word.chars().map(plain).collect::<String>()).expect("a name");
    }
    document("Attachment", &name, &json!({"segments": segments, "featuresignals": block}))
}

/// Values `v000`, `v001` and so on.
pub(super) fn values(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("v{number:03}")).collect()
}

/// The path of the project of the stage.
pub(super) fn project() -> String {
    format!("/v1/projects/{}", id("project web"))
}

/// The path of a segment.
pub(super) fn at(key: &str) -> String {
    format!("{}/segments/{key}", project())
}

/// The path of a flag's state.
pub(super) fn state(flag: &str, environment: &str) -> String {
    let environment = id(&format!("environment web {environment}"));
    format!("{}/flags/{flag}/environments/{environment}", project())
}

/// The id of what a fixture names so: the sandbox makes it of the name.
fn id(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    let hex: String = digest.iter().take(16).fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a text");
        hex
    });
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
