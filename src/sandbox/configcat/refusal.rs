//! Refused requests, in the several shapes that the vendor's own clients understand.

use serde_json::{Map, Value, json};

use super::super::exchange::Reply;

/// A refused request.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Inferred: without a body, as the framework answers.
    Unauthorized,
    /// Inferred: without a body.
    Forbidden,
    /// The body is not known; clients look at the status only.
    NotFound,
    /// Inferred: the text is the one that the vendor's clients show for this status.
    PlanLimit,
    /// Not JSON by its content type.
    MediaType,
    /// Fields of the body, each with what is wrong with it.
    Fields(Map<String, Value>),
    /// A sentence.
    Text(String),
    /// The data file.
    Storage(rusqlite::Error),
}

impl Refusal {
    /// One thing is wrong with one field.
    pub(super) fn field(name: &str, message: &str) -> Self {
        Self::Fields(Map::from_iter([(name.to_owned(), json!([message]))]))
    }

    /// The answer.
    pub(super) fn reply(self) -> Reply {
        match self {
            Self::Unauthorized => Reply::empty(401).with("www-authenticate", "Basic"),
            Self::Forbidden => Reply::empty(403),
            Self::NotFound => Reply::empty(404),
            Self::PlanLimit => Reply::text(402, "You have reached the limits of your plan."),
            Self::MediaType => Reply::empty(415),
            Self::Fields(fields) => Reply::json(400, &Value::Object(fields)),
            Self::Text(text) => Reply::json(400, &Value::String(text)),
            Self::Storage(error) => Reply::text(500, error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(error)
    }
}

/// What is wrong with a body, field by field: all of it is said at once.
#[derive(Debug, Default)]
pub(super) struct Problems(Map<String, Value>);

impl Problems {
    /// Notes one.
    pub(super) fn add(&mut self, field: &str, message: impl Into<String>) {
        let messages = self.0.entry(field).or_insert_with(|| json!([]));
        if let Value::Array(messages) = messages {
            messages.push(Value::String(message.into()));
        }
    }

    /// Refuses when there are any.
    pub(super) fn done(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::Fields(self.0)) }
    }
}
