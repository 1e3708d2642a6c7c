//! Desired and live -> what would be done about it.
//!
//! [`plan`] is total and deterministic: two plans of one state are equal. What cannot be done is a
//! step too, refused with its reason.

mod allocate;
mod attachments;
mod attribution;
mod changes;
mod drift;
mod finish;
mod forbidden;
mod gains;
mod guard;
mod in_use;
mod matching;
mod negations;
mod places;
mod protect;
mod questions;
mod references;
mod referrers;
mod refresh;
mod segments;
mod standing;
mod step;
mod tree;
mod undone;
mod units;
mod widening;
mod work;
mod written;

pub use attribution::{Before, Why, attribute, orphan_reasons, reasons};
pub use changes::{Change, ChangeKind};
pub use drift::{Difference, Drift};
pub use forbidden::Forbidden;
pub use guard::{GuardLimit, Tripped, guard};
pub use places::{locate, locate_drift};
pub use protect::Protect;
pub use questions::twin_questions;
pub use standing::{Standing, standings};
pub use step::{Action, Cause, Effect, ObjectKind, Orphan, Refusal, Step, StepId};
pub use work::{SegmentRef, Work};
pub use written::Written;

use std::collections::BTreeSet;

use crate::desired::Desired;
use crate::document::Guard;
use crate::live::{Live, Questions};
use crate::policy::Suppressed;

/// What the user decided before planning.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The name of the target, for step ids.
    pub target: String,
    /// Whether orphans are deleted.
    pub prune: bool,
    /// Names of orphans that are never deleted.
    pub protect: Protect,
    /// What may be taken over.
    pub adopt: Adopt,
    /// Documents left out of the steps by `-l` or `-f`; none means that all are in.
    pub selected: Option<BTreeSet<(ObjectKind, String)>>,
    /// How much one plan may change.
    pub guard: Guard,
    /// What policies forbid.
    pub forbidden: Forbidden,
}

/// What may be taken over.
#[derive(Clone, Debug, Default)]
pub struct Adopt {
    /// Documents by name; `segment/NAME` or `attachment/NAME` where both have it.
    pub names: BTreeSet<String>,
    /// Everything that nobody manages, without what people are known to have made by hand.
    pub all: bool,
    /// Everything that these workspaces manage.
    pub workspaces: BTreeSet<String>,
}

/// What would be done.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The steps, each after those that it depends on.
    pub steps: Vec<Step>,
    /// Managed objects that are no longer in Git and are not deleted by this plan.
    pub orphans: Vec<Orphan>,
    /// How many documents need nothing.
    pub unchanged: usize,
    /// The documents that are equal to an object that this workspace does not manage.
    pub foreign: Vec<String>,
    /// The limits that the plan exceeds.
    pub guard: Vec<Tripped>,
    /// What is to be known of the target as a whole, each in one sentence.
    pub notes: Vec<String>,
    /// Findings of policies that comments in documents took out.
    pub suppressed: Vec<Suppressed>,
}

impl Plan {
    /// Whether nothing would be done and nothing is refused.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// How many steps take `action` and are not refused.
    pub fn count(&self, action: Action) -> usize {
        self.planned().filter(|step| step.action == action).count()
    }

    /// The steps that would be done.
    pub fn planned(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.refusal.is_none())
    }

    /// The steps that are refused.
    pub fn refused(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.refusal.is_some())
    }
}

/// Plans what would turn `live` into `desired`, with the answers that `live` has.
pub fn plan(desired: &Desired, live: &Live, policy: &Policy) -> Plan {
    let desired = &*desired.kept_by(live);
    let matching = matching::Matching::of(desired, live);
    finish::finish(Draft::new(desired, live, policy, &matching))
}

/// As [`plan`], unless more must be known before the plan can be trusted: then what that is.
pub fn plan_or_ask(desired: &Desired, live: &Live, policy: &Policy) -> Result<Plan, Questions> {
    let desired = &*desired.kept_by(live);
    let matching = matching::Matching::of(desired, live);
    let draft = Draft::new(desired, live, policy, &matching);
    let questions = questions::questions(&draft);
    if questions.is_empty() { Ok(finish::finish(draft)) } else { Err(questions) }
}

/// A plan in the making.
struct Draft<'a> {
    desired: &'a Desired,
    live: &'a Live,
    policy: &'a Policy,
    matching: &'a matching::Matching,
    referrers: referrers::Referrers,
    steps: Vec<Step>,
    unchanged: Vec<(ObjectKind, String)>,
    foreign: Vec<String>,
    orphans: Vec<Orphan>,
}

impl<'a> Draft<'a> {
    fn new(
        desired: &'a Desired,
        live: &'a Live,
        policy: &'a Policy,
        matching: &'a matching::Matching,
    ) -> Self {
        let mut draft = Self {
            desired,
            live,
            policy,
            matching,
            referrers: referrers::Referrers::of(desired, live, matching),
            steps: vec![],
            unchanged: vec![],
            foreign: vec![],
            orphans: vec![],
        };
        draft.segments();
        draft.allocations();
        draft.attachments();
        draft.deletions();
        draft
    }
}
