//! The API over HTTP, the unpleasant parts included.

mod access;
mod places;
mod segments;
mod values;

use std::path::PathBuf;

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

use crate::sandbox::{Options, Sandbox, StartError, System};

/// A world with something of everything.
const FIXTURE: &str = "
organization: Acme
products:
  - name: Shop
    environments:
      - {name: Test}
      - {name: Production, reasonRequired: true, color: '#f00'}
      - {name: Locked, environmentAccessType: readOnly}
    segments:
      - {name: Beta, comparisonAttribute: Email, comparator: sensitiveIsOneOf, comparisonValue: 'a@b.example,c@d.example'}
      - {name: Staff, comparisonAttribute: Email, comparator: contains, comparisonValue: '@acme.example'}
    configs:
      - name: Main
        settings:
          - key: checkout
            values:
              Test:
                defaultValue: false
                targetingRules:
                  - conditions:
                      - {segmentCondition: {segment: Beta, comparator: isIn}}
                      - {userCondition: {comparisonAttribute: Country, comparator: textEquals, comparisonValue: {stringValue: HU}}}
                    value: true
                  - percentageOptions: [{percentage: 50, value: true}, {percentage: 50, value: false}]
          - key: theme
            settingType: string
            predefinedVariations: [{name: Light, value: light}, {name: Dark, value: dark}]
      - name: Old
        evaluationVersion: v1
        settings:
          - key: banner
            values:
              Test:
                value: false
                rolloutRules:
                  - {segment: Beta, segmentComparator: isIn, value: true}
                  - {comparisonAttribute: Email, comparator: contains, comparisonValue: '@x', value: true}
  - name: Other
    segments: [{name: Elsewhere, comparisonAttribute: Email, comparator: contains, comparisonValue: '@'}]
";

/// A sandbox with a folder of its own.
struct Stage {
    sandbox: Sandbox,
    folder: PathBuf,
}

impl Drop for Stage {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// An answer: its status and its body, as JSON where it is JSON.
#[derive(Debug)]
struct Answer {
    status: u16,
    body: Value,
}

async fn start(folder: &std::path::Path, fixture: &str) -> Result<Sandbox, StartError> {
    let file = folder.join("fixture.yaml");
    std::fs::write(&file, fixture).unwrap();
    let data = folder.join("sandbox.db");
    let system = System::ConfigCat;
    Sandbox::start(Options { system, fixture: Some(file), data, port: 0 }).await
}

impl Stage {
    async fn new() -> Self {
        Self::with(FIXTURE).await
    }

    async fn with(fixture: &str) -> Self {
        let folder = new_folder();
        let sandbox = start(&folder, fixture).await.unwrap();
        Self { sandbox, folder }
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let request = Client::new().request(method, format!("{}{path}", self.sandbox.url()));
        let request = request.basic_auth("sandbox-user", Some("sandbox-password"));
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        request.send().await.unwrap()
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let answer = self.send(method, path, body).await;
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answer { status, body }
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.ask(Method::GET, path, None).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.body
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, Some(body)).await
    }

    async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PUT, path, Some(body)).await
    }

    async fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PATCH, path, Some(body)).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, None).await
    }

    /// The identifier of something by its name in a list.
    async fn id(&self, list: &str, name: &str, member: &str) -> String {
        let all = self.get(list).await;
        let found =
            all.as_array().unwrap().iter().find(|it| it["name"] == name || it["key"] == name);
        match &found.unwrap()[member] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    async fn product(&self) -> String {
        self.id("/v1/products", "Shop", "productId").await
    }

    async fn segments(&self) -> String {
        format!("/v1/products/{}/segments", self.product().await)
    }

    async fn segment(&self, name: &str) -> String {
        self.id(&self.segments().await, name, "segmentId").await
    }

    async fn environment(&self, name: &str) -> String {
        let list = format!("/v1/products/{}/environments", self.product().await);
        self.id(&list, name, "environmentId").await
    }

    async fn config(&self, name: &str) -> String {
        self.id(&format!("/v1/products/{}/configs", self.product().await), name, "configId").await
    }

    /// The path of what a setting serves.
    async fn value(&self, version: &str, config: &str, setting: &str, environment: &str) -> String {
        let config = self.config(config).await;
        let setting =
            self.id(&format!("/v1/configs/{config}/settings"), setting, "settingId").await;
        let environment = self.environment(environment).await;
        format!("/{version}/environments/{environment}/settings/{setting}/value")
    }

    /// The path of all that a config serves in an environment.
    async fn values(&self, version: &str, config: &str, environment: &str) -> String {
        let (config, environment) =
            (self.config(config).await, self.environment(environment).await);
        format!("/{version}/configs/{config}/environments/{environment}/values")
    }
}

fn new_folder() -> PathBuf {
    let path = std::env::temp_dir().join(format!("segctl-configcat-{:032x}", fastrand::u128(..)));
    std::fs::create_dir(&path).unwrap();
    path
}

/// The body of a new segment.
fn segment(name: &str) -> Value {
    json!({
        "name": name,
        "comparisonAttribute": "Email",
        "comparator": "isOneOf",
        "comparisonValue": "a@b.example",
    })
}

/// A rule that serves true to a segment.
fn rule(segment: &str) -> Value {
    json!({
        "conditions": [{"segmentCondition": {"segmentId": segment, "comparator": "isIn"}}],
        "value": {"boolValue": true},
    })
}
