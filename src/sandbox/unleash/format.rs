//! Small texts in the real server's form: times, ids, and JSON as its database keeps it.

use chrono::{SecondsFormat, Utc};
use serde_json::{Map, Value};

/// The time as `2026-11-22T12:15:39.166Z`.
pub(in crate::sandbox) fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A ULID: 10 characters of time, 16 of chance.
pub(in crate::sandbox) fn new_ulid() -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let time = u128::from(Utc::now().timestamp_millis().unsigned_abs()) & ((1 << 48) - 1);
    let bits = (time << 80) | (fastrand::u128(..) & ((1 << 80) - 1));
    (0..26)
        .rev()
        .map(|place| char::from(ALPHABET[usize::try_from((bits >> (5 * place)) & 31).unwrap_or(0)]))
        .collect()
}

/// A random UUID.
pub(super) fn new_uuid() -> String {
    let bits = fastrand::u128(..);
    let variant = 0x8 | ((bits >> 62) & 0x3);
    format!(
        "{:08x}-{:04x}-4{:03x}-{variant:x}{:03x}-{:012x}",
        (bits >> 96) & 0xffff_ffff,
        (bits >> 80) & 0xffff,
        (bits >> 64) & 0xfff,
        (bits >> 48) & 0xfff,
        bits & 0xffff_ffff_ffff,
    )
}

/// A text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A text as a JSON string, or `null`.
pub(super) fn quoted_or_null(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), quoted)
}

/// JSON with the keys in the order of `PostgreSQL`'s `jsonb`: short ones first, then by bytes.
pub(in crate::sandbox) fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort_by_key(|key| (key.len(), key.as_bytes()));
            let sorted: Map<String, Value> =
                keys.into_iter().map(|key| (key.clone(), canonical(&fields[key]))).collect();
            Value::Object(sorted)
        }
        Value::Array(items) => Value::Array(items.iter().map(canonical).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// A JSON text from the database.
pub(super) fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}
