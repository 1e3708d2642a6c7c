//! Segments from their creation to their end.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{World, is, refused};

#[tokio::test]
async fn an_id_is_chosen_or_made_up() {
    let world = World::new("").await;
    let (status, segment) = world.create("beta-users", &json!({ "name": "segments/other" })).await;
    assert_eq!((status, &segment["name"]), (200, &json!("segments/beta-users")));
    let (_, segment) = world.post("/v1/segments", &json!({})).await;
    assert_eq!(segment["name"].as_str().map(str::len), Some("segments/".len() + 20), "{segment}");
    let longest = "a".repeat(63);
    assert_eq!(world.create(&longest, &json!({})).await.0, 200);
    assert_eq!(world.post("/v1/segments?segment_id=0-9a", &json!({})).await.0, 200);
    for wrong in ["abc", "Beta-users", "beta_users", "beta.users", &"a".repeat(64)] {
        refused(&world.create(wrong, &json!({})).await, 400, 3, "4-63 characters");
    }
    world.end().await;
}

#[tokio::test]
async fn an_id_is_taken_for_ever() {
    let world = World::new("segments: [{id: gone, state: ARCHIVED}]").await;
    world.create("beta-users", &json!({})).await;
    refused(&world.create("beta-users", &json!({})).await, 409, 6, "already exists");
    let (status, archived) = world.post("/v1/segments/beta-users:archive", &json!({})).await;
    assert_eq!((status, &archived["state"]), (200, &json!("ARCHIVED")));
    for id in ["beta-users", "gone"] {
        refused(&world.create(id, &json!({})).await, 409, 6, "already exists");
    }
    let again = world.post("/v1/segments/beta-users:archive", &json!({})).await;
    refused(&again, 400, 9, "ARCHIVED");
    let changed = world.patch("/v1/segments/gone?updateMask=labels", &json!({})).await;
    refused(&changed, 400, 9, "Only segments in state UNALLOCATED");
    world.end().await;
}

#[tokio::test]
async fn a_server_may_hide_what_is_archived() {
    let fixture =
        "options: {listsArchived: false}\nsegments: [{id: gone, state: ARCHIVED}, {id: here}]";
    let world = World::new(fixture).await;
    let all = world.all("/v1/segments", "segments", 100).await;
    assert_eq!(all.iter().map(|it| &it["name"]).collect::<Vec<_>>(), ["segments/here"]);
    refused(&world.create("gone", &json!({})).await, 409, 6, "already exists");
    world.end().await;
}

#[tokio::test]
async fn a_list_comes_in_pages_without_an_order() {
    let world = World::new("options: {requestsPerSecond: 10000}").await;
    let names: Vec<String> = (0..101).map(|at| format!("segment-{at:03}")).collect();
    for name in &names {
        world.create(name, &json!({})).await;
    }
    for size in [1, 49, 50, 51, 99, 100] {
        let listed = world.all("/v1/segments", "segments", size).await;
        let listed: Vec<&str> =
            listed.iter().filter_map(|it| it["name"].as_str()?.strip_prefix("segments/")).collect();
        assert_ne!(listed, names, "not in the order in which they were made");
        assert_eq!(listed.len(), names.len(), "by {size}");
        let listed: BTreeSet<&str> = listed.into_iter().collect();
        assert_eq!(listed, names.iter().map(String::as_str).collect());
    }
    let (_, page) = world.get("/v1/segments").await;
    assert_eq!(page["segments"].as_array().map(Vec::len), Some(10), "unless somebody says");
    for wrong in ["pageSize=101", "pageSize=-1", "pageSize=many", "pageToken=nonsense"] {
        refused(&world.get(&format!("/v1/segments?{wrong}")).await, 400, 3, "page");
    }
    world.end().await;
}

#[tokio::test]
async fn what_is_missing_looks_forbidden() {
    let world = World::new("flags: [{id: checkout}]").await;
    for path in [
        "/v1/segments/missing",
        "/v1/flags/missing",
        "/v1/flags/checkout/rules/missing",
        "/v1/materializedSegments/missing",
    ] {
        refused(&world.get(path).await, 403, 7, "Permission denied");
    }
    for verb in ["allocate", "archive"] {
        let answer = world.post(&format!("/v1/segments/missing:{verb}"), &json!({})).await;
        refused(&answer, 403, 7, "Permission denied");
    }
    let answer = world.post("/v1/segments/missing:segmentAvailableSpace", &json!({})).await;
    refused(&answer, 404, 5, "not found");
    refused(&world.post("/v1/segments/missing:unarchive", &json!({})).await, 404, 5, "");
    world.end().await;
}

#[tokio::test]
async fn a_description_may_be_dropped_without_a_word() {
    let body = json!({ "description": "Who helps us.", "displayName": "Beta" });
    let world = World::new("").await;
    assert_eq!(world.create("beta-users", &body).await.1["description"], "Who helps us.");
    world.end().await;

    let world = World::new("options: {keepsDescriptions: false}").await;
    assert_eq!(world.create("beta-users", &body).await.1["description"], Value::Null);
    let (status, segment) =
        world.patch("/v1/segments/beta-users?updateMask=description", &body).await;
    assert_eq!((status, &segment["description"]), (200, &Value::Null));
    world.end().await;
}

#[tokio::test]
async fn owned_segments_come_from_a_fixture() {
    let world = World::new(
        "
segments:
  - {id: rollout, workflowInstance: workflows/rollout/instances/1, labels: {workflowInstance: workflows/rollout/instances/1}}
  - {id: inline, flag: flags/checkout}
  - {id: by-hand, labels: {uiCreated: 'true'}, owner: identities/anna}
materializedSegments: [vips]
",
    )
    .await;
    let (_, segment) = world.get("/v1/segments/rollout").await;
    assert_eq!(segment["workflowInstance"], "workflows/rollout/instances/1");
    assert_eq!(world.get("/v1/segments/inline").await.1["flag"], "flags/checkout");
    let (_, segment) = world.get("/v1/segments/by-hand").await;
    assert_eq!(
        (&segment["labels"]["uiCreated"], &segment["owner"]),
        (&json!("true"), &json!("identities/anna"))
    );
    let (_, list) = world.get("/v1/materializedSegments").await;
    assert_eq!(list, json!({ "materializedSegments": [{ "name": "materializedSegments/vips" }] }));
    assert_eq!(world.create("another", &json!({ "targeting": is("a", "b") })).await.0, 200);
    world.end().await;
}
