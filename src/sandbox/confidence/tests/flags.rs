//! Flags and their rules.

use serde_json::{Value, json};

use super::{World, refused};

const FIXTURE: &str = "
options: {requestsPerSecond: 10000}
segments: [{id: beta-users}, {id: everyone}, {id: exclusive, allocation: {exclusivityTags: [a]}}]
flags:
  - id: checkout
    rules:
      - {id: first, segment: beta-users, labels: {slot: beta}, targetingKeySelector: user.id}
      - {id: last, segment: everyone, variant: 'off', enabled: false}
  - {id: retired, archived: true, rules: [{id: only, segment: beta-users}]}
";

const RULES: &str = "/v1/flags/checkout/rules";

fn rule(segment: &str) -> Value {
    json!({
        "segment": format!("segments/{segment}"),
        "enabled": true,
        "labels": { "slot": "new" },
        "assignmentSpec": { "bucketCount": 100, "assignments": [
            { "assignmentId": "a", "variant": { "variant": "flags/checkout/variants/on" }, "bucketRanges": [{ "lower": 0, "upper": 50 }] },
            { "assignmentId": "b", "fallthrough": {}, "bucketRanges": [{ "lower": 50, "upper": 100 }] },
        ] },
    })
}

async fn order(world: &World) -> Vec<String> {
    let rules = world.all(RULES, "rules", 1).await;
    let name = |rule: &Value| {
        let name = rule["name"].as_str()?.strip_prefix("flags/checkout/rules/")?;
        Some(name.to_owned())
    };
    rules.iter().filter_map(name).collect()
}

#[tokio::test]
async fn a_flag_has_its_rules_in_it() {
    let world = World::new(FIXTURE).await;
    let flags = world.all("/v1/flags", "flags", 1).await;
    assert_eq!(flags.len(), 2);
    let checkout = &flags[0];
    assert_eq!(checkout["state"], "ACTIVE");
    assert_eq!(checkout["variants"][1]["name"], "flags/checkout/variants/off");
    let [first, last] = [0, 1].map(|at| &checkout["rules"][at]);
    assert_eq!(first["name"], "flags/checkout/rules/first");
    assert_eq!((&first["enabled"], last.get("enabled")), (&json!(true), None));
    assert_eq!(
        first["assignmentSpec"]["assignments"][0]["bucketRanges"],
        json!([{ "upper": 10000 }])
    );
    assert_eq!(flags[1]["state"], "ARCHIVED");
    assert_eq!(world.get("/v1/flags/checkout").await, (200, checkout.clone()));
    assert_eq!(world.get(&format!("{RULES}/first")).await, (200, first.clone()));
    world.end().await;
}

#[tokio::test]
async fn a_flag_that_changed_moves_to_the_end_of_the_list() {
    let world = World::new(FIXTURE).await;
    let mask = "/v1/flags/checkout?updateMask=labels";
    world.patch(mask, &json!({ "labels": { "team": "growth" } })).await;
    let flags = world.all("/v1/flags", "flags", 1).await;
    let names: Vec<&Value> = flags.iter().map(|flag| &flag["name"]).collect();
    assert_eq!(names, ["flags/retired", "flags/checkout"]);
    world.end().await;
}

#[tokio::test]
async fn a_new_rule_is_the_last_one() {
    let world = World::new(FIXTURE).await;
    let (status, made) = world.post(RULES, &rule("exclusive")).await;
    assert_eq!(status, 200, "one that is not allocated is taken: {made}");
    let id = made["name"].as_str().unwrap().strip_prefix("flags/checkout/rules/").unwrap();
    assert_eq!(id.len(), 20);
    assert_eq!(made["assignmentSpec"]["assignments"][0]["bucketRanges"], json!([{ "upper": 50 }]));
    assert_eq!(made["assignmentSpec"]["assignments"][1]["fallthrough"], json!({}));
    assert_eq!(order(&world).await, ["first", "last", id]);
    let path = format!("{RULES}/{id}");
    let (status, gone) =
        world.send_as(&world.token, reqwest::Method::DELETE, &path, &Value::Null).await;
    assert_eq!((status, gone), (200, json!({})));
    assert_eq!(order(&world).await, ["first", "last"]);
    world.end().await;
}

#[tokio::test]
async fn a_rule_is_changed_by_a_mask() {
    let world = World::new(FIXTURE).await;
    let (_, before) = world.get(&format!("{RULES}/first")).await;
    let path = format!("{RULES}/first?updateMask=segment");
    let body = json!({ "segment": "segments/everyone", "enabled": false, "labels": {} });
    let (status, after) = world.patch(&path, &body).await;
    assert_eq!((status, &after["segment"]), (200, &json!("segments/everyone")));
    for kept in
        ["name", "enabled", "labels", "assignmentSpec", "targetingKeySelector", "createTime"]
    {
        assert_eq!(after[kept], before[kept], "{kept}");
    }
    let path =
        format!("{RULES}/first?updateMask=materializationSpec.mode.materializationMustMatch");
    let body =
        json!({ "materialization_spec": { "mode": { "materialization_must_match": true } } });
    let (_, after) = world.patch(&path, &body).await;
    assert_eq!(after["materializationSpec"]["mode"], json!({ "materializationMustMatch": true }));
    world.end().await;
}

#[tokio::test]
async fn all_rules_are_replaced_at_once() {
    let world = World::new(FIXTURE).await;
    let (_, flag) = world.get("/v1/flags/checkout").await;
    let mut rules = flag["rules"].as_array().unwrap().clone();
    rules.reverse();
    rules.insert(0, rule("beta-users"));
    let mask = "/v1/flags/checkout?updateMask=rules";
    let (status, after) = world.patch(mask, &json!({ "rules": rules })).await;
    assert_eq!(status, 200, "{after}");
    let order_now = order(&world).await;
    assert_eq!(
        (order_now.len(), &order_now[1..]),
        (3, &["last".to_owned(), "first".to_owned()][..])
    );
    let unchanged = flag["rules"].as_array().unwrap();
    assert_eq!(after["rules"][2], unchanged[0], "an equal rule keeps its times");

    let (_, after) = world.patch(mask, &json!({ "rules": [unchanged[1]] })).await;
    assert_eq!(after["rules"].as_array().map(Vec::len), Some(1), "what is not sent is gone");
    let unknown = json!({ "rules": [{ "name": "flags/checkout/rules/first", "segment": "segments/everyone" }] });
    refused(&world.patch(mask, &unknown).await, 404, 5, "rules/first");
    assert_eq!(world.patch(mask, &json!({})).await.1.get("rules"), None);
    world.end().await;
}

#[tokio::test]
async fn a_rule_needs_a_segment_and_variants_that_are_there() {
    let world = World::new(FIXTURE).await;
    refused(&world.post(RULES, &rule("nowhere")).await, 404, 5, "segments/nowhere");
    refused(&world.post(RULES, &json!({})).await, 400, 3, "segment is required");
    let mut wrong = rule("beta-users");
    wrong["assignmentSpec"]["assignments"][0]["variant"]["variant"] =
        json!("flags/checkout/variants/blue");
    refused(&world.post(RULES, &wrong).await, 404, 5, "variants/blue");
    wrong["assignmentSpec"] = Value::Null;
    refused(&world.post(RULES, &wrong).await, 400, 3, "assignmentSpec");
    let path = format!("{RULES}/first?updateMask=segment");
    refused(
        &world.patch(&path, &json!({ "segment": "segments/nowhere" })).await,
        404,
        5,
        "nowhere",
    );
    refused(&world.patch(&path, &json!({})).await, 400, 3, "segment is required");
    world.create("archived", &json!({})).await;
    world.post("/v1/segments/archived:archive", &json!({})).await;
    refused(
        &world.patch(&path, &json!({ "segment": "segments/archived" })).await,
        400,
        9,
        "archived",
    );
    world.end().await;
}

#[tokio::test]
async fn an_archived_flag_refuses_every_change() {
    let world = World::new(FIXTURE).await;
    let words = "Cannot update an archived flag";
    let rules = "/v1/flags/retired/rules";
    refused(&world.patch("/v1/flags/retired?updateMask=labels", &json!({})).await, 400, 9, words);
    refused(&world.post(rules, &rule("everyone")).await, 400, 9, words);
    let body = json!({ "segment": "segments/everyone" });
    refused(&world.patch(&format!("{rules}/only?updateMask=segment"), &body).await, 400, 9, words);
    world.post("/v1/flags/checkout:archive", &json!({})).await;
    refused(&world.post(RULES, &rule("everyone")).await, 400, 9, words);
    world.end().await;
}

#[tokio::test]
async fn a_used_segment_cannot_be_archived() {
    let world = World::new(FIXTURE).await;
    let archive = async || world.post("/v1/segments/beta-users:archive", &json!({})).await;
    refused(&archive().await, 400, 9, "flags/checkout/rules/first");
    let path = format!("{RULES}/first?updateMask=segment");
    world.patch(&path, &json!({ "segment": "segments/everyone" })).await;
    refused(&archive().await, 400, 9, "flags/retired/rules/only");
    // A criterion of another segment does not hold it back.
    let criteria = json!({ "targeting": {
        "criteria": { "it": { "segment": { "segment": "segments/exclusive" } } },
        "expression": { "not": { "ref": "it" } },
    } });
    world.create("without", &criteria).await;
    world.post("/v1/segments/exclusive:allocate", &json!({})).await;
    assert_eq!(world.post("/v1/segments/exclusive:archive", &json!({})).await.0, 200);
    world.end().await;
}
