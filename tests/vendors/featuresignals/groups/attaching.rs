//! Segments on the rules of flags.

use super::stage::{STAGE, attach, attach_to, external, plan, state};
use crate::vendors::story::{Group, Step, document, group, step};
use reqwest::Method;
use serde_json::{Value, json};

pub(super) fn groups() -> Vec<Group> {
    vec![
        group("attach, change and detach", STAGE, whole_life()),
        group(
            "the order of segments means nothing",
            STAGE,
            [
                step("two", [plan("a"), plan("b"), attach("closed", &["a", "b"])])
                    .creates(2)
                    .attaches(1),
                step("turned round", [plan("a"), plan("b"), attach("closed", &["b", "a"])]),
                step("twice", [plan("a"), plan("b"), attach("closed", &["b", "a", "b"])]),
            ],
        ),
        group("the last segment of a rule without conditions", STAGE, the_last_one()),
        group("an empty segment opens a rule", STAGE, an_empty_one()),
        group("rules are named by description or id", STAGE, by_words()),
        group("rules that cannot be told apart", ODD_RULES, odd_rules()),
        group("several rules of one flag", STAGE, several()),
        group("flags and environments that are not there", STAGE, nowhere()),
        group("two documents for one rule", STAGE, twice()),
        group("a rule that keeps everything else", PRECISE, precise()),
        group("many segments on a rule", STAGE, many()),
        group("a key that no segment has", DEAD_KEY, dead_key()),
        group(
            "a flag without any rule",
            STAGE,
            [step("no state at all", [plan("a"), to("idle", "production", "any", &["a"])])
                .refused(["rule-not-found"])],
        ),
    ]
}

fn to(flag: &str, environment: &str, id: &str, segments: &[&str]) -> String {
    attach_to(flag, environment, &json!({"id": id}), segments)
}

/// An attachment that allows a lint.
fn allowing(id: &str, code: &str, segments: &[&str]) -> String {
    let block = json!({"flag": "checkout", "environment": "production", "rule": {"id": id}});
    let spec = json!({"allow": [code], "segments": segments, "featuresignals": block});
    document("Attachment", "allowing", &spec)
}

fn on(
    rule: &'static str,
    wanted: &'static [&'static str],
) -> impl Fn(&crate::vendors::seen::Seen, &crate::vendors::seen::Seen) -> Result<(), String> {
    move |_, after| {
        let is: Vec<&str> = after.on[rule].iter().map(String::as_str).collect();
        if is == wanted { Ok(()) } else { Err(format!("{rule} has {is:?}")) }
    }
}

fn whole_life() -> Vec<Step> {
    let rule = "checkout/production/id:closed";
    vec![
        step("attached", [plan("a"), attach("closed", &["a"])])
            .creates(1)
            .attaches(1)
            .then(on(rule, &["a"])),
        step("one more", [plan("a"), plan("b"), attach("closed", &["a", "b"])])
            .creates(1)
            .attaches(1)
            .then(on(rule, &["a", "b"])),
        step("another one alone", [plan("a"), plan("b"), attach("closed", &["b"])])
            .attaches(1)
            .then(on(rule, &["b"])),
        step("none", [plan("a"), plan("b"), attach("closed", &[])]).attaches(1).then(on(rule, &[])),
        step("the document goes, the rule stays", [plan("a"), plan("b")]),
    ]
}

fn the_last_one() -> Vec<Step> {
    vec![
        step("a foreign one is not taken off", [attach("open", &[])])
            .refused(["would-detach-foreign"]),
        step("the rule would match everyone", [attach("open", &[])])
            .adopt("checkout-production-open")
            .refused(["matches-everyone"]),
        step("where it is allowed", [allowing("open", "matches-everyone", &[])])
            .adopt("allowing")
            .attaches(1),
        step("a rule with conditions stays closed", [attach("both", &[])])
            .adopt("checkout-production-both")
            .attaches(1),
    ]
}

fn an_empty_one() -> Vec<Step> {
    let everyone = || {
        document(
            "Segment",
            "everyone",
            &json!({"allow": ["matches-everyone"], "featuresignals": {}}),
        )
    };
    vec![
        step(
            "any of several is enough",
            [everyone(), external("theirs"), attach("open", &["theirs", "everyone"])],
        )
        .refused(["matches-everyone"]),
        step(
            "allowed",
            [
                everyone(),
                external("theirs"),
                allowing("open", "matches-everyone", &["theirs", "everyone"]),
            ],
        )
        .creates(1)
        .attaches(1),
    ]
}

fn by_words() -> Vec<Step> {
    let by = |rule: Value| attach_to("checkout", "production", &rule, &["a"]);
    vec![
        step("by description", [plan("a"), by(json!({"description": "Swedes"}))])
            .creates(1)
            .attaches(1),
        step("by id", [plan("a"), by(json!({"id": "closed"}))]),
        step("by both", [plan("a"), by(json!({"id": "closed", "description": "Swedes"}))])
            .invalid(["bad-value"]),
        step("by nothing", [plan("a"), by(json!({}))]).invalid(["bad-value"]),
        step("by words that no rule has", [plan("a"), by(json!({"description": "Danes"}))])
            .refused(["rule-not-found"]),
    ]
}

fn odd_rules() -> Vec<Step> {
    let by = |rule: Value| attach_to("checkout", "production", &rule, &["a"]);
    vec![
        step("a description that stands twice", [plan("a"), by(json!({"description": "Twice"}))])
            .refused(["rule-ambiguous"]),
        step("an id that stands twice", [plan("a"), by(json!({"id": "same"}))])
            .refused(["rule-ambiguous"]),
        step(
            "a rule without id, by its description",
            [plan("a"), by(json!({"description": "Nameless"}))],
        )
        .creates(1)
        .attaches(1)
        .then(on("checkout/production/description:Nameless", &["a"])),
        step(
            "one whose id stands twice, by its description",
            [plan("a"), by(json!({"description": "Third"}))],
        )
        .attaches(1),
    ]
}

const ODD_RULES: &str = "
projects: [{slug: web, environments: [production]}]
flags:
  - key: checkout
    states:
      production:
        rules:
          - {id: one, description: Twice, conditions: [{attribute: a, operator: eq, values: [b]}]}
          - {id: two, description: Twice, conditions: [{attribute: a, operator: eq, values: [b]}]}
          - {id: '', description: Nameless, conditions: [{attribute: a, operator: eq, values: [b]}]}
          - {id: same, description: Third, conditions: [{attribute: a, operator: eq, values: [b]}]}
          - {id: same, description: Fourth, conditions: [{attribute: a, operator: eq, values: [b]}]}
options: {requestsPerMinute: 1000000, loginsPerMinute: 1000000}
";

fn several() -> Vec<Step> {
    let all = |segments: &[&str]| {
        vec![
            plan("a"),
            plan("b"),
            external("theirs"),
            attach("closed", segments),
            attach("open", &["theirs", "a"]),
            to("checkout", "staging", "closed", segments),
            to("banner", "production", "closed", segments),
        ]
    };
    vec![
        step("all at once", all(&["a"])).creates(2).attaches(4),
        step("three of them change", all(&["a", "b"])).attaches(3),
        step("two of one flag go different ways", {
            let mut documents = all(&["b"]);
            documents[4] = attach("open", &["theirs", "b"]);
            documents
        })
        .attaches(4),
    ]
}

fn nowhere() -> Vec<Step> {
    vec![
        step("no such flag", [plan("a"), to("nobody", "production", "closed", &["a"])])
            .refused(["flag-not-found"]),
        step(
            "no such environment, which the server would call empty",
            [plan("a"), to("checkout", "nowhere", "closed", &["a"])],
        )
        .refused(["flag-not-found"]),
        step("no such segment", [attach("closed", &["nobody"])]).invalid(["missing-reference"]),
    ]
}

fn twice() -> Vec<Step> {
    let by_description =
        attach_to("checkout", "production", &json!({"description": "Swedes"}), &["a"]);
    vec![
        step("in other words", [plan("a"), attach("closed", &["a"]), by_description])
            .refused(["rule-shared"]),
        step(
            "in the same words",
            [plan("a"), attach("closed", &["a"]), allowing("closed", "matches-everyone", &["a"])],
        )
        .invalid(["duplicate-rule"]),
    ]
}

/// That nothing else changed is what the suite looks at after each step.
fn precise() -> Vec<Step> {
    let rule = "checkout/production/id:closed";
    vec![
        step("attached", [plan("a"), attach("closed", &["a"])])
            .creates(1)
            .attaches(1)
            .then(on(rule, &["a"])),
        step("and off", [plan("a"), attach("closed", &[])]).attaches(1).then(on(rule, &[])),
    ]
}

const PRECISE: &str = r#"
projects: [{slug: web, environments: [production]}]
flags:
  - key: checkout
    states:
      production:
        default_value: {"z": 0.1, "list": [1, "two", null, {"deep": -0.25}]}
        percentage_rollout: 9999
        variants: [{"key": "a", "weight": 5000, "value": 1.7976931348623157e308}]
        rules:
          - {id: closed, priority: -3, percentage: 99999, match_type: any, value: 0.30000000000000004,
             conditions: [{attribute: a, operator: not_in}, {attribute: b, operator: eq, values: ["", "x", ""]}]}
          - {id: "", priority: 0, percentage: 0, match_type: zzz, value: {"b": 12345678901234567, "a": 5e-324}, segment_keys: [gone, gone]}
options: {requestsPerMinute: 1000000, loginsPerMinute: 1000000}
"#;

fn many() -> Vec<Step> {
    let with = |count: usize| {
        let names: Vec<String> = (0..count).map(|number| format!("s{number:03}")).collect();
        let mut documents: Vec<String> = names.iter().map(|name| plan(name)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        documents.push(attach("closed", &names));
        documents
    };
    vec![
        step("100", with(100)).creates(100).attaches(1),
        step("101", with(101)).creates(1).attaches(1),
    ]
}

fn dead_key() -> Vec<Step> {
    vec![
        step("it is no segment of ours", [plan("a"), attach("closed", &["a"])])
            .refused(["would-detach-foreign"]),
        step("it can be let go", [plan("a"), attach("closed", &["a"])])
            .adopt("checkout-production-closed")
            .creates(1)
            .attaches(1),
        step(
            "a segment of that key is used at once",
            [plan("a"), attach("closed", &["a"]), plan("ghost")],
        )
        .creates(1)
        .refreshes(1)
        .then(on("banner/production/id:closed", &["ghost"])),
        step("a person deletes the segment", [plan("a"), attach("closed", &["a"]), plan("ghost")])
            .after(Method::DELETE, super::stage::at("ghost"), None, 204)
            .after(Method::PUT, state("banner", "production"), json!({}), 200)
            .creates(1)
            .refreshes(1),
    ]
}

const DEAD_KEY: &str = "
projects: [{slug: web, environments: [production]}]
flags:
  - key: checkout
    states: {production: {rules: [{id: closed, segment_keys: [ghost], conditions: [{attribute: a, operator: eq, values: [b]}]}]}}
  - key: banner
    states: {production: {rules: [{id: closed, segment_keys: [ghost], conditions: [{attribute: a, operator: eq, values: [b]}]}]}}
options: {requestsPerMinute: 1000000, loginsPerMinute: 1000000}
";
