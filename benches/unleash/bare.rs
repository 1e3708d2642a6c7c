//! The least that any client must do: the same requests, with as many in flight, and their JSON.

use futures_util::future::join_all;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// A client that decides nothing.
pub(crate) struct Bare {
    client: Client,
    url: String,
    token: String,
    in_flight: Semaphore,
}

/// A flag with one strategy.
pub(crate) struct Flag {
    pub(crate) name: String,
    strategy: String,
}

impl Bare {
    pub(crate) fn new(url: &str, token: &str, in_flight: usize) -> Self {
        Self {
            client: Client::builder().no_proxy().build().expect("a plain HTTP client"),
            url: url.to_owned(),
            token: token.to_owned(),
            in_flight: Semaphore::new(in_flight),
        }
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let _permit = self.in_flight.acquire().await;
        let url = format!("{}/api/admin/{path}", self.url);
        let mut request = self.client.request(method.clone(), url);
        request = request.header("Authorization", &self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.expect("an answer");
        let status = response.status();
        let bytes = response.bytes().await.expect("all of the answer");
        assert!(
            status.is_success(),
            "{method} {path}: {status} {}",
            String::from_utf8_lossy(&bytes)
        );
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).await
    }

    /// What a plan of these flags must read.
    pub(crate) async fn look(&self, flags: &[&str]) {
        let flags = flags.iter().map(|flag| self.flag(flag));
        tokio::join!(self.get("ui-config"), self.get("segments"), join_all(flags));
    }

    /// What a plan of new segments must read.
    pub(crate) async fn look_at_fields(&self) {
        self.look(&[]).await;
        self.get("context").await;
    }

    async fn flag(&self, flag: &str) -> Value {
        self.get(&format!("projects/default/features/{flag}")).await
    }

    /// The body of each segment that the server has.
    pub(crate) async fn bodies(&self) -> Vec<Value> {
        let list = self.get("segments").await;
        let body = |it: &Value| json!({"name": it["name"], "description": it["description"], "constraints": it["constraints"]});
        list["segments"].as_array().expect("a list").iter().map(body).collect()
    }

    /// Creates a segment from each body.
    pub(crate) async fn create(&self, bodies: &[Value]) {
        join_all(bodies.iter().map(|body| self.send(Method::POST, "segments", Some(body)))).await;
    }

    /// Deletes every segment.
    pub(crate) async fn wipe(&self) {
        let list = self.get("segments").await;
        let paths = list["segments"].as_array().expect("a list").iter();
        let paths: Vec<String> = paths.map(|it| format!("segments/{}", it["id"])).collect();
        join_all(paths.iter().map(|path| self.send(Method::DELETE, path, None))).await;
    }

    /// Makes flags with one strategy each.
    pub(crate) async fn make_flags(&self, count: usize) -> Vec<Flag> {
        join_all((0..count).map(|number| async move {
            let name = format!("flag-{number}");
            let body = json!({"name": name});
            self.send(Method::POST, "projects/default/features", Some(&body)).await;
            let path =
                format!("projects/default/features/{name}/environments/production/strategies");
            let body = json!({"name": "flexibleRollout", "title": "Rollout"});
            let strategy = self.send(Method::POST, &path, Some(&body)).await;
            let strategy = strategy["id"].as_str().expect("a strategy has an id").to_owned();
            Flag { name, strategy }
        }))
        .await
    }

    /// The segments on the strategy of each flag.
    pub(crate) async fn attached(&self, flags: &[Flag]) -> Vec<Value> {
        let read = join_all(flags.iter().map(|flag| self.flag(&flag.name))).await;
        let strategies = read.iter().map(|flag| {
            let mut all = flag["environments"].as_array().into_iter().flatten();
            all.find(|it| it["name"] == "production").expect("the environment is there")
        });
        strategies.map(|it| it["strategies"][0]["segments"].clone()).collect()
    }

    /// Gives the strategy of each flag the segments in `then` in place of those in `now`.
    pub(crate) async fn attach(&self, flags: &[Flag], now: &[Value], then: &[Value]) {
        let patches =
            flags.iter().zip(now.iter().zip(then)).map(|(flag, (now, then))| async move {
                let Flag { name, strategy } = flag;
                let path = format!(
                    "projects/default/features/{name}/environments/production/strategies/{strategy}"
                );
                let operations = json!([
                    {"op": "test", "path": "/segments", "value": now},
                    {"op": "replace", "path": "/segments", "value": then},
                ]);
                self.send(Method::PATCH, &path, Some(&operations)).await;
            });
        join_all(patches).await;
    }
}
