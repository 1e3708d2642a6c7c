//! The states of flags.

use serde_json::{Value, json};

use super::{Served, says};

#[tokio::test]
async fn an_environment_that_does_not_exist_has_an_empty_state() {
    let served = Served::new().await;
    let empty = json!({
        "id": "", "enabled": false, "rules": [], "percentage_rollout": 0,
        "updated_at": "0001-01-01T00:00:00Z",
    });
    let flag = format!("/v1/projects/{}/flags/checkout/environments", served.project);
    for environment in [served.environment("staging").await.as_str(), "nonsense"] {
        assert_eq!(served.get(&format!("{flag}/{environment}")).await, empty);
    }
    assert_eq!(served.json("GET", &flag, Value::Null).await.0, 404);
    let answer = served.json("PUT", &format!("{flag}/nonsense"), json!({})).await;
    assert_eq!(answer.0, 500);
    let unknown = served.state("nobody", "staging").await;
    let (status, body) = served.json("GET", &unknown, Value::Null).await;
    assert_eq!(status, 404);
    assert!(body["error"].as_str().unwrap().starts_with("Feature lookup failed"));
}

#[tokio::test]
async fn rules_are_replaced_whole_and_nothing_in_them_is_checked() {
    let served = Served::new().await;
    let path = served.state("checkout", "production").await;
    let before = served.get(&path).await;
    let body =
        json!({ "rules": [{ "segment_keys": ["nobody"] }, { "percentage": -1, "priority": -5 }] });
    let (status, after) = served.json("PUT", &path, body).await;
    assert_eq!(status, 200);
    assert_eq!(
        after["rules"],
        json!([
            { "id": "", "priority": 0, "conditions": null, "segment_keys": ["nobody"],
              "percentage": 0, "value": null, "match_type": "" },
            { "id": "", "priority": -5, "conditions": null, "percentage": -1, "value": null,
              "match_type": "" },
        ])
    );
    assert_eq!((&after["id"], &after["enabled"]), (&before["id"], &before["enabled"]));
    assert_eq!(after, served.get(&path).await);
    assert_eq!(
        served.json("PUT", &path, json!({ "rules": null })).await.1["rules"],
        after["rules"]
    );
    assert_eq!(served.json("PUT", &path, json!({ "rules": [] })).await.1["rules"], json!([]));
    let unknown = json!({ "rules": [{ "segmentKey": "beta" }] });
    assert_eq!(served.json("PUT", &path, unknown).await.0, 400);
    let refused = served.json("PUT", &path, json!({ "percentage_rollout": 10_001 })).await;
    assert_eq!(refused.0, 500);
}

#[tokio::test]
async fn a_body_of_nothing_touches_and_makes_a_row() {
    let served = Served::new().await;
    let path = served.state("checkout", "production").await;
    let before = served.get(&path).await;
    let (status, after) = served.json("PUT", &path, json!({})).await;
    assert_eq!((status, &after["rules"]), (200, &before["rules"]));
    assert_ne!(after["updated_at"], before["updated_at"]);
    let staging = served.state("checkout", "staging").await;
    let (_, made) = served.json("PUT", &staging, json!({})).await;
    assert_eq!((made["id"] != "", &made["enabled"]), (true, &json!(false)));
}

#[tokio::test]
async fn values_and_times_go_through_the_database() {
    let served = Served::new().await;
    let path = served.state("checkout", "staging").await;
    let body =
        r#"{"default_value":{"bb":1,"a":1.50e2},"scheduled_enable_at":"2030-01-01T00:00:00Z"}"#;
    let answer = served.send("PUT", &path, Some(body.to_owned())).await;
    let text = answer.text().await.unwrap();
    assert!(text.contains(r#""default_value":{"a":150,"bb":1}"#), "{text}");
    assert!(text.contains(r#""scheduled_enable_at":"2030-01-01T00:00:00Z""#), "{text}");
    let cleared = served.json("PUT", &path, json!({ "scheduled_enable_at": "" })).await.1;
    assert!(cleared.get("scheduled_enable_at").is_none(), "{cleared}");
}

#[tokio::test]
async fn the_list_of_states_does_not_say_of_which_flags() {
    let served = Served::new().await;
    let environment = served.environment("production").await;
    let list = format!("/v1/projects/{}/environments/{environment}/flag-states", served.project);
    let page = served.get(&list).await;
    let state = served.get(&served.state("checkout", "production").await).await;
    assert_eq!(page["data"], json!([state]));
    assert_eq!((&page["total"], page.get("_links")), (&json!(1), None));
    for field in ["flag_id", "flag_key", "env_id"] {
        assert!(page["data"][0].get(field).is_none());
    }
}

#[tokio::test]
async fn a_deleted_segment_stays_in_the_rules_and_comes_back() {
    let served = Served::new().await;
    let path = served.state("checkout", "production").await;
    let segment = format!("{}/beta", served.segments());
    assert_eq!(served.send("DELETE", &segment, None).await.status(), 204);
    assert_eq!(served.get(&path).await["rules"][0]["segment_keys"], json!(["beta"]));
    let answer = served.json("GET", &segment, Value::Null).await;
    assert!(says(&answer, 404, "segment not found"));
}
