//! What the groups are told with: a stage, and short words for documents.

use crate::vendors::seen::Seen;
use crate::vendors::story::document;
use crate::vendors::vendor::Server;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The id of the environment `Production`.
pub(super) const PRODUCTION: &str = "00000000-0000-4000-8000-0000000000e1";
/// The id of the product `Shop`.
pub(super) const SHOP: &str = "00000000-0000-4000-8000-000000000001";

/// Flags of every kind, and a foreign segment.
pub(super) const STAGE: &str = "
products:
  - name: Shop
    id: 00000000-0000-4000-8000-000000000001
    environments:
      - {name: Production, id: 00000000-0000-4000-8000-0000000000e1}
      - {name: Locked, environmentAccessType: readOnly}
      - {name: Noted, reasonRequired: true}
    segments:
      - {name: Theirs, id: 00000000-0000-4000-8000-00000000005e, description: by hand, comparisonAttribute: Email, comparator: contains, comparisonValue: '@theirs'}
    configs:
      - name: Main
        settings:
          - key: checkout
            id: 1
            values:
              Production: &rules
                defaultValue: false
                targetingRules:
                  - conditions:
                      - userCondition: {comparisonAttribute: Country, comparator: textEquals, comparisonValue: {stringValue: SE}}
                    value: true
                  - conditions: [{segmentCondition: {segment: Theirs, comparator: isIn}}]
                    value: false
                  - percentageOptions: [{percentage: 50, value: true}, {percentage: 50, value: false}]
              Locked: *rules
              Noted: *rules
          - key: theme
            id: 2
            settingType: string
            predefinedVariations: [{name: Light, value: light}, {name: Dark, value: dark}]
            values:
              Production:
                defaultValue: light
                targetingRules:
                  - conditions: [{segmentCondition: {segment: Theirs, comparator: isNotIn}}]
                    value: dark
                  - conditions:
                      - userCondition: {comparisonAttribute: Country, comparator: textEquals, comparisonValue: {stringValue: HU}}
                    value: dark
          - key: price
            id: 3
            settingType: double
            values:
              Production:
                defaultValue: 1
                targetingRules:
                  - conditions:
                      - userCondition: {comparisonAttribute: Country, comparator: textEquals, comparisonValue: {stringValue: HU}}
                    value: 2.5
                  - conditions:
                      - userCondition: {comparisonAttribute: Country, comparator: textEquals, comparisonValue: {stringValue: AT}}
                    percentageOptions: [{percentage: 50, value: 1}, {percentage: 50, value: 2}]
      - name: Old
        evaluationVersion: v1
        settings:
          - key: banner
            id: 4
            values:
              Production:
                value: false
                rolloutRules:
                  - {segment: Theirs, segmentComparator: isIn, value: true}
                  - {comparisonAttribute: Email, comparator: contains, comparisonValue: '@acme', value: false}
                rolloutPercentageItems: [{percentage: 30, value: true}, {percentage: 70, value: false}]
";

/// Signs in as somebody who may do everything.
pub(super) fn sign_in(url: &str) -> Server {
    let basic = STANDARD.encode("sandbox-user:sandbox-password");
    Server::new(url, format!("Basic {basic}"))
}

/// A segment with this block.
pub(super) fn segment(name: &str, block: &Value) -> String {
    document("Segment", name, &json!({"configcat": block}))
}

/// A segment of that `spec`.
pub(super) fn spec(name: &str, spec: &Value) -> String {
    document("Segment", name, spec)
}

/// A segment for users with these e-mail addresses.
pub(super) fn users(name: &str, values: &[&str]) -> String {
    segment(name, &list("isOneOf", values))
}

/// The block of a list comparator.
pub(super) fn list(comparator: &str, values: &[&str]) -> Value {
    json!({"comparisonAttribute": "Email", "comparator": comparator, "comparisonValues": values})
}

/// The block of a comparator of one value.
pub(super) fn single(comparator: &str, value: &str) -> Value {
    json!({"comparisonAttribute": "Age", "comparator": comparator, "comparisonValue": value})
}

/// The segment that somebody made by hand.
pub(super) fn theirs() -> String {
    document("Segment", "theirs", &json!({"external": true, "configcat": {"name": "Theirs"}}))
}

/// An attachment to the rule of `checkout` in production that serves true.
pub(super) fn attach(segments: &[&str]) -> String {
    attach_to("checkout", &json!({"serves": true}), segments)
}

/// An attachment to the rule of a setting in production that `rule` names.
pub(super) fn attach_to(setting: &str, rule: &Value, segments: &[&str]) -> String {
    let config = if setting == "banner" { "Old" } else { "Main" };
    let block =
        json!({"config": config, "environment": "Production", "setting": setting, "rule": rule});
    attach_block(&block, segments)
}

/// An attachment with this block.
pub(super) fn attach_block(block: &Value, segments: &[&str]) -> String {
    let words = [&block["setting"], &block["environment"], &block["rule"]];
    let name: String = words.iter().map(ToString::to_string).collect::<Vec<_>>().join("-");
    let plain = |it: char| it.is_ascii_alphanumeric().then_some(it.to_ascii_lowercase());
    let name: String = name.chars().map(|it| plain(it).unwrap_or('-')).collect();
    let name = format!("rule{}", name.trim_end_matches('-'));
    document("Attachment", &name, &json!({"segments": segments, "configcat": block}))
}

/// The id of a rule of a setting in production, as segctl gives it.
pub(super) fn rule(version: &str, setting: u32, at: usize, serves: &str) -> String {
    format!("{version}/{PRODUCTION}/{setting}/{at}/{serves}")
}

/// That exactly these segments are on a rule.
pub(super) fn on(
    rule: String,
    wanted: &'static [&'static str],
) -> impl Fn(&Seen, &Seen) -> Result<(), String> {
    move |_, after| {
        let is = after.on.get(&rule).ok_or(format!("{rule} is not in {:?}", after.on.keys()))?;
        let is: Vec<&str> = is.iter().map(String::as_str).collect();
        if is == wanted { Ok(()) } else { Err(format!("{rule} has {is:?}")) }
    }
}

/// That a segment has this text to compare with.
pub(super) fn compares(
    name: &'static str,
    value: impl Into<String>,
) -> impl Fn(&Seen, &Seen) -> Result<(), String> {
    let value = value.into();
    move |_, after| {
        let is = &after.segments.get(name).ok_or(format!("{name} is gone"))?["comparisonValue"];
        if *is == value.as_str() { Ok(()) } else { Err(format!("{name} compares with {is}")) }
    }
}

/// The path of a segment, by its name.
pub(super) fn at(name: &str) -> String {
    format!("/v1/segments/<id of {name}>")
}
