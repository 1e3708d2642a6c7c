//! A received request, taken apart.

use axum::body::Bytes;
use axum::extract::Query;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde_json::Value;

use super::broken_json;
use super::errors::Refusal;
use crate::sandbox::exchange::decode;

/// The body limit of the real server (the default of its web framework): 100 kB.
const BODY_MAX: usize = 100 * 1024;

/// One request.
pub(super) struct Request<'r> {
    pub(super) method: &'r str,
    /// The decoded segments of the path.
    pub(super) path: Vec<String>,
    /// The path as it was sent, without the query.
    pub(super) raw_path: &'r str,
    pub(super) query: Vec<(String, String)>,
    headers: &'r HeaderMap,
    body: Value,
}

impl<'r> Request<'r> {
    /// Takes the request apart; a body of JSON is parsed at once, whatever the path is.
    pub(super) fn read(head: &'r Parts, body: &Bytes) -> Result<Self, Refusal> {
        if body.len() > BODY_MAX {
            return Err(Refusal::too_large());
        }
        let mut request = Self {
            // The body of an answer to HEAD is left out when it is sent.
            method: match head.method.as_str() {
                "HEAD" => "GET",
                method => method,
            },
            path: head.uri.path().split('/').filter(|part| !part.is_empty()).map(decode).collect(),
            raw_path: head.uri.path(),
            query: Query::try_from_uri(&head.uri).map(|Query(pairs)| pairs).unwrap_or_default(),
            headers: &head.headers,
            body: Value::Object(serde_json::Map::new()),
        };
        // Observed: an empty body with a JSON content type counts as `{}`.
        if request.speaks_json() && !body.is_empty() {
            request.body = serde_json::from_slice(body)
                .map_err(|error| Refusal::broken_json(&broken_json::complaint(&error, body)))?;
        }
        Ok(request)
    }

    pub(super) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body of an endpoint that wants JSON.
    pub(super) fn json(&self) -> Result<&Value, Refusal> {
        if self.speaks_json() {
            Ok(&self.body)
        } else {
            Err(Refusal::content_type(self.header(header::CONTENT_TYPE)))
        }
    }

    /// The first value of a query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn speaks_json(&self) -> bool {
        self.header(header::CONTENT_TYPE).is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default();
            kind.trim().eq_ignore_ascii_case("application/json")
        })
    }
}
