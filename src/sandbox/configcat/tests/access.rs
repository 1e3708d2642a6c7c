//! Who may do what, how often, and what outlives the server.

use reqwest::{Client, Method};
use serde_json::json;

use super::{FIXTURE, Stage, new_folder, segment, start};

#[tokio::test]
async fn only_the_user_gets_in() {
    let stage = Stage::new().await;
    for (user, password) in [("sandbox-user", "wrong"), ("", "")] {
        let request = Client::new().get(format!("{}/v1/me", stage.sandbox.url()));
        let answer = request.basic_auth(user, Some(password)).send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.headers()["www-authenticate"], "Basic");
    }
    let me = stage.get("/v1/me").await;
    assert_eq!(me, json!({"email": "owner@sandbox.example", "fullName": "Sandbox Owner"}));
}

#[tokio::test]
async fn permissions_are_kept_to() {
    let fixture = FIXTURE.replace(
        "  - name: Shop\n",
        "  - name: Shop\n    permissions: {canCreateOrUpdateSegments: false, canDeleteSegments: false}\n",
    );
    let stage = Stage::with(&fixture).await;
    let staff = format!("/v1/segments/{}", stage.segment("Staff").await);
    assert_eq!(stage.post(&stage.segments().await, segment("New")).await.status, 403);
    assert_eq!(stage.put(&staff, segment("New")).await.status, 403);
    assert_eq!(stage.delete(&staff).await.status, 403);
    assert_eq!(stage.get(&staff).await["name"], "Staff");
}

#[tokio::test]
async fn every_answer_counts_down_and_one_too_many_is_429() {
    let stage = Stage::new().await;
    stage.sandbox.limit_requests(2);
    let first = stage.send(Method::GET, "/v1/me", None).await;
    assert_eq!(first.headers()["x-rate-limit-remaining"], "1");
    let reset = first.headers()["x-rate-limit-reset"].to_str().unwrap().to_owned();
    let reset = chrono::DateTime::parse_from_rfc3339(&reset).unwrap();
    assert!(reset > chrono::Utc::now());
    let second = stage.send(Method::GET, "/v1/nothing", None).await;
    assert_eq!(
        (second.status().as_u16(), &second.headers()["x-rate-limit-remaining"]),
        (404, &"0".parse().unwrap())
    );
    let third = stage.send(Method::GET, "/v1/me", None).await;
    assert_eq!(third.status(), 429);
    let wait: u32 = third.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    assert!(third.text().await.unwrap().starts_with("API calls quota exceeded!"));
}

#[tokio::test]
async fn what_was_written_outlives_the_server_and_the_fixture_is_read_once() {
    let stage = Stage::new().await;
    let created = stage.post(&stage.segments().await, segment("New")).await.body;
    let id = created["segmentId"].as_str().unwrap().to_owned();
    let value = stage.value("v2", "Main", "checkout", "Test").await;
    let patch = json!([{"op": "replace", "path": "/defaultValue", "value": {"boolValue": true}}]);
    let written = stage.patch(&value, patch).await.body;
    let again =
        start(&stage.folder, &FIXTURE.replace("name: Shop", "name: Renamed")).await.unwrap();
    let read = |path: String| {
        let request = Client::new().get(format!("{}{path}", again.url()));
        request.basic_auth("sandbox-user", Some("sandbox-password")).send()
    };
    let answer = read(format!("/v1/segments/{id}")).await.unwrap();
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap(), created);
    let answer = read(value).await.unwrap();
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap(), written);
}

#[tokio::test]
async fn a_fixture_is_read_strictly() {
    for (fixture, complaint) in [
        ("products: [{nmae: Shop}]", "nmae"),
        (
            &FIXTURE.replace("segment: Beta, comparator", "segment: Beat, comparator"),
            "unknown segment `Beat`",
        ),
        (
            &FIXTURE.replace(
                "              Test:\n                value",
                "              Tset:\n                value",
            ),
            "unknown environment `Tset`",
        ),
        (
            &FIXTURE.replace("defaultValue: false", "defaultValue: 7"),
            "the setting checkout that the API refuses",
        ),
    ] {
        let folder = new_folder();
        let error = start(&folder, fixture).await.err().unwrap().to_string();
        std::fs::remove_dir_all(folder).ok();
        assert!(error.contains(complaint), "{error}");
    }
}

#[tokio::test]
async fn without_a_fixture_there_is_what_a_new_account_has() {
    let stage = Stage::with("").await;
    let product = stage.id("/v1/products", "My Product", "productId").await;
    let environments = stage.get(&format!("/v1/products/{product}/environments")).await;
    assert_eq!(environments.as_array().unwrap().len(), 2);
    let configs = stage.get(&format!("/v1/products/{product}/configs")).await;
    assert_eq!(configs[0]["evaluationVersion"], "v2");
}
