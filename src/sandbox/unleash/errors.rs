//! The error bodies of 8.2.0, which come in several shapes.
//!
//! Errors of the services have `name`, `message` and `details`; those found before a service is
//! reached have an `id` in front; those of the web framework have a `message` only.

use std::fmt::Display;

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::format::new_uuid;
use super::request::Request;

const INVALID: &str = "Request validation failed: your request body or params contain invalid data";
const SEE_DETAILS: &str = "Request validation failed: your request body or params contain invalid \
                           data. Refer to the `details` list for more information.";
const LOG_IN: &str = "You must log in to use Unleash. Your request had no authorization header, so \
                      we could not authorize you. Try logging in at /auth/simple/login";

/// A refused request.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    body: Option<Value>,
}

impl Refusal {
    /// An error of a service: message and details say the same.
    fn service(status: u16, name: &str, message: &str) -> Self {
        let body = json!({ "name": name, "message": message, "details": [{ "message": message }] });
        Self { status, body: Some(body) }
    }

    /// An error found before any service was reached.
    fn early(status: u16, name: &str, message: &str, details: &Value) -> Self {
        let body =
            json!({ "id": new_uuid(), "name": name, "message": message, "details": [details] });
        Self { status, body: Some(body) }
    }

    /// A person lacks the permission for it; one of `needed` would do.
    pub(super) fn not_permitted(needed: &[&str]) -> Self {
        let needs = match needed {
            [one] => format!("the \"{one}\" permission"),
            several => {
                format!("one of the following permissions: \"{}\"", several.join("\", \""))
            }
        };
        let message = format!(
            "You don't have the required permissions to perform this operation. To perform this \
             action, you need {needs}."
        );
        let mut refusal =
            Self::early(403, "PermissionError", &message, &json!({ "message": message }));
        if let Some(body) = &mut refusal.body {
            body["permissions"] = json!(needed);
        }
        refusal
    }

    fn bare(status: u16, message: &str) -> Self {
        Self { status, body: Some(json!({ "message": message })) }
    }

    /// No body at all.
    pub(super) fn empty(status: u16) -> Self {
        Self { status, body: None }
    }

    pub(super) fn not_found(message: &str) -> Self {
        Self::service(404, "NotFoundError", message)
    }

    pub(super) fn name_exists(message: &str) -> Self {
        Self::service(409, "NameExistsError", message)
    }

    pub(super) fn forbidden_operation(message: &str) -> Self {
        Self::service(403, "InvalidOperationError", message)
    }

    pub(super) fn archived() -> Self {
        let message = "Cannot perform this operation on archived features";
        Self::service(400, "ArchivedFeatureError", message)
    }

    /// What the real server says when its database refuses a statement.
    pub(super) fn unknown(message: &str) -> Self {
        Self::service(500, "UnknownError", message)
    }

    pub(super) fn exceeds_limit(resource: &str, limit: impl Display) -> Self {
        let message = format!(
            "Failed to create {resource}. You can't create more than the established limit of \
             {limit}."
        );
        Self::service(400, "ExceedsLimitError", &message)
    }

    /// A rule that a service found broken.
    pub(super) fn bad_data(message: &str) -> Self {
        let body = json!({
            "name": "BadDataError",
            "message": format!("{INVALID}: {message}"),
            "details": [{ "message": message }],
        });
        Self { status: 400, body: Some(body) }
    }

    /// A value that the server's value checker refused.
    pub(super) fn bad_value(message: &str) -> Self {
        Self::bad_detail(&json!({ "message": message }))
    }

    /// A patched document that does not have the right shape.
    pub(super) fn bad_detail(detail: &Value) -> Self {
        let body = json!({ "name": "BadDataError", "message": SEE_DETAILS, "details": [detail] });
        Self { status: 400, body: Some(body) }
    }

    /// A request that does not have the shape that the API describes.
    pub(super) fn bad_shape(detail: &Value) -> Self {
        Self::early(400, "BadDataError", SEE_DETAILS, detail)
    }

    pub(super) fn no_such_path(request: &Request<'_>) -> Self {
        let message =
            format!("The path you were looking for ({}) is not available.", request.raw_path);
        Self::early(404, "NotFoundError", &message, &json!({ "message": message }))
    }

    pub(super) fn content_type(sent: Option<&str>) -> Self {
        let sent = sent.unwrap_or("you didn't provide one");
        let message = format!(
            "We do not accept the content-type you provided ({sent}). Try using one of the \
             content-types we do accept instead (application/json) and make sure the body is in \
             the corresponding format."
        );
        Self::early(415, "ContentTypeError", &message, &json!({ "message": message }))
    }

    pub(super) fn no_authorization() -> Self {
        let mut refusal =
            Self::early(401, "AuthenticationRequired", LOG_IN, &json!({ "message": LOG_IN }));
        if let Some(Value::Object(body)) = &mut refusal.body {
            let way_in = json!({
                "path": "/auth/simple/login", "type": "password", "defaultHidden": false,
            });
            body.extend(way_in.as_object().cloned().unwrap_or_else(Map::new));
        }
        refusal
    }

    pub(super) fn wrong_token() -> Self {
        let message = "You must log in to use Unleash.";
        Self::early(401, "UnauthorizedError", message, &json!({ "message": message }))
    }

    pub(super) fn wrong_kind_of_token() -> Self {
        Self::bare(403, "invalid token: expected a different token type for this endpoint")
    }

    pub(super) fn no_client_token() -> Self {
        Self::bare(
            401,
            "This endpoint requires an API token. Please add an authorization header to your \
             request with a valid token",
        )
    }

    pub(super) fn too_large() -> Self {
        Self::bare(413, "request entity too large")
    }

    /// A body that is not JSON.
    pub(super) fn broken_json(complaint: &str) -> Self {
        Self::bare(400, complaint)
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::unknown(&error.to_string())
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        match refusal.body {
            Some(body) => Self::json(refusal.status, body.to_string()),
            None => Self::empty(refusal.status),
        }
    }
}
