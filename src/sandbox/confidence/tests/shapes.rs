//! What becomes of a body: proto3 JSON, by a server that ignores what it does not know.

use serde_json::{Value, json};

use super::{World, is, refused};

#[tokio::test]
async fn a_wrong_shape_of_targeting_matches_everyone() {
    let world = World::new("").await;
    let wrong = json!({ "targeting": { "country": "SE" }, "colour": "red" });
    let (status, segment) = world.create("beta-users", &wrong).await;
    assert_eq!((status, &segment["targeting"]), (200, &json!({})));
    assert_eq!(segment["colour"], Value::Null);
    let wrong = json!({ "targeting": { "criteria": { "a": { "attribute": {
        "attributeName": "country", "matches": "SE",
    } } } } });
    let (_, segment) = world.create("ruleless", &wrong).await;
    let kept = json!({ "criteria": { "a": { "attribute": { "attributeName": "country" } } } });
    assert_eq!(segment["targeting"], kept);
    world.end().await;
}

#[tokio::test]
async fn what_has_the_value_of_its_absence_is_left_out() {
    let world = World::new("").await;
    let body = json!({
        "displayName": "", "labels": {}, "owner": null,
        "allocation": { "proportion": { "value": "1.0" }, "exclusiveTo": [] },
        "targeting": {
            "criteria": {
                "no": { "attribute": { "attributeName": "beta", "eqRule": { "value": { "boolValue": false } } } },
                "zero": { "attribute": { "attributeName": "age", "eqRule": { "value": { "numberValue": 0 } } } },
                "empty": { "attribute": { "attributeName": "name", "eqRule": { "value": { "stringValue": "" } } } },
                "null": { "attribute": { "attributeName": "name", "eqRule": { "value": {} } } },
                "never": { "attribute": { "attributeName": "name", "setRule": { "values": [] } } },
            },
            "expression": { "and": { "operands": [] } },
        },
    });
    let (status, segment) = world.create("beta-users", &body).await;
    assert_eq!(status, 200, "{segment}");
    assert_eq!(segment["allocation"], json!({ "proportion": { "value": "1" } }));
    assert_eq!(segment["targeting"]["expression"], json!({ "and": {} }));
    let rule = |name: &str| segment["targeting"]["criteria"][name]["attribute"].clone();
    // A choice that was made is there, whatever its value.
    assert_eq!(rule("no")["eqRule"], json!({ "value": { "boolValue": false } }));
    assert_eq!(rule("zero")["eqRule"], json!({ "value": { "numberValue": 0.0 } }));
    assert_eq!(rule("empty")["eqRule"], json!({ "value": { "stringValue": "" } }));
    assert_eq!(rule("null")["eqRule"], json!({ "value": {} }));
    assert_eq!(rule("never")["setRule"], json!({}));
    for absent in ["displayName", "labels", "nextPageToken"] {
        assert_eq!(segment.get(absent), None);
    }
    assert_eq!(segment["owner"], "identities/sandbox-client");
    world.end().await;
}

#[tokio::test]
async fn values_come_back_in_one_form() {
    let world = World::new("").await;
    let value = |value: Value| {
        json!({ "targeting": { "criteria": { "a": { "attribute": {
            "attributeName": "it", "eqRule": { "value": value },
        } } }, "expression": { "ref": "a" } } })
    };
    for (at, (sent, stored)) in [
        (
            json!({ "timestampValue": "2024-01-31T12:00:00+02:00" }),
            json!({ "timestampValue": "2024-01-31T10:00:00Z" }),
        ),
        (
            json!({ "timestampValue": "2024-01-31T10:00:00.100Z" }),
            json!({ "timestampValue": "2024-01-31T10:00:00.100Z" }),
        ),
        (json!({ "number_value": "18" }), json!({ "numberValue": 18.0 })),
        (
            json!({ "version_value": { "version": "1.2" } }),
            json!({ "versionValue": { "version": "1.2" } }),
        ),
        (
            json!({ "listValue": { "values": [{ "stringValue": "x" }] } }),
            json!({ "listValue": { "values": [{ "stringValue": "x" }] } }),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let (status, segment) = world.create(&format!("value-{at}"), &value(sent)).await;
        assert_eq!(status, 200, "{segment}");
        let criterion = &segment["targeting"]["criteria"]["a"]["attribute"];
        assert_eq!(criterion["eqRule"]["value"], stored);
    }
    world.end().await;
}

#[tokio::test]
async fn a_wrong_type_is_refused() {
    let world = World::new("").await;
    for (body, words) in [
        (
            json!({ "allocation": { "proportion": { "value": 0.5 } } }),
            "allocation.proportion.value",
        ),
        (json!({ "allocation": { "proportion": "0.5" } }), "allocation.proportion"),
        (json!({ "allocation": { "proportion": { "value": "half" } } }), "a decimal"),
        (json!({ "allocation": { "proportion": { "value": "1.5" } } }), "between 0 and 1"),
        (json!({ "displayName": 5 }), "a string"),
        (json!({ "labels": [{}] }), "a map"),
        (json!({ "targeting": { "criteria": [{}] } }), "a map"),
        (json!({ "targeting": [] }), "an object"),
        (json!({ "targeting": { "expression": { "ref": "a", "not": {} } } }), "oneof"),
        (
            json!({ "targeting": { "criteria": { "a": { "attribute": {
            "eqRule": { "value": { "timestampValue": "yesterday" } },
        } } } } }),
            "timestamp",
        ),
    ] {
        refused(&world.create("beta-users", &body).await, 400, 3, words);
    }
    assert_eq!(world.get("/v1/segments").await, (200, json!({})), "an empty list is an empty body");
    let url = format!("{}/v1/segments", world.sandbox.url());
    let broken = world.client.post(url).bearer_auth(&world.token).body("{").send().await.unwrap();
    assert_eq!(broken.status(), 400);
    world.end().await;
}

#[tokio::test]
async fn a_mask_says_what_is_replaced() {
    let world = World::new("").await;
    let first = json!({
        "displayName": "Beta", "labels": { "team": "growth" }, "targeting": is("country", "SE"),
        "allocation": { "proportion": { "value": "0.5" }, "exclusivityTags": ["a"] },
    });
    world.create("beta-users", &first).await;
    let patch = async |mask: &str, body: Value| {
        let (status, segment) = world.patch(&format!("/v1/segments/beta-users{mask}"), &body).await;
        assert_eq!(status, 200, "{segment}");
        segment
    };
    let mask = "?updateMask=allocation.exclusivityTags,allocation.exclusiveTo";
    let changed = json!({
        "displayName": "not in the mask", "allocation": { "exclusivityTags": ["b"], "exclusiveTo": ["c"] },
    });
    let segment = patch(mask, changed).await;
    let allocation = json!({
        "proportion": { "value": "0.5" }, "exclusivityTags": ["b"], "exclusiveTo": ["c"],
    });
    assert_eq!((&segment["allocation"], &segment["displayName"]), (&allocation, &json!("Beta")));

    let segment =
        patch("?update_mask=display_name,labels", json!({ "labels": { "a": "b" } })).await;
    assert_eq!((segment.get("displayName"), &segment["labels"]), (None, &json!({ "a": "b" })));

    // What the server does not know, and what only it writes, is passed over without a word.
    let segment =
        patch("?updateMask=colour,state,name,targeting.nothing", json!({ "state": "OK" })).await;
    assert_eq!(
        (&segment["state"], &segment["targeting"]),
        (&json!("UNALLOCATED"), &is("country", "SE"))
    );

    // Without a mask, all that was not sent is cleared.
    let segment = patch("", json!({ "displayName": "Only this" })).await;
    for cleared in ["targeting", "allocation", "labels"] {
        assert_eq!(segment.get(cleared), None, "{cleared}");
    }
    assert_eq!((&segment["state"], &segment["displayName"]), (&json!("OK"), &json!("Only this")));
    world.end().await;
}
