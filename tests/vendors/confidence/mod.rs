//! Confidence: the laws, and the groups.

mod groups;
mod meanwhile;
mod references;
mod stage;
mod updating;

use super::laws::vendor_laws;
use super::player::play_all;
use super::seen::Seen;
use super::vendor::{Planted, Server, Vendor};
use reqwest::Method;
use segctl::desired::Mark;
use segctl::document::Provider;
use segctl::sandbox::System;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// An account with two flags that have three rules.
#[derive(Debug)]
pub(crate) struct Confidence;

vendor_laws!(crate::vendors::confidence::Confidence);

#[tokio::test(flavor = "multi_thread")]
async fn conformance() {
    let groups = groups::groups();
    assert!(groups.len() >= 60, "{} groups are no suite", groups.len());
    play_all::<Confidence>(groups).await;
}

/// The rules of the laws: flag, and the slot that is the label of the rule.
const RULES: [(&str, &str); 3] =
    [("checkout", "first"), ("checkout", "second"), ("banner", "only")];
/// What stands on a rule of which nothing else is said.
const NOBODY: &str = "somebody-elses";

impl Vendor for Confidence {
    const PROVIDER: Provider = Provider::Confidence;
    const SYSTEM: System = System::Confidence;
    const TARGET: &'static str = "";
    const ON_RULE: RangeInclusive<usize> = 1..=1;
    const CONTENTS: u8 = 5;

    fn spec(key: &str, content: u8) -> Value {
        let mut block = json!({"id": key, "targeting": targeting(content)});
        if content == 2 {
            block["allocation"] = json!({"proportion": "0.5"});
        }
        if content == 3 {
            block["displayName"] = json!("Ünïque \"name\"");
            block["labels"] = json!({"team": "growth, \"and\" more"});
        }
        let mut spec = json!({"confidence": block});
        if content % 2 == 1 {
            spec["description"] = json!(format!("Content {content}."));
        }
        spec
    }

    fn key(name: &str) -> String {
        format!("segment-{name}")
    }

    fn rule(at: usize) -> Value {
        let (flag, slot) = RULES[at];
        json!({"flag": flag, "rule": {"labels": {"slot": slot}}})
    }

    fn fixture(segments: &[Planted], rules: &[BTreeSet<String>; 3]) -> Value {
        let mut planted: Vec<Value> = segments.iter().map(plant).collect();
        planted.push(json!({"id": NOBODY, "targeting": targeting(0)}));
        let rule = |at: usize| {
            let segment = rules[at].first().map_or(NOBODY, String::as_str);
            json!({"id": format!("rule-{at}"), "segment": segment, "labels": {"slot": RULES[at].1}})
        };
        json!({
            "segments": planted,
            "flags": [
                {"id": "checkout", "rules": [rule(0), rule(1)]},
                {"id": "banner", "rules": [rule(2)]},
            ],
            "options": {"requestsPerSecond": 1_000_000},
        })
    }

    async fn sign_in(url: &str) -> Server {
        let guest = Server::new(url, String::new());
        let body = json!({
            "grantType": "client_credentials",
            "clientId": "sandbox-client", "clientSecret": "sandbox-secret",
        });
        let (status, answer) = guest.send(Method::POST, "/v1/oauth/token", Some(&body)).await;
        assert_eq!(status, 200, "{answer}");
        let token = answer["accessToken"].as_str().unwrap_or_default();
        Server::new(url, format!("Bearer {token}"))
    }

    async fn look(server: &Server) -> Seen {
        stage::look(server).await
    }

    fn is_read(path: &str) -> bool {
        path == "/v1/oauth/token" || path.ends_with(":segmentAvailableSpace")
    }

    fn says(segment: &Value, content: u8) -> bool {
        segment["targeting"] == targeting(content)
    }

    fn mark(segment: &Value) -> Option<Mark> {
        let label = |name: &str| segment["labels"][format!("segctl-{name}")].as_str();
        Some(Mark {
            workspace: label("workspace")?.to_owned(),
            name: label("name")?.to_owned(),
            hash: label("hash").map(str::to_owned),
        })
    }
}

/// A segment of a fixture, from what segctl would send.
fn plant(segment: &Planted) -> Value {
    let text = |name: &str| segment.document.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut labels = segment.document["labels"].as_object().cloned().unwrap_or_default();
    if let Some(mark) = &segment.mark {
        let mut say = |name: &str, value: &str| {
            labels.insert(format!("segctl-{name}"), value.into());
        };
        say("workspace", &mark.workspace);
        say("name", &mark.name);
        if let Some(hash) = &mark.hash {
            say("hash", hash);
        }
    }
    let mut allocation = segment.document["allocation"].clone();
    allocation["proportion"] = json!({"value": allocation["proportion"]});
    json!({
        "id": text("id"), "displayName": text("displayName"), "description": text("description"),
        "targeting": segment.document["targeting"], "allocation": allocation, "labels": labels,
    })
}

/// A targeting of one or two criteria.
fn targeting(content: u8) -> Value {
    let text = |value: &str| json!({"stringValue": value});
    let (rule, expression) = match content {
        0 => (json!({"eqRule": {"value": text("SE")}}), json!({"ref": "it"})),
        1 => (json!({"setRule": {"values": [text("SE"), text("NO")]}}), json!({"ref": "it"})),
        2 => (json!({"startsWithRule": {"value": "S"}}), json!({"ref": "it"})),
        3 => (json!({"eqRule": {"value": text("Ü, \"q\"")}}), json!({"not": {"ref": "it"}})),
        _ => {
            let range = json!({"startInclusive": text("A"), "endExclusive": text("M")});
            (json!({"rangeRule": range}), json!({"and": {"operands": [{"ref": "it"}]}}))
        }
    };
    let mut attribute = Map::from_iter([("attributeName".to_owned(), json!("country"))]);
    attribute.extend(rule.as_object().cloned().unwrap_or_default());
    json!({"criteria": {"it": {"attribute": attribute}}, "expression": expression})
}
