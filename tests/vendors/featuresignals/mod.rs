//! FeatureSignals: the laws, and the groups.

mod groups;
mod importing;
mod meanwhile;
mod stage;
mod telling;
mod updating;

use super::laws::vendor_laws;
use super::player::play_all;
use super::seen::Seen;
use super::vendor::{Planted, Server, Vendor};
use reqwest::Method;
use segctl::document::Provider;
use segctl::sandbox::System;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// The project `web`, with three flags that have a rule each.
#[derive(Debug)]
pub(crate) struct FeatureSignals;

vendor_laws!(crate::vendors::featuresignals::FeatureSignals);

#[tokio::test(flavor = "multi_thread")]
async fn conformance() {
    let groups = groups::groups();
    assert!(groups.len() >= 60, "{} groups are no suite", groups.len());
    play_all::<FeatureSignals>(groups).await;
}

/// The rules of the laws: flag, environment, and the id of the rule.
const RULES: [(&str, &str, &str); 3] = [
    ("checkout", "production", "rule_1"),
    ("banner", "production", "rule_1"),
    ("banner", "staging", "rule_1"),
];

impl Vendor for FeatureSignals {
    const PROVIDER: Provider = Provider::FeatureSignals;
    const SYSTEM: System = System::FeatureSignals;
    const TARGET: &'static str = ", project: web";
    const ON_RULE: RangeInclusive<usize> = 0..=4;
    const CONTENTS: u8 = 6;

    fn spec(key: &str, content: u8) -> Value {
        let mut block = json!({"key": key, "rules": rules(content)});
        if content == 2 {
            block["match_type"] = json!("any");
        }
        if content == 3 {
            block["name"] = json!("Ünïque \"name\"");
        }
        let mut spec = json!({"featuresignals": block});
        if content % 2 == 1 {
            spec["description"] = json!(format!("Content {content}."));
        }
        spec
    }

    fn rule(at: usize) -> Value {
        let (flag, environment, id) = RULES[at];
        json!({"flag": flag, "environment": environment, "rule": {"id": id}})
    }

    fn fixture(segments: &[Planted], rules: &[BTreeSet<String>; 3]) -> Value {
        let planted = segments.iter().map(|segment| {
            let mut document = segment.document.clone();
            let text = document["description"].as_str().unwrap_or_default().to_owned();
            let text = segment.mark.as_ref().map_or_else(|| text.clone(), |mark| mark.join(&text));
            document.insert("description".to_owned(), text.into());
            Value::Object(document)
        });
        let mut flags: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for ((flag, environment, id), keys) in RULES.into_iter().zip(rules) {
            let condition = json!({"attribute": "country", "operator": "eq", "values": ["se"]});
            let rule = json!({"id": id, "conditions": [condition], "segment_keys": keys});
            let state = json!({"rules": [rule]});
            flags.entry(flag).or_default().insert(environment.to_owned(), state);
        }
        let flags: Vec<Value> =
            flags.into_iter().map(|(key, states)| json!({"key": key, "states": states})).collect();
        json!({
            "projects": [{"slug": "web", "environments": ["staging", "production"]}],
            "segments": planted.collect::<Vec<_>>(),
            "flags": flags,
            "options": {"requestsPerMinute": 1_000_000, "loginsPerMinute": 1_000_000},
        })
    }

    async fn sign_in(url: &str) -> Server {
        let guest = Server::new(url, String::new());
        let body = json!({"email": "owner@sandbox.example", "password": "sandbox-password"});
        let (status, answer) = guest.send(Method::POST, "/v1/auth/login", Some(&body)).await;
        assert_eq!(status, 200, "{answer}");
        let token = answer["tokens"]["access_token"].as_str().unwrap_or_default();
        Server::new(url, format!("Bearer {token}"))
    }

    async fn look(server: &Server) -> Seen {
        look(server).await
    }

    fn is_read(path: &str) -> bool {
        path.starts_with("/v1/auth/")
    }

    fn says(segment: &Value, content: u8) -> bool {
        let word = if content == 2 { "any" } else { "all" };
        segment["rules"] == rules(content) && segment["match_type"] == word
    }
}

/// The rules of a segment with that content.
fn rules(content: u8) -> Value {
    let rule = |attribute: &str, operator: &str, values: &[&str]| json!({"attribute": attribute, "operator": operator, "values": values});
    match content {
        0 => json!([rule("plan", "eq", &["enterprise"])]),
        1 => json!([rule("plan", "in", &["pro", "enterprise"])]),
        2 => json!([rule("plan", "eq", &["pro"]), rule("beta", "exists", &[])]),
        3 => json!([rule("email", "endsWith", &["@acme.example"]), rule("age", "gte", &["18"])]),
        4 => json!([rule("email", "regex", &[r"^[^@]+@(acme|example)\.com$"])]),
        _ => json!([rule("plan", "notIn", &["free, \"and\" easy", "trial"])]),
    }
}

/// Sees every segment, flag, environment and rule.
async fn look(server: &Server) -> Seen {
    let project =
        pages(server, "/v1/projects").await[0]["id"].as_str().unwrap_or_default().to_owned();
    let root = format!("/v1/projects/{project}");
    let mut seen = Seen::default();
    for mut segment in pages(server, &format!("{root}/segments")).await {
        strip(&mut segment, &["id", "created_at", "updated_at"]);
        let key = segment["key"].as_str().unwrap_or_default().to_owned();
        seen.segments.insert(key, segment);
    }
    let environments = pages(server, &format!("{root}/environments")).await;
    let flags = pages(server, &format!("{root}/flags")).await;
    let mut states = vec![];
    for flag in &flags {
        for environment in &environments {
            let [flag, slug, id] = [&flag["key"], &environment["slug"], &environment["id"]]
                .map(|it| it.as_str().unwrap_or_default());
            let mut state = server.get(&format!("{root}/flags/{flag}/environments/{id}")).await;
            see_rules(&mut state, &format!("{flag}/{slug}"), &mut seen);
            strip(&mut state, &["updated_at", "rules"]);
            states.push(json!({"flag": flag, "environment": slug, "state": state}));
        }
    }
    seen.rest = json!({"flags": flags, "environments": environments, "states": states});
    seen
}

fn see_rules(state: &mut Value, unit: &str, seen: &mut Seen) {
    for rule in state["rules"].as_array_mut().into_iter().flatten() {
        let keys = rule["segment_keys"].as_array().into_iter().flatten();
        let keys = keys.filter_map(Value::as_str).map(str::to_owned).collect();
        strip(rule, &["segment_keys"]);
        let text = |field: &str| rule[field].as_str().unwrap_or_default();
        let id = match text("id") {
            "" => format!("{unit}/description:{}", text("description")),
            id => format!("{unit}/id:{id}"),
        };
        seen.on.insert(id.clone(), keys);
        seen.rules.insert(id, rule.take());
    }
}

/// All of a list.
async fn pages(server: &Server, path: &str) -> Vec<Value> {
    let mut list: Vec<Value> = vec![];
    loop {
        let page = server.get(&format!("{path}?limit=100&offset={}", list.len())).await;
        list.extend(page["data"].as_array().cloned().unwrap_or_default());
        if page["has_more"] != true {
            return list;
        }
    }
}

fn strip(object: &mut Value, fields: &[&str]) {
    if let Value::Object(object) = object {
        object.retain(|name, _| !fields.contains(&name.as_str()));
    }
}
