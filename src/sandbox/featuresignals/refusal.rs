//! The error bodies, which say the same thing twice and have no code.

use serde_json::{Value, json};

use crate::sandbox::exchange::Reply;

/// What a body that cannot be read is answered with: broken JSON, a wrong type, an unknown field
/// and too many bytes alike.
const DECODING: &str = "Request decoding failed — the JSON body is malformed or contains unknown \
                        fields. Check your request syntax and try again.";

/// A refused request.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    body: Value,
    headers: Vec<(&'static str, String)>,
}

/// What an endpoint comes to.
pub(super) type Outcome = Result<Reply, Refusal>;

impl Refusal {
    pub(super) fn new(status: u16, message: &str) -> Self {
        let links = json!([{ "rel": "docs", "href": "https://docs.featuresignals.com" }]);
        let body = json!({ "error": message, "message": message, "_links": links });
        Self::shaped(status, body)
    }

    /// With a body of its own.
    pub(super) fn shaped(status: u16, body: Value) -> Self {
        Self { status, body, headers: vec![] }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn decoding() -> Self {
        Self::new(400, DECODING)
    }

    pub(super) fn no_route() -> Self {
        Self::new(404, "route not found")
    }

    pub(super) fn may_not() -> Self {
        Self::new(403, "insufficient permissions")
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(500, &format!("the sandbox cannot read its data: {error}"))
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        let reply = Self::json(refusal.status, &refusal.body);
        refusal.headers.into_iter().fold(reply, |reply, (name, value)| reply.with(name, value))
    }
}
