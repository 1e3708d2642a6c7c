//! What is hard to believe without seeing it: races, shared files, crashes, cut connections.

use std::path::{Path, PathBuf};
use std::process::Command;

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Fault, FaultKind, Matching, Options, Sandbox, StartError};

/// A folder of its own for each test, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("segctl-sandbox-{:032x}", fastrand::u128(..)));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// A server over the one database file of this folder.
    async fn start(&self, fixture: Option<&str>) -> Result<Sandbox, StartError> {
        let fixture = fixture.map(|text| self.file("fixture.yaml", text));
        Sandbox::start(Options { fixture, data: self.data(), port: 0, ..Options::default() }).await
    }

    fn data(&self) -> PathBuf {
        self.0.join("deep/down/sandbox.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

async fn send(url: &str, method: Method, path: &str, body: Value) -> reqwest::Result<Response> {
    let request = Client::new().request(method, format!("{url}/api/admin{path}"));
    request.header("Authorization", Sandbox::TOKEN).json(&body).send().await
}

async fn get(url: &str, path: &str) -> Value {
    send(url, Method::GET, path, Value::Null).await.unwrap().json().await.unwrap()
}

async fn create(url: &str, name: &str) -> reqwest::Result<Response> {
    send(url, Method::POST, "/segments", json!({ "name": name, "constraints": [] })).await
}

async fn names(url: &str) -> Vec<String> {
    let list = get(url, "/segments").await;
    let segments = list["segments"].as_array().unwrap();
    segments.iter().map(|segment| segment["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn creations_at_once_can_make_twins() {
    let folder = Folder::new();
    let sandbox = folder.start(None).await.unwrap();
    for round in 0..20 {
        let mut requests = JoinSet::new();
        for _ in 0..16 {
            let url = sandbox.url().to_owned();
            requests.spawn(async move { create(&url, &format!("round-{round}")).await });
        }
        let answers = requests.join_all().await;
        let created = answers.iter().filter(|it| it.as_ref().unwrap().status() == 201).count();
        assert!(created >= 1);
        if created > 1 {
            return;
        }
    }
    panic!("20 rounds of 16 creations made no twins");
}

#[tokio::test]
async fn two_servers_share_one_file() {
    let folder = Folder::new();
    let (one, two) = tokio::join!(folder.start(None), folder.start(None));
    let (one, two) = (one.unwrap(), two.unwrap());
    let mut requests = JoinSet::new();
    for n in 0..40 {
        let url = [one.url(), two.url()][n % 2].to_owned();
        requests.spawn(async move { create(&url, &format!("{n:02}")).await });
    }
    for answer in requests.join_all().await {
        assert_eq!(answer.unwrap().status(), 201);
    }
    let expected: Vec<String> = (0..40).map(|n| format!("{n:02}")).collect();
    assert_eq!(names(one.url()).await, expected);
    assert_eq!(names(two.url()).await, expected);
}

/// The part of the next test that is killed: it runs as a process of its own.
#[tokio::test]
async fn aborting_helper() {
    let Some(data) = std::env::var_os("SEGCTL_SANDBOX_ABORT") else {
        return;
    };
    let options = Options { fixture: None, data: data.into(), port: 0, ..Options::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    assert_eq!(create(sandbox.url(), "kept").await.unwrap().status(), 201);
    std::process::abort();
}

#[tokio::test]
async fn an_answered_write_survives_a_crash() {
    let folder = Folder::new();
    let killed = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sandbox::tests::aborting_helper"])
        .env("SEGCTL_SANDBOX_ABORT", folder.data())
        .output()
        .unwrap();
    assert!(!killed.status.success());
    let sandbox = folder.start(None).await.unwrap();
    assert_eq!(names(sandbox.url()).await, ["kept"]);
}

#[tokio::test]
async fn a_cut_connection_gives_no_answer() {
    let folder = Folder::new();
    let sandbox = folder.start(None).await.unwrap();
    let cut = |kind| Fault { on: Matching::AnyWrite, after: 1, kind, times: 1 };

    sandbox.faults().set(Some(cut(FaultKind::CutBefore)));
    assert_eq!(create(sandbox.url(), "first").await.unwrap().status(), 201);
    let error = create(sandbox.url(), "never").await.unwrap_err();
    assert!(error.is_request() && error.status().is_none(), "{error:?}");
    assert_eq!(create(sandbox.url(), "third").await.unwrap().status(), 201);

    sandbox.faults().set(Some(Fault { after: 0, ..cut(FaultKind::CutAfter) }));
    create(sandbox.url(), "unanswered").await.unwrap_err();
    assert_eq!(names(sandbox.url()).await, ["first", "third", "unanswered"]);

    let statuses: Vec<_> = sandbox.requests().iter().map(|it| it.status).collect();
    assert_eq!(statuses, [Some(201), None, Some(201), None, Some(200)]);
}

#[tokio::test]
async fn a_made_up_status_is_not_performed() {
    let folder = Folder::new();
    let sandbox = folder.start(None).await.unwrap();
    let kind = FaultKind::Status { code: 503, retry_after: Some(2), body: "down".to_owned() };
    sandbox.faults().set(Some(Fault { on: Matching::AnyRequest, after: 0, kind, times: 1 }));
    let answer = create(sandbox.url(), "a").await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (503, &"2".parse().unwrap())
    );
    assert!(names(sandbox.url()).await.is_empty());
}

const FIXTURE: &str = "
projects: [default, red-vista]
features:
  - name: new-checkout
    strategies:
      production:
        - {name: flexibleRollout, title: Gradual rollout, parameters: {rollout: '50'}, segments: [legacy]}
  - {name: old, archived: true, strategies: {production: [{name: default, segments: [legacy]}]}}
segments:
  - name: legacy
    description: made by hand
    constraints: [{contextName: userId, operator: IN, values: ['1']}]
limits: {segments: 2}
contextFields: [{name: region, legalValues: [eu, us]}]
";

#[tokio::test]
async fn a_fixture_is_planted_once() {
    let folder = Folder::new();
    let sandbox = folder.start(Some(FIXTURE)).await.unwrap();
    let list = get(sandbox.url(), "/segments").await;
    assert_eq!(list["segments"][0]["usedInFeatures"], 1);
    let flag = get(sandbox.url(), "/projects/default/features/new-checkout").await;
    assert_eq!(flag["environments"][1]["strategies"][0]["segments"], json!([1]));
    assert_eq!(create(sandbox.url(), "second").await.unwrap().status(), 201);
    let refused = create(sandbox.url(), "third").await.unwrap();
    assert_eq!(refused.status(), 400);
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["name"], "ExceedsLimitError");
    sandbox.stop().await;

    let again = folder.start(Some(FIXTURE)).await.unwrap();
    assert_eq!(names(again.url()).await, ["legacy", "second"]);
}

#[tokio::test]
async fn an_attachment_by_the_old_endpoint_is_unseen_by_sdks() {
    let folder = Folder::new();
    let sandbox = folder.start(Some(FIXTURE)).await.unwrap();
    let flag = get(sandbox.url(), "/projects/default/features/new-checkout").await;
    let strategy = flag["environments"][1]["strategies"][0]["id"].clone();
    let etag = || async {
        let request = Client::new().get(format!("{}/api/client/features", sandbox.url()));
        let request = request.header("Authorization", "*:production.sandbox-client-token");
        request.send().await.unwrap().headers()["etag"].clone()
    };
    let before = etag().await;
    let body = json!({
        "projectId": "default", "environmentId": "production",
        "strategyId": strategy, "segmentIds": [],
    });
    let answer = send(sandbox.url(), Method::POST, "/segments/strategies", body).await.unwrap();
    assert_eq!(answer.status(), 201);
    assert_eq!(etag().await, before);

    let strategy = strategy.as_str().unwrap();
    let path = format!(
        "/projects/default/features/new-checkout/environments/production/strategies/{strategy}"
    );
    let operations = json!([{"op": "replace", "path": "/segments", "value": [1]}]);
    let answer = send(sandbox.url(), Method::PATCH, &path, operations).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_ne!(etag().await, before);
}

#[tokio::test]
async fn a_strange_file_is_refused_with_advice() {
    async fn refusal(data: &Path, fixture: Option<PathBuf>) -> String {
        let options = Options { fixture, data: data.to_path_buf(), port: 0, ..Options::default() };
        Sandbox::start(options).await.err().unwrap().to_string()
    }
    let folder = Folder::new();
    let noise = folder.file("noise.db", &"not a database ".repeat(100));
    assert!(refusal(&noise, None).await.contains("delete the file"));

    let future = folder.0.join("future.db");
    Sandbox::start(Options { fixture: None, data: future.clone(), port: 0, ..Options::default() })
        .await
        .unwrap();
    let connection = rusqlite::Connection::open(&future).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    let message = refusal(&future, None).await;
    assert!(message.contains("schema version 99") && message.contains("delete"), "{message}");

    let typo = folder.file("typo.yaml", "features:\n  - {nmae: a}\n");
    let message = refusal(&folder.data(), Some(typo)).await;
    assert!(message.contains("typo.yaml") && message.contains("nmae"), "{message}");
}

#[tokio::test]
async fn a_fixture_may_have_default_strategies() {
    let folder = Folder::new();
    let fixture = "
segments: [{name: a}, {name: b}]
defaultStrategies: {default: {production: {name: flexibleRollout, segments: [b]}}}
";
    let sandbox = folder.start(Some(fixture)).await.unwrap();
    let shown = get(sandbox.url(), "/environments/project/default").await;
    assert_eq!(shown["environments"][0]["defaultStrategy"], Value::Null);
    assert_eq!(shown["environments"][1]["defaultStrategy"]["segments"], json!([2]));
    let unknown = Folder::new();
    let fixture = "defaultStrategies: {default: {nowhere: {name: flexibleRollout}}}";
    assert!(unknown.start(Some(fixture)).await.is_err());
}
