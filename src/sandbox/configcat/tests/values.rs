//! The endpoints of values, in both versions.

use serde_json::{Value, json};

use super::{Stage, rule};

#[tokio::test]
async fn everything_of_a_place_is_read_at_once() {
    let stage = Stage::new().await;
    let all = stage.get(&stage.values("v2", "Main", "Test").await).await;
    assert_eq!(all["config"]["name"], "Main");
    assert_eq!(all["environment"]["name"], "Test");
    assert_eq!(all["readOnly"], false);
    let checkout = &all["settingFormulas"][0];
    assert_eq!(checkout["setting"]["key"], "checkout");
    let conditions = &checkout["targetingRules"][0]["conditions"];
    assert_eq!(conditions[0]["segmentCondition"]["segmentId"], stage.segment("Beta").await);
    assert_eq!(conditions[0]["userCondition"], Value::Null);
    assert_eq!(checkout["targetingRules"][0]["percentageOptions"], json!([]));
    assert_eq!(checkout["targetingRules"][1]["conditions"], json!([]));
    assert_eq!(checkout["targetingRules"][1]["value"], Value::Null);
    let theme = &all["settingFormulas"][1];
    assert_eq!(theme["defaultValue"]["stringValue"], "light");
    assert_eq!(
        theme["setting"]["predefinedVariations"][0]["predefinedVariationId"],
        theme["defaultValue"]["predefinedVariationId"]
    );

    let one = stage.get(&stage.value("v2", "Main", "checkout", "Test").await).await;
    for shared in ["lastVersionId", "targetingRules", "defaultValue", "setting", "updatedAt"] {
        assert_eq!(one[shared], checkout[shared]);
    }
    assert_eq!(one["config"], all["config"]);
    let locked = stage.get(&stage.values("v2", "Main", "Locked").await).await;
    assert_eq!(locked["readOnly"], true);

    let old = stage.get(&stage.values("v1", "Old", "Test").await).await;
    let banner = &old["settingValues"][0];
    assert_eq!(banner["value"], false);
    assert_eq!(banner.get("lastVersionId"), None);
    assert_eq!(banner["rolloutRules"][0]["segmentComparator"], "isIn");
    assert_eq!(banner["rolloutRules"][0]["comparator"], Value::Null);
    assert_eq!(banner["rolloutRules"][1]["segmentId"], Value::Null);
}

#[tokio::test]
async fn each_version_has_its_own_endpoints() {
    let stage = Stage::new().await;
    for (version, config, setting) in [("v1", "Main", "checkout"), ("v2", "Old", "banner")] {
        let path = stage.values(version, config, "Test").await;
        assert_eq!(stage.ask(reqwest::Method::GET, &path, None).await.status, 400);
        let path = stage.value(version, config, setting, "Test").await;
        assert_eq!(stage.patch(&path, json!([])).await.status, 400);
    }
}

#[tokio::test]
async fn a_patch_tests_before_it_changes() {
    let stage = Stage::new().await;
    let path = stage.value("v2", "Main", "checkout", "Test").await;
    let (beta, staff) = (stage.segment("Beta").await, stage.segment("Staff").await);
    let at = "/targetingRules/0/conditions/0/segmentCondition/segmentId";
    let patch = |expected: &str| {
        json!([{"op": "test", "path": at, "value": expected},
               {"op": "replace", "path": at, "value": staff}])
    };
    let before = stage.get(&path).await;
    let answer = stage.patch(&path, patch(&beta)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.body["targetingRules"][0]["conditions"][0]["segmentCondition"]["segmentId"],
        staff
    );
    assert_ne!(answer.body["lastVersionId"], before["lastVersionId"]);
    assert_eq!(stage.get(&path).await, answer.body);
    let refused = stage.patch(&path, patch(&beta)).await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.as_str().unwrap().contains("is not equal to the test value"));
    assert_eq!(stage.get(&path).await, answer.body);
}

#[tokio::test]
async fn a_patch_of_nothing_is_204() {
    let stage = Stage::new().await;
    let path = stage.value("v2", "Main", "checkout", "Test").await;
    let before = stage.get(&path).await;
    let same = json!([{"op": "replace", "path": "/defaultValue/boolValue", "value": false}]);
    let answer = stage.patch(&path, same.clone()).await;
    assert_eq!((answer.status, answer.body), (204, json!("")));
    assert_eq!(stage.put(&path, before.clone()).await.status, 200);
    assert_eq!(stage.get(&path).await, before);
}

#[tokio::test]
async fn the_rule_for_everyone_stays_last() {
    let stage = Stage::new().await;
    let path = stage.value("v2", "Main", "checkout", "Test").await;
    let staff = stage.segment("Staff").await;
    let add = |at: &str| json!([{"op": "add", "path": at, "value": rule(&staff)}]);
    assert_eq!(stage.patch(&path, add("/targetingRules/-")).await.status, 400);
    let answer = stage.patch(&path, add("/targetingRules/1")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["targetingRules"][2]["conditions"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_served_is_refused() {
    let stage = Stage::new().await;
    let path = stage.value("v2", "Main", "checkout", "Test").await;
    let nobody = "00000000-0000-4000-8000-000000000000";
    let elsewhere = stage.id("/v1/products", "Other", "productId").await;
    let elsewhere =
        stage.id(&format!("/v1/products/{elsewhere}/segments"), "Elsewhere", "segmentId").await;
    let not_found = json!({"SegmentCondition": ["Segment not found."]});
    for unknown in [nobody, &elsewhere] {
        let patch = json!([{"op": "add", "path": "/targetingRules/0", "value": rule(unknown)}]);
        let answer = stage.patch(&path, patch).await;
        assert_eq!((answer.status, &answer.body), (400, &not_found));
    }
    let user = |comparator: &str, value: Value| json!({"userCondition": {"comparisonAttribute": "a", "comparator": comparator, "comparisonValue": value}});
    let on = json!({"boolValue": true});
    let half = json!([{"percentage": 50, "value": on}]);
    for (rule, field) in [
        (json!({"conditions": [], "value": on}), "Conditions"),
        (json!({"conditions": [{}], "value": on}), "Conditions"),
        (json!({"conditions": [user("textEquals", json!({"stringValue": "x"}))]}), "Value"),
        (
            json!({"conditions": [user("textEquals", json!({"doubleValue": 1}))], "value": on}),
            "StringValue",
        ),
        (
            json!({"conditions": [user("isOneOf", json!({"stringValue": "x"}))], "value": on}),
            "ListValue",
        ),
        (json!({"conditions": [user("numberLess", json!({}))], "value": on}), "DoubleValue"),
        (
            json!({"conditions": [user("textEquals", json!({"stringValue": "x"}))], "value": {"intValue": 1}}),
            "Value",
        ),
        (json!({"percentageOptions": half}), "PercentageOptions"),
        (
            json!({"conditions": [{"prerequisiteFlagCondition": {"prerequisiteSettingId": 99, "comparator": "equals"}}], "value": on}),
            "PrerequisiteSettingId",
        ),
    ] {
        let patch = json!([{"op": "add", "path": "/targetingRules/0", "value": rule}]);
        let answer = stage.patch(&path, patch).await;
        assert_eq!(answer.status, 400, "{field}");
        assert!(answer.body[field].is_array(), "{field}: {answer:?}");
    }
}

#[tokio::test]
async fn a_flag_with_variations_serves_one_of_them() {
    let stage = Stage::new().await;
    let path = stage.value("v2", "Main", "theme", "Test").await;
    let shown = stage.get(&path).await;
    let dark = shown["setting"]["predefinedVariations"][1]["predefinedVariationId"].clone();
    let answer = stage.put(&path, json!({"defaultValue": {"stringValue": "dark"}})).await;
    assert_eq!(
        (answer.status, answer.body),
        (400, json!({"DefaultValue": ["Variation could not be found."]}))
    );
    let answer = stage.put(&path, json!({"defaultValue": {"predefinedVariationId": dark}})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["defaultValue"]["stringValue"], "dark");
    let checkout = stage.value("v2", "Main", "checkout", "Test").await;
    let answer = stage
        .put(&checkout, json!({"defaultValue": {"boolValue": true, "predefinedVariationId": dark}}))
        .await;
    assert_eq!(answer.body, json!({"PredefinedVariationId": ["Could not find Variation."]}));
}

#[tokio::test]
async fn a_note_is_asked_for_and_a_locked_place_is_403() {
    let stage = Stage::new().await;
    for (version, config, setting, text) in
        [("v2", "Main", "checkout", "Reason required."), ("v1", "Old", "banner", "Reason required")]
    {
        let path = stage.value(version, config, setting, "Production").await;
        let member = if version == "v1" { "/value" } else { "/defaultValue/boolValue" };
        let patch = json!([{"op": "replace", "path": member, "value": true}]);
        let answer = stage.patch(&path, patch.clone()).await;
        assert_eq!((answer.status, answer.body), (400, json!({"Reason": [text]})));
        assert_eq!(stage.patch(&format!("{path}?reason=because"), patch.clone()).await.status, 200);
        let locked = stage.value(version, config, setting, "Locked").await;
        assert_eq!(stage.patch(&format!("{locked}?reason=because"), patch).await.status, 403);
    }
}

#[tokio::test]
async fn a_put_resets_what_it_leaves_out() {
    let stage = Stage::new().await;
    let path = stage.value("v2", "Main", "checkout", "Test").await;
    let answer = stage.put(&path, json!({"defaultValue": {"boolValue": true}})).await;
    assert_eq!(answer.body["targetingRules"], json!([]));
    let old = stage.value("v1", "Old", "banner", "Test").await;
    let answer = stage.put(&old, json!({"value": true})).await;
    assert_eq!((answer.status, &answer.body["rolloutRules"]), (200, &json!([])));
    // The last write wins, whatever it was made from.
    let answer = stage.put(&old, json!({"value": false})).await;
    assert_eq!(answer.body["value"], false);
}

#[tokio::test]
async fn several_are_replaced_or_none() {
    let stage = Stage::new().await;
    let path = stage.values("v2", "Main", "Test").await;
    let before = stage.get(&path).await;
    let off = json!({"settingId": 1, "defaultValue": {"boolValue": true}});
    let wrong = json!({"settingId": 2, "defaultValue": {"stringValue": "dark"}});
    let answer = stage.post(&path, json!({"updateFormulas": [off, wrong]})).await;
    assert_eq!(answer.status, 400);
    assert_eq!(stage.get(&path).await, before);
    let answer = stage.post(&path, json!({"updateFormulas": [off]})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["settingFormulas"][0]["targetingRules"], json!([]));
    assert_eq!(answer.body["settingFormulas"][1], before["settingFormulas"][1]);
    let old = stage.values("v1", "Old", "Test").await;
    let answer =
        stage.post(&old, json!({"settingValues": [{"settingId": 3, "value": true}]})).await;
    assert_eq!(answer.body["settingValues"][0]["value"], true);
}

#[tokio::test]
async fn an_old_rule_has_one_condition() {
    let stage = Stage::new().await;
    let path = stage.value("v1", "Old", "banner", "Test").await;
    let staff = stage.segment("Staff").await;
    let segment = json!({"segmentId": staff, "segmentComparator": "ISNOTIN", "value": true});
    let answer = stage
        .patch(&path, json!([{"op": "add", "path": "/rolloutRules/-", "value": segment}]))
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["rolloutRules"][2]["segmentComparator"], "isNotIn");
    let mut both = segment;
    both["comparisonAttribute"] = json!("Email");
    for wrong in [both, json!({"value": true}), json!({"segmentId": staff, "value": true})] {
        let patch = json!([{"op": "add", "path": "/rolloutRules/-", "value": wrong}]);
        assert_eq!(stage.patch(&path, patch).await.status, 400);
    }
    let percentages = json!([{"percentage": 30, "value": true}]);
    let answer = stage
        .patch(
            &path,
            json!([{"op": "replace", "path": "/rolloutPercentageItems", "value": percentages}]),
        )
        .await;
    assert_eq!(answer.status, 400);
}
