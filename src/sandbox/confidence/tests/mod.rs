//! The API over HTTP, as a client sees it.

mod flags;
mod segments;
mod service;
mod shapes;
mod space;

use std::path::PathBuf;

use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::super::{Options, Sandbox, StartError, System};

/// A sandbox in a folder of its own, and a client that has a token.
struct World {
    folder: PathBuf,
    sandbox: Sandbox,
    client: Client,
    token: String,
}

impl World {
    async fn new(fixture: &str) -> Self {
        Self::try_new(fixture).await.unwrap()
    }

    async fn try_new(fixture: &str) -> Result<Self, StartError> {
        let name = format!("segctl-confidence-{:032x}", fastrand::u128(..));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("fixture.yaml"), fixture).unwrap();
        Self::over(folder).await
    }

    /// A server over the data of that folder.
    async fn over(folder: PathBuf) -> Result<Self, StartError> {
        let sandbox = Sandbox::start(Options {
            system: System::Confidence,
            fixture: Some(folder.join("fixture.yaml")),
            data: folder.join("sandbox.db"),
            port: 0,
        })
        .await?;
        let mut world = Self { folder, sandbox, client: Client::new(), token: String::new() };
        world.token = world.sign_in("sandbox-client", "sandbox-secret").await;
        Ok(world)
    }

    /// The same data under another server.
    async fn restarted(self) -> Self {
        self.sandbox.stop().await;
        Self::over(self.folder).await.unwrap()
    }

    async fn end(self) {
        self.sandbox.stop().await;
        std::fs::remove_dir_all(self.folder).ok();
    }

    async fn sign_in(&self, id: &str, secret: &str) -> String {
        let body = json!({
            "grantType": "client_credentials", "clientId": id, "clientSecret": secret,
        });
        let (_, answer) = self.send_as("", Method::POST, "/v1/oauth/token", &body).await;
        answer["accessToken"].as_str().unwrap_or_default().to_owned()
    }

    async fn send_as(&self, token: &str, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let mut request = self.client.request(method, format!("{}{path}", self.sandbox.url()));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.send_as(&self.token, Method::GET, path, &Value::Null).await
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send_as(&self.token, Method::POST, path, body).await
    }

    async fn patch(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send_as(&self.token, Method::PATCH, path, body).await
    }

    async fn create(&self, id: &str, body: &Value) -> (u16, Value) {
        self.post(&format!("/v1/segments?segmentId={id}"), body).await
    }

    /// Every entry of a list, by pages of that size.
    async fn all(&self, path: &str, name: &str, size: usize) -> Vec<Value> {
        let (mut all, mut token) = (vec![], String::new());
        loop {
            let query = format!("{path}?pageSize={size}&pageToken={token}");
            let (status, page) = self.get(&query).await;
            assert_eq!(status, 200, "{page}");
            let entries = page[name].as_array().cloned().unwrap_or_default();
            assert!(entries.len() <= size);
            all.extend(entries);
            token = page["nextPageToken"].as_str().unwrap_or_default().to_owned();
            if token.is_empty() {
                return all;
            }
        }
    }
}

/// A targeting of one attribute with one value.
fn is(attribute: &str, value: &str) -> Value {
    json!({
        "criteria": { "it": { "attribute": {
            "attributeName": attribute, "eqRule": { "value": { "stringValue": value } },
        } } },
        "expression": { "ref": "it" },
    })
}

/// A refusal of that status and code of gRPC, with some words in its message.
#[track_caller]
fn refused(answer: &(u16, Value), status: u16, code: u8, words: &str) {
    let (got, body) = answer;
    assert_eq!((*got, &body["code"]), (status, &json!(code)), "{body}");
    assert!(body["message"].as_str().unwrap_or_default().contains(words), "{body}");
}
