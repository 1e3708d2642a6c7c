//! What happens to segctl while it works.

use super::Confidence;
use crate::support::sandbox::sandbox_of;
use crate::support::steward::{Steward, cautious};
use crate::support::workspace::desired_of;
use crate::vendors::story::document;
use crate::vendors::vendor::{Vendor as _, connect};
use segctl::diagnostic::Code;
use serde_json::json;

/// A token lives for a second, and 50 requests a second leave no time for a hundred segments.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_renewed_in_the_middle_of_a_run() {
    let sandbox = sandbox_of(Confidence::SYSTEM, "{options: {tokenLifetime: 1}}").await;
    let files: Vec<_> = (0..100)
        .map(|number| {
            let rule =
                json!({"attributeName": "country", "eqRule": {"value": {"stringValue": "SE"}}});
            let targeting =
                json!({"criteria": {"it": {"attribute": rule}}, "expression": {"ref": "it"}});
            let name = format!("segment-{number}");
            let text = document("Segment", &name, &json!({"confidence": {"targeting": targeting}}));
            (format!("segments/{name}.yaml"), text)
        })
        .collect();
    let desired = desired_of(Confidence::PROVIDER, Confidence::TARGET, &files).expect("documents");
    let steward = Steward::of(Confidence::PROVIDER, &connect::<Confidence>(&sandbox, 4));
    let planned = steward.plan(&desired, &cautious()).await.expect("a plan");
    let applied = steward.apply(&planned, &desired, &cautious()).await;
    assert!(applied.converged(), "{:?} {:?}", applied.outcomes, applied.proof);
    let requests = sandbox.requests();
    let tokens = requests.iter().filter(|it| it.path.ends_with("/oauth/token")).count();
    assert!(tokens >= 3, "{tokens} tokens for {} requests", requests.len());
    let made = requests.iter().filter(|it| it.method == "POST" && it.path.contains("segmentId="));
    assert_eq!(made.filter(|it| it.status == Some(200)).count(), 100, "none is made twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_told_as_such() {
    let sandbox = sandbox_of(Confidence::SYSTEM, "{}").await;
    let mut to = connect::<Confidence>(&sandbox, 4);
    to.secrets.insert("clientSecret", "wrong".to_owned().into());
    let steward = Steward::of(Confidence::PROVIDER, &to);
    let desired = desired_of(Confidence::PROVIDER, Confidence::TARGET, &[]).expect("no documents");
    let failure = steward.plan(&desired, &cautious()).await.expect_err("nobody is let in");
    assert_eq!(failure.code, Code::Unauthorized, "{failure}");
    assert!(!failure.to_string().contains("wrong"), "{failure}");
}
