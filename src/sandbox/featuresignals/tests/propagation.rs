//! What is evaluated, and when a change of a segment gets there.

use serde_json::{Value, json};

use super::Served;

/// The value of the flag `checkout` in production for somebody of that plan, and why.
async fn seen(served: &Served, plan: &str) -> (Value, Value) {
    let environment = served.environment("production").await;
    let path = format!("/v1/projects/{}/environments/{environment}/inspect-entity", served.project);
    let who = json!({ "key": "u1", "attributes": { "plan": plan } });
    let (status, mut flags) = served.json("POST", &path, who).await;
    assert_eq!(status, 200, "{flags}");
    assert_eq!(flags.as_array().unwrap().len(), 1, "{flags}");
    let flag = &mut flags[0];
    (flag["value"].take(), flag["reason"].take())
}

fn on() -> (Value, Value) {
    (json!("on"), json!("TARGETED"))
}

fn off() -> (Value, Value) {
    (Value::Null, json!("FALLTHROUGH"))
}

#[tokio::test]
async fn only_the_write_of_a_state_lets_a_change_of_a_segment_through() {
    let served = Served::new().await;
    assert_eq!((seen(&served, "beta").await, seen(&served, "free").await), (on(), off()));
    let rules = json!([{ "attribute": "plan", "operator": "eq", "values": ["free"] }]);
    assert_eq!(served.update("beta", json!({ "rules": rules })).await.0, 200);
    assert_eq!((seen(&served, "beta").await, seen(&served, "free").await), (on(), off()));
    let staging = served.state("checkout", "staging").await;
    served.json("PUT", &staging, json!({})).await;
    assert_eq!(seen(&served, "beta").await, on());
    // Any flag of the environment will do.
    let other = served.state("old", "production").await;
    served.json("PUT", &other, json!({})).await;
    assert_eq!((seen(&served, "beta").await, seen(&served, "free").await), (off(), on()));
}

#[tokio::test]
async fn a_segment_without_rules_and_a_rule_without_anything_take_everybody() {
    let served = Served::new().await;
    served.update("beta", json!({ "rules": [] })).await;
    assert_eq!(seen(&served, "whatever").await, on());
    let path = served.state("checkout", "production").await;
    let rule = |keys: Value| json!({ "rules": [{ "id": "r", "segment_keys": keys, "percentage": 10_000, "value": "on" }] });
    served.json("PUT", &path, rule(json!(["nobody"]))).await;
    assert_eq!(seen(&served, "whatever").await, off());
    served.json("PUT", &path, rule(json!([]))).await;
    assert_eq!(seen(&served, "whatever").await, on());
}

#[tokio::test]
async fn any_segment_will_do_but_the_conditions_have_to_hold_too() {
    let served = Served::new().await;
    let path = served.state("checkout", "production").await;
    let of =
        |operator: &str| json!([{ "attribute": "plan", "operator": operator, "values": ["x"] }]);
    served.create(json!({ "key": "none", "name": "N", "rules": of("not_in") })).await;
    let rule = |conditions: Value| {
        let keys = ["none", "beta"];
        json!({ "rules": [{ "segment_keys": keys, "conditions": conditions,
                            "percentage": 10_000, "value": "on" }] })
    };
    served.json("PUT", &path, rule(json!([]))).await;
    assert_eq!((seen(&served, "beta").await, seen(&served, "x").await), (on(), off()));
    served.json("PUT", &path, rule(of("eq"))).await;
    assert_eq!(seen(&served, "beta").await, off());
}

#[tokio::test]
async fn a_rule_that_takes_nobody_of_a_share_leaves_the_next_one_its_turn() {
    let served = Served::new().await;
    let path = served.state("checkout", "production").await;
    let rules = json!({ "rules": [
        { "priority": 2, "percentage": 10_000, "value": "second" },
        { "priority": 1, "percentage": 0, "value": "first" },
    ] });
    served.json("PUT", &path, rules).await;
    assert_eq!(seen(&served, "x").await.0, "second");
    served.json("PUT", &path, json!({ "enabled": false })).await;
    assert_eq!(seen(&served, "x").await.1, "DISABLED");
}
