//! A probe: one raw request and the answer it must get.

use reqwest::Method;
use serde_json::{Value, json};

/// One request and its answer.
///
/// `{name}` stands for a value kept from an earlier answer: anywhere in a path or header, or as a
/// whole string in a body or an expected body.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    pub(super) name: String,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) token: Token,
    pub(super) headers: Vec<(&'static str, &'static str)>,
    pub(super) body: Option<Body>,
    pub(super) answer: Answer,
    pub(super) answer_of_6: Option<Answer>,
    pub(super) kept: Vec<(&'static str, Source)>,
    pub(super) times: usize,
    pub(super) eventually: bool,
    pub(super) later: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Token {
    Admin,
    Client,
    Bearer,
    Viewer,
    Other(&'static str),
    Nothing,
}

#[derive(Clone, Debug)]
pub(super) enum Body {
    Json(Value),
    Raw(Vec<u8>),
}

/// Where a kept value is taken from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A JSON pointer into the body.
    Body(&'static str),
    Header(&'static str),
}

/// What a server must answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Expected,
}

/// What the body of an answer must be.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    Anything,
    Empty,
    /// A web page, which is what a wrong path gets.
    Html,
    /// This JSON; `"{*}"` is any value.
    Exactly(Value),
    /// At least these members; lists have this length; `"{*}"` is any value, `"{absent}"` is none.
    Including(Value),
    /// JSON with a `message` that has this part.
    Saying(&'static str),
}

pub(crate) use Expected::{Anything, Empty, Exactly, Html, Including, Saying};

pub(crate) fn get(name: &str, path: &str) -> Probe {
    Probe::new(name, Method::GET, path, None)
}

pub(crate) fn post(name: &str, path: &str, body: Value) -> Probe {
    Probe::new(name, Method::POST, path, Some(Body::Json(body)))
}

pub(crate) fn put(name: &str, path: &str, body: Value) -> Probe {
    Probe::new(name, Method::PUT, path, Some(Body::Json(body)))
}

pub(crate) fn patch(name: &str, path: &str, body: Value) -> Probe {
    Probe::new(name, Method::PATCH, path, Some(Body::Json(body)))
}

pub(crate) fn delete(name: &str, path: &str) -> Probe {
    Probe::new(name, Method::DELETE, path, None)
}

/// The body of an error: its `name`, and its only complaint, which is also in its `message`.
pub(crate) fn error(name: &str, complaint: &str) -> Expected {
    Including(json!({"name": name, "message": complaint, "details": [{"message": complaint}]}))
}

/// The body of an error whose text is that of the database.
pub(crate) fn unknown_error() -> Expected {
    Including(json!({"name": "UnknownError"}))
}

/// The body of an error found after the schema was checked.
pub(crate) fn unacceptable(complaint: &str) -> Expected {
    let message = format!(
        "Request validation failed: your request body or params contain invalid data: {complaint}"
    );
    Including(json!({
        "name": "BadDataError", "message": message, "details": [{"message": complaint}],
    }))
}

/// The body of an error found while the schema is checked, or in the members of a constraint.
pub(crate) fn invalid(complaint: &str) -> Expected {
    let message = "Request validation failed: your request body or params contain invalid data. \
        Refer to the `details` list for more information.";
    Including(json!({
        "name": "BadDataError", "message": message, "details": [{"message": complaint}],
    }))
}

/// The body of an error about a property which was not sent.
pub(crate) fn required(path: &str) -> Expected {
    invalid(&format!("The `{path}` property is required. It was not present on the data you sent."))
}

impl Probe {
    fn new(name: &str, method: Method, path: &str, body: Option<Body>) -> Self {
        Self {
            name: name.to_owned(),
            method,
            path: path.to_owned(),
            token: Token::Admin,
            headers: Vec::new(),
            body,
            answer: Answer { status: 200, body: Anything },
            answer_of_6: None,
            kept: Vec::new(),
            times: 1,
            eventually: false,
            later: false,
        }
    }

    /// The answer, on any version.
    pub(crate) fn gets(mut self, status: u16, body: Expected) -> Self {
        self.answer = Answer { status, body };
        self
    }

    /// The answer of version 6, where it differs.
    pub(crate) fn but_on_6(mut self, status: u16, body: Expected) -> Self {
        self.answer_of_6 = Some(Answer { status, body });
        self
    }

    /// Keeps a part of the body for later probes of this chapter.
    pub(crate) fn keeping(mut self, name: &'static str, pointer: &'static str) -> Self {
        self.kept.push((name, Source::Body(pointer)));
        self
    }

    pub(crate) fn keeping_header(mut self, name: &'static str, header: &'static str) -> Self {
        self.kept.push((name, Source::Header(header)));
        self
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(Body::Raw(body.into()));
        self
    }

    /// Asks as an SDK does, with a backend token of the environment `development`.
    pub(crate) fn by_client(mut self) -> Self {
        self.token = Token::Client;
        self
    }

    pub(crate) fn by_bearer(mut self) -> Self {
        self.token = Token::Bearer;
        self
    }

    /// Asks as a person who may only look.
    pub(crate) fn by_viewer(mut self) -> Self {
        self.token = Token::Viewer;
        self
    }

    pub(crate) fn anonymously(mut self) -> Self {
        self.token = Token::Nothing;
        self
    }

    pub(crate) fn with_token(mut self, token: &'static str) -> Self {
        self.token = Token::Other(token);
        self
    }

    /// Sends it that often; `{n}` counts from 1, and each answer must be the expected one.
    pub(crate) fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// Asks again for some seconds: the server needs a moment to get there.
    pub(crate) fn eventually(mut self) -> Self {
        self.eventually = true;
        self
    }

    /// Asks after two seconds: long enough for the server to notice what should not matter.
    pub(crate) fn later(mut self) -> Self {
        self.later = true;
        self
    }
}
