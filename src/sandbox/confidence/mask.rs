//! `updateMask`: which fields of what was sent replace those that are stored.

use serde_json::{Map, Value};

use super::super::exchange::Asked;
use super::proto::{Kind, Message, camel};

/// The paths of the mask of a request, in the spelling of JSON.
pub(super) fn paths(asked: &Asked<'_>) -> Vec<String> {
    let names = ["updateMask", "update_mask"];
    let given = asked.query.iter().filter(|(name, _)| names.contains(&name.as_str()));
    let paths = given.flat_map(|(_, value)| value.split(','));
    let paths = paths.map(|path| path.trim().split('.').map(camel).collect::<Vec<_>>().join("."));
    paths.filter(|path| !path.is_empty()).collect()
}

/// `stored`, with what `paths` name taken from `sent`. Without any path, with all that may change:
/// what was not sent is then cleared.
///
/// Inferred: a path that leads nowhere is passed over, and so is one to what only the server writes.
pub(super) fn apply(
    message: &Message,
    stored: &mut Map<String, Value>,
    sent: &Map<String, Value>,
    paths: &[String],
) {
    if paths.is_empty() {
        for field in message.fields.iter().filter(|field| !field.is_output) {
            set(stored, field.name, sent.get(field.name));
        }
    }
    for path in paths {
        let parts: Vec<&str> = path.split('.').collect();
        one(message, stored, Some(sent), &parts);
    }
}

fn one(
    message: &Message,
    stored: &mut Map<String, Value>,
    sent: Option<&Map<String, Value>>,
    path: &[&str],
) {
    let [name, rest @ ..] = path else {
        return;
    };
    let Some(field) = message.field(name).filter(|field| !field.is_output) else {
        return;
    };
    let value = sent.and_then(|sent| sent.get(field.name));
    match (&field.kind, rest) {
        (_, []) => set(stored, field.name, value),
        (Kind::Of(inner), rest) if stored.contains_key(field.name) || value.is_some() => {
            let within = stored.entry(field.name).or_insert_with(|| Map::new().into());
            if let Value::Object(within) = within {
                one(inner, within, value.and_then(Value::as_object), rest);
            }
        }
        _ => {}
    }
}

fn set(stored: &mut Map<String, Value>, name: &str, value: Option<&Value>) {
    match value {
        Some(value) => drop(stored.insert(name.to_owned(), value.clone())),
        None => drop(stored.remove(name)),
    }
}
