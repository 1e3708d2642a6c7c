//! Messages read from JSON as proto3 does it, and as a server does it that ignores unknown fields.
//!
//! What is unknown is dropped without a word, which is how a typing error in a targeting becomes an
//! empty targeting. What is known must have its type. What has the value of its absence is left out,
//! except where it stands for a choice (`oneof`): there its presence says something.

use serde_json::{Map, Number, Value};

use super::decimal;
use super::time;

/// A kind of object.
pub(super) struct Message {
    pub(super) fields: &'static [Field],
}

/// One field of a message.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// The number of the choice that it belongs to; 0 for none. One field of a choice may be set.
    choice: u8,
    /// Whether only the server writes it.
    pub(super) is_output: bool,
}

/// What a field holds.
pub(super) enum Kind {
    Text,
    Flag,
    /// An int32: a number, or a text of digits.
    Int,
    Double,
    Time,
    /// The text inside of a `google.type.Decimal`.
    Decimal,
    /// Any object.
    Struct,
    Of(&'static Message),
    Many(&'static Self),
    Map(&'static Self),
}

impl Field {
    pub(super) const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, choice: 0, is_output: false }
    }

    /// A field of a choice.
    pub(super) const fn one_of(choice: u8, name: &'static str, kind: Kind) -> Self {
        Self { name, kind, choice, is_output: false }
    }

    /// A field that only the server writes; what a client sends there is ignored.
    pub(super) const fn output(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, choice: 0, is_output: true }
    }
}

impl Message {
    /// The field of that name, in either spelling.
    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        let name = camel(name);
        self.fields.iter().find(|field| field.name == name)
    }

    /// Reads an object; the paths of what it does not know go to `dropped`.
    pub(super) fn read(
        &self,
        json: &Value,
        path: &str,
        dropped: &mut Vec<String>,
    ) -> Result<Map<String, Value>, String> {
        let Value::Object(sent) = json else {
            return Err(format!("{path}: expected an object, got {json}"));
        };
        let mut read = Map::new();
        let mut chosen: Vec<(u8, &str)> = vec![];
        for (key, value) in sent {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let Some(field) = self.field(key) else {
                dropped.push(path);
                continue;
            };
            if value.is_null() || field.is_output {
                continue;
            }
            if field.choice > 0 {
                if let Some((_, other)) = chosen.iter().find(|(choice, _)| *choice == field.choice)
                {
                    return Err(format!("{path}: `{other}` of the same oneof is set already"));
                }
                chosen.push((field.choice, field.name));
            }
            let value = field.kind.read(value, &path, dropped)?;
            if field.choice > 0 || !field.kind.is_zero(&value) {
                read.insert(field.name.to_owned(), value);
            }
        }
        Ok(read)
    }
}

impl Kind {
    fn read(&self, json: &Value, path: &str, dropped: &mut Vec<String>) -> Result<Value, String> {
        let wrong = |what: &str| format!("{path}: expected {what}, got {json}");
        match (self, json) {
            (Self::Text, Value::String(_))
            | (Self::Flag, Value::Bool(_))
            | (Self::Struct, Value::Object(_)) => Ok(json.clone()),
            (Self::Text, _) => Err(wrong("a string")),
            (Self::Flag, _) => Err(wrong("a boolean")),
            (Self::Struct, _) => Err(wrong("an object")),
            (Self::Int, _) => int(json).map(Value::from).ok_or_else(|| wrong("an int32")),
            (Self::Double, _) => double(json).map(Value::from).ok_or_else(|| wrong("a number")),
            (Self::Time, Value::String(text)) => {
                time::in_utc(text).map(Value::from).ok_or_else(|| wrong("a timestamp (RFC 3339)"))
            }
            (Self::Time, _) => Err(wrong("a timestamp (RFC 3339)")),
            (Self::Decimal, Value::String(text)) => {
                decimal::normal(text).map(Value::from).ok_or_else(|| wrong("a decimal"))
            }
            (Self::Decimal, _) => Err(wrong("a string with a decimal")),
            (Self::Of(message), _) => message.read(json, path, dropped).map(Value::from),
            (Self::Many(kind), Value::Array(items)) => {
                let items = items.iter().enumerate();
                let read =
                    items.map(|(at, item)| kind.read(item, &format!("{path}[{at}]"), dropped));
                read.collect::<Result<Vec<_>, _>>().map(Value::from)
            }
            (Self::Many(_), _) => Err(wrong("an array")),
            (Self::Map(kind), Value::Object(entries)) => {
                let read = entries.iter().map(|(key, value)| {
                    Ok((key.clone(), kind.read(value, &format!("{path}.{key}"), dropped)?))
                });
                read.collect::<Result<Map<_, _>, String>>().map(Value::from)
            }
            (Self::Map(_), _) => Err(wrong("a map")),
        }
    }

    /// Whether `value` says no more than its absence does. Messages always say something.
    fn is_zero(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Of(_) | Self::Struct, _) => false,
            (_, Value::Bool(flag)) => !flag,
            (_, Value::String(text)) => text.is_empty(),
            (_, Value::Number(number)) => number.as_f64() == Some(0.0),
            (_, Value::Array(items)) => items.is_empty(),
            (_, Value::Object(entries)) => entries.is_empty(),
            (_, Value::Null) => true,
        }
    }
}

fn int(json: &Value) -> Option<i32> {
    let whole = match json {
        Value::Number(number) => number.as_i64().or_else(|| whole(number)),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    i32::try_from(whole?).ok()
}

/// A number such as `1.0`, which proto3 takes for an int too.
fn whole(number: &Number) -> Option<i64> {
    let value = number.as_f64().filter(|value| value.fract() == 0.0)?;
    #[expect(clippy::cast_possible_truncation, reason = "saturating is out of range of int32")]
    Some(value as i64)
}

/// Inferred: the server prints each double as Java does, `18.0`.
fn double(json: &Value) -> Option<f64> {
    match json {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
    .filter(|value| value.is_finite())
}

/// A name in the spelling of JSON; `display_name` is taken for `displayName`.
pub(super) fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut camel = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        camel.extend(letters.next().map(|it| it.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}
