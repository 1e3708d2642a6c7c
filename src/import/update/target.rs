//! One document for many targets: what `perTarget` says for one of them, and where a change goes.

use serde_json::{Map, Value as Json};

/// The spec of a document as one target sees it, files of values not followed.
pub(super) fn seen_by(spec: &Json, target: &str) -> Json {
    match spec.pointer("/perTarget").and_then(|it| it.get(target)) {
        Some(patch) => patched(&base(spec), patch),
        None => base(spec),
    }
}

fn base(spec: &Json) -> Json {
    let mut base = spec.clone();
    if let Some(fields) = base.as_object_mut() {
        fields.shift_remove("perTarget");
    }
    base
}

/// JSON merge patch (RFC 7386).
fn patched(base: &Json, patch: &Json) -> Json {
    let Json::Object(changes) = patch else { return patch.clone() };
    let mut out = base.as_object().cloned().unwrap_or_default();
    for (key, change) in changes {
        if change.is_null() {
            out.shift_remove(key);
        } else {
            let value = patched(out.get(key).unwrap_or(&Json::Null), change);
            out.insert(key.clone(), value);
        }
    }
    Json::Object(out)
}

/// `spec` in which `target` sees `want`: what the target patches changes in its patch, all else in
/// the base; none where no such patch would say it.
pub(super) fn said_for(spec: &Json, target: &str, want: &Json) -> Option<Json> {
    let mut out = spec.clone();
    let fields = out.as_object_mut()?;
    let mut patches = fields.shift_remove("perTarget");
    let place = spec.as_object()?.keys().position(|it| it == "perTarget");
    if let Some(patch) = patches.as_mut().and_then(|it| it.get_mut(target)) {
        let (want, patch) = (want.as_object()?, patch.as_object_mut()?);
        spread(fields, patch, want);
    } else {
        fields.clone_from(want.as_object()?);
    }
    if let (Some(patches), Some(place)) = (patches, place) {
        fields.shift_insert(place.min(fields.len()), "perTarget".to_owned(), patches);
    }
    (seen_by(&out, target) == *want).then_some(out)
}

/// Brings base and patch to where both together say `want`.
fn spread(base: &mut Map<String, Json>, patch: &mut Map<String, Json>, want: &Map<String, Json>) {
    let seen = patched(&Json::Object(base.clone()), &Json::Object(patch.clone()));
    let keys: Vec<String> = seen.as_object().into_iter().flat_map(Map::keys).cloned().collect();
    for key in keys.iter().filter(|it| !want.contains_key(*it)) {
        if patch.contains_key(key) {
            patch.shift_remove(key);
            if base.contains_key(key) {
                patch.insert(key.clone(), Json::Null);
            }
        } else {
            base.shift_remove(key);
        }
    }
    let mut last: Option<&String> = None;
    for (key, value) in want {
        let before = last.replace(key);
        if seen.get(key) == Some(value) {
            continue;
        }
        match (base.get_mut(key), patch.get_mut(key), value) {
            (Some(Json::Object(base)), Some(Json::Object(patch)), Json::Object(want)) => {
                spread(base, patch, want);
            }
            (_, Some(Json::Object(patch)), Json::Object(want)) => {
                spread(&mut Map::new(), patch, want);
            }
            (_, Some(patched), value) => *patched = value.clone(),
            (Some(base), None, value) => *base = value.clone(),
            (None, None, value) => {
                let at = before.and_then(|it| base.keys().position(|key| key == it));
                base.shift_insert(at.map_or(0, |at| at + 1), key.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_goes_to_where_the_target_is_told() {
        let spec =
            json!({"a": {"x": 1, "y": 1}, "perTarget": {"t": {"a": {"y": 2}}, "u": {}}, "b": 1});
        let want = json!({"a": {"x": 3, "y": 4}, "b": 1, "c": 5});
        assert_eq!(
            said_for(&spec, "t", &want),
            Some(
                json!({"a": {"x": 3, "y": 1}, "perTarget": {"t": {"a": {"y": 4}}, "u": {}}, "b": 1, "c": 5})
            )
        );
        let gone = json!({"a": {"x": 1}, "b": 1});
        let said = said_for(&spec, "t", &gone).expect("null says it");
        assert_eq!(said["perTarget"]["t"], json!({"a": {"y": null}}));
        assert_eq!(said["a"], spec["a"]);
    }
}
