//! The endpoints of segments.

use reqwest::Method;
use serde_json::{Value, json};

use super::{FIXTURE, Stage, rule, segment};

#[tokio::test]
async fn the_list_leaves_the_comparison_out_and_counts_uses() {
    let stage = Stage::new().await;
    let list = stage.get(&stage.segments().await).await;
    let beta = &list[0];
    assert_eq!((&beta["name"], &beta["usage"]), (&json!("Beta"), &json!(2)));
    assert_eq!(list[1]["usage"], 0);
    for absent in ["comparisonAttribute", "comparator", "comparisonValue"] {
        assert_eq!(beta.get(absent), None);
    }
    let id = beta["segmentId"].as_str().unwrap();
    let one = stage.get(&format!("/v1/segments/{id}")).await;
    assert_eq!(one.get("usage"), None);
    // A sensitive comparison is kept in clear.
    assert_eq!(one["comparisonValue"], "a@b.example,c@d.example");
    assert_eq!(one["product"]["name"], "Shop");
}

#[tokio::test]
async fn a_segment_is_created_as_it_was_sent() {
    let stage = Stage::new().await;
    let mut body = segment("New");
    body["description"] = Value::Null;
    body["comparator"] = json!("DOESNOTCONTAIN");
    body["comparisonValue"] = json!(" a , a,,b ");
    body["unheardOf"] = json!(1);
    let created = stage.post(&stage.segments().await, body).await;
    assert_eq!(created.status, 201);
    assert_eq!(created.body["description"], "");
    assert_eq!(created.body["comparator"], "doesNotContain");
    assert_eq!(created.body["comparisonValue"], " a , a,,b ");
    assert_eq!(created.body["createdAt"], created.body["updatedAt"]);
    let id = created.body["segmentId"].as_str().unwrap();
    assert_eq!(stage.get(&format!("/v1/segments/{id}")).await, created.body);
}

#[tokio::test]
async fn what_a_change_leaves_out_stays() {
    let stage = Stage::new().await;
    let path = format!("/v1/segments/{}", stage.segment("Staff").await);
    let before = stage.get(&path).await;
    let answer = stage.put(&path, json!({"description": "d", "comparator": null})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["description"], "d");
    for kept in ["name", "comparisonAttribute", "comparator", "comparisonValue", "createdAt"] {
        assert_eq!(answer.body[kept], before[kept]);
    }
    assert_ne!(answer.body["updatedAt"], before["updatedAt"]);
    let answer = stage.put(&path, json!({"description": null})).await;
    assert_eq!(answer.body["description"], "d");
    let answer = stage.put(&path, json!({"description": "", "name": "Renamed"})).await;
    assert_eq!(
        (&answer.body["description"], &answer.body["name"]),
        (&json!(""), &json!("Renamed"))
    );
    assert_eq!(stage.get(&path).await, answer.body);
    // The old name is free again.
    assert_eq!(stage.post(&stage.segments().await, segment("Staff")).await.status, 201);
}

#[tokio::test]
async fn a_name_is_taken_once_whatever_its_case() {
    let stage = Stage::new().await;
    let (list, staff) = (stage.segments().await, stage.segment("Staff").await);
    let taken = json!({"Name": ["This name is already in use. Please, choose another."]});
    let answer = stage.post(&list, segment("bEtA")).await;
    assert_eq!((answer.status, &answer.body), (400, &taken));
    let path = format!("/v1/segments/{staff}");
    let answer = stage.put(&path, json!({"name": "BETA"})).await;
    assert_eq!((answer.status, &answer.body), (400, &taken));
    assert_eq!(stage.put(&path, json!({"name": "STAFF"})).await.status, 200);
    // In another product it is free.
    assert_eq!(stage.post(&list, segment("Elsewhere")).await.status, 201);
}

#[tokio::test]
async fn what_cannot_be_a_segment_is_refused_field_by_field() {
    let stage = Stage::new().await;
    let list = stage.segments().await;
    let answer = stage.post(&list, json!({})).await;
    assert_eq!(answer.status, 400);
    let fields: Vec<&String> = answer.body.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["Name", "ComparisonAttribute", "Comparator", "ComparisonValue"]);
    for (member, value, field) in [
        ("name", json!("x".repeat(256)), "Name"),
        ("name", json!("😀".repeat(128)), "Name"),
        ("name", json!(""), "Name"),
        ("name", json!("  "), "Name"),
        ("description", json!("x".repeat(1001)), "Description"),
        ("comparisonAttribute", json!("x".repeat(1001)), "ComparisonAttribute"),
        ("comparisonValue", json!("x".repeat(65_536)), "ComparisonValue"),
        ("comparisonValue", json!(""), "ComparisonValue"),
        ("comparisonValue", json!(5), "$.comparisonValue"),
        ("comparator", json!("startsWith"), "$.comparator"),
    ] {
        let mut body = segment("New");
        body[member] = value;
        let answer = stage.post(&list, body).await;
        assert_eq!(answer.status, 400, "{member}");
        assert!(answer.body[field].is_array(), "{member}: {answer:?}");
    }
    for (name, description) in
        [("x".repeat(255), "y".repeat(1000)), ("😀".repeat(127), String::new())]
    {
        let mut body = segment(&name);
        body["description"] = json!(description);
        assert_eq!(stage.post(&list, body).await.status, 201);
    }
    let answer = stage.ask(Method::POST, &list, None).await;
    assert_eq!(answer.status, 415);
    assert_eq!(stage.post(&list, json!([1])).await.status, 400);
}

#[tokio::test]
async fn a_plan_has_so_many_segments() {
    let stage = Stage::with(&format!("limits: {{segments: 3}}\n{FIXTURE}")).await;
    let list = stage.segments().await;
    assert_eq!(stage.post(&list, segment("Third")).await.status, 201);
    let answer = stage.post(&list, segment("Fourth")).await;
    assert_eq!(answer.status, 402);
    assert_eq!(answer.body, "You have reached the limits of your plan.");
    let third = format!("/v1/segments/{}", stage.segment("Third").await);
    assert_eq!(stage.put(&third, json!({"name": "Fourth"})).await.status, 200);
}

#[tokio::test]
async fn a_segment_in_use_cannot_be_deleted() {
    let stage = Stage::new().await;
    let beta = format!("/v1/segments/{}", stage.segment("Beta").await);
    assert_eq!(stage.delete(&beta).await.status, 400);
    assert_eq!(stage.get(&beta).await["name"], "Beta");
    let staff = format!("/v1/segments/{}", stage.segment("Staff").await);
    let answer = stage.delete(&staff).await;
    assert_eq!((answer.status, answer.body), (204, json!("")));
    assert_eq!(stage.delete(&staff).await.status, 404);
}

#[tokio::test]
async fn or_its_rules_go_with_it() {
    let stage = Stage::with(&format!("deleteInUse: removeRules\n{FIXTURE}")).await;
    let value = stage.value("v2", "Main", "checkout", "Test").await;
    let before = stage.get(&value).await;
    let beta = stage.segment("Beta").await;
    assert_eq!(stage.delete(&format!("/v1/segments/{beta}")).await.status, 204);
    let after = stage.get(&value).await;
    assert_eq!(after["targetingRules"], json!([before["targetingRules"][1]]));
    assert_ne!(after["lastVersionId"], before["lastVersionId"]);
    let old = stage.value("v1", "Old", "banner", "Test").await;
    assert_eq!(stage.get(&old).await["rolloutRules"][0]["comparator"], "contains");
    let patch = json!([{"op": "add", "path": "/targetingRules/0", "value": rule(&beta)}]);
    assert_eq!(stage.patch(&value, patch).await.status, 400);
}
