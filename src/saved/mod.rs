//! A plan in a file: reviewed now, applied later, and only as far as nothing moved in between.
//!
//! The file holds what Git said, what the user decided, and for each step a fingerprint of its live
//! object. It is applied by planning again from a fresh look, which finds the ids; a step goes on
//! only where its fingerprint is the same. What the new plan has beyond the old one is left alone.

mod fingerprint;
mod format;

use std::collections::{BTreeMap, BTreeSet};

use fingerprint::fingerprint;
use format::{Decisions, DesiredRows, FORMAT_VERSION, OrphanRow, PlanFile, StepRow, TargetRow};

use crate::desired::Desired;
use crate::diagnostic::{Class, Code};
use crate::document::{Guard, Target};
use crate::live::Live;
use crate::plan::{
    Action, Orphan, Plan, Policy, Protect, Refusal, Step, StepId, Why, attribute, guard,
};
use crate::policy::Policies;
use crate::provider::Failure;
use crate::report::json;

/// A plan that was read from a file.
#[derive(Clone, Debug)]
pub struct SavedPlan {
    file: PlanFile,
    /// What Git said when it was made.
    pub desired: Desired,
    /// What the user decided when it was made.
    pub policy: Policy,
}

/// The text of the file that keeps `plan`, made from `desired` and `live` for `target`, with its
/// reasons; `base` is the name of the revision that it was held against.
pub fn save(
    target: &Target,
    desired: &Desired,
    policy: &Policy,
    live: &Live,
    plan: &Plan,
    base: Option<&str>,
) -> String {
    let row = |step: &Step| StepRow {
        id: step.id.to_string(),
        kind: step.kind,
        action: step.action,
        name: step.name.clone(),
        key: step.key.clone(),
        fingerprint: step.refusal.is_none().then(|| fingerprint(step, live)).flatten(),
        why: step.why.clone(),
        place: step.place.clone(),
        shown: json::step(step),
    };
    let orphan = |it: &Orphan| OrphanRow {
        name: it.name.clone(),
        key: it.key.clone(),
        why: it.why.clone(),
        place: it.place.clone(),
    };
    let file = PlanFile {
        format_version: FORMAT_VERSION.to_owned(),
        kind: "Plan".to_owned(),
        segctl: env!("CARGO_PKG_VERSION").to_owned(),
        workspace: desired.workspace.clone(),
        target: row_of(target),
        base: base.map(str::to_owned),
        decisions: Decisions::of(policy),
        steps: plan.steps.iter().map(row).collect(),
        orphans: plan.orphans.iter().map(orphan).collect(),
        desired: DesiredRows::of(desired),
    };
    file.write()
}

fn row_of(target: &Target) -> TargetRow {
    TargetRow { name: target.name.clone(), provider: target.provider, url: target.url.clone() }
}

impl SavedPlan {
    /// Reads the text of a plan file; one that was changed or cut off is refused.
    pub fn read(text: &str) -> Result<Self, Failure> {
        let file = PlanFile::read(text).map_err(|why| bad(&why))?;
        let desired = file.desired.desired(&file.workspace, file.target.provider);
        let policy = file.decisions.policy(&file.target.name).map_err(|why| bad(&why))?;
        Ok(Self { file, desired, policy })
    }

    /// The name of the target that it was made for.
    pub fn target(&self) -> &str {
        &self.file.target.name
    }

    /// The name of the revision that it was held against.
    pub fn base(&self) -> Option<&str> {
        self.file.base.as_deref()
    }

    /// Whether it was made for `target` of `workspace`; the url decides where secrets are sent.
    pub fn check_is_for(&self, workspace: &str, target: &Target) -> Result<(), Failure> {
        let made_for = (self.file.workspace.as_str(), &self.file.target);
        let here = row_of(target);
        if made_for == (workspace, &here) {
            return Ok(());
        }
        let say = |workspace: &str, target: &TargetRow| {
            format!("target `{}` of `{workspace}` at {}", target.name, target.url)
        };
        let message = format!(
            "the plan was made for {}, and the workspace says {}",
            say(made_for.0, made_for.1),
            say(workspace, &here)
        );
        Err(Failure::new(Code::PlanElsewhere, message))
    }

    /// The plan with these names protected too, and within the stricter of its guard and this one.
    ///
    /// The error names a glob that cannot be read.
    pub fn within(mut self, protect: &[String], guard: Guard) -> Result<Self, String> {
        let both = self.policy.protect.patterns().iter().chain(protect);
        self.policy.protect = Protect::new(&both.cloned().collect::<Vec<_>>())?;
        self.policy.guard = self.policy.guard.stricter(guard);
        Ok(self)
    }

    /// The plan with its steps within these policies. Its documents are not at hand any more, so a
    /// policy about documents that they were not held to is a failure.
    pub fn under(mut self, policies: Policies) -> Result<Self, Failure> {
        if let Some(policy) = policies.not_among(&self.file.decisions.policies) {
            let message = format!(
                "the plan was not held to the policy at {}: it was made before, or elsewhere",
                policy.written
            );
            return Err(Failure::new(policy.forbids.code(), message).help("plan again"));
        }
        self.policy.forbidden.policies = policies;
        Ok(self)
    }

    /// The steps of the file as far as `now`, a plan made from the fresh look `live`, agrees; with
    /// the reasons of the file.
    pub fn against(&self, mut now: Plan, live: &Live) -> Plan {
        // What is live is known again, and what the base said is not.
        attribute(&mut now, &self.desired, None, live);
        let known: BTreeSet<&str> = self.file.steps.iter().map(|row| row.id.as_str()).collect();
        let objects: Objects = now.steps.iter().map(|step| (object(step), step)).collect();
        let left: Left<'_> =
            now.orphans.iter().map(|it| (it.name.as_str(), it.protected)).collect();
        let by_id: BTreeMap<&StepId, &Step> = now.steps.iter().map(|it| (&it.id, it)).collect();
        let steps: Vec<Step> = self
            .file
            .steps
            .iter()
            .filter_map(|row| match by_id.get(&StepId(row.id.clone())) {
                Some(step) => Some(row.hold_against(step, live, &known)),
                None => row.without_step(&objects, &left),
            })
            .collect();
        let guard = guard(&steps, &self.desired, live, &self.policy);
        let mut plan = Plan { steps, guard, ..now };
        for orphan in &mut plan.orphans {
            self.tell(orphan);
        }
        plan
    }

    /// Says of `orphan` what was known of it when the plan was made.
    fn tell(&self, orphan: &mut Orphan) {
        let is_it = |name: &str, key: &str| (name, key) == (&*orphan.name, &*orphan.key);
        let row = self.file.orphans.iter().find(|it| is_it(&it.name, &it.key));
        let deleted = self.file.steps.iter().filter(|it| it.action == Action::Delete);
        let told = row.map(|it| (&it.why, &it.place)).or_else(|| {
            let step = deleted.filter(|it| !it.why.is_empty()).find(|it| is_it(&it.name, &it.key));
            step.map(|it| (&it.why, &it.place))
        });
        if let Some((why, place)) = told {
            (orphan.why, orphan.place) = (why.clone(), place.clone());
            orphan.why.extend(orphan.edited.then_some(Why::Drift));
        }
    }
}

/// The orphans that a plan leaves, and whether they are protected.
type Left<'a> = BTreeMap<&'a str, bool>;

/// The steps of a plan by what they act on.
type Objects<'a> = BTreeMap<(crate::plan::ObjectKind, &'a str, bool), &'a Step>;

fn object(step: &Step) -> (crate::plan::ObjectKind, &str, bool) {
    (step.kind, &step.name, step.action == Action::Delete)
}

impl StepRow {
    /// The step of the new plan that has this one's id, refused where its object moved.
    fn hold_against(&self, step: &Step, live: &Live, known: &BTreeSet<&str>) -> Step {
        let mut step = step.clone();
        self.tell(&mut step);
        if let Some(refusal) = &step.refusal {
            // What was refused when it was reviewed is refused for the same reason, and what a policy
            // forbids has not moved.
            if self.fingerprint.is_some() && refusal.code.class() != Class::Policy {
                step.refusal = Some(moved(&format!("it is refused now: {}", refusal.message)));
            }
        } else if self.fingerprint != fingerprint(&step, live) {
            step.refusal = Some(moved("its live object changed after the plan was made"));
        } else if let Some(other) = step.depends_on.iter().find(|id| !known.contains(id.0.as_str()))
        {
            step.refusal =
                Some(moved(&format!("it waits for {other} now, which is not in the plan")));
        }
        step
    }

    /// What to make of a step that the new plan does not have: nothing where its object is as
    /// wanted already.
    fn without_step(&self, objects: &Objects<'_>, left: &Left<'_>) -> Option<Step> {
        let deletes = self.action == Action::Delete;
        let refusal = match objects.get(&(self.kind, self.name.as_str(), deletes)) {
            Some(other) => moved(&format!("{} would be needed now", other.id)),
            None if deletes => match left.get(self.name.as_str())? {
                true => moved("the workspace protects its name, so it is not deleted"),
                false => moved("its live object changed after the plan was made"),
            },
            None => return None,
        };
        let id = StepId(self.id.clone());
        let mut step = Step::new(id, self.kind, &self.name, self.action, &self.key);
        step.why.insert(Why::Unknown);
        self.tell(&mut step);
        Some(Step { refusal: Some(refusal), ..step })
    }

    /// Says of `step` what was known of it when the plan was made; a file of before says nothing.
    fn tell(&self, step: &mut Step) {
        // What a person did since is a reason more.
        let drift = step.why.contains(&Why::Drift).then_some(Why::Drift);
        if !self.why.is_empty() {
            step.why.clone_from(&self.why);
            step.why.extend(drift);
        }
        if self.place.is_some() {
            step.place.clone_from(&self.place);
        }
    }
}

fn moved(message: &str) -> Refusal {
    Refusal::new(Code::Stale, message).help("plan again and review it")
}

fn bad(why: &str) -> Failure {
    Failure::new(Code::BadPlanFile, format!("the plan file cannot be used: {why}"))
}
