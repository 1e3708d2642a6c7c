//! Tokens, limits, errors, and what survives a restart.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{World, refused};

#[tokio::test]
async fn a_token_is_given_for_credentials_in_either_spelling() {
    let world = World::new("").await;
    for body in [
        json!({"grantType": "client_credentials", "clientId": "sandbox-client", "clientSecret": "sandbox-secret"}),
        json!({"grant_type": "client_credentials", "client_id": "sandbox-client", "client_secret": "sandbox-secret"}),
    ] {
        let (status, answer) = world.send_as("", Method::POST, "/v1/oauth/token", &body).await;
        assert_eq!((status, &answer["expiresIn"]), (200, &json!("86400")));
    }
    let wrong = json!({"grantType": "client_credentials", "clientId": "sandbox-client", "clientSecret": "x"});
    refused(&world.send_as("", Method::POST, "/v1/oauth/token", &wrong).await, 401, 16, "invalid");
    let wrong = json!({"grantType": "password"});
    refused(
        &world.send_as("", Method::POST, "/v1/oauth/token", &wrong).await,
        400,
        3,
        "grant type",
    );
    let url = format!("{}/v1/oauth/token", world.sandbox.url());
    let form = world.client.post(url).body("grantType=client_credentials").send().await.unwrap();
    assert_eq!(form.status(), 400);
    world.end().await;
}

#[tokio::test]
async fn a_token_is_needed_and_ends() {
    let world = World::new("options: {tokenLifetime: 1}").await;
    let list =
        async |token: &str| world.send_as(token, Method::GET, "/v1/segments", &Value::Null).await;
    refused(&list("").await, 401, 16, "missing");
    refused(&list("sandbox.sandbox-client.9999999999999.00").await, 401, 16, "verification");
    let token = world.sign_in("sandbox-client", "sandbox-secret").await;
    assert_eq!(list(&token).await.0, 200);
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    refused(&list(&token).await, 401, 16, "expired");
    let token = world.sign_in("sandbox-client", "sandbox-secret").await;
    assert_eq!(list(&token).await.0, 200);
    world.end().await;
}

#[tokio::test]
async fn who_may_only_look_cannot_write() {
    let world = World::new("flags: [{id: checkout}]").await;
    let token = world.sign_in("sandbox-viewer", "sandbox-viewer-secret").await;
    for (method, path) in [
        (Method::POST, "/v1/segments?segmentId=beta-users"),
        (Method::PATCH, "/v1/flags/checkout?updateMask=rules"),
        (Method::POST, "/v1/flags/checkout/rules"),
    ] {
        refused(&world.send_as(&token, method, path, &json!({})).await, 403, 7, "scope");
    }
    assert_eq!(world.send_as(&token, Method::GET, "/v1/flags", &Value::Null).await.0, 200);
    world.end().await;
}

#[tokio::test]
async fn the_error_comes_in_the_shape_that_the_fixture_names() {
    for (shape, pointer) in [("status", "/status"), ("nested", "/error/status")] {
        let world = World::new(&format!("options: {{errorShape: {shape}}}")).await;
        let (status, body) = world.post("/v1/segments?segmentId=x", &json!({})).await;
        assert_eq!(status, 400);
        assert_eq!(body.pointer(pointer), Some(&json!("INVALID_ARGUMENT")), "{body}");
        world.end().await;
    }
}

#[tokio::test]
async fn requests_of_a_second_are_counted() {
    let world = World::new("options: {requestsPerSecond: 5}").await;
    let mut statuses = vec![];
    for _ in 0..8 {
        statuses.push(world.get("/v1/segments").await.0);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    assert_eq!(world.get("/v1/segments").await.0, 200);
    world.end().await;
}

#[tokio::test]
async fn everything_survives_a_restart() {
    let fixture = "
options: {keepsDescriptions: false}
flags: [{id: checkout, rules: [{segment: legacy}]}]
segments: [{id: legacy}]
";
    let world = World::new(fixture).await;
    world.create("beta-users", &json!({"description": "gone", "displayName": "Beta"})).await;
    let before = world.get("/v1/segments/beta-users").await;
    let flags = world.get("/v1/flags").await;
    let world = world.restarted().await;
    assert_eq!(world.get("/v1/segments/beta-users").await, before);
    assert_eq!(world.get("/v1/flags").await, flags);
    let (_, again) = world.create("beta-more", &json!({"description": "gone too"})).await;
    assert_eq!(again["description"], Value::Null, "the options survive too");
    world.end().await;
}

#[tokio::test]
async fn a_fixture_is_strict() {
    for (fixture, words) in [
        ("segments: [{id: a, nmae: b}]", "nmae"),
        ("segments: [{id: a, targeting: {criterion: {}}}]", "targeting.criterion"),
        ("segments: [{id: a, allocation: {proportion: 1}}]", "allocation.proportion"),
        ("flags: [{id: a, rules: [{segment: nowhere}]}]", "nowhere"),
        ("flags: [{id: a, rules: [{segment: b, variant: blue}]}]\nsegments: [{id: b}]", "blue"),
        ("segments: [{id: a}, {id: a}]", "second"),
        ("options: {tokenLifetmie: 1}", "tokenLifetmie"),
    ] {
        let error = World::try_new(fixture).await.err().map(|error| error.to_string());
        assert!(error.as_ref().is_some_and(|it| it.contains(words)), "{fixture}: {error:?}");
    }
}
