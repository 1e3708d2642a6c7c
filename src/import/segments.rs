//! The documents of segments.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::check::{Reading, read_back};
use super::survey::{Fate, twin};
use super::{Document, Draft, File, Import, LeftOut, Scene, Survey, allowance, slug};
use crate::diagnostic::{Class, Code};
use crate::document::{Kind, VALUE_LISTS};
use crate::live::LiveSegment;
use crate::plan::ObjectKind;
use crate::provider;

/// A list of more values than this stands in a file of its own.
const VALUES_IN_DOCUMENT: usize = 50;

/// What documents call each live segment, by its id; why no document can, for those left out.
pub(super) type Names = BTreeMap<String, Result<String, Code>>;

/// A segment on its way to a document.
struct Candidate<'a> {
    segment: &'a LiveSegment,
    name: &'a str,
    external: Option<Code>,
    allow: BTreeSet<Code>,
}

/// Adds the documents of the segments at the places `wanted` to `import`.
pub(super) fn write(
    scene: &Scene<'_>,
    survey: &Survey,
    wanted: &BTreeSet<usize>,
    import: &mut Import,
) -> Names {
    let mut names = Names::new();
    let mut candidates = vec![];
    for (at, fate) in survey.fates.iter().enumerate() {
        let segment = &scene.live.segments[at];
        let is_wanted = wanted.contains(&at);
        match fate {
            Fate::InGit(name) => {
                import.in_git += usize::from(is_wanted);
                names.insert(segment.id.clone(), Ok(name.clone()));
            }
            Fate::New { name, external } if is_wanted => candidates.push(Candidate {
                segment,
                name,
                external: *external,
                allow: BTreeSet::new(),
            }),
            Fate::LeftOut(code, message) if is_wanted => {
                leave_out(segment, *code, message.clone(), import, &mut names);
            }
            Fate::New { .. } | Fate::LeftOut(..) => {}
        }
    }
    settle(scene, &mut candidates);
    finish(scene, candidates, import, &mut names);
    names
}

fn leave_out(
    segment: &LiveSegment,
    code: Code,
    message: String,
    import: &mut Import,
    names: &mut Names,
) {
    names.insert(segment.id.clone(), Err(code));
    let kind = ObjectKind::Segment;
    import.left_out.push(LeftOut { kind, name: None, key: segment.key.clone(), code, message });
}

/// Finds out what each document must allow, and which of them could not be sent.
///
/// What is wrong with one document can hide what else is, so this goes on until nothing new comes
/// up.
fn settle(scene: &Scene<'_>, candidates: &mut [Candidate<'_>]) {
    loop {
        let reading = read_candidates(scene, candidates);
        let mut is_new = false;
        // Lints of what an error takes out of the document must not stay in `allow`.
        let (lints, others): (Vec<_>, Vec<_>) =
            reading.found.iter().partition(|(_, it)| it.code.class() == Class::Lint);
        let mut rewritten = BTreeSet::new();
        for (at, diagnostic) in others {
            let candidate = &mut candidates[*at];
            if diagnostic.is_error() && candidate.external.is_none() {
                candidate.external = Some(diagnostic.code);
                candidate.allow.clear();
                rewritten.insert(at);
                is_new = true;
            }
        }
        for (at, diagnostic) in lints {
            is_new |= !rewritten.contains(at) && candidates[*at].allow.insert(diagnostic.code);
        }
        if !is_new {
            return;
        }
    }
}

/// Adds what says what is live to `import`, and says what does not.
fn finish(
    scene: &Scene<'_>,
    candidates: Vec<Candidate<'_>>,
    import: &mut Import,
    names: &mut Names,
) {
    let reading = read_candidates(scene, &candidates);
    for (at, candidate) in candidates.into_iter().enumerate() {
        let Candidate { segment, name, external, allow } = &candidate;
        let wrong = reading.found.iter().find(|(of, it)| *of == at && it.is_error());
        let is_right = reading.desired.segments.get(*name).is_some_and(|it| {
            it.key == segment.key
                && it.external == external.is_some()
                && (it.external || it.document == segment.document)
        });
        let has_twin = || scene.live.segments.iter().filter(|it| it.key == segment.key).count() > 1;
        if external.is_some() && has_twin() {
            if let Fate::LeftOut(code, message) = twin(scene, &segment.key) {
                leave_out(segment, code, message, import, names);
            }
            continue;
        }
        if wrong.is_some() || !is_right {
            let (code, message) = wrong.map_or_else(
                || (Code::ImportDefect, "its document would not say what is live".to_owned()),
                |(_, it)| (it.code, it.message.clone()),
            );
            leave_out(segment, code, message, import, names);
            continue;
        }
        names.insert(segment.id.clone(), Ok((*name).to_owned()));
        import.documents.push(Document {
            kind: ObjectKind::Segment,
            name: (*name).to_owned(),
            key: segment.key.clone(),
            external: *external,
            allow: allow.iter().copied().collect(),
            files: draft(scene, &candidate).files(scene),
        });
    }
}

fn read_candidates(scene: &Scene<'_>, candidates: &[Candidate<'_>]) -> Reading {
    let files = candidates.iter().map(|it| draft(scene, it).files(scene)).collect();
    let desired = std::iter::once(scene.desired).chain(scene.others.iter().copied());
    let known = desired.flat_map(|it| &it.segments).map(|(name, it)| {
        let reference = provider::decompile_segment(scene.target.provider, &it.document).reference;
        (name.clone(), reference, it.allow.clone())
    });
    read_back(scene, files, known)
}

/// The document of a segment as it stands now.
fn draft(scene: &Scene<'_>, candidate: &Candidate<'_>) -> Draft {
    let Candidate { segment, name, external, allow } = candidate;
    let provider = scene.target.provider;
    let decompiled = provider::decompile_segment(provider, &segment.document);
    let mut spec = Map::new();
    let mut values = vec![];
    let mut block = decompiled.block;
    block
        .extend(provider::unready(provider, segment.ready).map(|(name, it)| (name.to_owned(), it)));
    if external.is_some() {
        block = decompiled.reference;
        spec.extend(allowance(allow));
        spec.insert("external".to_owned(), true.into());
    } else {
        if !decompiled.description.is_empty() {
            spec.insert("description".to_owned(), decompiled.description.into());
        }
        spec.extend(allowance(allow));
        move_out(&mut block, name, scene, &mut values);
    }
    // What says no more than `metadata.name` does.
    for field in ["name", provider::capabilities(provider).key_field] {
        if block.get(field).and_then(Json::as_str) == Some(*name) {
            block.shift_remove(field);
        }
    }
    spec.insert(provider.block().to_owned(), Json::Object(block));
    let remarks = remarks(scene, candidate);
    Draft { kind: Kind::Segment, name: (*name).to_owned(), remarks, spec, values }
}

fn remarks(scene: &Scene<'_>, candidate: &Candidate<'_>) -> Vec<String> {
    let mut remarks = vec![];
    if let Some(code) = candidate.external {
        remarks.push(format!("External[{}]: {}", code.name(), code.title()));
    }
    let mark = candidate.segment.mark.as_ref();
    if mark.is_some_and(|mark| mark.workspace != scene.workspace.metadata.name) {
        remarks.push("Managed by another workspace of segctl.".to_owned());
    }
    remarks
}

/// Moves each long list of values into a file of its own, where a file can hold it.
fn move_out(block: &mut Map<String, Json>, name: &str, scene: &Scene<'_>, files: &mut Vec<File>) {
    let mut lists = vec![];
    find_lists(block, &mut lists);
    let is_one = lists.len() == 1;
    let stem = slug::file_stem(name);
    for (at, fields) in lists.into_iter().enumerate() {
        let file = if is_one { format!("{stem}.txt") } else { format!("{stem}.{}.txt", at + 1) };
        let path = format!("{}/values/{file}", Draft::folder(Kind::Segment));
        if (scene.is_document)(&path) {
            continue;
        }
        let is_list = |field: &String| VALUE_LISTS.contains(&field.as_str());
        let moved = fields.iter().map(|(field, value)| match lines_of(value) {
            Some(text) if is_list(field) => {
                files.push(File { path: path.clone(), text });
                (format!("{field}From"), Json::from(format!("values/{file}")))
            }
            _ => (field.clone(), value.clone()),
        });
        *fields = moved.collect();
    }
}

/// The mappings under `fields` that have a long list of values which a file can hold.
fn find_lists<'a>(fields: &'a mut Map<String, Json>, found: &mut Vec<&'a mut Map<String, Json>>) {
    let is_long = |list: &&str| fields.get(*list).is_some_and(|it| lines_of(it).is_some());
    if VALUE_LISTS.iter().any(is_long) {
        found.push(fields);
        return;
    }
    for value in fields.values_mut() {
        match value {
            Json::Object(fields) => find_lists(fields, found),
            Json::Array(items) => {
                for fields in items.iter_mut().filter_map(Json::as_object_mut) {
                    find_lists(fields, found);
                }
            }
            _ => {}
        }
    }
}

/// A long list as one value a line; none where that would not be read as the same list.
fn lines_of(values: &Json) -> Option<String> {
    let values: Option<Vec<&str>> = values.as_array()?.iter().map(Json::as_str).collect();
    let mut values = values?;
    // A set has no order, and one that does not depend on the server gives small differences.
    values.sort_unstable();
    // A byte order mark at the beginning of a file is not part of it.
    let holds = |it: &&str| {
        it.trim() == *it && !it.is_empty() && !it.contains('\n') && !it.starts_with('\u{feff}')
    };
    let fits = values.len() > VALUES_IN_DOCUMENT && values.iter().all(holds);
    fits.then(|| values.join("\n") + "\n")
}
