//! Segments: what is checked, what is not, and what an error is called.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Served, says};

const TAKEN: &str = "segment key already exists in this project";

#[tokio::test]
async fn a_segment_is_made_read_changed_and_deleted() {
    let mut served = Served::new().await;
    let (status, made) = served.create(json!({ "key": "x", "name": "X" })).await;
    assert_eq!((status, &made["match_type"], &made["rules"]), (201, &json!("all"), &json!([])));
    let read = served.segment("x").await;
    assert_eq!(read, made);
    let by_id = format!("{}/{}", served.segments(), made["id"].as_str().unwrap());
    let answer = served.json("GET", &by_id, Value::Null).await;
    assert!(says(&answer, 404, "segment not found"), "{answer:?}");

    let (status, changed) = served.update("x", json!({ "name": "Y", "description": null })).await;
    assert_eq!((status, &changed["name"]), (200, &json!("Y")));
    assert_eq!(changed["updated_at"], made["updated_at"]);
    let read = served.segment("x").await;
    assert_ne!(read["updated_at"], made["updated_at"]);
    served.again().await;
    assert_eq!(served.segment("x").await, read);

    let path = format!("{}/x", served.segments());
    let gone = served.send("DELETE", &path, None).await;
    assert_eq!((gone.status().as_u16(), gone.text().await.unwrap().as_str()), (204, ""));
    assert_eq!(served.json("DELETE", &path, Value::Null).await.0, 404);
}

#[tokio::test]
async fn names_and_keys_are_checked_when_a_segment_is_made() {
    let served = Served::new().await;
    let create = |key: String, name: String, description: String| {
        let served = &served;
        async move {
            let body = json!({ "key": key, "name": name, "description": description });
            served.create(body).await.0
        }
    };
    let word = |text: &str, times: usize| text.repeat(times);
    assert_eq!(create(String::new(), "n".into(), String::new()).await, 400);
    assert_eq!(create("k".into(), String::new(), String::new()).await, 400);
    for key in ["A", "-a", "_a", "a b", "é", "a.b"] {
        assert_eq!(create(key.into(), "n".into(), String::new()).await, 400, "{key}");
    }
    assert_eq!(create(word("k", 129), "n".into(), String::new()).await, 400);
    assert_eq!(create(word("k", 128), "n".into(), String::new()).await, 201);
    // Bytes count, not characters.
    assert_eq!(create("name".into(), word("é", 128), String::new()).await, 400);
    assert_eq!(create("name".into(), word("é", 127), String::new()).await, 201);
    assert_eq!(create("text".into(), "n".into(), word("é", 1001)).await, 400);
    assert_eq!(create("text".into(), "n".into(), word("é", 1000)).await, 201);
}

#[tokio::test]
async fn whatever_the_database_refuses_is_called_a_duplicate() {
    let served = Served::new().await;
    let answer = served.create(json!({ "key": "beta", "name": "again" })).await;
    assert!(says(&answer, 409, TAKEN), "{answer:?}");
    for body in [
        json!({ "key": "x", "name": "X", "match_type": "some" }),
        json!({ "key": "x", "name": "a\u{0}b" }),
        json!({ "key": "x", "name": "X",
                "rules": [{ "attribute": "a", "operator": "eq", "values": ["\u{0}"] }] }),
    ] {
        assert!(says(&served.create(body.clone()).await, 409, TAKEN), "{body}");
    }
    let path = format!("{}/x", served.segments());
    assert_eq!(served.json("GET", &path, Value::Null).await.0, 404);
}

#[tokio::test]
async fn of_eight_creations_at_once_one_is_made() {
    let served = Served::new().await;
    let body = || json!({ "key": "x", "name": "X" });
    let answers = join_all((0..8).map(|_| served.create(body()))).await;
    let made = answers.iter().filter(|(status, _)| *status == 201).count();
    let taken = answers.iter().filter(|(status, _)| *status == 409).count();
    assert_eq!((made, taken), (1, 7));
}

#[tokio::test]
async fn an_update_checks_next_to_nothing() {
    let served = Served::new().await;
    for body in [
        json!({ "match_type": "" }),
        json!({ "match_type": "none" }),
        json!({ "name": "é".repeat(256) }),
        json!({ "name": "a\u{0}" }),
    ] {
        let answer = served.update("beta", body.clone()).await;
        assert!(says(&answer, 500, "failed to update segment"), "{body} {answer:?}");
    }
    let body = json!({ "name": "", "description": "d".repeat(3000) });
    assert_eq!(served.update("beta", body).await.0, 200);
    assert_eq!(served.update("beta", json!({ "name": "é".repeat(255) })).await.0, 200);
    assert_eq!(served.update("beta", json!({ "rules": [] })).await.0, 200);
    assert_eq!(served.segment("beta").await["rules"], json!([]));
    assert_eq!(served.update("nobody", json!({})).await.0, 404);
}

#[tokio::test]
async fn unknown_fields_and_wrong_types_are_refused_alike() {
    let served = Served::new().await;
    let rule = |extra: Value| {
        let mut rule = json!({ "attribute": "a", "operator": "eq", "values": ["x"] });
        rule.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({ "rules": [rule] })
    };
    for body in [
        json!({ "key": "beta" }),
        json!({ "id": "1" }),
        json!({ "name": 1 }),
        json!({ "rules": {} }),
        json!([]),
        rule(json!({ "negate": true })),
        rule(json!({ "values": [1] })),
        rule(json!({ "values": "x" })),
    ] {
        let (status, answer) = served.update("beta", body.clone()).await;
        assert_eq!(status, 400, "{body}");
        assert!(answer["error"].as_str().unwrap().starts_with("Request decoding failed"));
    }
    let path = format!("{}/beta", served.segments());
    let raw = |body: &str| served.send("PUT", &path, Some(body.to_owned()));
    assert_eq!(raw(r#"{"NAME": "Loud"} and more"#).await.status(), 200);
    assert_eq!(served.segment("beta").await["name"], "Loud");
    assert_eq!(raw("{").await.status(), 400);
    assert_eq!(raw("").await.status(), 400);
}

#[tokio::test]
async fn operators_values_and_their_order_are_kept_as_sent() {
    let served = Served::new().await;
    let rules = json!([
        { "attribute": "a", "operator": "not_in", "values": ["b", "a", "b"] },
        { "attribute": "", "operator": "", "values": [] },
        { "attribute": "a", "operator": "exists", "values": null },
    ]);
    let body = json!({ "key": "x", "name": "X", "rules": rules });
    assert_eq!(served.create(body).await.0, 201);
    assert_eq!(served.segment("x").await["rules"], rules);
}

#[tokio::test]
async fn the_body_has_a_type_and_a_size() {
    let served = Served::new().await;
    let url = format!("{}{}", served.sandbox.url(), served.segments());
    let plain = served.client.post(url).header("authorization", format!("Bearer {}", served.token));
    let plain = plain.header("content-type", "text/plain").body("{}").send().await.unwrap();
    assert_eq!(plain.status(), 415);
    let long = |bytes: usize| {
        let head =
            r#"{"key":"long","name":"L","rules":[{"attribute":"a","operator":"in","values":[""#;
        let tail = r#""]}]}"#;
        let value = "v".repeat(bytes - head.len() - tail.len());
        format!("{head}{value}{tail}")
    };
    let answer = served.send("POST", &served.segments(), Some(long((1 << 20) + 1))).await;
    assert_eq!(answer.status(), 400);
    let answer = served.send("POST", &served.segments(), Some(long(1 << 20))).await;
    assert_eq!(answer.status(), 201);
}

#[tokio::test]
async fn updates_of_different_fields_at_once_can_lose_one() {
    let served = Served::new().await;
    for round in 0..60 {
        let name = format!("n{round}");
        let text = format!("d{round}");
        let one = served.update("beta", json!({ "name": name }));
        let other = served.update("beta", json!({ "description": text }));
        let (one, other) = tokio::join!(one, other);
        assert_eq!((one.0, other.0), (200, 200));
        let segment = served.segment("beta").await;
        if segment["name"] != name.as_str() || segment["description"] != text.as_str() {
            return;
        }
    }
    panic!("60 rounds lost nothing");
}

#[tokio::test]
async fn a_wrong_path_or_method_says_so() {
    let served = Served::new().await;
    let segments = served.segments();
    for (method, path, code, message) in [
        ("GET", format!("{segments}/"), 404, "route not found"),
        ("GET", "/v2/projects".to_owned(), 404, "route not found"),
        ("GET", format!("{segments}/beta/more"), 404, "route not found"),
        ("PATCH", format!("{segments}/beta"), 405, "method not allowed"),
        ("GET", "/v1/projects/nonsense/segments".to_owned(), 404, "project not found"),
    ] {
        let body = if method == "PATCH" { json!({}) } else { Value::Null };
        let answer = served.json(method, &path, body).await;
        assert!(says(&answer, code, message), "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn what_the_server_says_of_a_segment_is_not_what_its_engine_does() {
    let served = Served::new().await;
    for (operator, values, answer) in [
        ("eq", json!(["x"]), Some(true)),
        ("contains", json!(["nothing", "x"]), Some(true)),
        ("gte", json!(["0"]), Some(false)),
        ("regex", json!(["."]), Some(false)),
        ("exists", json!([]), Some(false)),
    ] {
        let rules = json!([{ "attribute": "a", "operator": operator, "values": values }]);
        served.update("beta", json!({ "rules": rules })).await;
        let path = format!("{}/beta/evaluate", served.segments());
        let who = json!({ "key": "u1", "a": "x", "n": 1 });
        let (status, body) = served.json("GET", &path, who).await;
        assert_eq!((status, body["matched"].as_bool()), (200, answer), "{operator}");
        assert_eq!(served.json("POST", &path, json!({})).await.0, 405);
    }
    served.update("beta", json!({ "rules": [] })).await;
    let path = format!("{}/beta/evaluate", served.segments());
    assert_eq!(served.json("GET", &path, json!({})).await.1["matched"], false);
}
