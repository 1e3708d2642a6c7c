//! A small server that plays the parts of GitHub's API that the action asks.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Json, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// Who the token writes as.
const BOT: &str = "github-actions[bot]";

/// What the server holds, and what it was asked.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) comments: Vec<Value>,
    pub(super) issues: Vec<Value>,
    pub(super) pulls: Vec<Value>,
    pub(super) artifacts: Vec<Value>,
    /// Files that are downloaded, by the end of their path.
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// Each request as `METHOD PATH`, without its query.
    pub(super) asked: Vec<String>,
    /// Whether the token may only read.
    pub(super) reads_only: bool,
    /// Whether it may not even read.
    pub(super) is_closed: bool,
}

/// The running server; it stops on drop.
pub(super) struct GitHub {
    pub(super) url: String,
    held: Arc<Mutex<Held>>,
    _runtime: Runtime,
}

impl GitHub {
    pub(super) fn new() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let held = Arc::new(Mutex::new(Held::default()));
        let app = Router::new().fallback(answer).with_state(held.clone());
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        drop(runtime.spawn(async move { axum::serve(listener, app).await }));
        Self { url, held, _runtime: runtime }
    }

    pub(super) fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().expect("no test panics while it holds this")
    }

    /// The requests since the last time that wrote something.
    pub(super) fn written(&self) -> Vec<String> {
        let asked = std::mem::take(&mut self.held().asked);
        asked.into_iter().filter(|it| !it.starts_with("GET ")).collect()
    }

    /// Adds a comment of somebody, and gives its id.
    pub(super) fn comment(&self, login: &str, body: &str) -> u64 {
        add(&mut self.held().comments, login, &json!({"body": body}))
    }

    /// Adds an issue of somebody, and gives its number.
    pub(super) fn issue(&self, login: &str, body: &str) -> u64 {
        add(&mut self.held().issues, login, &json!({"body": body, "state": "open"}))
    }
}

fn add(list: &mut Vec<Value>, login: &str, fields: &Value) -> u64 {
    let id = 1000 + list.len() as u64;
    let mut entry = fields.clone();
    entry["id"] = id.into();
    entry["number"] = id.into();
    entry["user"] = json!({"login": login});
    list.push(entry);
    id
}

async fn answer(
    State(held): State<Arc<Mutex<Held>>>,
    method: Method,
    uri: Uri,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut held = held.lock().expect("no test panics while it holds this");
    held.asked.push(format!("{method} {}", uri.path()));
    let file = held.files.iter().find(|(name, _)| uri.path().ends_with(name.as_str()));
    if let Some((_, bytes)) = file {
        return bytes.clone().into_response();
    }
    let Some(path) = uri.path().strip_prefix("/repos/acme/flags/") else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if headers.get("authorization").is_none_or(|it| it != "Bearer the-token") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if held.is_closed || held.reads_only && method != Method::GET {
        return StatusCode::FORBIDDEN.into_response();
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    match (method.as_str(), parts.as_slice()) {
        ("GET", ["issues", _, "comments"]) => Json(page(&held.comments, &query)).into_response(),
        ("POST", ["issues", _, "comments"]) => {
            add(&mut held.comments, BOT, &body);
            StatusCode::CREATED.into_response()
        }
        ("PATCH", ["issues", "comments", id]) => change(&mut held.comments, id, &body),
        ("DELETE", ["issues", "comments", id]) => {
            held.comments.retain(|it| it["id"].to_string() != **id);
            StatusCode::NO_CONTENT.into_response()
        }
        ("GET", ["issues"]) => {
            let open: Vec<Value> =
                held.issues.iter().filter(|it| it["state"] == "open").cloned().collect();
            Json(page(&open, &query)).into_response()
        }
        ("POST", ["issues"]) => {
            let mut body = body;
            body["state"] = "open".into();
            add(&mut held.issues, BOT, &body);
            StatusCode::CREATED.into_response()
        }
        ("PATCH", ["issues", number]) => change(&mut held.issues, number, &body),
        ("GET", ["commits", _, "pulls"]) => Json(page(&held.pulls, &query)).into_response(),
        ("GET", ["actions", "artifacts"]) => {
            let found = page(&held.artifacts, &query);
            Json(json!({"total_count": held.artifacts.len(), "artifacts": found})).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// One page of a list, as the query wants it.
fn page(list: &[Value], query: &BTreeMap<String, String>) -> Vec<Value> {
    let number =
        |name: &str, default| query.get(name).map_or(default, |it| it.parse().expect("a number"));
    let (size, at): (usize, usize) = (number("per_page", 30), number("page", 1));
    list.iter().skip(size * (at - 1)).take(size).cloned().collect()
}

fn change(list: &mut [Value], id: &str, fields: &Value) -> Response {
    let Some(entry) = list.iter_mut().find(|it| it["id"].to_string() == id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    for (name, value) in fields.as_object().into_iter().flatten() {
        entry[name] = value.clone();
    }
    Json(entry.clone()).into_response()
}
