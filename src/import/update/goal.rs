//! What each document should mean.

use std::collections::{BTreeMap, BTreeSet};

use super::{Id, Scene, Update};
use crate::desired::{Canonical, Desired};
use crate::diagnostic::Code;
use crate::import::LeftOut;
use crate::live::{LiveRule, LiveSegment};
use crate::plan::{Difference, ObjectKind, Standing, standings};

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
    Rule { segments: BTreeSet<String>, not_in: BTreeSet<String> },
}

/// The goals of what drifted; what has none is said.
pub(super) fn goals(scene: &Scene<'_>) -> (BTreeMap<Id, Goal>, Update) {
    let mut update = Update::default();
    let mut goals = BTreeMap::new();
    let all = Segments::of(scene);
    for it in &scene.drift.drifted {
        if !is_wanted(scene, it) {
            continue;
        }
        match all.by_name.get(&it.name) {
            Some(live) if it.kind == ObjectKind::Segment && it.desired.is_some() => {
                let goal = Goal { key: it.key.clone(), content: Content::Segment(live.document.clone()) };
                goals.insert((it.kind, it.name.clone()), goal);
            }
            _ => update.notes.push(format!("`{}` has no document: import it first", it.name)),
        }
    }
    for it in scene.drift.unclear.iter().filter(|it| is_wanted(scene, it)) {
        match it.kind {
            ObjectKind::Attachment => {
                if let Some(goal) = all.rule(scene, it, &mut update) {
                    goals.insert((it.kind, it.name.clone()), goal);
                }
            }
            ObjectKind::Segment if it.live.is_none() => update.notes.push(format!(
                "`{}` is not live, so it is new in Git or was deleted there: its document stays",
                it.name
            )),
            ObjectKind::Segment if it.desired.is_some() => {
                let why = it.remark.as_deref().unwrap_or("nothing tells who moved");
                update.notes.push(format!("`{}` differs and is left as it is: {why}", it.name));
            }
            _ => {}
        }
    }
    (goals, update)
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

    fn rule(&self, scene: &Scene<'_>, it: &Difference, update: &mut Update) -> Option<Goal> {
        let attachment = scene.desired.attachments.get(&it.name)?;
        let mut leave_out = |code, message| {
            let kind = ObjectKind::Attachment;
            update.left_out.push(LeftOut { kind, key: it.key.clone(), code, message });
        };
        let rule = match scene.live.rules.get(&it.name)? {
            Ok(rule) => rule,
            Err(refusal) => {
                leave_out(refusal.code, refusal.message.clone());
                return None;
            }
        };
        for key in self.foreign(scene, rule) {
            let message = format!("its segment `{key}` has no document: import it first");
            leave_out(Code::EditUnplaced, message);
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
        if is_said(&segments, &attachment.segments) && is_said(&not_in, &attachment.not_in) {
            return None;
        }
        Some(Goal { key: it.key.clone(), content: Content::Rule { segments, not_in } })
    }

    /// The keys of the segments on a rule that no document names.
    fn foreign(&self, scene: &Scene<'_>, rule: &LiveRule) -> Vec<String> {
        let ids = rule.segments.iter().chain(&rule.not_in);
        let foreign = ids.filter(|it| !self.names.contains_key(it.as_str()));
        let key = |id: &String| scene.live.segment(id).map_or_else(|| id.clone(), |it| it.key.clone());
        foreign.map(key).collect()
    }
}

impl Goal {
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
