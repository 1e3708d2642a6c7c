//! What a rule gains may be what keeps it closed, so changes of what is on it wait for that.

use std::collections::{BTreeMap, BTreeSet};

use super::finish::order;
use super::{Change, Effect, SegmentRef, Step, StepId, Work};
use crate::document::Provider;
use crate::provider::{self, Combine, Field, Shape};

/// Where a rule gains segments and loses none, a change of one that is on it waits until the rule
/// has them: Git may have moved a condition from the one to the other, and a rule without both
/// would let in more people than Git ever said.
///
/// A change that is proven to let nobody more in waits for nothing. Nor does one that would wait
/// for itself by way of others: it can be done, and a circle cannot.
///
/// Where one segment of a rule is enough, it is what a rule loses that must not grow before it is
/// off.
pub(super) fn wait_for_gains(steps: &mut [Step], provider: Provider) {
    let fields = provider::segment_fields(provider);
    let gains = match provider::capabilities(provider).combine {
        Combine::All => gains(steps),
        Combine::Any | Combine::One => losses(steps),
    };
    let mut added: Vec<(usize, BTreeSet<StepId>)> = vec![];
    for (at, step) in steps.iter_mut().enumerate() {
        let Work::Replace { id, .. } = &step.work else { continue };
        let Some(attaches) = gains.get(id).filter(|_| may_open(step, fields)) else { continue };
        let new = attaches.difference(&step.depends_on).cloned().collect();
        step.depends_on.extend(attaches.iter().cloned());
        added.push((at, new));
    }
    let circular = circular(steps);
    for (at, new) in added {
        let step = &mut steps[at];
        if circular.contains(&step.id) {
            step.depends_on.retain(|id| !new.contains(id) || !circular.contains(id));
        }
    }
}

/// Whether a change of a segment may let more people in.
fn may_open(step: &Step, fields: &[Field]) -> bool {
    let says_who = |field: &&Field| !matches!(field.shape, Shape::Prose);
    let names: Vec<&str> = fields.iter().filter(says_who).map(|field| field.name).collect();
    let of = |change: &Change| change.path.split('/').nth(1).is_some_and(|it| names.contains(&it));
    step.effect != Some(Effect::Narrows) && step.changes.iter().any(of)
}

/// The steps that only add to a rule, by the ids of the segments that are on it.
fn gains(steps: &[Step]) -> BTreeMap<String, BTreeSet<StepId>> {
    let mut gains: BTreeMap<String, BTreeSet<StepId>> = BTreeMap::new();
    for step in steps {
        let Work::Attach { rule, segments, .. } = &step.work else { continue };
        if !loses(&rule.segments, segments) && segments.len() > rule.segments.len() {
            for id in &rule.segments {
                gains.entry(id.clone()).or_default().insert(step.id.clone());
            }
        }
    }
    gains
}

/// The steps that take a segment off a rule, by the id of the segment.
fn losses(steps: &[Step]) -> BTreeMap<String, BTreeSet<StepId>> {
    let mut losses: BTreeMap<String, BTreeSet<StepId>> = BTreeMap::new();
    for step in steps {
        let Work::Attach { rule, segments, .. } = &step.work else { continue };
        let stays = |id: &&String| segments.contains(&SegmentRef::Live((*id).clone()));
        for id in rule.segments.iter().filter(|id| !stays(id)) {
            losses.entry(id.clone()).or_default().insert(step.id.clone());
        }
    }
    losses
}

/// Whether a rule that has the segments `on` is to lose one of them.
pub(super) fn loses(on: &BTreeSet<String>, segments: &[SegmentRef]) -> bool {
    let stays = |id: &String| segments.contains(&SegmentRef::Live(id.clone()));
    !on.iter().all(stays)
}

/// The steps that are in a circle, and those on a way from one circle to another.
fn circular(steps: &[Step]) -> BTreeSet<StepId> {
    let place: BTreeMap<&StepId, usize> =
        steps.iter().enumerate().map(|(at, step)| (&step.id, at)).collect();
    let mut stuck: BTreeSet<usize> = (0..steps.len()).collect();
    for done in order(steps) {
        stuck.remove(&done);
    }
    // A step that waits for a circle is stuck as well; what nothing stuck waits for is in none.
    let mut followers = vec![0_usize; steps.len()];
    let befores = |at: usize| steps[at].depends_on.iter().filter_map(|id| place.get(id).copied());
    for before in stuck.iter().flat_map(|at| befores(*at)) {
        followers[before] += 1;
    }
    let mut ends: Vec<usize> = stuck.iter().copied().filter(|at| followers[*at] == 0).collect();
    while let Some(at) = ends.pop() {
        stuck.remove(&at);
        for before in befores(at) {
            followers[before] -= 1;
            if followers[before] == 0 && stuck.contains(&before) {
                ends.push(before);
            }
        }
    }
    stuck.into_iter().map(|at| steps[at].id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desired::{Canonical, Mark};
    use crate::live::{LiveRule, RulePlace};
    use crate::plan::{Action, ChangeKind, ObjectKind};
    use serde_json::{Map, json};

    /// A change of the live segment `id`, which waits for some.
    fn update(id: &str, effect: Option<Effect>, waits_for: &[&str]) -> Step {
        let name = StepId(format!("update {id}"));
        let mut step = Step::new(name, ObjectKind::Segment, id, Action::Update, id);
        let document = Canonical::new(&[], Map::new());
        step.work =
            Work::Replace { id: id.to_owned(), mark: Mark::new("acme", id, &document), document };
        step.changes = vec![change("/constraints/0/values")];
        step.effect = effect;
        step.depends_on = ids(waits_for);
        step
    }

    /// A change of the rule `name`, which waits for some.
    fn attach(name: &str, from: &[&str], to: &[&str], waits_for: &[&str]) -> Step {
        let id = StepId(format!("attach {name}"));
        let mut step = Step::new(id, ObjectKind::Attachment, name, Action::Attach, name);
        let place = RulePlace { project: "p".into(), flag: "f".into(), environment: "e".into() };
        step.work = Work::Attach {
            rule: LiveRule {
                id: name.to_owned(),
                place,
                unit: name.to_owned(),
                not_in: BTreeSet::new(),
                segments: from.iter().map(|&it| it.to_owned()).collect(),
                conditions: vec![],
                closed: None,
            },
            segments: to.iter().map(|&it| SegmentRef::Live(it.to_owned())).collect(),
            not_in: vec![],
        };
        step.depends_on = ids(waits_for);
        step
    }

    fn change(path: &str) -> Change {
        let kind = ChangeKind::Value { from: json!("before"), to: json!("after") };
        Change { path: path.to_owned(), kind }
    }

    fn ids(texts: &[&str]) -> BTreeSet<StepId> {
        texts.iter().map(|&it| StepId(it.to_owned())).collect()
    }

    /// What the first of `steps` waits for.
    fn waits_for(mut steps: Vec<Step>) -> Vec<String> {
        wait_for_gains(&mut steps, Provider::ALL[0]);
        steps[0].depends_on.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_change_waits_until_the_rule_has_what_it_gains() {
        let gain = || attach("r", &["a"], &["a", "b"], &[]);
        for effect in [None, Some(Effect::Widens), Some(Effect::Replaces)] {
            assert_eq!(waits_for(vec![update("a", effect, &[]), gain()]), ["attach r"]);
        }
        let narrows = update("a", Some(Effect::Narrows), &[]);
        assert_eq!(waits_for(vec![narrows, gain()]), [""; 0]);
        let told = vec![change("/description"), change("/mark")];
        let told = Step { changes: told, ..update("a", None, &[]) };
        assert_eq!(waits_for(vec![told, gain()]), [""; 0]);
        assert_eq!(waits_for(vec![update("b", None, &[]), gain()]), [""; 0]);
        let swap = attach("r", &["a", "c"], &["a", "b"], &["update a"]);
        assert_eq!(waits_for(vec![update("a", None, &[]), swap]), [""; 0]);
    }

    #[test]
    fn nothing_waits_for_itself() {
        // Each rule has the segment that the other one gains.
        let steps = vec![
            update("a", None, &[]),
            update("b", None, &[]),
            attach("r", &["a"], &["a", "b"], &["update b"]),
            attach("s", &["b"], &["a", "b"], &["update a"]),
        ];
        assert_eq!(waits_for(steps), [""; 0]);
        // The new segment takes the name that this one gives up, and another rule is in no circle.
        let mut create = update("new", None, &["update a"]);
        create.work = Work::Nothing;
        let steps = vec![
            update("a", None, &[]),
            create,
            attach("r", &["a"], &["a", "new"], &["update new"]),
            attach("s", &["a"], &["a", "c"], &[]),
        ];
        assert_eq!(waits_for(steps), ["attach s"]);
    }

    #[test]
    fn what_others_wait_for_in_circles_changes_nothing_here() {
        // Two renames that wait for each other, and a step behind them.
        let steps = vec![
            update("a", None, &["update x"]),
            update("x", None, &["update y"]),
            update("y", None, &["update x"]),
            attach("r", &["a"], &["a", "b"], &[]),
        ];
        assert_eq!(waits_for(steps), ["attach r", "update x"]);
    }
}
