//! The documents of attachments.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::check::{Reading, read_back};
use super::segments::Names;
use super::slug::{self, Wish};
use super::{Document, Draft, Import, LeftOut, Scene, allowance};
use crate::diagnostic::{Class, Code};
use crate::document::Kind;
use crate::live::{FoundRule, FoundSelector};
use crate::plan::{ObjectKind, Refusal};
use crate::provider;

/// A rule on its way to a document.
struct Candidate<'a> {
    selector: &'a FoundSelector,
    name: String,
    /// The names of its segments, sorted.
    segments: Vec<String>,
    /// The names of the segments that a user must not be in, sorted.
    not_in: Vec<String>,
    allow: BTreeSet<Code>,
}

/// Adds the documents of `rules` to `import`; `names` is what their segments are called.
pub(super) fn write(scene: &Scene<'_>, names: &Names, rules: &[FoundRule], import: &mut Import) {
    let in_git: BTreeSet<&str> =
        scene.live.rules.values().flatten().map(|rule| rule.id.as_str()).collect();
    let slugs = slugs(scene, rules);
    let mut candidates = vec![];
    for (found, name) in rules.iter().zip(slugs) {
        if in_git.contains(found.rule.id.as_str()) {
            import.in_git += 1;
            continue;
        }
        let selector = found.selector.as_ref().map_err(Clone::clone);
        let ready = selector.and_then(|it| {
            let segments = names_of(scene, names, &found.rule.segments)?;
            Ok((it, segments, names_of(scene, names, &found.rule.not_in)?))
        });
        match ready {
            Ok((selector, segments, not_in)) => {
                let allow = BTreeSet::new();
                candidates.push(Candidate { selector, name, segments, not_in, allow });
            }
            Err(Refusal { code, message, .. }) => import.left_out.push(LeftOut {
                kind: ObjectKind::Attachment,
                name: None,
                key: key(found),
                code,
                message,
            }),
        }
    }
    for (at, diagnostic) in &read_candidates(scene, names, &candidates).found {
        if diagnostic.code.class() == Class::Lint {
            candidates[*at].allow.insert(diagnostic.code);
        }
    }
    finish(scene, names, candidates, import);
}

/// What people call a rule.
fn key(found: &FoundRule) -> String {
    match &found.selector {
        Ok(selector) => selector.rule.to_string(),
        Err(_) => {
            let place = &found.rule.place;
            let title = &found.title;
            format!("`{title}` of {}/{} in {}", place.project, place.flag, place.environment)
        }
    }
}

/// The names of the segments of these ids, which a rule has.
fn names_of(
    scene: &Scene<'_>,
    names: &Names,
    ids: &BTreeSet<String>,
) -> Result<Vec<String>, Refusal> {
    let mut places = vec![];
    for id in ids {
        let Some(at) = scene.live.place(id) else {
            let message = format!("it has the segment {id}, which the server does not list");
            return Err(Refusal::new(Code::MissingReference, message));
        };
        places.push(at);
    }
    let name = |at: usize| {
        let segment = &scene.live.segments[at];
        match names.get(&segment.id) {
            Some(Ok(name)) => Ok(name.clone()),
            known => {
                let code = known.and_then(|it| it.as_ref().err().copied());
                let message = format!("its segment `{}` is left out", segment.key);
                Err(Refusal::new(code.unwrap_or(Code::ImportDefect), message))
            }
        }
    };
    let mut segments: Vec<String> = places.into_iter().map(name).collect::<Result<_, _>>()?;
    segments.sort_unstable();
    Ok(segments)
}

/// A name for each rule: its flag and environment, and its title where it is not alone there.
fn slugs(scene: &Scene<'_>, rules: &[FoundRule]) -> Vec<String> {
    let mut beside: BTreeMap<_, usize> = BTreeMap::new();
    for found in rules {
        *beside.entry(&found.rule.place).or_default() += 1;
    }
    let wish = |found: &FoundRule| {
        let place = &found.rule.place;
        let mut text = format!("{} {}", place.flag, place.environment);
        if beside.get(place).is_some_and(|count| *count > 1) {
            text = format!("{text} {}", found.title);
        }
        // The selector as data cannot be mistaken for another, whatever a title says.
        let selector = found.selector.as_ref().ok().map(|it| &it.rule);
        let identity = selector.and_then(|it| serde_json::to_string(it).ok());
        Wish { text, identity: identity.unwrap_or_else(|| found.rule.id.clone()) }
    };
    let wishes: Vec<Wish> = rules.iter().map(wish).collect();
    let taken = scene.taken.iter().filter(|(kind, _)| *kind == Kind::Attachment);
    let taken = taken.map(|(_, name)| name.clone()).collect();
    slug::names("attachment", &wishes, &taken)
}

fn finish(scene: &Scene<'_>, names: &Names, candidates: Vec<Candidate<'_>>, import: &mut Import) {
    let reading = read_candidates(scene, names, &candidates);
    for (at, candidate) in candidates.into_iter().enumerate() {
        let rule = &candidate.selector.rule;
        let wrong = reading.found.iter().find(|(of, it)| *of == at && it.is_error());
        let read = reading.desired.attachments.get(&candidate.name);
        let is_right = read.is_some_and(|it| {
            it.rule == *rule && it.segments == candidate.segments && it.not_in == candidate.not_in
        });
        if wrong.is_none() && is_right {
            import.documents.push(Document {
                kind: ObjectKind::Attachment,
                name: candidate.name.clone(),
                key: rule.to_string(),
                external: None,
                allow: candidate.allow.iter().copied().collect(),
                files: draft(scene, &candidate).files(scene),
            });
            continue;
        }
        let (code, message) = wrong.map_or_else(
            || (Code::ImportDefect, "its document would not say what is live".to_owned()),
            |(_, it)| (it.code, it.message.clone()),
        );
        let kind = ObjectKind::Attachment;
        import.left_out.push(LeftOut { kind, name: None, key: rule.to_string(), code, message });
    }
}

/// Reads the documents beside others that only name the segments they refer to.
fn read_candidates(scene: &Scene<'_>, names: &Names, candidates: &[Candidate<'_>]) -> Reading {
    let provider = scene.target.provider;
    let files = candidates.iter().map(|it| draft(scene, it).files(scene)).collect();
    let known = scene.live.segments.iter().filter_map(|segment| {
        let name = names.get(&segment.id)?.clone().ok()?;
        let reference = provider::decompile_segment(provider, &segment.document).reference;
        Some((name, reference, BTreeSet::new()))
    });
    read_back(scene, files, known)
}

fn draft(scene: &Scene<'_>, candidate: &Candidate<'_>) -> Draft {
    let Candidate { selector, name, segments, not_in, allow } = candidate;
    let mut spec = Map::new();
    spec.extend(allowance(allow));
    spec.insert("segments".to_owned(), Json::from(segments.clone()));
    let mut block = provider::decompile_rule(&selector.rule);
    if !not_in.is_empty() {
        block.insert("notIn".to_owned(), Json::from(not_in.clone()));
    }
    spec.insert(scene.target.provider.block().to_owned(), Json::Object(block));
    let remarks = selector.remark.iter().map(|it| sentence(it)).collect();
    Draft { kind: Kind::Attachment, name: name.clone(), remarks, spec, values: vec![] }
}

/// A remark with a capital letter and a full stop.
fn sentence(remark: &str) -> String {
    let mut rest = remark.chars();
    rest.next()
        .map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), rest.as_str()))
}
