//! Plays groups, each on a sandbox of its own.

use super::seen::trespass;
use super::story::{Counts, Expected, Group, Step};
use super::vendor::{Server, Vendor, connect, options};
use crate::support::sandbox::{OwnSandbox, sandbox_of};
use crate::support::steward::{Steward, cautious};
use crate::support::workspace::desired_of;
use segctl::desired::Desired;
use segctl::live::Live;
use segctl::plan::{Action, Adopt, Plan, Policy};
use segctl::provider::{Access, endpoints};
use std::collections::BTreeSet;

/// Per step the suite
///
/// 1. does what people do behind segctl's back, where the step says so;
/// 2. plans twice: both plans must be the same, and be what the step expects;
/// 3. applies: every step must be done, and the proof must agree;
/// 4. plans again: nothing may be left to do;
/// 5. looks at everything that is not ours: it must be as it was.
///
/// A step that fails ends its group; the other groups go on.
///
/// # Panics
///
/// With everything that failed.
pub(crate) async fn play_all<V: Vendor>(groups: Vec<Group>) {
    let mut failures = vec![];
    let mut asked = BTreeSet::new();
    for group in &groups {
        let sandbox = sandbox_of(V::SYSTEM, &group.fixture).await;
        let server = V::sign_in(sandbox.url()).await;
        if let Err(failure) =
            (Player { sandbox: &sandbox, server }).play::<V>(group, &mut asked).await
        {
            let shown: String = failure.chars().take(1_500).collect();
            failures.push(format!("  {}: {shown}", group.name));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} groups failed on {}:\n{}",
        failures.len(),
        groups.len(),
        V::PROVIDER.block(),
        failures.join("\n"),
    );
    let all = endpoints(V::PROVIDER).iter().filter(|it| it.access != Access::Auth);
    let never: Vec<String> = all.map(|it| it.name()).filter(|it| !asked.contains(it)).collect();
    assert!(never.is_empty(), "no group of {} asks {never:?}", V::PROVIDER.block());
}

struct Player<'a> {
    sandbox: &'a OwnSandbox,
    server: Server,
}

impl Player<'_> {
    async fn play<V: Vendor>(
        &self,
        group: &Group,
        asked: &mut BTreeSet<String>,
    ) -> Result<(), String> {
        for step in &group.steps {
            let outcome = self.step::<V>(step, asked).await;
            outcome.map_err(|failure| format!("{}\n      {failure}", step.what))?;
        }
        Ok(())
    }

    async fn step<V: Vendor>(
        &self,
        step: &Step,
        asked: &mut BTreeSet<String>,
    ) -> Result<(), String> {
        for (method, path, body, status) in &step.edits {
            let path = self.with_id::<V>(path).await?;
            let (got, said) = self.server.send(method.clone(), &path, body.as_ref()).await;
            if got != *status {
                return Err(format!("{method} {path} by hand got {got}: {said}"));
            }
        }
        let files = step.documents.iter().enumerate();
        let files: Vec<_> =
            files.map(|(at, text)| (format!("segments/{at:04}.yaml"), text.clone())).collect();
        let target = step.target.unwrap_or(V::TARGET);
        let desired = match (desired_of(V::PROVIDER, target, &files), &step.expected) {
            (Ok(_), Expected::Invalid(codes)) => {
                return Err(format!("the documents are valid, and not {codes:?}"));
            }
            (Ok(desired), _) => desired,
            (Err(found), Expected::Invalid(codes)) if is(&found, codes) => return Ok(()),
            (Err(found), _) => return Err(format!("the documents are invalid: {found:?}")),
        };
        let mut to = connect::<V>(self.sandbox, 4);
        if let Some(target) = step.target {
            to.options = options::<V>(target);
            to.options.iam_url = Some(self.sandbox.url().to_owned());
        }
        let steward = Steward::of(V::PROVIDER, &to);
        let policy = policy(step);
        let before = V::look(&self.server).await;
        let planned = plan(&steward, &desired, &policy).await?;
        compare(&step.expected, &planned.1)?;
        match &step.expected {
            Expected::Changes(_) => apply(&steward, &planned, &desired, &policy).await?,
            Expected::Fails(codes) => {
                let applied = steward.apply(&planned, &desired, &policy).await;
                let failed: BTreeSet<String> =
                    applied.failures().map(|it| it.code.name().to_owned()).collect();
                if !is(&failed, codes) {
                    return Err(format!("it should fail with {codes:?}: {applied:?}"));
                }
            }
            _ => {}
        }
        steward.find_rules(&planned.0).await.map_err(|it| format!("finding rules failed: {it}"))?;
        asked.extend(steward.asked());
        let after = V::look(&self.server).await;
        trespass::<V>(&before, &after, &planned.1)?;
        for fact in &step.facts {
            (fact.0)(&before, &after)?;
        }
        Ok(())
    }
}

impl Player<'_> {
    /// A path with the id of a segment in the place of `<id of KEY>`.
    async fn with_id<V: Vendor>(&self, path: &str) -> Result<String, String> {
        let Some((head, tail)) = path.split_once("<id of ") else { return Ok(path.to_owned()) };
        let (key, tail) = tail.split_once('>').ok_or("an unclosed `<id of`")?;
        let seen = V::look(&self.server).await;
        let segment = seen.segments.get(key).ok_or(format!("there is no segment `{key}`"))?;
        Ok(format!("{head}{}{tail}", V::id(segment)))
    }
}

/// Plans twice.
async fn plan(
    steward: &Steward,
    desired: &Desired,
    policy: &Policy,
) -> Result<(Live, Plan), String> {
    let plan = || async {
        let planned = steward.plan(desired, policy).await;
        planned.map_err(|failure| format!("planning failed: {failure}"))
    };
    let (one, other) = (plan().await?, plan().await?);
    if format!("{:?}", one.1) == format!("{:?}", other.1) {
        Ok(one)
    } else {
        Err("two plans of one state differ".to_owned())
    }
}

fn compare(expected: &Expected, plan: &Plan) -> Result<(), String> {
    let refused: BTreeSet<String> = plan
        .refused()
        .filter_map(|step| step.refusal.as_ref())
        .map(|refusal| refusal.code.name().to_owned())
        .collect();
    let holds = match expected {
        Expected::Changes(counts) => refused.is_empty() && *counts == count(plan),
        Expected::Nothing => plan.is_empty(),
        Expected::Refused(codes) => is(&refused, codes),
        Expected::Fails(_) => refused.is_empty(),
        Expected::Invalid(_) => false,
    };
    if holds {
        return Ok(());
    }
    let steps: Vec<_> =
        plan.steps.iter().map(|it| (it.id.to_string(), &it.refusal, &it.changes)).collect();
    let seen = count(plan);
    Err(format!("expected {expected:?}, planned {seen:?} with refusals {refused:?}: {steps:?}"))
}

async fn apply(
    steward: &Steward,
    planned: &(Live, Plan),
    desired: &Desired,
    policy: &Policy,
) -> Result<(), String> {
    let applied = steward.apply(planned, desired, policy).await;
    if !applied.converged() {
        return Err(format!("not converged: {applied:?}"));
    }
    let (_, again) = plan(steward, desired, policy).await?;
    if again.is_empty() {
        return Ok(());
    }
    let left: Vec<_> = again.steps.iter().map(|it| (&it.id, &it.changes)).collect();
    Err(format!("a second plan is not empty: {left:?}"))
}

fn is(found: &BTreeSet<String>, codes: &[&str]) -> bool {
    found.iter().map(String::as_str).eq(codes.iter().copied().collect::<BTreeSet<_>>())
}

fn count(plan: &Plan) -> Counts {
    Counts {
        create: plan.count(Action::Create),
        update: plan.count(Action::Update),
        adopt: plan.count(Action::Adopt),
        allocate: plan.count(Action::Allocate),
        attach: plan.count(Action::Attach),
        refresh: plan.count(Action::Refresh),
        delete: plan.count(Action::Delete),
    }
}

fn policy(step: &Step) -> Policy {
    Policy {
        prune: step.prune,
        adopt: Adopt {
            names: step.adopt.iter().cloned().collect(),
            all: step.adopt_all,
            workspaces: BTreeSet::new(),
        },
        ..cautious()
    }
}
