//! What a person changes by hand comes back into a document.

use super::{ConfigCat, stage::STAGE};
use crate::vendors::updating::{Story, play};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn only_what_a_person_changed_is_edited() {
    let document = "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata:\n  name: plans\nspec:\n  \
        configcat: &block   # anchored, and used by nobody\n    # who\n    \
        comparisonAttribute: \"Plan\"\n    comparator: isOneOf\n    \
        comparisonValuesFrom: values/plans.txt\n";
    play::<ConfigCat>(Story {
        fixture: STAGE,
        document,
        values: "pro\nbasic\nteam",
        edit: &|_| {
            let body = json!({"comparator": "isNotOneOf", "comparisonValue": "pro,team,scale"});
            (Method::PUT, "/v1/segments/{id}".to_owned(), body)
        },
        expected: &[
            "-    comparator: isOneOf\n",
            "+    comparator: isNotOneOf\n",
            "-basic\n",
            "-team",
            "+team\n",
            "+scale",
        ],
    })
    .await;
}
