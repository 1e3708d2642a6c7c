//! The JSON of a request.

use serde_json::{Map, Value};

use super::super::exchange::Asked;
use super::refusal::Refusal;

/// The body, which has to be JSON and say so.
pub(super) fn json(asked: &Asked<'_>) -> Result<Value, Refusal> {
    let kind = asked.header("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = ["application/json", "text/json"].contains(&kind.as_str())
        || (kind.starts_with("application/") && kind.ends_with("+json"));
    if !is_json {
        return Err(Refusal::MediaType);
    }
    // Inferred: the words of the framework, under its name for the whole body.
    serde_json::from_slice(asked.body)
        .map_err(|error| Refusal::field("$", &format!("The JSON value is not valid: {error}.")))
}

/// The body as an object. Observed: members that are not known are passed over.
pub(super) fn object(asked: &Asked<'_>) -> Result<Map<String, Value>, Refusal> {
    match json(asked)? {
        Value::Object(members) => Ok(members),
        _ => Err(Refusal::field("$", "The JSON value could not be converted.")),
    }
}

/// A member that is a text; none where it is absent or null.
pub(super) fn text(members: &Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(not_converted(name)),
    }
}

/// A member that is a list; an empty one where it is absent or null.
pub(super) fn list<'m>(
    members: &'m Map<String, Value>,
    name: &str,
) -> Result<&'m [Value], Refusal> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(not_converted(name)),
    }
}

/// A value that has to be an object.
pub(super) fn members<'v>(value: &'v Value, name: &str) -> Result<&'v Map<String, Value>, Refusal> {
    value.as_object().ok_or_else(|| not_converted(name))
}

/// Inferred: the words of the framework.
pub(super) fn not_converted(name: &str) -> Refusal {
    Refusal::field(&format!("$.{name}"), "The JSON value could not be converted.")
}

/// The name of a field as errors have it.
pub(super) fn pascal(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
