//! One object -> the texts of its files.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::goal::{Content, Goal};
use super::merge::{Merge, Values, place, set};
use super::target::{said_for, seen_by};
use super::{Id, Scene, Texts};
use crate::diagnostic::Code;
use crate::edit;
use crate::plan::ObjectKind;
use crate::provider;
use crate::workspace::beside;

/// The new texts of the files of one object, by their paths; the error says what to do instead.
pub(super) fn edit(
    scene: &Scene<'_>,
    texts: &Texts,
    id: &Id,
    goal: &Goal,
    allow: Option<&BTreeSet<Code>>,
) -> Result<BTreeMap<String, String>, String> {
    let path = path(scene, id).ok_or("its file is not known")?;
    let text = texts.documents.get(&path).ok_or_else(|| format!("{path} cannot be read"))?;
    let documents = edit::read(text).unwrap_or_default();
    let is_it = |it: &Json| {
        it.get("kind").and_then(Json::as_str) == Some(id.0.name())
            && it.pointer("/metadata/name").and_then(Json::as_str) == Some(&id.1)
    };
    let at = documents.iter().position(is_it).ok_or_else(|| format!("{path} does not hold it"))?;
    let mut document = documents[at].clone();
    let spec = document.get("spec").cloned().unwrap_or_default();
    let (mut spec, values) = wanted(scene, id, goal, &spec).ok_or_else(|| {
        format!("what `perTarget` says in {path} cannot say it: write it by hand")
    })?;
    if let Some(codes) = allow {
        allow_too(&mut spec, codes);
    }
    document["spec"] = spec;
    let by_hand = |why: edit::Unplaced| {
        format!("{path} cannot be edited: {}; write it by hand", why.message())
    };
    let mut files = BTreeMap::new();
    let edited = edit::edit(text, at, &document).map_err(by_hand)?;
    if edited != *text {
        files.insert(path.clone(), edited);
    }
    for (named, goal) in values {
        let file = beside(&path, &named);
        let text = texts.values.get(&file).ok_or_else(|| format!("{file} cannot be read"))?;
        let edited = with_values(text, &goal).ok_or_else(|| {
            format!("{file} cannot hold a value with a line break or blanks at its ends")
        })?;
        if edited != *text {
            files.insert(file, edited);
        }
    }
    Ok(files)
}

/// The file of the document.
fn path(scene: &Scene<'_>, id: &Id) -> Option<String> {
    let origin = match id.0 {
        ObjectKind::Segment => &scene.desired.segments.get(&id.1)?.origin,
        ObjectKind::Attachment => &scene.desired.attachments.get(&id.1)?.origin,
        ObjectKind::Environment => return None,
    };
    Some(origin.file.clone())
}

/// The spec that says what is live, and what its files of values should hold.
fn wanted(scene: &Scene<'_>, id: &Id, goal: &Goal, spec: &Json) -> Option<(Json, Values)> {
    let target = &scene.target.name;
    let seen = seen_by(spec, target);
    let mut seen = seen.as_object()?.clone();
    let block_name = scene.target.provider.block();
    let mut merge = Merge::default();
    match &goal.content {
        Content::Segment(live) => {
            let provider = scene.target.provider;
            let desired = scene.desired.kept_by(scene.live);
            let from =
                provider::decompile_segment(provider, &desired.segments.get(&id.1)?.document);
            let to = provider::decompile_segment(provider, live);
            let block = seen.get(block_name)?.as_object()?;
            let mut block =
                merge.object(provider::segment_fields(provider), block, &from.block, &to.block);
            if from.description != to.description {
                describe(&mut seen, &mut block, &to.description);
            }
            seen.insert(block_name.to_owned(), Json::Object(block));
        }
        Content::Rule { segments, not_in } => {
            put_names(&mut seen, "segments", segments);
            let block = seen.get_mut(block_name)?.as_object_mut()?;
            if block.contains_key("notIn") || !not_in.is_empty() {
                put_names(block, "notIn", not_in);
            }
        }
    }
    Some((said_for(spec, target, &Json::Object(seen))?, merge.values))
}

/// Puts a description to where the document has one.
fn describe(spec: &mut Map<String, Json>, block: &mut Map<String, Json>, text: &str) {
    let of_block = block.contains_key("description");
    let is_behind = spec.contains_key("description");
    let fields = if of_block { block } else { spec };
    let ended = |it: &Json| it.as_str().is_some_and(|it| it.ends_with('\n'));
    let end = if fields.get("description").is_some_and(ended) { "\n" } else { "" };
    let value = match (text, of_block && is_behind) {
        ("", false) => None,
        ("", true) => Some(Json::from("")),
        _ => Some(format!("{text}{end}").into()),
    };
    place(fields, "description", value, std::iter::empty());
}

fn put_names(fields: &mut Map<String, Json>, key: &str, names: &BTreeSet<String>) {
    let written = fields.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
    let names = names.iter().cloned().map(Json::from).collect();
    fields.insert(key.to_owned(), set(&written, &names));
}

/// Allows lints that what is live breaks.
fn allow_too(spec: &mut Json, codes: &BTreeSet<Code>) {
    let Some(fields) = spec.as_object_mut() else { return };
    let written = fields.get("allow").and_then(Json::as_array).cloned().unwrap_or_default();
    let known = written.iter().filter_map(Json::as_str);
    let all: BTreeSet<&str> = known.chain(codes.iter().map(|it| it.name())).collect();
    let all: Json = all.into_iter().collect();
    place(fields, "allow", Some(set(&written, &all)), ["description", "allow"].into_iter());
}

/// A file of values with other values: lines that stay are untouched, new ones stand at the end.
/// None where a line cannot hold a value.
fn with_values(text: &str, goal: &[String]) -> Option<String> {
    // A byte order mark at the beginning of a file is not part of it.
    let is_odd = |it: &str| it.contains(['\n', '\r']) || it.starts_with('\u{feff}');
    let holds = |it: &String| it.trim() == it && !it.is_empty() && !is_odd(it);
    let goals: BTreeSet<&str> = goal.iter().map(String::as_str).collect();
    let mut missing = goals.clone();
    if !goal.iter().all(holds) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let value = line.trim();
        missing.remove(value);
        if value.is_empty() || goals.contains(value) {
            out.push_str(line);
        }
    }
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let is_open = !out.is_empty() && !out.ends_with('\n');
    // The last line goes on without a line break, where it had none.
    let new: Vec<&str> = goal.iter().map(String::as_str).filter(|it| missing.remove(it)).collect();
    if is_open {
        out.extend(new.iter().flat_map(|it| [line_break, it]));
    } else {
        out.extend(new.iter().flat_map(|it| [it, line_break]));
    }
    Some(out)
}
