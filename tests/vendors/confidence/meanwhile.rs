//! What happens to segctl while it works.

use super::Confidence;
use super::groups::{STAGE, block, country, exclusive, pair};
use crate::support::sandbox::{OwnSandbox, sandbox_of};
use crate::support::steward::{Steward, cautious};
use crate::support::workspace::{File, desired_of};
use crate::vendors::story::document;
use crate::vendors::vendor::{Server, Vendor as _, connect};
use reqwest::Method;
use segctl::apply::Applied;
use segctl::diagnostic::Code;
use segctl::plan::Policy;
use segctl::provider::Failure;
use segctl::sandbox::{Fault, FaultKind, Matching};
use serde_json::{Value, json};
use std::time::Duration;

/// A sandbox, and somebody there.
struct Scene {
    sandbox: OwnSandbox,
    server: Server,
}

impl Scene {
    async fn of(fixture: &str) -> Self {
        let sandbox = sandbox_of(Confidence::SYSTEM, fixture).await;
        let server = Confidence::sign_in(sandbox.url()).await;
        Self { sandbox, server }
    }

    /// Plans, and applies what the plan does not refuse.
    async fn apply(&self, documents: &[String], policy: &Policy) -> Applied {
        self.while_it_reads("/nowhere", documents, policy, async {}).await
    }

    /// Plans and applies. After the plan, the first answer to a GET of `path` comes late, and
    /// `others` act before it does.
    async fn while_it_reads(
        &self,
        path: &str,
        documents: &[String],
        policy: &Policy,
        others: impl Future<Output = ()>,
    ) -> Applied {
        const LATE: u64 = 1_500;
        let files = documents.iter().enumerate();
        let files: Vec<File> =
            files.map(|(at, text)| (format!("segments/{at}.yaml"), text.clone())).collect();
        let desired = desired_of(Confidence::PROVIDER, Confidence::TARGET, &files);
        let desired = desired.expect("valid documents");
        let steward = Steward::of(Confidence::PROVIDER, &connect::<Confidence>(&self.sandbox, 4));
        let planned = steward.plan(&desired, policy).await.expect("a plan");
        let on = Matching::Request { method: "GET".to_owned(), path: path.to_owned() };
        let kind = FaultKind::Late(LATE);
        self.sandbox.faults().set(Some(Fault { on, after: 0, kind, times: 1 }));
        let others = async {
            tokio::time::sleep(Duration::from_millis(LATE / 3)).await;
            others.await;
        };
        tokio::join!(steward.apply(&planned, &desired, policy), others).0
    }

    /// Somebody else sends a request.
    async fn send(&self, method: Method, path: &str, body: Value) {
        let (status, answer) = self.server.send(method, path, Some(&body)).await;
        assert_eq!(status, 200, "{answer}");
    }

    async fn segment(&self, id: &str) -> Value {
        self.server.get(&format!("/v1/segments/{id}")).await
    }
}

/// What would have to be allocated and finds no room would be of no use to anybody meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_segment_stays_in_service_where_there_is_no_room() {
    let scene = Scene::of(STAGE).await;
    let theirs = json!({"allocation": {"proportion": {"value": "0.8"},
        "exclusivityTags": ["home"], "exclusiveTo": ["home"]}});
    scene.send(Method::POST, "/v1/segments?segmentId=theirs", theirs).await;
    scene.send(Method::POST, "/v1/segments/theirs:allocate", json!({})).await;
    let half = json!({"allocation": {"proportion": "0.5"}});
    let made = scene.apply(&[block("home-one", &half)], &cautious()).await;
    assert!(made.converged(), "{made:?}");
    let before = scene.segment("home-one").await;
    assert_eq!(before["state"], "OK");

    // The rest of a plan is done, as with `--keep-going`.
    let documents = [exclusive("home-one", "0.5"), country("beta-users", "SE")];
    scene.apply(&documents, &cautious()).await;
    assert_eq!(scene.segment("home-one").await, before);
    assert_eq!(scene.segment("beta-users").await["state"], "OK");
}

/// A list of rules that is sent as a whole would take out what came to it since it was read.
#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_somebody_adds_meanwhile_stays() {
    let scene = Scene::of(STAGE).await;
    let mut policy = cautious();
    policy.adopt.names.extend(["first-rule", "second-rule"].map(str::to_owned));
    let documents = pair("one-of-two", "two-of-two");
    let applied = scene.while_it_reads("/v1/flags/checkout", &documents, &policy, async {
        let rule = json!({"segment": "segments/by-hand", "labels": {"slot": "theirs"},
            "assignmentSpec": {"bucketCount": 1, "assignments": []}});
        scene.send(Method::POST, "/v1/flags/checkout/rules", rule).await;
    });
    let applied = applied.await;
    assert!(applied.converged(), "{:?} {:?}", applied.outcomes, applied.proof);
    let flag = scene.server.get("/v1/flags/checkout").await;
    let rules = flag["rules"].as_array().into_iter().flatten();
    let rules: Vec<[&str; 2]> = rules
        .map(|it| [&it["labels"]["slot"], &it["segment"]].map(|it| it.as_str().unwrap_or_default()))
        .collect();
    let expected = [
        ["first", "segments/one-of-two"],
        ["second", "segments/two-of-two"],
        ["third", "segments/rollout"],
        ["theirs", "segments/by-hand"],
    ];
    assert_eq!(rules, expected);
}

/// What is archived stays so, and a `not` of it lets everyone in.
#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_refers_to_meanwhile_is_not_archived() {
    let scene = Scene::of(STAGE).await;
    let made = scene.apply(&[country("vips-seg", "SE")], &cautious()).await;
    assert!(made.converged(), "{made:?}");
    let prunes = Policy { prune: true, ..cautious() };
    let applied = scene.while_it_reads("/v1/segments/vips-seg", &[], &prunes, async {
        let vips = json!({"segment": {"segment": "segments/vips-seg"}});
        let targeting = json!({"criteria": {"vips": vips}, "expression": {"not": {"ref": "vips"}}});
        let newcomer =
            json!({"targeting": targeting, "allocation": {"proportion": {"value": "1"}}});
        scene.send(Method::POST, "/v1/segments?segmentId=newcomer", newcomer).await;
    });
    let applied = applied.await;
    let failures: Vec<&Failure> = applied.failures().collect();
    assert_eq!(failures.iter().map(|it| it.code).collect::<Vec<_>>(), [Code::InUse]);
    assert!(failures[0].message.contains("`newcomer`"), "{}", failures[0]);
    assert_eq!(scene.segment("vips-seg").await["state"], "OK");
}

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
