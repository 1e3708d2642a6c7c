//! What each document should mean.

use std::collections::{BTreeMap, BTreeSet};

use super::{Id, Scene, Update};
use crate::desired::{Canonical, Desired};
use crate::diagnostic::{Code, did_you_mean};
use crate::import::LeftOut;
use crate::live::{LiveRule, LiveSegment};
use crate::plan::{Cause, Difference, ObjectKind, Standing, standings};

/// What a document should mean.
#[derive(Clone, Debug)]
pub(super) struct Goal {
    /// The vendor's identity of the object.
    pub(super) key: String,
    pub(super) content: Content,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Segment(Canonical),
    /// The names of the segments on a rule, and of those that a user must not be in.
    Rule {
        segments: BTreeSet<String>,
        not_in: BTreeSet<String>,
    },
}

/// The goals of what drifted; what has none is said.
///
/// What Git says may be ahead of what was applied. So only what a person is proven to have changed,
/// and nobody in Git, is taken without being named.
pub(super) fn goals(scene: &Scene<'_>) -> (BTreeMap<Id, Goal>, Update) {
    let mut update = Update::default();
    let mut goals = BTreeMap::new();
    let all = Segments::of(scene);
    for it in scene.drift.drifted.iter().filter(|it| is_wanted(scene, it)) {
        let live = all.by_name.get(&it.name).filter(|_| it.desired.is_some());
        match live.filter(|_| it.kind == ObjectKind::Segment) {
            Some(_) if it.cause == Some(Cause::Both) && scene.names.is_empty() => {
                let message =
                    format!("Git moved too: `import --update {}` takes what is live", it.name);
                update.left_out.push(left_out(it, Code::EditContested, message));
            }
            Some(live) => {
                goals.insert((it.kind, it.name.clone()), Goal::of(it, &live.document));
            }
            None => update.notes.push(format!("`{}` has no document: import it first", it.name)),
        }
    }
    for it in scene.drift.unclear.iter().filter(|it| is_wanted(scene, it)) {
        unclear(scene, &all, it, &mut goals, &mut update);
    }
    (goals, update)
}

/// What differs, and nothing tells who moved: it is taken when it is named.
fn unclear(
    scene: &Scene<'_>,
    all: &Segments<'_>,
    it: &Difference,
    goals: &mut BTreeMap<Id, Goal>,
    update: &mut Update,
) {
    let found = match it.kind {
        ObjectKind::Attachment => all.rule(scene, it),
        ObjectKind::Segment if it.live.is_none() => {
            let name = &it.name;
            update.notes.push(format!(
                "`{name}` is new in Git, or was deleted by hand: its document stays"
            ));
            return;
        }
        ObjectKind::Segment if it.desired.is_some() => {
            Ok(all.by_name.get(&it.name).map(|live| Goal::of(it, &live.document)))
        }
        _ => return,
    };
    let is_named = !scene.names.is_empty();
    match found {
        Ok(Some(goal)) if is_named => {
            goals.insert((it.kind, it.name.clone()), goal);
        }
        Ok(Some(_)) => update.notes.push(format!(
            "`{0}` differs, and nothing tells who moved: `import --update {0}` takes what is live",
            it.name
        )),
        Ok(None) => {}
        Err((code, message)) if is_named => update.left_out.push(left_out(it, code, message)),
        Err((_, message)) => {
            update.notes.push(format!("`{}` is left as it is: {message}", it.name));
        }
    }
}

fn left_out(it: &Difference, code: Code, message: String) -> LeftOut {
    // What a mark names may have no document any more; a rule is looked at for its document alone.
    let has_one = it.desired.is_some() || it.kind == ObjectKind::Attachment;
    let name = has_one.then(|| it.name.clone());
    LeftOut { kind: it.kind, name, key: it.key.clone(), code, message }
}

/// The names that mean nothing, each with what to do about it.
pub(super) fn unknown(scene: &Scene<'_>) -> Vec<String> {
    let documents = scene.desired.segments.keys().chain(scene.desired.attachments.keys());
    let keys = scene.live.segments.iter().map(|it| &it.key);
    let marks = scene.live.segments.iter().filter_map(|it| Some(&it.mark.as_ref()?.name));
    let known: BTreeSet<&str> = documents.chain(keys).chain(marks).map(String::as_str).collect();
    let unknown = scene.names.iter().filter(|it| !known.contains(it.as_str()));
    unknown
        .map(|name| match did_you_mean(name, known.iter().copied()) {
            Some(meant) => format!("nothing is called `{name}`; did you mean `{meant}`?"),
            None => format!("nothing is called `{name}`"),
        })
        .collect()
}

/// Whether one of the names means the object.
fn is_wanted(scene: &Scene<'_>, difference: &Difference) -> bool {
    let names = scene.names;
    names.is_empty() || names.iter().any(|it| *it == difference.name || *it == difference.key)
}

/// The live segments that documents name.
struct Segments<'a> {
    by_name: BTreeMap<String, &'a LiveSegment>,
    names: BTreeMap<&'a str, String>,
}

impl<'a> Segments<'a> {
    fn of(scene: &Scene<'a>) -> Self {
        let (mut by_name, mut names) = (BTreeMap::new(), BTreeMap::new());
        let live = &scene.live.segments;
        for (segment, standing) in live.iter().zip(standings(scene.desired, scene.live)) {
            if let Standing::InGit(name) = standing {
                names.insert(segment.id.as_str(), name.clone());
                by_name.insert(name, segment);
            }
        }
        Self { by_name, names }
    }

    /// What the attachment of a rule should mean; none where it means that already.
    fn rule(&self, scene: &Scene<'_>, it: &Difference) -> Result<Option<Goal>, (Code, String)> {
        let attachment = scene.desired.attachments.get(&it.name);
        let (Some(attachment), Some(rule)) = (attachment, scene.live.rules.get(&it.name)) else {
            return Ok(None);
        };
        let rule = rule.as_ref().map_err(|it| (it.code, it.message.clone()))?;
        if let Some(key) = self.foreign(scene, rule).first() {
            let message = format!("its segment `{key}` has no document: import it first");
            return Err((Code::EditUnplaced, message));
        }
        let names = |ids: &BTreeSet<String>, written: &[String]| -> BTreeSet<String> {
            let live = ids.iter().filter_map(|id| self.names.get(id.as_str())).cloned();
            // What is not live yet cannot have been taken off by anybody.
            let ahead = written.iter().filter(|it| !self.by_name.contains_key(*it)).cloned();
            live.chain(ahead).collect()
        };
        let segments = names(&rule.segments, &attachment.segments);
        let not_in = names(&rule.not_in, &attachment.not_in);
        let is_said = |names: &BTreeSet<String>, written: &[String]| {
            names.iter().eq(written.iter().collect::<BTreeSet<_>>())
        };
        let is_met =
            is_said(&segments, &attachment.segments) && is_said(&not_in, &attachment.not_in);
        let content = Content::Rule { segments, not_in };
        Ok((!is_met).then(|| Goal { key: it.key.clone(), content }))
    }

    /// The keys of the segments on a rule that no document names.
    fn foreign(&self, scene: &Scene<'_>, rule: &LiveRule) -> Vec<String> {
        let ids = rule.segments.iter().chain(&rule.not_in);
        let foreign = ids.filter(|it| !self.names.contains_key(it.as_str()));
        let key =
            |id: &String| scene.live.segment(id).map_or_else(|| id.clone(), |it| it.key.clone());
        foreign.map(key).collect()
    }
}

impl Goal {
    fn of(it: &Difference, live: &Canonical) -> Self {
        Self { key: it.key.clone(), content: Content::Segment(live.clone()) }
    }

    /// Whether `now` says what it should of the object, and nothing else of it changed.
    pub(super) fn is_met(&self, id: &Id, now: &Desired, was: &Desired) -> bool {
        let name = &id.1;
        match &self.content {
            Content::Segment(goal) => now.segments.get(name).is_some_and(|it| it.document == *goal),
            Content::Rule { segments, not_in } => {
                let set = |it: &[String]| it.iter().cloned().collect::<BTreeSet<_>>();
                let (now, was) = (now.attachments.get(name), was.attachments.get(name));
                now.is_some_and(|it| set(&it.segments) == *segments && set(&it.not_in) == *not_in)
                    && now.map(|it| &it.rule) == was.map(|it| &it.rule)
            }
        }
    }
}

/// Whether an object is meant to be what it was.
pub(super) fn is_as_before(id: &Id, now: &Desired, was: &Desired) -> bool {
    let name = &id.1;
    match id.0 {
        ObjectKind::Segment => {
            let (now, was) = (now.segments.get(name), was.segments.get(name));
            now.map(|it| (&it.key, &it.document)) == was.map(|it| (&it.key, &it.document))
        }
        _ => {
            let (now, was) = (now.attachments.get(name), was.attachments.get(name));
            now.map(|it| (&it.rule, &it.segments, &it.not_in))
                == was.map(|it| (&it.rule, &it.segments, &it.not_in))
        }
    }
}
