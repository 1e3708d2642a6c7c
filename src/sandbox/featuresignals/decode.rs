//! Bodies read as Go's decoder reads them with unknown fields forbidden: names match in any case,
//! null is as good as absent, and what follows the first value is not looked at.

use serde_json::{Map, Value, json};

use super::refusal::Refusal;

/// Bodies above this are refused as if they were no JSON.
const BODY_BYTES: usize = 1 << 20;

/// The fields of a body, by their proper names; those that are null or absent are not there.
pub(super) fn body(bytes: &[u8], known: &[&str]) -> Result<Map<String, Value>, Refusal> {
    if bytes.len() > BODY_BYTES {
        return Err(Refusal::decoding());
    }
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
    match values.next() {
        Some(Ok(value)) => fields(value, known),
        _ => Err(Refusal::decoding()),
    }
}

/// The fields of an object.
pub(super) fn fields(value: Value, known: &[&str]) -> Result<Map<String, Value>, Refusal> {
    let mut found = Map::new();
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, value) in fields {
                let proper = known.iter().find(|it| it.eq_ignore_ascii_case(&name));
                let proper = proper.ok_or_else(Refusal::decoding)?;
                if !value.is_null() {
                    found.insert((*proper).to_owned(), value);
                }
            }
        }
        _ => return Err(Refusal::decoding()),
    }
    Ok(found)
}

/// A text, where there is one.
pub(super) fn text(fields: &Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    match fields.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Refusal::decoding()),
    }
}

/// A whole number, where there is one; Go takes no fraction, not even `1.0`.
pub(super) fn whole(fields: &Map<String, Value>, name: &str) -> Result<Option<i64>, Refusal> {
    fields.get(name).map(|value| value.as_i64().ok_or_else(Refusal::decoding)).transpose()
}

/// A switch, where there is one.
pub(super) fn switch(fields: &Map<String, Value>, name: &str) -> Result<Option<bool>, Refusal> {
    fields.get(name).map(|value| value.as_bool().ok_or_else(Refusal::decoding)).transpose()
}

/// A list, each item of which `read` understands.
pub(super) fn list(
    fields: &Map<String, Value>,
    name: &str,
    read: impl Fn(Value) -> Result<Value, Refusal>,
) -> Result<Option<Vec<Value>>, Refusal> {
    match fields.get(name) {
        None => Ok(None),
        Some(Value::Array(items)) => {
            items.iter().cloned().map(read).collect::<Result<_, _>>().map(Some)
        }
        Some(_) => Err(Refusal::decoding()),
    }
}

/// An item of a list of texts; null becomes the empty one.
pub(super) fn item(value: Value) -> Result<Value, Refusal> {
    match value {
        Value::String(_) => Ok(value),
        Value::Null => Ok(json!("")),
        _ => Err(Refusal::decoding()),
    }
}

/// A condition; one without `values` is kept with null.
pub(super) fn condition(value: Value) -> Result<Value, Refusal> {
    let fields = fields(value, &["attribute", "operator", "values"])?;
    Ok(json!({
        "attribute": text(&fields, "attribute")?.unwrap_or_default(),
        "operator": text(&fields, "operator")?.unwrap_or_default(),
        "values": list(&fields, "values", item)?,
    }))
}

/// Whether a text anywhere in it has a character that `PostgreSQL` does not store.
pub(super) fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
