//! The API as a client meets it, over HTTP.

mod limits;
mod lists;
mod people;
mod propagation;
mod segments;
mod states;

use std::path::PathBuf;

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use crate::sandbox::{Options, Sandbox, StartError, System};

/// A served sandbox in a folder of its own, and somebody who has signed in.
struct Served {
    folder: PathBuf,
    sandbox: Sandbox,
    client: Client,
    token: String,
    project: String,
}

const FIXTURE: &str = "
projects: [{slug: web, environments: [staging, production]}]
segments:
  - {key: beta, rules: [{attribute: plan, operator: eq, values: [beta]}]}
flags:
  - key: checkout
    states:
      production:
        rules:
          - {id: rule_beta, description: Beta, segment_keys: [beta], value: 'on'}
  - {key: old, status: archived}
options: {requestsPerMinute: 100000, loginsPerMinute: 1000}
";

impl Served {
    async fn new() -> Self {
        Self::of(FIXTURE).await
    }

    async fn of(fixture: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("segctl-fs-{:032x}", fastrand::u128(..)));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("fixture.yaml"), fixture).unwrap();
        let sandbox = start(&folder).await.unwrap();
        let mut served = Self {
            folder,
            sandbox,
            client: Client::new(),
            token: String::new(),
            project: String::new(),
        };
        served.token = served.sign_in("owner").await;
        served.project = served.json("GET", "/v1/projects", Value::Null).await.1["data"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        served
    }

    /// Another server over the same data.
    async fn again(&mut self) {
        self.sandbox = start(&self.folder).await.unwrap();
    }

    /// The access token of one of the four who are always there.
    async fn sign_in(&self, role: &str) -> String {
        let email = format!("{role}@sandbox.example");
        let body = json!({ "email": email, "password": "sandbox-password" });
        let (status, answer) = self.json("POST", "/v1/auth/login", body).await;
        assert_eq!(status, 200, "{answer}");
        answer["tokens"]["access_token"].as_str().unwrap().to_owned()
    }

    /// Goes on as somebody of that role.
    async fn become_role(&mut self, role: &str) {
        self.token = self.sign_in(role).await;
    }

    async fn send(&self, method: &str, path: &str, body: Option<String>) -> Response {
        let method: Method = method.parse().unwrap();
        let request = self.client.request(method, format!("{}{path}", self.sandbox.url()));
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body),
            None => request,
        };
        let bearer = format!("Bearer {}", self.token);
        request.header("authorization", bearer).send().await.unwrap()
    }

    /// Status and body of an answer; a body of null is not sent.
    async fn json(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = (!body.is_null()).then(|| body.to_string());
        let answer = self.send(method, path, body).await;
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.json("GET", path, Value::Null).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    fn segments(&self) -> String {
        format!("/v1/projects/{}/segments", self.project)
    }

    async fn create(&self, body: Value) -> (u16, Value) {
        self.json("POST", &self.segments(), body).await
    }

    async fn segment(&self, key: &str) -> Value {
        self.get(&format!("{}/{key}", self.segments())).await["segment"].take()
    }

    async fn update(&self, key: &str, body: Value) -> (u16, Value) {
        self.json("PUT", &format!("{}/{key}", self.segments()), body).await
    }

    /// The id of an environment.
    async fn environment(&self, slug: &str) -> String {
        let list = self.get(&format!("/v1/projects/{}/environments", self.project)).await;
        let mut found = list["data"].as_array().unwrap().iter();
        let found = found.find(|it| it["slug"] == slug).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }

    /// The path of a flag's state.
    async fn state(&self, flag: &str, environment: &str) -> String {
        let environment = self.environment(environment).await;
        format!("/v1/projects/{}/flags/{flag}/environments/{environment}", self.project)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

async fn start(folder: &std::path::Path) -> Result<Sandbox, StartError> {
    let options = Options {
        system: System::FeatureSignals,
        fixture: Some(folder.join("fixture.yaml")),
        data: folder.join("data.db"),
        port: 0,
    };
    Sandbox::start(options).await
}

/// Whether an answer is that error, in both fields that say it.
fn says((status, body): &(u16, Value), code: u16, message: &str) -> bool {
    *status == code && body["error"] == message && body["message"] == message
}
