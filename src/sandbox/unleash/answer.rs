//! An answer, and how it becomes an HTTP response.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};

use super::etag;

const JSON: &str = "application/json; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// Status, headers and body of one answer.
pub(super) struct Answer {
    status: u16,
    kind: Option<&'static str>,
    headers: Vec<(HeaderName, String)>,
    body: String,
    tagged: bool,
}

impl Answer {
    /// No body, and no content type either.
    pub(super) fn empty(status: u16) -> Self {
        Self { status, kind: None, headers: Vec::new(), body: String::new(), tagged: true }
    }

    /// A body that is JSON already.
    pub(super) fn json(status: u16, body: impl Into<String>) -> Self {
        Self { status, kind: Some(JSON), headers: Vec::new(), body: body.into(), tagged: true }
    }

    pub(super) fn html(status: u16, body: impl Into<String>) -> Self {
        Self { status, kind: Some(HTML), headers: Vec::new(), body: body.into(), tagged: true }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((HeaderName::from_static(name), value.into()));
        self
    }

    /// Without the `ETag` that all other answers with a body have.
    pub(super) fn untagged(mut self) -> Self {
        self.tagged = false;
        self
    }

    /// Adds the `ETag`, and leaves the body out where the client has it already.
    pub(super) fn into_response(mut self, head: &Parts) -> Response<Body> {
        let has_tag = self.headers.iter().any(|(name, _)| name == header::ETAG);
        if self.tagged && !has_tag && !self.body.is_empty() {
            let tag = etag::weak(self.body.as_bytes());
            self.headers.push((header::ETAG, tag));
        }
        if self.status == 200 && matches!(head.method, Method::GET | Method::HEAD) {
            self.spare_what_is_known(head);
        }
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if let Some(kind) = self.kind {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        headers.insert(header::CONNECTION, HeaderValue::from_static("keep-alive"));
        headers.insert("keep-alive", HeaderValue::from_static("timeout=15"));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        response
    }

    fn spare_what_is_known(&mut self, head: &Parts) {
        let known = head.headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        let tag = self.headers.iter().find(|(name, _)| name == header::ETAG);
        if let (Some(known), Some((_, tag))) = (known, tag)
            && etag::matches(known, tag)
        {
            self.status = 304;
            self.kind = None;
            self.body = String::new();
        }
    }
}
