//! Sets a scene on an Unleash server and looks at what became of it.
//!
//! It speaks to a real server and to segctl's sandbox alike, and shares no code with segctl: what
//! segctl does is judged by what this client sees.

use super::http::{Http, Reply};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// The admin API of one server.
#[derive(Clone, Debug)]
pub(crate) struct Admin {
    http: Http,
    token: String,
}

impl Admin {
    pub(crate) fn new(url: &str, token: &str) -> Self {
        Self { http: Http::new(url), token: token.to_owned() }
    }

    /// Sends a request with the admin token and returns the answer, whatever it is.
    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        let headers = [("Authorization", &*self.token), ("Content-Type", "application/json")];
        let body = body.map(|it| it.to_string().into_bytes());
        self.http.send(&method, path, &headers, body).await
    }

    async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).await.ok(path)
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        self.send(Method::POST, path, Some(body)).await.ok(path)
    }

    /// Creates a flag in the project `default`.
    pub(crate) async fn create_flag(&self, flag: &str) -> Value {
        self.post("/api/admin/projects/default/features", &json!({"name": flag})).await
    }

    /// A flag with the strategies of all its environments.
    pub(crate) async fn flag(&self, flag: &str) -> Value {
        self.get(&flag_path(flag)).await
    }

    /// The names of the flags which are not archived.
    pub(crate) async fn flags(&self) -> Vec<String> {
        let flags = self.get("/api/admin/projects/default/features").await;
        let names = list(&flags["features"]).into_iter();
        names.map(|it| it["name"].as_str().expect("a flag has a name").to_owned()).collect()
    }

    /// Archives a flag and deletes it for good.
    ///
    /// Servers learn of a new flag's stage in the background; one that is deleted meanwhile can
    /// take the whole server down (seen on 7.4.1), so this waits for the stage, a while.
    pub(crate) async fn delete_flag(&self, flag: &str) {
        self.archive_flag(flag).await;
        self.forget_flag(flag).await;
    }

    /// Archives a flag, once the server knows its stage, or has had a while.
    pub(crate) async fn archive_flag(&self, flag: &str) {
        for _ in 0..10 {
            if self.flag(flag).await.get("lifecycle").is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.send(Method::DELETE, &flag_path(flag), None).await.ok("archiving a flag");
    }

    /// Deletes an archived flag for good.
    pub(crate) async fn forget_flag(&self, flag: &str) {
        let path = format!("/api/admin/archive/{flag}");
        self.send(Method::DELETE, &path, None).await.ok("deleting an archived flag");
    }

    /// Deletes an archived flag for good, once the server knows that it is archived, or has had a
    /// while; see [`Self::delete_flag`].
    pub(crate) async fn forget_flag_later(&self, flag: &str) {
        for _ in 0..20 {
            let found = self.get("/api/admin/search/features?archived=IS:true&limit=100").await;
            let flags = list(&found["features"]);
            let here = flags.iter().find(|it| it["name"] == flag);
            if here.is_some_and(|it| it["lifecycle"]["stage"] == "archived") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.forget_flag(flag).await;
    }

    /// Adds a strategy to a flag and returns its id.
    pub(crate) async fn create_strategy(
        &self,
        flag: &str,
        environment: &str,
        body: &Value,
    ) -> String {
        let path = format!("{}/environments/{environment}/strategies", flag_path(flag));
        let strategy = self.post(&path, body).await;
        strategy["id"].as_str().expect("a strategy has an id").to_owned()
    }

    /// All segments.
    pub(crate) async fn segments(&self) -> Vec<Value> {
        list(&self.get("/api/admin/segments").await["segments"])
    }

    /// Creates a segment and returns it as the server has stored it.
    pub(crate) async fn create_segment(&self, segment: &Value) -> Value {
        self.post("/api/admin/segments", segment).await
    }

    /// Deletes a segment and returns the status of the answer.
    pub(crate) async fn delete_segment(&self, id: u64) -> u16 {
        self.send(Method::DELETE, &format!("/api/admin/segments/{id}"), None).await.status
    }

    /// The id of the newest event in the audit log; 0 if there is none.
    pub(crate) async fn latest_event(&self) -> u64 {
        let events = self.get("/api/admin/search/events?limit=1").await;
        events["events"][0]["id"].as_u64().unwrap_or(0)
    }

    /// The events after that one, oldest first (the newest thousand at most).
    pub(crate) async fn events_since(&self, id: u64) -> Vec<Value> {
        let events = self.get("/api/admin/search/events?limit=1000").await;
        let mut events = list(&events["events"]);
        events.retain(|it| it["id"].as_u64() > Some(id));
        events.reverse();
        events
    }

    /// What SDKs download, asked for with their token; `etag` is what they already have.
    pub(crate) async fn client_features(&self, client_token: &str, etag: Option<&str>) -> Reply {
        let mut headers = vec![("Authorization", client_token), ("Unleash-Client-Spec", "5.0.0")];
        headers.extend(etag.map(|it| ("If-None-Match", it)));
        self.http.send(&Method::GET, "/api/client/features", &headers, None).await
    }

    /// Makes a person who may only look and logs in as that person; gives the access token. Servers
    /// allow few logins a minute.
    pub(crate) async fn viewer(&self) -> String {
        let name = format!("viewer-{:08x}", fastrand::u32(..));
        let password = "Looks, and does not touch: 1";
        let user =
            json!({"username": name, "password": password, "rootRole": 3, "sendEmail": false});
        self.post("/api/admin/user-admin", &user).await;
        let headers = [("Content-Type", "application/json")];
        let login = json!({"username": name, "password": password}).to_string().into_bytes();
        let login =
            self.http.send(&Method::POST, "/auth/simple/login", &headers, Some(login)).await;
        assert_eq!(login.status, 200, "{}", login.text);
        let cookie = login.header("set-cookie").expect("a session").to_owned();
        let cookie = cookie.split(';').next().expect("a cookie has a name and a value");
        let headers = [("Content-Type", "application/json"), ("Cookie", cookie)];
        let token = json!({"description": "tests", "expiresAt": "2099-01-01T00:00:00Z"});
        let token = token.to_string().into_bytes();
        let path = "/api/admin/user/tokens";
        let token = self.http.send(&Method::POST, path, &headers, Some(token)).await.ok(path);
        token["secret"].as_str().expect("a token").to_owned()
    }

    /// Gives every new strategy of the project `default` in that environment these segments.
    pub(crate) async fn set_default_strategy(&self, environment: &str, segments: &[u64]) {
        let path =
            format!("/api/admin/projects/default/environments/{environment}/default-strategy");
        self.post(&path, &json!({"name": "flexibleRollout", "segments": segments})).await;
    }

    /// The segments of every new strategy of the project `default` in that environment.
    pub(crate) async fn default_segments(&self, environment: &str) -> Value {
        let found = self.get("/api/admin/environments/project/default").await;
        let mut environments = list(&found["environments"]).into_iter();
        let here = environments.find(|it| it["name"] == environment).unwrap_or_default();
        here["defaultStrategy"]["segments"].clone()
    }

    async fn delete_strategies(&self, flag: &str) {
        for environment in list(&self.flag(flag).await["environments"]) {
            let name = environment["name"].as_str().expect("an environment has a name");
            for strategy in list(&environment["strategies"]) {
                let id = strategy["id"].as_str().expect("a strategy has an id");
                let path = format!("{}/environments/{name}/strategies/{id}", flag_path(flag));
                self.send(Method::DELETE, &path, None).await.ok("deleting a strategy");
            }
        }
    }

    /// Takes the segments off the default strategies of the project `default`.
    async fn clear_default_strategies(&self) {
        let found = self.get("/api/admin/environments/project/default").await;
        for environment in list(&found["environments"]) {
            let segments = environment["defaultStrategy"]["segments"].as_array();
            if segments.is_some_and(|it| !it.is_empty()) {
                let name = environment["name"].as_str().expect("an environment has a name");
                self.set_default_strategy(name, &[]).await;
            }
        }
    }

    /// Removes all segments and all flags, except flags which are archived already.
    pub(crate) async fn wipe(&self) {
        self.wipe_but(None).await;
    }

    /// As [`Self::wipe`], but keeps one flag and removes its strategies. A server dies of a flag that
    /// is deleted while it notes in the background that the flag was archived, so a suite that
    /// begins afresh again and again keeps its flag.
    pub(crate) async fn wipe_but(&self, kept: Option<&str>) {
        self.clear_default_strategies().await;
        for flag in self.flags().await {
            if kept == Some(flag.as_str()) {
                self.delete_strategies(&flag).await;
            } else {
                self.delete_flag(&flag).await;
            }
        }
        for segment in self.segments().await {
            let id = segment["id"].as_u64().expect("a segment has an id");
            assert_eq!(self.delete_segment(id).await, 204, "{segment} cannot be removed");
        }
    }
}

fn flag_path(flag: &str) -> String {
    format!("/api/admin/projects/default/features/{flag}")
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().expect("a list").clone()
}
