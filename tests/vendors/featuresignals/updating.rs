//! What a person changes by hand comes back into a document.

use super::{
    FeatureSignals,
    stage::{STAGE, at},
};
use crate::vendors::updating::{Story, play};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn only_what_a_person_changed_is_edited() {
    let document = "# Who pays.\r\nkind: Segment   # a segment\r\napiVersion: segctl.dev/v1\r\n\
        metadata: {name: plans}\r\nspec:\r\n    featuresignals:\r\n        rules:\r\n        \
        # first\r\n        - attribute: 'plan'\r\n          operator: in\r\n          \
        valuesFrom: values/plans.txt # long\r\n\r\n        \
        - {operator: eq, attribute: country, values: [ 'se' ]}  # Sweden\r\n    \
        description: \"Who pays.\"\r\n";
    play::<FeatureSignals>(Story {
        fixture: STAGE,
        document,
        values: "pro\r\n\r\n  basic\r\nteam\r\n",
        edit: &|_| {
            let rules = json!([
                {"attribute": "plan", "operator": "in", "values": ["pro", "team", "scale"]},
                {"attribute": "country", "operator": "eq", "values": ["no"]},
            ]);
            (Method::PUT, at("plans"), json!({"rules": rules}))
        },
        expected: &[
            "-        - {operator: eq, attribute: country, values: [ 'se' ]}  # Sweden\r\n",
            "+        - {operator: eq, attribute: country, values: [ 'no' ]}  # Sweden\r\n",
            "-  basic\r\n",
            "+scale\r\n",
        ],
    })
    .await;
}
