//! One HTTP request and all of its answer.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use serde_json::Value;
use std::time::Duration;

/// A client for one server.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    client: Client,
    url: String,
}

/// A whole answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The body, if it is JSON.
    pub(crate) json: Option<Value>,
}

impl Http {
    pub(crate) fn new(url: &str) -> Self {
        let client = Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .pool_idle_timeout(Duration::from_secs(5)) // Unleash closes after 15 s.
            .build()
            .expect("a plain HTTP client");
        Self { client, url: url.trim_end_matches('/').to_owned() }
    }

    /// Sends a request; a failure of the transport panics with what was asked.
    pub(crate) async fn send(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Reply {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.url));
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a header name");
            request = request.header(name, HeaderValue::from_str(value).expect("a header value"));
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let failed = format!("{method} {path} got no answer");
        let again = request.try_clone().filter(|_| *method == Method::GET);
        let response = match (request.send().await, again) {
            // The server may have closed the connection at the moment at which it was used again.
            (Err(_), Some(again)) => again.send().await,
            (sent, _) => sent,
        };
        let response = response.expect(&failed);
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect(&failed);
        let json = serde_json::from_str(&text).ok();
        Reply { status, headers, text, json }
    }
}

impl Reply {
    /// The text of a header, or nothing.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The JSON of a successful answer; any other answer panics with what was asked and answered.
    pub(crate) fn ok(self, asked: &str) -> Value {
        let is_success = (200..300).contains(&self.status);
        assert!(is_success, "{asked} was answered with {}: {}", self.status, self.text);
        self.json.unwrap_or_default()
    }
}
