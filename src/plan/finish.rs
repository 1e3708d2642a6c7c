//! From loose steps to a plan: what waits for what, what the vendor would refuse, in which order.

use std::collections::{BTreeMap, BTreeSet};

use super::forbidden::forbid;
use super::gains::{loses, wait_for_gains};
use super::guard;
use super::in_use;
use super::matching::Matching;
use super::negations::{Around, refuse_negations};
use super::references::wait_for_references;
use super::refresh::add_refreshes;
use super::units::bring_together;
use super::{Action, Draft, ObjectKind, Plan, Refusal, SegmentRef, Step, StepId, Work};
use crate::desired::Desired;
use crate::diagnostic::Code;
use crate::live::Live;
use crate::provider;

/// Finishes a draft.
pub(super) fn finish(draft: Draft<'_>) -> Plan {
    let Draft { desired, live, policy, matching, mut steps, .. } = draft;
    let Draft { mut unchanged, mut foreign, mut orphans, referrers, .. } = draft;
    for step in &mut steps {
        if step.refusal.is_none() {
            step.refusal = provider::refuse(desired, live, step);
        }
    }
    refuse_beyond_limit(&mut steps, live);
    leave_out_allocations(&mut steps);
    wait_for_names(&mut steps, live, &matching.by_key);
    wait_for_references(&mut steps, desired, live);
    let around = Around { desired, live, matching, target: &policy.target };
    let empty = refuse_negations(&mut steps, &mut unchanged, &around);
    wait_for_segments(&mut steps, desired, matching, live);
    wait_for_freedom(&mut steps, desired, live);
    wait_for_gains(&mut steps, desired.provider);
    if let Some(selected) = &policy.selected {
        narrow(&mut steps, selected);
        unchanged.retain(|document| selected.contains(document));
    }
    bring_together(&mut steps);
    refuse_circles(&mut steps);
    let suppressed = forbid(&mut steps, &policy.forbidden, desired, live, matching, &referrers);
    add_refreshes(&mut steps, live, matching, policy);
    for step in &mut steps {
        step.warnings.extend(provider::warnings(desired, live, step));
    }
    foreign.sort();
    // By name, so that two systems of the same content read the same.
    orphans.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let steps = in_order(steps);
    let guard = guard::check(&steps, desired, live, policy, matching);
    let notes = live.notes.iter().cloned().chain(empty).collect();
    Plan { steps, orphans, unchanged: unchanged.len(), foreign, guard, notes, suppressed }
}

/// Segments are made before others are deleted, so every new one counts on top.
fn refuse_beyond_limit(steps: &mut [Step], live: &Live) {
    let Some(limit) = live.limits.segments else {
        return;
    };
    let mut room = limit.saturating_sub(live.segments.len());
    let creates = steps.iter_mut().filter(|it| it.action == Action::Create && it.refusal.is_none());
    for step in creates {
        if room > 0 {
            room -= 1;
            continue;
        }
        let message =
            format!("the server holds {} segments and takes {limit}", live.segments.len());
        let refusal = Refusal::new(Code::LimitReached, message);
        step.refusal = Some(refusal.help("raise the limit on the server, or prune"));
    }
}

/// What cannot be made ready is not made or changed: nobody would be in it until it is. What is not
/// made is not made ready either.
fn leave_out_allocations(steps: &mut Vec<Step>) {
    let mut unready: BTreeMap<StepId, Refusal> = BTreeMap::new();
    for step in steps.iter().filter(|step| step.action == Action::Allocate) {
        let refusal = step.refusal.as_ref();
        unready.extend(refusal.into_iter().flat_map(|refusal| {
            step.depends_on.iter().map(|content| (content.clone(), refusal.clone()))
        }));
    }
    for step in steps.iter_mut() {
        step.refusal = step.refusal.take().or_else(|| unready.remove(&step.id));
    }
    let refused = steps.iter().filter(|step| step.refusal.is_some());
    let refused: BTreeSet<StepId> = refused.map(|step| step.id.clone()).collect();
    let goes =
        |step: &Step| step.action == Action::Allocate && !step.depends_on.is_disjoint(&refused);
    steps.retain(|step| !goes(step));
}

/// A segment that takes a name waits until its holder has given it up.
fn wait_for_names(
    steps: &mut [Step],
    live: &Live,
    by_key: &std::collections::HashMap<String, Vec<usize>>,
) {
    // Who gives up a name: renames and deletions, by the id of the segment.
    let mut leaves: BTreeMap<String, StepId> = BTreeMap::new();
    for step in steps.iter().filter(|step| step.refusal.is_none()) {
        match &step.work {
            Work::Replace { id, .. } if live.segment(id).is_some_and(|it| it.key != step.key) => {
                leaves.insert(id.clone(), step.id.clone());
            }
            Work::Delete { id } => {
                leaves.insert(id.clone(), step.id.clone());
            }
            _ => {}
        }
    }
    for step in steps.iter_mut().filter(|step| step.refusal.is_none()) {
        let own = match &step.work {
            Work::Create { .. } => None,
            Work::Replace { id, .. } if live.segment(id).is_some_and(|it| it.key != step.key) => {
                Some(id.clone())
            }
            _ => continue,
        };
        for at in by_key.get(&step.key).map_or(&[][..], Vec::as_slice) {
            let holder = &live.segments[*at];
            if Some(&holder.id) == own.as_ref() {
                continue;
            }
            if let Some(leaving) = leaves.get(&holder.id) {
                step.depends_on.insert(leaving.clone());
            } else {
                let message = format!("the name `{}` belongs to segment {}", step.key, holder.id);
                let refusal = Refusal::new(Code::NameTaken, message);
                step.refusal = Some(refusal.help("rename or delete that one first"));
            }
        }
    }
}

/// A rule gets a new segment only once the segment is there and is what Git says, and loses one
/// only once those that stay are what Git says: they may be what keeps it closed.
fn wait_for_segments(steps: &mut [Step], desired: &Desired, matching: &Matching, live: &Live) {
    let mut by_name: BTreeMap<String, BTreeSet<StepId>> = BTreeMap::new();
    let mut only_prose: BTreeSet<StepId> = BTreeSet::new();
    let is_made = |it: &&Step| it.kind == ObjectKind::Segment && it.action != Action::Delete;
    for step in steps.iter().filter(is_made) {
        by_name.entry(step.name.clone()).or_default().insert(step.id.clone());
        let is_replaced = matches!(step.work, Work::Replace { .. });
        if is_replaced && !step.changes_who(desired.provider) {
            only_prose.insert(step.id.clone());
        }
    }
    for step in steps.iter_mut() {
        let Work::Attach { rule, segments, not_in } = &step.work else { continue };
        let Some(attachment) = desired.attachments.get(&step.name) else { continue };
        let loses = loses(&rule.segments, segments) || loses(&rule.not_in, not_in);
        let named = attachment.segments.iter().map(|name| (name, &rule.segments));
        for (name, on) in named.chain(attachment.not_in.iter().map(|name| (name, &rule.not_in))) {
            let Some(waits_for) = by_name.get(name) else { continue };
            let place = matching.live_of(name);
            let on_it = place.is_some_and(|at| on.contains(&live.segments[at].id));
            if on_it && !waits_for.is_subset(&only_prose) {
                // What the two changes do together is not proven.
                step.effect = None;
            }
            if loses || !on_it {
                step.depends_on.extend(waits_for.iter().cloned());
            }
        }
    }
}

/// A segment is deleted only once no rule uses it any more.
fn wait_for_freedom(steps: &mut [Step], desired: &Desired, live: &Live) {
    // The steps that change a rule, by its id: what a rule may lose.
    let mut by_rule: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.refusal.is_none()) {
        if let Work::Attach { rule, .. } = &step.work {
            by_rule.entry(rule.id.clone()).or_default().push(at);
        }
    }
    let frees = |step: &Step, id: &str| match &step.work {
        Work::Attach { segments, not_in, .. } => {
            let id = SegmentRef::Live(id.to_owned());
            !segments.contains(&id) && !not_in.contains(&id)
        }
        _ => false,
    };
    for at in 0..steps.len() {
        let Work::Delete { id } = &steps[at].work else {
            continue;
        };
        let mut waits_for = BTreeSet::new();
        let mut stays = vec![];
        for used in &steps[at].used_by {
            // What a pending change request would add is on no rule yet.
            let rule = used.rule.as_ref().filter(|_| !used.pending);
            let on_rule = rule.and_then(|rule| by_rule.get(rule));
            let mut on_rule = on_rule.into_iter().flatten().map(|at| &steps[*at]);
            match on_rule.find(|step| frees(step, id)) {
                Some(step) => {
                    waits_for.insert(step.id.clone());
                }
                None => stays.push(used),
            }
        }
        let refusal = in_use::refuse(desired, live, &steps[at], &stays);
        steps[at].depends_on.extend(waits_for);
        steps[at].refusal = steps[at].refusal.take().or(refusal);
    }
}

/// Keeps the selected steps; one that needs a step left out is refused.
fn narrow(steps: &mut Vec<Step>, selected: &BTreeSet<(ObjectKind, String)>) {
    steps.retain(|step| selected.contains(&(step.kind, step.name.clone())));
    let kept: BTreeSet<StepId> = steps.iter().map(|step| step.id.clone()).collect();
    for step in steps {
        let missing = step.depends_on.iter().find(|id| !kept.contains(id)).cloned();
        if let Some(missing) = missing {
            let message = format!("it needs {missing}, which the selection leaves out");
            step.refusal.get_or_insert(Refusal::new(Code::OutsideSelection, message));
            step.depends_on.retain(|id| kept.contains(id));
        }
    }
}

/// Renames that wait for each other in a circle cannot be done.
fn refuse_circles(steps: &mut [Step]) {
    let mut stuck: BTreeSet<usize> = (0..steps.len()).collect();
    for done in order(steps) {
        stuck.remove(&done);
    }
    let ids: BTreeSet<StepId> = stuck.iter().map(|at| steps[*at].id.clone()).collect();
    for at in stuck {
        let step = &mut steps[at];
        let message = format!("`{}` is held by a segment that waits for this one", step.key);
        let refusal = Refusal::new(Code::NameTaken, message);
        step.refusal.get_or_insert(refusal.help("rename one of them to a third name first"));
        step.depends_on.retain(|id| !ids.contains(id));
        step.follows.retain(|id| !ids.contains(id));
    }
}

/// The steps in an order in which each comes after those that it waits for.
fn in_order(mut steps: Vec<Step>) -> Vec<Step> {
    steps.sort_by(|a, b| (a.action, &a.name, &a.id).cmp(&(b.action, &b.name, &b.id)));
    let order = order(&steps);
    let mut slots: Vec<Option<Step>> = steps.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| slots[at].take()).collect()
}

/// Places of the steps, each after those that it waits for; those in a circle are left out.
pub(super) fn order(steps: &[Step]) -> Vec<usize> {
    let place: BTreeMap<&StepId, usize> =
        steps.iter().enumerate().map(|(at, step)| (&step.id, at)).collect();
    let mut waiting: Vec<usize> = vec![0; steps.len()];
    let mut followers: Vec<Vec<usize>> = vec![vec![]; steps.len()];
    for (at, step) in steps.iter().enumerate() {
        for before in step.comes_after().filter_map(|id| place.get(id)) {
            waiting[at] += 1;
            followers[*before].push(at);
        }
    }
    let mut ready: BTreeSet<usize> = (0..steps.len()).filter(|at| waiting[*at] == 0).collect();
    let mut order = vec![];
    while let Some(at) = ready.pop_first() {
        order.push(at);
        for follower in &followers[at] {
            waiting[*follower] -= 1;
            if waiting[*follower] == 0 {
                ready.insert(*follower);
            }
        }
    }
    order
}
