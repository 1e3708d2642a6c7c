//! The least that any program must do for the same: it decides nothing.
//!
//! `parse FOLDER THREADS` parses every file of a folder. `send SCRIPT` sends the requests of a
//! script, and decodes the answers.

use futures_util::future::join_all;
use granit_parser::{Options, Parser};
use reqwest::{Client, Method};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// Does one task.
pub(crate) fn main(task: &[&str]) {
    match task {
        ["parse", folder, threads] => {
            parse(Path::new(folder), threads.parse().expect("a number of threads"));
        }
        ["send", script] => {
            let script = fs::read(script).expect("the script can be read");
            let script: Script = serde_json::from_slice(&script).expect("a script");
            drop(script.send());
        }
        _ => panic!("there is no bare task {task:?}"),
    }
}

/// Parses every file of `folder`, and throws away what it says.
fn parse(folder: &Path, threads: usize) {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry of it").path()).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let text = fs::read_to_string(file).expect("the file can be read");
            let mut options = Options::default();
            options.set_emit_comments(false);
            for event in Parser::new_from_str_with_options(&text, options) {
                std::hint::black_box(event.expect("the file is YAML"));
            }
        }
    };
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
}

/// Requests to one server.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Script {
    pub(crate) url: String,
    pub(crate) token: String,
    /// How many are in flight at once.
    pub(crate) in_flight: usize,
    /// Those of one stage go side by side, after those of the stage before.
    pub(crate) stages: Vec<Vec<Request>>,
}

/// One request.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Request {
    method: String,
    path: String,
    body: Option<Value>,
}

impl Request {
    pub(crate) fn get(path: &str) -> Self {
        Self { method: "GET".to_owned(), path: path.to_owned(), body: None }
    }

    pub(crate) fn new(method: &str, path: &str, body: Option<Value>) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), body }
    }
}

impl Script {
    /// How many requests it has.
    pub(crate) fn requests(&self) -> usize {
        self.stages.iter().map(Vec::len).sum()
    }

    /// Sends the requests, and gives the answers.
    pub(crate) fn send(&self) -> Vec<Vec<Value>> {
        let runtime = tokio::runtime::Runtime::new().expect("threads for requests");
        runtime.block_on(async {
            let client = Client::builder().no_proxy().build().expect("a plain HTTP client");
            let in_flight = Semaphore::new(self.in_flight);
            let mut answers = vec![];
            for stage in &self.stages {
                let sent = stage.iter().map(|it| self.send_one(&client, &in_flight, it));
                answers.push(join_all(sent).await);
            }
            answers
        })
    }

    async fn send_one(&self, client: &Client, in_flight: &Semaphore, request: &Request) -> Value {
        let Request { method, path, body } = request;
        let _permit = in_flight.acquire().await;
        let verb: Method = method.parse().expect("a method");
        let mut request = client.request(verb, format!("{}/api/admin/{path}", self.url));
        request = request.header("Authorization", &self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.expect("an answer");
        let status = response.status();
        let bytes = response.bytes().await.expect("all of the answer");
        let said = String::from_utf8_lossy(&bytes);
        assert!(status.is_success(), "{method} {path}: {status} {said}");
        serde_json::from_slice(&bytes).unwrap_or_default()
    }
}
