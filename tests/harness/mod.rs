//! Tests of the harness itself: what other tests rely on.

use crate::support::admin::Admin;
use crate::support::servers::{Version, unleash, unleash_with};
use serde_json::json;

#[tokio::test]
async fn a_server_of_its_own_has_its_own_limits_and_stops() {
    let server = unleash_with(Version::V8_2_0, &[("UNLEASH_SEGMENTS_LIMIT", "1")]);
    let admin = Admin::new(&server.url, &server.token);
    let segment = admin.create_segment(&json!({"name": "first", "constraints": []})).await;
    let second = json!({"name": "second", "constraints": []});
    let reply = admin.send(reqwest::Method::POST, "/api/admin/segments", Some(&second)).await;
    assert_eq!((reply.status, &segment["name"]), (400, &json!("first")));

    let address = server.url.trim_start_matches("http://").to_owned();
    drop(server);
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[tokio::test]
async fn a_server_lives_on_when_a_job_of_its_own_fails() {
    let fails = "setInterval(()=>Promise.reject(Error('on%20purpose')),50)";
    let fails = format!("--import=data:text/javascript,{fails}");
    for version in [Version::V8_2_0, Version::V6_10_1] {
        let server = unleash_with(version, &[("NODE_OPTIONS", &fails)]);
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        let admin = Admin::new(&server.url, &server.token);
        assert_eq!(admin.segments().await, [] as [serde_json::Value; 0]);
    }
}

#[tokio::test]
async fn the_admin_sees_what_was_done_on_8_2_0() {
    the_admin_sees_what_was_done(Version::V8_2_0).await;
}

#[tokio::test]
async fn the_admin_sees_what_was_done_on_6_10_1() {
    the_admin_sees_what_was_done(Version::V6_10_1).await;
}

async fn the_admin_sees_what_was_done(version: Version) {
    let server = unleash(version);
    let _turn = server.turn().await;
    let admin = Admin::new(&server.url, &server.token);
    admin.wipe().await;
    let config = admin.send(reqwest::Method::GET, "/api/admin/ui-config", None).await;
    assert_eq!(config.ok("the version")["version"], json!(server.version));

    let before = admin.latest_event().await;
    let segment = admin.create_segment(&json!({"name": "a", "constraints": []})).await;
    let id = segment["id"].as_u64().expect("a segment has an id");
    admin.create_flag("flag").await;
    let body = json!({"name": "default", "segments": [id]});
    let strategy = admin.create_strategy("flag", "development", &body).await;

    let flag = admin.flag("flag").await;
    assert_eq!(flag["environments"][0]["strategies"][0]["id"], json!(strategy));
    let events = admin.events_since(before).await;
    let types: Vec<_> = events.iter().map(|it| it["type"].as_str().unwrap_or_default()).collect();
    assert_eq!(types[..2], ["segment-created", "feature-created"]);
    assert_eq!(admin.delete_segment(id).await, 409);

    let features = admin.client_features(&server.client_token, None).await;
    let etag = features.header("etag").expect("an ETag").to_owned();
    assert_eq!(features.status, 200);
    assert!(
        [200, 304].contains(&admin.client_features(&server.client_token, Some(&etag)).await.status)
    );

    admin.wipe().await;
    assert!(admin.segments().await.is_empty() && admin.flags().await.is_empty());
}
