//! Segments that refer to other segments: each comes after what it refers to, and goes before it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{Action, ObjectKind, Refusal, Step, StepId, Work};
use crate::desired::{Canonical, Desired};
use crate::diagnostic::Code;
use crate::live::Live;
use crate::provider;

/// Has each segment wait for those that it refers to, and each deletion for those that refer to
/// what it deletes. What refers to nothing that is there, or goes although it is referred to, is
/// refused.
pub(super) fn wait_for_references(steps: &mut [Step], desired: &Desired, live: &Live) {
    let of = |document: &Canonical| provider::references(desired.provider, document);
    let mut referring = Referring::default();
    for segment in &live.segments {
        for key in of(&segment.document) {
            referring.entry(key).or_default().insert((segment.id.clone(), segment.key.clone()));
        }
    }
    let new = wait_for_referred(steps, live, &of);
    if !referring.is_empty() || !new.is_empty() {
        refuse_referred(steps, &referring, &new);
    }
}

/// Who refers to a key: the id and the key of each live segment.
type Referring = BTreeMap<String, BTreeSet<(String, String)>>;
/// Which keys the new content of a step refers to.
type New = HashMap<StepId, BTreeSet<String>>;

/// Has each segment wait for those that its new content refers to.
fn wait_for_referred(
    steps: &mut [Step],
    live: &Live,
    of: &dyn Fn(&Canonical) -> BTreeSet<String>,
) -> New {
    let mut new = New::new();
    for step in steps.iter() {
        if let Work::Create { document, .. } | Work::Replace { document, .. } = &step.work {
            let keys = of(document);
            if !keys.is_empty() {
                new.insert(step.id.clone(), keys);
            }
        }
    }
    if new.is_empty() {
        return new;
    }
    let mut makers: BTreeMap<String, BTreeSet<StepId>> = BTreeMap::new();
    let is_made = |it: &&Step| it.kind == ObjectKind::Segment && it.action != Action::Delete;
    for step in steps.iter().filter(is_made) {
        makers.entry(step.key.clone()).or_default().insert(step.id.clone());
    }
    let there: HashSet<&str> = live.segments.iter().map(|it| it.key.as_str()).collect();
    for step in steps.iter_mut() {
        for key in new.get(&step.id).into_iter().flatten() {
            match makers.get(key) {
                Some(makers) => {
                    step.depends_on.extend(makers.iter().filter(|it| **it != step.id).cloned());
                }
                None if there.contains(key.as_str()) => {}
                None => {
                    let message = format!("it refers to `{key}`, and there is no such segment");
                    step.refusal.get_or_insert(Refusal::new(Code::MissingReference, message));
                }
            }
        }
    }
    new
}

/// Refuses each deletion of a segment that others refer to, unless they end it in this plan: then
/// it waits for them.
fn refuse_referred(steps: &mut [Step], referring: &Referring, new: &New) {
    // What becomes of live segments, by their ids: the step, and what refers on after it.
    let mut ends: HashMap<String, StepId> = HashMap::new();
    for step in steps.iter().filter(|step| step.refusal.is_none()) {
        if let Work::Replace { id, .. } | Work::Delete { id } = &step.work {
            ends.insert(id.clone(), step.id.clone());
        }
    }
    let keys: HashMap<StepId, String> =
        steps.iter().map(|step| (step.id.clone(), step.key.clone())).collect();
    for step in steps.iter_mut().filter(|it| matches!(it.work, Work::Delete { .. })) {
        let mut users = BTreeSet::new();
        for (id, key) in referring.get(&step.key).into_iter().flatten() {
            match ends.get(id) {
                Some(end) if *end == step.id => {}
                Some(end) => {
                    step.depends_on.insert(end.clone());
                }
                None => {
                    users.insert(format!("`{key}`"));
                }
            }
        }
        let goes_on = new.iter().filter(|(_, referred)| referred.contains(&step.key));
        users.extend(goes_on.filter_map(|(id, _)| Some(format!("`{}`", keys.get(id)?))));
        if !users.is_empty() {
            let users: Vec<String> = users.into_iter().collect();
            let message = format!("other segments refer to it: {}", users.join(", "));
            let refusal = Refusal::new(Code::InUse, message);
            step.refusal.get_or_insert(refusal.help("take it out of their documents first"));
        }
    }
}
