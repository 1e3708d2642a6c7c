//! The check of a JSON document against the API description, as the real server does it.
//!
//! A request is *coerced*: numbers and booleans become text where text is wanted, and so on. A
//! patched document is not. The first trouble found is the only one reported, in the order:
//! required fields, unknown fields, then each field.

use serde_json::{Map, Number, Value, json};

use super::errors::Refusal;
use super::numbers::{js_number, number_of, whole};

/// A checker for one document.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// Of a request body: coerces, and its errors carry an id.
    Request,
    /// Of a document made by a patch: strict.
    Patched,
}

type Checked<T> = Result<T, Refusal>;

impl Shape {
    pub(super) fn object<'v>(self, value: &'v Value, at: &str) -> Checked<&'v Map<String, Value>> {
        value.as_object().ok_or_else(|| self.wrong(at, "must be object", value))
    }

    pub(super) fn array<'v>(self, value: &'v Value, at: &str) -> Checked<&'v Vec<Value>> {
        value.as_array().ok_or_else(|| self.wrong(at, "must be array", value))
    }

    pub(super) fn required(
        self,
        map: &Map<String, Value>,
        at: &str,
        names: &[&str],
    ) -> Checked<()> {
        let Some(missing) = names.iter().find(|name| !map.contains_key(**name)) else {
            return Ok(());
        };
        let path = join(at, missing);
        let message =
            format!("The `{path}` property is required. It was not present on the data you sent.");
        Err(self.refuse(&json!({ "path": path, "message": message })))
    }

    pub(super) fn closed(self, map: &Map<String, Value>, at: &str, names: &[&str]) -> Checked<()> {
        let Some(extra) = map.keys().find(|key| !names.contains(&key.as_str())) else {
            return Ok(());
        };
        let path = join(at, extra);
        let place = match at {
            "" => "root".to_owned(),
            _ => format!("`{at}`"),
        };
        let message = format!(
            "The {place} object of the request body does not allow additional properties. Your \
             request included the `{path}` property."
        );
        Err(self.refuse(&json!({ "path": path, "message": message })))
    }

    pub(super) fn text(self, value: &Value, at: &str) -> Checked<String> {
        match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) if self.coerces() => Ok(js_number(number)),
            Value::Bool(flag) if self.coerces() => Ok(flag.to_string()),
            // Observed: null becomes the empty text, which a later check usually refuses.
            Value::Null if self.coerces() => Ok(String::new()),
            _ => Err(self.wrong(at, "must be string", value)),
        }
    }

    pub(super) fn text_or_null(self, value: &Value, at: &str) -> Checked<Option<String>> {
        if value.is_null() { Ok(None) } else { self.text(value, at).map(Some) }
    }

    pub(super) fn boolean(self, value: &Value, at: &str) -> Checked<bool> {
        if let Value::Bool(flag) = value {
            return Ok(*flag);
        }
        match value {
            _ if !self.coerces() => {}
            Value::Null => return Ok(false),
            Value::String(text) if text == "true" => return Ok(true),
            Value::String(text) if text == "false" => return Ok(false),
            Value::Number(number) if number.as_f64() == Some(1.0) => return Ok(true),
            Value::Number(number) if number.as_f64() == Some(0.0) => return Ok(false),
            _ => {}
        }
        Err(self.wrong(at, "must be boolean", value))
    }

    pub(super) fn number(self, value: &Value, at: &str) -> Checked<Number> {
        let coerced = match value {
            Value::Number(number) => Some(number.clone()),
            _ if !self.coerces() => None,
            Value::Null => Some(Number::from(0)),
            Value::Bool(flag) => Some(Number::from(u8::from(*flag))),
            Value::String(text) => number_of(text),
            Value::Array(_) | Value::Object(_) => None,
        };
        coerced.ok_or_else(|| self.wrong(at, "must be number", value))
    }

    pub(super) fn integer(self, value: &Value, at: &str) -> Checked<i64> {
        let whole = self.number(value, at).ok().and_then(|number| whole(&number));
        whole.ok_or_else(|| self.wrong(at, "must be integer", value))
    }

    /// The error of a value that is none of the allowed ones; its path is the field's name only.
    pub(super) fn not_one_of(self, field: &str, allowed: &[&str], sent: &str) -> Refusal {
        let allowed: Vec<String> = allowed.iter().map(|name| format!("\"{name}\"")).collect();
        let message = format!(
            "The `{field}` property must be equal to one of the allowed values: {}. You provided \
             \"{sent}\", which is not valid. Please use one of the allowed values instead..",
            allowed.join(", ")
        );
        self.refuse(&json!({ "message": message, "path": field }))
    }

    pub(super) fn wrong(self, at: &str, complaint: &str, sent: &Value) -> Refusal {
        let message = format!("The `{at}` property {complaint}. You sent {sent}.");
        self.refuse(&json!({ "message": message, "path": at }))
    }

    fn refuse(self, detail: &Value) -> Refusal {
        match self {
            Self::Request => Refusal::bad_shape(detail),
            Self::Patched => Refusal::bad_detail(detail),
        }
    }

    fn coerces(self) -> bool {
        matches!(self, Self::Request)
    }
}

fn join(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}/{name}") }
}
