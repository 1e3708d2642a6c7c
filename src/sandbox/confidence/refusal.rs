//! What is refused: a code of gRPC, the HTTP status that belongs to it, and a body in one of the
//! shapes that clients of Confidence have met.

use serde_json::json;

use super::super::exchange::Reply;
use super::fixture::ErrorShape;

/// A refused request.
#[derive(Debug)]
pub(super) struct Refusal {
    code: Code,
    message: String,
}

/// The codes of gRPC that this server answers with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Code {
    InvalidArgument,
    NotFound,
    AlreadyExists,
    PermissionDenied,
    ResourceExhausted,
    FailedPrecondition,
    Unimplemented,
    Internal,
    Unauthenticated,
}

impl Code {
    /// The number, the status and the name.
    fn parts(self) -> (u8, u16, &'static str) {
        match self {
            Self::InvalidArgument => (3, 400, "INVALID_ARGUMENT"),
            Self::NotFound => (5, 404, "NOT_FOUND"),
            Self::AlreadyExists => (6, 409, "ALREADY_EXISTS"),
            Self::PermissionDenied => (7, 403, "PERMISSION_DENIED"),
            Self::ResourceExhausted => (8, 429, "RESOURCE_EXHAUSTED"),
            Self::FailedPrecondition => (9, 400, "FAILED_PRECONDITION"),
            Self::Unimplemented => (12, 501, "UNIMPLEMENTED"),
            Self::Internal => (13, 500, "INTERNAL"),
            Self::Unauthenticated => (16, 401, "UNAUTHENTICATED"),
        }
    }
}

impl Refusal {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::InvalidArgument, message)
    }

    pub(super) fn precondition(message: impl Into<String>) -> Self {
        Self::new(Code::FailedPrecondition, message)
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("{what} not found"))
    }

    /// Inferred from the service for metrics: who asks for one thing by its name is checked for a
    /// relation to it first, and to a thing that is not there nobody has any.
    pub(super) fn no_relation(name: &str) -> Self {
        Self::new(Code::PermissionDenied, format!("Permission denied on resource {name}"))
    }

    /// The answer in the shape that was asked for.
    pub(super) fn reply(&self, shape: ErrorShape) -> Reply {
        let (code, status, name) = self.code.parts();
        let message = &self.message;
        let body = match shape {
            ErrorShape::Details => json!({ "code": code, "message": message, "details": [] }),
            ErrorShape::Status => json!({ "code": code, "message": message, "status": name }),
            ErrorShape::Nested => {
                json!({ "error": { "code": status, "message": message, "status": name } })
            }
        };
        Reply::json(status, &body)
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(Code::Internal, error.to_string())
    }
}
