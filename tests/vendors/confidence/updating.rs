//! What a person changes by hand comes back into a document.

use super::Confidence;
use crate::vendors::updating::{Story, play};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn only_what_a_person_changed_is_edited() {
    let document = "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {name: plans}\nspec:\n  \
        confidence:\n    targeting:   # who\n      expression: {ref: plan}\n      criteria:\n        \
        plan:\n          attribute:\n            attributeName: 'user.plan'   # from the app\n            \
        setRule: {values: [{stringValue: pro}, {stringValue: 'team'}]}\n";
    play::<Confidence>(Story {
        fixture: "{}\n",
        document,
        values: "",
        edit: &|segment| {
            let mut targeting = segment["targeting"].clone();
            targeting["criteria"]["plan"]["attribute"]["setRule"]["values"] =
                json!([{"stringValue": "team"}, {"stringValue": "scale"}]);
            let path = "/v1/segments/plans?updateMask=targeting".to_owned();
            (Method::PATCH, path, json!({"targeting": targeting}))
        },
        expected: &[
            "-            setRule: {values: [{stringValue: pro}, {stringValue: 'team'}]}\n",
            "+            setRule: {values: [{stringValue: 'team'}, {stringValue: scale}]}\n",
        ],
    })
    .await;
}
