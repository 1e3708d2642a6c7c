//! A random state brought to life: a sandbox, the documents, and what is seen of both.

use super::scenery::{key, name};
use super::states::{Constraint, Content, RULES, Standing, State};
use crate::support::admin::Admin;
use crate::support::sandbox::{OwnSandbox, sandbox};
use crate::support::steward::{Steward, cautious};
use crate::support::workspace::{File, WORKSPACE, desired};
use segctl::apply::Applied;
use segctl::desired::Desired;
use segctl::live::Live;
use segctl::plan::{Adopt, Plan, Policy};
use segctl::sandbox::Sandbox;
use serde_json::Value;
use std::collections::BTreeSet;

/// A sandbox in some state, and what Git wants of it.
pub(super) struct World {
    pub(super) sandbox: OwnSandbox,
    pub(super) admin: Admin,
    pub(super) desired: Desired,
    steward: Steward,
}

impl World {
    pub(super) async fn of(state: &State) -> Result<Self, String> {
        let sandbox = sandbox(&state.fixture()).await;
        Ok(Self {
            admin: Admin::new(sandbox.url(), Sandbox::TOKEN),
            desired: wanted(&state.files())?,
            steward: Steward::new(sandbox.url(), Sandbox::TOKEN),
            sandbox,
        })
    }

    pub(super) async fn plan(&self, policy: &Policy) -> Result<(Live, Plan), String> {
        let planned = self.steward.plan(&self.desired, policy).await;
        planned.map_err(|failure| format!("planning failed: {failure}"))
    }

    pub(super) async fn run(&self, policy: &Policy) -> Result<Applied, String> {
        let planned = self.plan(policy).await?;
        Ok(self.steward.apply(&planned, &self.desired, policy).await)
    }

    /// Runs segctl, which must come to an end with nothing left to do.
    pub(super) async fn converge(&self, policy: &Policy) -> Result<(), String> {
        let applied = self.run(policy).await?;
        if !applied.converged() {
            return Err(format!("not converged: {applied:?}"));
        }
        let (_, again) = self.plan(policy).await?;
        let left: Vec<_> =
            again.steps.iter().map(|it| (&it.id, &it.refusal, &it.changes)).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("a second plan is not empty: {left:?}")) }
    }

    /// The requests that may have changed something, in the order of their ends.
    pub(super) fn writes(&self) -> Vec<(String, String)> {
        let requests = self.sandbox.requests().into_iter();
        requests.filter(|it| it.method != "GET").map(|it| (it.method, it.path)).collect()
    }

    /// The segments, without the counts of their uses.
    pub(super) async fn segments(&self) -> Vec<Value> {
        let mut segments = self.admin.segments().await;
        for segment in segments.iter_mut().filter_map(Value::as_object_mut) {
            segment.retain(|field, _| !field.starts_with("usedIn"));
        }
        segments
    }

    /// The strategy of that title.
    pub(super) async fn rule(&self, title: &str) -> Value {
        let flag = self.admin.flag("flag").await;
        let strategies = flag.pointer("/environments/0/strategies");
        let mut strategies = strategies.and_then(Value::as_array).into_iter().flatten();
        let rule = strategies.find(|it| it["title"] == title);
        rule.expect("the flag keeps its strategies").clone()
    }

    /// Says what is live and not what Git says, or there twice, or gone.
    pub(super) async fn is_as_in_git(&self, state: &State) -> Result<(), String> {
        let segments = self.segments().await;
        let names: BTreeSet<&str> = segments.iter().filter_map(|it| it["name"].as_str()).collect();
        if names.len() != segments.len() {
            return Err(format!("a name is there twice: {segments:?}"));
        }
        for (number, content) in &state.documents {
            let found = segments.iter().find(|it| it["name"] == key(*number));
            let found = found.ok_or(format!("{} is lost", key(*number)))?;
            if !is(found, content) {
                return Err(format!("{found} should be {content:?}"));
            }
        }
        let documents: BTreeSet<String> = state.documents.keys().copied().map(name).collect();
        // What a person made of an orphan is not segctl's to delete.
        let by_hand = |it: &Standing| matches!(it, Standing::Edited(..) | Standing::Moved(_));
        let edited = state.standing.iter().filter(|(_, it)| by_hand(it));
        let edited: BTreeSet<String> = edited.map(|(number, _)| name(*number)).collect();
        let may_stay = |owner: &str| documents.contains(owner) || edited.contains(owner);
        let left = segments.iter().filter_map(owner).find(|owner| !may_stay(owner));
        if let Some(left) = left {
            return Err(format!("the orphan {left} is still there"));
        }
        self.rules_are_as_in_git(state, &segments).await
    }

    async fn rules_are_as_in_git(&self, state: &State, segments: &[Value]) -> Result<(), String> {
        for (title, wanted) in RULES.iter().zip(&state.wanted) {
            let Some(wanted) = wanted else { continue };
            let ids = self.rule(title).await["segments"].clone();
            let ids: BTreeSet<u64> =
                ids.as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
            let keys: BTreeSet<String> = wanted.iter().copied().map(key).collect();
            let on_it =
                segments.iter().filter(|it| keys.contains(it["name"].as_str().unwrap_or_default()));
            let should: BTreeSet<u64> = on_it.filter_map(|it| it["id"].as_u64()).collect();
            if ids != should {
                return Err(format!("the rule `{title}` has {ids:?} and should have {should:?}"));
            }
        }
        Ok(())
    }
}

/// What the files say.
pub(super) fn wanted(files: &[File]) -> Result<Desired, String> {
    desired(files).map_err(|codes| format!("the documents are invalid: {codes:?}"))
}

/// Everything may be taken over and deleted, so that nothing stands in the way.
pub(super) fn permissive() -> Policy {
    Policy {
        prune: true,
        adopt: Adopt {
            names: BTreeSet::new(),
            all: true,
            workspaces: BTreeSet::from(["other".to_owned()]),
        },
        ..cautious()
    }
}

/// The name in the mark of a segment of our workspace.
pub(super) fn owner(segment: &Value) -> Option<&str> {
    let description = segment["description"].as_str()?;
    let mark = description.lines().last()?.strip_prefix("Managed by segctl: ")?;
    let (workspace, name) = mark.split(' ').next()?.split_once('/')?;
    (workspace == WORKSPACE).then_some(name)
}

/// Whether a segment has that content, whatever its mark.
fn is(segment: &Value, content: &Content) -> bool {
    let description = segment["description"].as_str().unwrap_or_default();
    let above = description.rsplit_once("Managed by segctl: ").map_or("", |(above, _)| above);
    let constraints = segment["constraints"].as_array().map_or(&[][..], Vec::as_slice);
    above.trim_end() == content.description.as_deref().unwrap_or_default().trim_end()
        && (segment["project"] == "default") == content.scoped
        && constraints.len() == content.constraints.len()
        && constraints.iter().all(|it| {
            let field = it["contextName"].as_str().unwrap_or_default();
            content.constraints.get(field).is_some_and(|wanted| same(it, wanted))
        })
}

fn same(live: &Value, wanted: &Constraint) -> bool {
    match wanted {
        Constraint::List(operator, values) => {
            let live_values = live["values"].as_array().into_iter().flatten();
            live["operator"] == *operator
                && live_values.filter_map(Value::as_str).collect::<BTreeSet<_>>() == *values
        }
        Constraint::Number(operator, value) => {
            live["operator"] == *operator && live["value"].as_str() == Some(&value.to_string())
        }
    }
}
