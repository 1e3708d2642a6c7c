//! JSON Patch (RFC 6902) with all of its operations.

use serde_json::Value;

/// Applies the operations of a patch one after the other; what is wrong is said in a sentence.
pub(super) fn apply(mut document: Value, operations: &Value) -> Result<Value, String> {
    let operations = operations.as_array().ok_or("A JSON Patch is a list of operations.")?;
    for operation in operations {
        let text = |name| operation.get(name).and_then(Value::as_str);
        let path = tokens(text("path").ok_or("An operation has no path.")?)?;
        let from = || tokens(text("from").ok_or("An operation has no from.")?);
        // An absent value is null to the framework.
        let value = || operation.get("value").cloned().unwrap_or_default();
        match text("op").unwrap_or_default().to_ascii_lowercase().as_str() {
            "add" => add(&mut document, &path, value())?,
            "remove" => drop(remove(&mut document, &path)?),
            "replace" => *find_mut(&mut document, &path)? = value(),
            "move" => {
                let moved = remove(&mut document, &from()?)?;
                add(&mut document, &path, moved)?;
            }
            "copy" => {
                let copied = find_mut(&mut document, &from()?)?.clone();
                add(&mut document, &path, copied)?;
            }
            "test" => test(&mut document, &path, &value())?,
            other => return Err(format!("Invalid JsonPatch operation '{other}'.")),
        }
    }
    Ok(document)
}

fn tokens(path: &str) -> Result<Vec<String>, String> {
    match path.strip_prefix('/') {
        Some(rest) => {
            let tokens = rest.split('/');
            Ok(tokens.map(|token| token.replace("~1", "/").replace("~0", "~")).collect())
        }
        None if path.is_empty() => Ok(vec![]),
        None => Err(format!("The path '{path}' is not valid.")),
    }
}

fn missing(token: &str) -> String {
    format!("The target location specified by path segment '{token}' was not found.")
}

fn index(token: &str, items: &[Value]) -> Option<usize> {
    token.parse().ok().filter(|index| *index < items.len())
}

fn find_mut<'d>(document: &'d mut Value, path: &[String]) -> Result<&'d mut Value, String> {
    path.iter().try_fold(document, |value, token| {
        let next = match value {
            Value::Object(members) => members.get_mut(token),
            Value::Array(items) => index(token, items).and_then(|at| items.get_mut(at)),
            _ => None,
        };
        next.ok_or_else(|| missing(token))
    })
}

fn add(document: &mut Value, path: &[String], value: Value) -> Result<(), String> {
    let Some((last, above)) = path.split_last() else {
        *document = value;
        return Ok(());
    };
    match find_mut(document, above)? {
        Value::Object(members) => {
            members.insert(last.clone(), value);
            Ok(())
        }
        Value::Array(items) => {
            let end = items.len();
            let at = if last == "-" { Some(end) } else { last.parse().ok() };
            let at = at.filter(|at| *at <= end).ok_or_else(|| {
                format!("The index value provided by path segment '{last}' is out of bounds.")
            })?;
            items.insert(at, value);
            Ok(())
        }
        _ => Err(missing(last)),
    }
}

fn remove(document: &mut Value, path: &[String]) -> Result<Value, String> {
    let Some((last, above)) = path.split_last() else {
        return Ok(std::mem::take(document));
    };
    let removed = match find_mut(document, above)? {
        Value::Object(members) => members.shift_remove(last),
        Value::Array(items) => index(last, items).map(|at| items.remove(at)),
        _ => None,
    };
    removed.ok_or_else(|| missing(last))
}

fn test(document: &mut Value, path: &[String], expected: &Value) -> Result<(), String> {
    let found = find_mut(document, path)?;
    if same(found, expected) {
        return Ok(());
    }
    let last = path.last().map(String::as_str).unwrap_or_default();
    Err(format!(
        "The current value '{found}' at path '{last}' is not equal to the test value '{expected}'."
    ))
}

/// Equality to a patch: an absent member is a null one, and 1 is 1.0.
fn same(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(one), Value::Object(other)) => {
            let covered = |one: &serde_json::Map<String, Value>, other: &serde_json::Map<_, _>| {
                one.iter().all(|(key, value)| same(value, other.get(key).unwrap_or(&Value::Null)))
            };
            covered(one, other) && covered(other, one)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        _ => found == expected,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::apply;

    #[test]
    fn operations_follow_each_other() {
        let patch = json!([
            {"op": "test", "path": "/rules/0/id", "value": "a"},
            {"op": "Add", "path": "/rules/-", "value": {"id": "c"}},
            {"op": "add", "path": "/rules/1", "value": {"id": "b"}},
            {"op": "replace", "path": "/rules/0/id", "value": "z"},
            {"op": "move", "from": "/rules/0", "path": "/rules/2"},
            {"op": "copy", "from": "/rules/2/id", "path": "/last~1one"},
            {"op": "remove", "path": "/note"},
        ]);
        let document = json!({"rules": [{"id": "a"}], "note": "n"});
        let expected = json!({"rules": [{"id": "b"}, {"id": "c"}, {"id": "z"}], "last/one": "z"});
        assert_eq!(apply(document, &patch), Ok(expected));
    }

    #[test]
    fn what_is_not_there_is_an_error() {
        for (operation, complaint) in [
            (json!({"op": "replace", "path": "/rules/1", "value": 1}), "'1' was not found"),
            (json!({"op": "add", "path": "/rules/2", "value": 1}), "'2' is out of bounds"),
            (json!({"op": "remove", "path": "/nothing"}), "'nothing' was not found"),
            (json!({"op": "test", "path": "/rules", "value": []}), "is not equal to"),
            (json!({"op": "frobnicate", "path": "/rules"}), "Invalid JsonPatch operation"),
            (json!({"op": "remove", "path": "rules"}), "is not valid"),
            (json!({"op": "move", "path": "/rules"}), "has no from"),
        ] {
            let error = apply(json!({"rules": [1]}), &json!([operation])).unwrap_err();
            assert!(error.contains(complaint), "{error}");
        }
    }
}
