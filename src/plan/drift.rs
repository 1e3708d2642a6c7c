//! What a person changed in the live system, told apart from what Git has not yet applied.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::changes::changes;
use super::{Action, Cause, Change, Effect, ObjectKind, Plan, Step, Work};
use crate::desired::{Desired, Origin};
use crate::diagnostic::Class;
use crate::live::{Live, Use};
use crate::provider;

/// The differences between Git and the live system, by who moved.
#[derive(Clone, Debug, Default)]
pub struct Drift {
    /// What a person changed since segctl wrote it: the hash in the mark proves it.
    pub drifted: Vec<Difference>,
    /// What differs, and nothing tells who moved.
    pub unclear: Vec<Difference>,
    /// Documents that Git changed, and that are not applied yet.
    pub ahead: Vec<(ObjectKind, String)>,
}

/// One difference, seen from Git: what the live system has instead.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What differs.
    pub kind: ObjectKind,
    /// The `metadata.name` of the document, or the name in the mark.
    pub name: String,
    /// The vendor's identity of the object.
    pub key: String,
    /// `live`, or `both` where Git moved too; none where nothing tells.
    pub cause: Option<Cause>,
    /// What the difference does to the audience; none where that is not proven.
    pub effect: Option<Effect>,
    /// Why it differs, where the changes do not say it.
    pub remark: Option<String>,
    /// Whether `apply` leaves it as it is; the remark says so.
    pub stays: bool,
    /// The rules that use the segment now.
    pub used_by: Vec<Use>,
    /// What differs, from what Git says to what is live.
    pub changes: Vec<Change>,
    /// What Git says; none when it is no longer in Git.
    pub desired: Option<Json>,
    /// What is live; none when it does not exist.
    pub live: Option<Json>,
    /// Where it says what is live no longer or, where no line says it, where the document is.
    pub origin: Option<Origin>,
}

impl Drift {
    /// What `plan`, made from `desired` and `live` without adoption and pruning, shows of drift.
    pub fn of(plan: &Plan, desired: &Desired, live: &Live) -> Self {
        let desired = &*desired.kept_by(live);
        let mut drift = Self::default();
        // What the system still has to be told is nothing that a person changed.
        let told = |step: &&Step| !matches!(step.action, Action::Allocate | Action::Refresh);
        for step in plan.steps.iter().filter(told) {
            let difference = Difference::of(step, desired, live);
            match step.cause {
                Some(Cause::Live | Cause::Both) => drift.drifted.push(difference),
                Some(Cause::Git) if step.action == Action::Update => {
                    drift.ahead.push((step.kind, step.name.clone()));
                }
                _ => drift.unclear.push(difference),
            }
        }
        let by_id: BTreeMap<&str, _> =
            live.segments.iter().map(|it| (it.id.as_str(), it)).collect();
        for orphan in plan.orphans.iter().filter(|it| it.edited) {
            let segment = by_id.get(orphan.id.as_str());
            let mark = segment.and_then(|it| it.mark.as_ref());
            let proven = mark.is_some_and(|mark| mark.hash.is_some());
            let (found, remark) = if proven {
                (&mut drift.drifted, "changed by hand, or a copy")
            } else {
                (&mut drift.unclear, NO_HASH)
            };
            let remark = format!("{remark}; it has no document, so `apply` leaves it alone");
            found.push(Difference {
                kind: ObjectKind::Segment,
                name: orphan.name.clone(),
                key: orphan.key.clone(),
                cause: proven.then_some(Cause::Both),
                effect: None,
                remark: Some(remark),
                stays: true,
                used_by: orphan.used_by.clone(),
                changes: vec![],
                desired: None,
                live: segment.map(|it| it.document.to_json()),
                origin: None,
            });
        }
        drift
    }

    /// Whether there is neither drift nor anything that could be.
    pub fn is_empty(&self) -> bool {
        self.drifted.is_empty() && self.unclear.is_empty()
    }
}

impl Difference {
    /// What `step` would undo.
    fn of(step: &Step, desired: &Desired, live: &Live) -> Self {
        let cause = step.cause.filter(|cause| *cause != Cause::Git);
        // Of what is unclear nobody says that `apply` sets it back.
        let stays = cause.is_some() && step.refusal.is_some();
        let refused = stays.then(|| "`apply` is refused to set it back".to_owned());
        let remarks: Vec<String> = remark(step).into_iter().chain(refused).collect();
        let mut difference = Self {
            kind: step.kind,
            name: step.name.clone(),
            key: step.key.clone(),
            cause,
            effect: step.effect.map(reversed),
            remark: (!remarks.is_empty()).then(|| remarks.join("; ")),
            stays,
            used_by: step.used_by.clone(),
            changes: step.changes.iter().map(Change::reversed).collect(),
            desired: step.after.clone(),
            live: step.before.clone(),
            origin: step.origin.clone(),
        };
        if let Work::Replace { id, document, .. } = &step.work
            && let Some(segment) = live.segment(id)
        {
            // Compared afresh, because a path points into the document after the change.
            let fields = provider::segment_fields(desired.provider);
            difference.changes = changes(fields, document, &segment.document);
        }
        difference
    }
}

/// Why nothing tells who moved, where only our mark could.
const NO_HASH: &str = "its mark has no hash, so nothing tells who moved";

/// Why the object of `step` differs, where its changes do not say it.
fn remark(step: &Step) -> Option<String> {
    // What a policy forbids is whether the step may be done, and not why there is one.
    let refusal = step.refusal.as_ref().filter(|it| it.code.class() != Class::Policy);
    let known = match step.action {
        Action::Create if refusal.is_none() => {
            "it is not there: new in Git, or deleted in the live system"
        }
        Action::Adopt => "it is there without our mark: never managed, or the mark was removed",
        Action::Delete => "two runs made it at once",
        Action::Attach if refusal.is_none() => {
            "its segments differ: Git moved, or somebody changed the rule"
        }
        Action::Update if step.cause == Some(Cause::Both) => "Git moved too",
        Action::Update if step.cause.is_none() => NO_HASH,
        _ => {
            return refusal.map(|it| it.message.clone());
        }
    };
    Some(known.to_owned())
}

fn reversed(effect: Effect) -> Effect {
    match effect {
        Effect::Widens => Effect::Narrows,
        Effect::Narrows => Effect::Widens,
        Effect::Replaces => Effect::Replaces,
    }
}
