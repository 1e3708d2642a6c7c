//! JSON Patch, with the errors of the library that the real server uses.

use serde_json::{Map, Value};

use super::errors::Refusal;
use super::shape::Shape;

const VERBS: [&str; 6] = ["add", "remove", "replace", "copy", "move", "test"];

/// One operation of a patch.
pub(super) struct Operation {
    verb: String,
    path: String,
    from: Option<String>,
    /// None where no value was sent, which JavaScript treats as `undefined`.
    value: Option<Value>,
    /// As it was sent, for the error message.
    sent: Value,
}

/// Reads a patch.
pub(super) fn read(body: &Value) -> Result<Vec<Operation>, Refusal> {
    let shape = Shape::Request;
    let items = shape.array(body, "/body")?.iter().enumerate();
    items
        .map(|(n, sent)| {
            let at = format!("/body/{n}");
            let map = shape.object(sent, &at)?;
            shape.required(map, &at, &["path", "op"])?;
            let path = shape.text(&map["path"], &format!("{at}/path"))?;
            let verb = shape.text(&map["op"], &format!("{at}/op"))?;
            if !VERBS.contains(&verb.as_str()) {
                return Err(shape.not_one_of("op", &VERBS, &verb));
            }
            let from = map.get("from").map(|from| shape.text(from, &format!("{at}/from")));
            let value = map.get("value").cloned();
            Ok(Operation { verb, path, from: from.transpose()?, value, sent: sent.clone() })
        })
        .collect()
}

/// Applies a patch to a document.
pub(super) fn apply(mut document: Value, operations: &[Operation]) -> Result<Value, Refusal> {
    for (index, operation) in operations.iter().enumerate() {
        let tokens = tokens(&operation.path);
        let source = || tokens_of(operation.from.as_deref());
        match operation.verb.as_str() {
            "test" if find(&document, &tokens) == operation.value.as_ref() => {}
            "test" => return Err(test_failed(index, operation, &document)),
            "remove" => {
                remove(&mut document, &tokens)?;
            }
            "copy" => {
                let value = find(&document, &source()).cloned();
                put(&mut document, &tokens, value, true)?;
            }
            "move" => {
                let value = remove(&mut document, &source())?;
                put(&mut document, &tokens, value, true)?;
            }
            verb => put(&mut document, &tokens, operation.value.clone(), verb == "add")?,
        }
    }
    Ok(document)
}

fn tokens_of(path: Option<&str>) -> Vec<String> {
    tokens(path.unwrap_or_default())
}

fn tokens(path: &str) -> Vec<String> {
    // Observed: a path without its slash names the field `undefined`.
    if !path.is_empty() && !path.contains('/') {
        return vec!["undefined".to_owned()];
    }
    let tokens = path.split('/').skip(1);
    tokens.map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

fn find<'d>(document: &'d Value, tokens: &[String]) -> Option<&'d Value> {
    tokens.iter().try_fold(document, |value, token| match value {
        Value::Object(map) => map.get(token),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The container that holds the last token, which has to exist.
fn parent<'d>(document: &'d mut Value, tokens: &[String]) -> Result<&'d mut Value, Refusal> {
    let last = tokens.last().map(String::as_str).unwrap_or_default();
    let above = tokens.iter().take(tokens.len().saturating_sub(1));
    let mut value = document;
    for token in above {
        let next = match value {
            Value::Object(map) => map.get_mut(token),
            Value::Array(items) => token.parse::<usize>().ok().and_then(|n| items.get_mut(n)),
            _ => None,
        };
        // The words of the JavaScript engine, as observed.
        value = next.ok_or_else(|| {
            Refusal::unknown(&format!("Cannot read properties of undefined (reading '{last}')"))
        })?;
    }
    Ok(value)
}

/// Puts a value in its place. Observed: to put no value there is to take the old one away.
fn put(
    document: &mut Value,
    tokens: &[String],
    value: Option<Value>,
    insert: bool,
) -> Result<(), Refusal> {
    let Some(value) = value else {
        remove(document, tokens)?;
        return Ok(());
    };
    let Some(last) = tokens.last() else {
        *document = value;
        return Ok(());
    };
    match parent(document, tokens)? {
        Value::Object(map) => {
            map.insert(last.clone(), value);
        }
        Value::Array(items) => {
            let end = items.len();
            let index = last.parse().unwrap_or(end).min(end);
            if insert || index == end {
                items.insert(index, value);
            } else {
                items[index] = value;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Takes a value out. Observed: what is not there can be removed all the same.
fn remove(document: &mut Value, tokens: &[String]) -> Result<Option<Value>, Refusal> {
    let Some(last) = tokens.last() else {
        return Ok(Some(std::mem::replace(document, Value::Object(Map::new()))));
    };
    Ok(match parent(document, tokens)? {
        Value::Object(map) => map.shift_remove(last),
        Value::Array(items) => {
            let index = last.parse().ok().filter(|index: &usize| *index < items.len());
            index.map(|index| items.remove(index))
        }
        _ => None,
    })
}

/// Observed: a failed `test` is status 500, and the message holds the whole document.
fn test_failed(index: usize, operation: &Operation, document: &Value) -> Refusal {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    Refusal::unknown(&format!(
        "Test operation failed\nname: TEST_OPERATION_FAILED\nindex: {index}\noperation: {}\n\
         tree: {}",
        pretty(&operation.sent),
        pretty(document)
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{apply, read};

    #[test]
    fn operations_follow_each_other() {
        let patch = json!([
            {"op": "test", "path": "/segments", "value": [1]},
            {"op": "add", "path": "/segments/-", "value": 3},
            {"op": "add", "path": "/segments/1", "value": 2},
            {"op": "replace", "path": "/segments/0", "value": 9},
            {"op": "remove", "path": "/title"},
            {"op": "copy", "from": "/segments/2", "path": "/last"},
        ]);
        let document = json!({"segments": [1], "title": "t"});
        let patched = apply(document, &read(&patch).unwrap()).unwrap();
        assert_eq!(patched, json!({"segments": [9, 2, 3], "last": 3}));
    }
}
