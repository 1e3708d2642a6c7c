//! A watch over a real Unleash.

use super::segment;
use super::watching::{Watching, workspace_file};
use crate::support::admin::Admin;
use crate::support::scratch::Scratch;
use crate::support::servers::{Version, unleash};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn applies_and_takes_back_on_unleash_8_2_0() {
    let server = unleash(Version::V8_2_0);
    let _turn = server.turn().await;
    let admin = Admin::new(&server.url, &server.token);
    admin.wipe().await;
    admin.create_flag("watched").await;
    let strategy = json!({"name": "default", "title": "Everyone"});
    admin.create_strategy("watched", "development", &strategy).await;

    let scratch = Scratch::new();
    scratch.write("segctl.yaml", workspace_file(&server.url));
    scratch.write("segments/first.yaml", segment("first", "{values: [one]}"));
    scratch.write("always.yml", "apiVersion: segctl.dev/v1\nkind: Attachment\nmetadata: {name: watched}\nspec:\n  segments: [first]\n  unleash: {feature: watched, environment: development, strategy: {title: Everyone}}\n");
    let arguments = ["-o", "json", "--interval", "1s"];
    let watching = Watching::start(&scratch, &server.token, &arguments);
    assert_eq!(watching.good_pass()["pass"]["reason"], "start");
    let first = async || {
        let segments = admin.segments().await;
        segments.into_iter().find(|it| it["name"] == "first").expect("it was made")
    };
    let made = first().await;
    let flag = admin.flag("watched").await;
    let environments = flag["environments"].as_array().expect("a flag has environments").clone();
    let attached =
        environments.iter().any(|it| it["strategies"][0]["segments"] == json!([made["id"]]));
    assert!(attached, "{flag}");

    scratch.write("segments/first.yaml", segment("first", "{values: [two]}"));
    while watching.pass()["targets"][0]["steps"][0]["outcome"] != "updated" {}
    let edited = first().await;
    assert_eq!(edited["constraints"][0]["values"], json!(["two"]));

    let body = json!({"name": "first", "description": edited["description"],
        "constraints": [{"contextName": "userId", "operator": "IN", "values": ["mallory"]}]});
    let path = format!("/api/admin/segments/{}", edited["id"]);
    assert_eq!(admin.send(reqwest::Method::PUT, &path, Some(&body)).await.status, 204);
    while watching.pass()["targets"][0]["steps"][0]["cause"] != "live" {}
    assert_eq!(first().await["constraints"][0]["values"], json!(["two"]));
    assert_eq!(watching.stop().0.code(), Some(130));
    admin.wipe().await;
}
