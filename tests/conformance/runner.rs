//! Plays groups on a server.

use super::edits::perform;
use super::facts;
use super::script::{Counts, Decisions, Expected, Group, Step};
use super::stage;
use super::witness::{id_of_strategy, look, trespass};
use crate::protocol::Subject;
use crate::support::admin::Admin;
use crate::support::steward::{Steward, cautious};
use crate::support::workspace::desired;
use segctl::desired::Desired;
use segctl::live::Live;
use segctl::plan::{Action, Adopt, Plan, Policy, Protect};
use std::collections::BTreeSet;

/// Plays a group; the error says which step failed, and how.
pub(super) async fn play(group: &Group, subject: &Subject) -> Result<(), String> {
    let suite = Player {
        subject,
        admin: Admin::new(&subject.url, &subject.token),
        steward: Steward::new(&subject.url, &subject.token),
    };
    stage::set(&suite.admin).await;
    for step in &group.steps {
        let outcome = suite.step(step).await;
        outcome.map_err(|failure| format!("{}\n      {failure}", step.what))?;
    }
    Ok(())
}

struct Player<'a> {
    subject: &'a Subject,
    admin: Admin,
    steward: Steward,
}

impl Player<'_> {
    async fn step(&self, step: &Step) -> Result<(), String> {
        for edit in &step.edits {
            perform(edit, &self.admin).await?;
        }
        let expected = step.expected(self.subject.kind);
        let desired = match (desired(&self.files(step).await?), expected) {
            (Ok(_), Expected::Invalid(codes)) => {
                return Err(format!("the documents are valid, and not {codes:?}"));
            }
            (Ok(desired), _) => desired,
            (Err(found), Expected::Invalid(codes)) if is(&found, codes) => return Ok(()),
            (Err(found), _) => return Err(format!("the documents are invalid: {found:?}")),
        };
        let policy = policy(&step.decisions);
        let before = look(&self.admin).await;
        let planned = self.plan(&desired, &policy).await?;
        Self::compare(expected, &planned.1)?;
        if matches!(expected, Expected::Changes(_)) {
            self.apply(&planned, &desired, &policy).await?;
        }
        let after = look(&self.admin).await;
        trespass(&before, &after, &planned.1)?;
        for fact in &step.facts {
            facts::check(fact, &before, &after, &planned.1)?;
        }
        Ok(())
    }

    /// The documents as files, each `<id of TITLE>` replaced.
    async fn files(&self, step: &Step) -> Result<Vec<(String, String)>, String> {
        let mut files = vec![];
        for (at, document) in step.documents.iter().enumerate() {
            let text = self.with_id(document).await?;
            files.push((format!("segments/{at:04}.yaml"), text));
        }
        Ok(files)
    }

    async fn with_id(&self, document: &str) -> Result<String, String> {
        let Some((head, tail)) = document.split_once("<id of ") else {
            return Ok(document.to_owned());
        };
        let (title, tail) = tail.split_once('>').ok_or("an unclosed `<id of`")?;
        let id = id_of_strategy(&self.admin.flag(stage::FLAG).await, title)?;
        Ok(format!("{head}{id}{tail}"))
    }

    /// Plans twice.
    async fn plan(&self, desired: &Desired, policy: &Policy) -> Result<(Live, Plan), String> {
        let plan = || async {
            let planned = self.steward.plan(desired, policy).await;
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
            Expected::Invalid(_) => false,
        };
        if holds {
            return Ok(());
        }
        let steps: Vec<String> = plan.steps.iter().map(|it| it.id.to_string()).collect();
        let seen = count(plan);
        Err(format!("expected {expected:?}, planned {seen:?} with refusals {refused:?}: {steps:?}"))
    }

    async fn apply(
        &self,
        planned: &(Live, Plan),
        desired: &Desired,
        policy: &Policy,
    ) -> Result<(), String> {
        let applied = self.steward.apply(planned, desired, policy).await;
        if !applied.converged() {
            return Err(format!("not converged: {applied:?}"));
        }
        let (_, again) = self.plan(desired, policy).await?;
        if again.is_empty() {
            return Ok(());
        }
        let left: Vec<_> = again.steps.iter().map(|it| (&it.id, &it.changes)).collect();
        Err(format!("a second plan is not empty: {left:?}"))
    }
}

fn is(found: &BTreeSet<String>, codes: &[&str]) -> bool {
    found.iter().map(String::as_str).eq(codes.iter().copied().collect::<BTreeSet<_>>())
}

fn count(plan: &Plan) -> Counts {
    Counts {
        create: plan.count(Action::Create),
        update: plan.count(Action::Update),
        adopt: plan.count(Action::Adopt),
        attach: plan.count(Action::Attach),
        delete: plan.count(Action::Delete),
    }
}

fn policy(decisions: &Decisions) -> Policy {
    let texts = |list: &[&str]| list.iter().map(|&it| it.to_owned()).collect();
    Policy {
        prune: decisions.prune,
        protect: globs(&decisions.protect),
        adopt: Adopt {
            names: texts(&decisions.adopt),
            all: decisions.adopt_all,
            workspaces: texts(&decisions.adopt_from),
        },
        ..cautious()
    }
}

fn globs(patterns: &[&str]) -> Protect {
    let patterns: Vec<String> = patterns.iter().map(|&it| it.to_owned()).collect();
    Protect::new(&patterns).expect("globs")
}
