//! What a plan and a look for drift say of references to segments that nobody is in.

use super::Confidence;
use super::groups::{STAGE, all_but, block};
use crate::support::sandbox::sandbox_of;
use crate::support::steward::{Steward, cautious};
use crate::support::workspace::desired_of;
use crate::vendors::vendor::{Vendor as _, connect};
use reqwest::Method;
use segctl::plan::{Drift, Work};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_archived_is_told_of_segments_that_would_not_change() {
    let sandbox = sandbox_of(Confidence::SYSTEM, STAGE).await;
    let server = Confidence::sign_in(sandbox.url()).await;
    let send = async |path: &str| {
        let body = json!({"allocation": {"proportion": {"value": "1"}}});
        let (status, answer) = server.send(Method::POST, path, Some(&body)).await;
        assert_eq!(status, 200, "{answer}");
    };
    send("/v1/segments?segmentId=theirs").await;
    let it = json!({"segment": {"segment": "segments/theirs"}});
    let only = json!({"criteria": {"it": it}, "expression": {"ref": "it"}});
    let files = [
        ("segments/a.yaml".to_owned(), all_but("all-but", "theirs", &[])),
        ("segments/b.yaml".to_owned(), block("only", &json!({"targeting": only}))),
    ];
    let desired = desired_of(Confidence::PROVIDER, Confidence::TARGET, &files).expect("documents");
    let steward = Steward::of(Confidence::PROVIDER, &connect::<Confidence>(&sandbox, 4));
    let planned = steward.plan(&desired, &cautious()).await.expect("a plan");
    let applied = steward.apply(&planned, &desired, &cautious()).await;
    assert!(applied.converged() && applied.done() == 2, "{applied:?}");

    let (status, answer) =
        server.send(Method::POST, "/v1/segments/theirs:archive", Some(&json!({}))).await;
    assert_eq!(status, 200, "{answer}");
    let (live, plan) = steward.plan(&desired, &cautious()).await.expect("a plan");
    let refused: Vec<(&str, &Work, &str)> = plan
        .refused()
        .filter_map(|it| Some((it.name.as_str(), &it.work, it.refusal.as_ref()?.message.as_str())))
        .collect();
    let opened = "it says `not` of `theirs`, which is archived: everyone matches that";
    assert!(
        matches!(refused[..], [("all-but", Work::Nothing, said)] if said == opened),
        "{refused:?}"
    );
    assert_eq!((plan.steps.len(), plan.unchanged), (1, 1));
    let note = "Segment only: it refers to `theirs`, which is archived: nobody matches that.";
    assert_eq!(plan.notes, [note]);
    let drift = Drift::of(&plan, &desired, &live);
    let drifted: Vec<_> =
        drift.drifted.iter().map(|it| (&*it.name, it.remark.as_deref())).collect();
    let remark = format!("{opened}; `apply` is refused to set it back");
    assert_eq!(drifted, [("all-but", Some(&*remark))]);
}
