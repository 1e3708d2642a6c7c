//! Allocation: who may have how much beside whom.

use serde_json::{Value, json};

use super::{World, is, refused};

fn share(proportion: &str, tags: &[&str], exclusive_to: &[&str]) -> Value {
    json!({ "allocation": {
        "proportion": { "value": proportion }, "exclusivityTags": tags, "exclusiveTo": exclusive_to,
    } })
}

async fn available(world: &World, id: &str, body: &Value) -> Value {
    let path = format!("/v1/segments/{id}:segmentAvailableSpace");
    let (status, answer) = world.post(&path, body).await;
    assert_eq!(status, 200, "{answer}");
    answer["availableSpace"]["value"].clone()
}

async fn allocate(world: &World, id: &str) -> (u16, Value) {
    world.post(&format!("/v1/segments/{id}:allocate"), &Value::Null).await
}

#[tokio::test]
async fn exclusive_segments_share_what_there_is() {
    let world = World::new("").await;
    for (id, proportion) in [("home-a", "0.6"), ("home-b", "0.3"), ("home-c", "0.2")] {
        let (_, segment) = world.create(id, &share(proportion, &["home"], &["home"])).await;
        assert_eq!(segment["state"], "UNALLOCATED");
    }
    assert_eq!(available(&world, "home-a", &json!({})).await, "1");
    let (status, segment) = allocate(&world, "home-a").await;
    assert_eq!((status, &segment["state"]), (200, &json!("ALLOCATED")));
    assert_eq!(available(&world, "home-b", &json!({})).await, "0.4");
    assert_eq!(allocate(&world, "home-b").await.0, 200);
    assert_eq!(available(&world, "home-c", &json!({})).await, "0.1");
    refused(&allocate(&world, "home-c").await, 400, 9, "not enough space");
    refused(&allocate(&world, "home-a").await, 400, 9, "cannot be allocated");
    world.post("/v1/segments/home-b:archive", &json!({})).await;
    assert_eq!(allocate(&world, "home-c").await.0, 200, "archiving frees the space");
    world.end().await;
}

#[tokio::test]
async fn exclusion_follows_the_tags() {
    let world = World::new("").await;
    world.create("all-experiments", &share("0.7", &["all"], &[])).await;
    world.create("one-of-two", &share("0.7", &["ranking"], &["ranking", "all"])).await;
    world.create("outside", &share("0.7", &["search"], &["search"])).await;
    allocate(&world, "all-experiments").await;
    assert_eq!(available(&world, "one-of-two", &json!({})).await, "0.3");
    refused(&allocate(&world, "one-of-two").await, 400, 9, "space");
    assert_eq!(allocate(&world, "outside").await.0, 200);
    let other =
        json!({ "queryParams": { "exclusivityTags": ["ranking"], "exclusiveTo": ["ranking"] } });
    assert_eq!(available(&world, "one-of-two", &other).await, "1");
    world.end().await;
}

#[tokio::test]
async fn who_cannot_meet_needs_no_space() {
    let world = World::new("").await;
    let in_country = |country: &str| {
        let mut body = share("1", &["home"], &["home"]);
        body["targeting"] = is("country", country);
        body
    };
    for (id, country) in [("in-sweden", "SE"), ("in-norway", "NO"), ("in-sweden-too", "SE")] {
        world.create(id, &in_country(country)).await;
    }
    assert_eq!(allocate(&world, "in-sweden").await.0, 200);
    assert_eq!(allocate(&world, "in-norway").await.0, 200);
    refused(&allocate(&world, "in-sweden-too").await, 400, 9, "space");
    let elsewhere = json!({ "queryParams": {
        "targeting": is("country", "DK"), "exclusivityTags": ["home"], "exclusiveTo": ["home"],
    } });
    assert_eq!(available(&world, "in-sweden-too", &elsewhere).await, "1");
    world.end().await;
}

#[tokio::test]
async fn the_state_says_what_may_be_done() {
    let world = World::new("").await;
    let (_, plain) =
        world.create("plain", &json!({ "allocation": { "proportion": { "value": "0.5" } } })).await;
    assert_eq!(plain["state"], "OK");
    let (status, still) = allocate(&world, "plain").await;
    assert_eq!((status, &still), (200, &plain), "nothing to allocate");
    world.create("exclusive", &share("0.5", &["home"], &["home"])).await;
    let archived = world.post("/v1/segments/exclusive:archive", &json!({})).await;
    refused(&archived, 400, 9, "must be ALLOCATED");
    allocate(&world, "exclusive").await;
    let changed = world.patch("/v1/segments/exclusive?updateMask=displayName", &json!({})).await;
    refused(&changed, 400, 9, "Only segments in state UNALLOCATED");
    let (_, changed) = world
        .patch("/v1/segments/plain?updateMask=allocation", &share("0.5", &["home"], &[]))
        .await;
    assert_eq!(changed["state"], "UNALLOCATED", "it takes part in exclusivity now");
    world.end().await;
}

#[tokio::test]
async fn two_that_would_trade_their_space_both_wait() {
    let world = World::new(
        "
segments:
  - {id: big-one, state: ALLOCATED, allocation: {proportion: {value: '0.7'}, exclusivityTags: [home], exclusiveTo: [home]}}
  - {id: small-one, state: ALLOCATED, allocation: {proportion: {value: '0.3'}, exclusivityTags: [home], exclusiveTo: [home]}}
",
    )
    .await;
    world.create("big-other", &share("0.7", &["home"], &["home"])).await;
    assert_eq!(available(&world, "big-other", &json!({})).await, "0");
    refused(&allocate(&world, "big-other").await, 400, 9, "space");
    world.end().await;
}
