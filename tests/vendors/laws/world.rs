//! A random state brought to life: a sandbox, the documents, and what is seen of both.

use super::states::{Standing, State};
use crate::support::sandbox::{OwnSandbox, sandbox_of};
use crate::support::steward::{Steward, cautious};
use crate::support::workspace::{File, WORKSPACE, desired_of};
use crate::vendors::seen::{Seen, owner};
use crate::vendors::story::document;
use crate::vendors::vendor::{Planted, Server, Vendor, connect};
use segctl::apply::Applied;
use segctl::desired::{Canonical, Desired, Mark};
use segctl::live::Live;
use segctl::plan::{Adopt, Plan, Policy};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The key of a segment that nobody manages and that is on the third rule.
pub(super) const NEIGHBOUR: &str = "neighbour";

/// A sandbox in some state, and what Git wants of it.
pub(super) struct World<V: Vendor> {
    pub(super) sandbox: OwnSandbox,
    pub(super) server: Server,
    pub(super) desired: Desired,
    steward: Steward,
    vendor: std::marker::PhantomData<V>,
}

impl<V: Vendor> World<V> {
    pub(super) async fn of(state: &State) -> Result<Self, String> {
        let fixture = fixture::<V>(state)?.to_string();
        let sandbox = sandbox_of(V::SYSTEM, &fixture).await;
        let server = V::sign_in(sandbox.url()).await;
        let steward = Steward::of(V::PROVIDER, &connect::<V>(&sandbox, 4));
        sandbox.forget_requests();
        let desired = wanted::<V>(&state.files::<V>())?;
        Ok(Self { sandbox, server, desired, steward, vendor: std::marker::PhantomData })
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
            return Err(format!("not converged: {:?} {:?}", applied.outcomes, applied.proof));
        }
        let (_, again) = self.plan(policy).await?;
        let left: Vec<_> =
            again.steps.iter().map(|it| (&it.id, &it.refusal, &it.changes)).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("a second plan is not empty: {left:?}")) }
    }

    /// The requests that may have changed something, in the order of their ends.
    pub(super) fn writes(&self) -> Vec<(String, String)> {
        let requests = self.sandbox.requests().into_iter();
        let changes = requests.filter(|it| it.method != "GET" && !V::is_read(&it.path));
        changes.map(|it| (it.method, it.path)).collect()
    }

    pub(super) async fn look(&self) -> Seen {
        V::look(&self.server).await
    }

    /// Says what is live and not what Git says, or gone, or there although it should not.
    pub(super) async fn is_as_in_git(&self, state: &State) -> Result<(), String> {
        let seen = self.look().await;
        for (number, content) in &state.documents {
            let key = V::key(&name(*number));
            let found = seen.segments.get(&key).ok_or(format!("{key} is lost"))?;
            if !V::says(found, *content) {
                return Err(format!("{found} should be {content}"));
            }
        }
        let documents: BTreeSet<String> = state.documents.keys().copied().map(name).collect();
        // What a person made of an orphan is not segctl's to delete.
        let edited = state.standing.iter().filter(|(_, it)| matches!(it, Standing::Edited(..)));
        let edited: BTreeSet<String> = edited.map(|(number, _)| name(*number)).collect();
        let mut by_owner: BTreeMap<String, usize> = BTreeMap::new();
        for owner in seen.segments.values().filter_map(owner::<V>) {
            if !documents.contains(&owner) && !edited.contains(&owner) {
                return Err(format!("the orphan {owner} is still there"));
            }
            *by_owner.entry(owner).or_default() += 1;
        }
        if let Some((owner, _)) = by_owner.iter().find(|(_, count)| **count > 1) {
            return Err(format!("{owner} is there twice"));
        }
        rules_are_as_in_git::<V>(state, &seen, &self.plan(&cautious()).await?.0)
    }
}

fn rules_are_as_in_git<V: Vendor>(state: &State, seen: &Seen, live: &Live) -> Result<(), String> {
    for (at, wanted) in state.wanted.iter().enumerate() {
        let Some(wanted) = wanted else { continue };
        let rule = live.rules[&rule_name(at)].as_ref().map_err(|it| it.message.clone())?;
        let should: BTreeSet<String> = wanted.iter().map(|it| V::key(&name(*it))).collect();
        let is = seen.on.get(&rule.id).ok_or(format!("the rule {} is not seen", rule.id))?;
        if *is != should {
            return Err(format!("the rule {at} has {is:?} and should have {should:?}"));
        }
    }
    Ok(())
}

impl State {
    /// The documents, each in a file of its own.
    pub(super) fn files<V: Vendor>(&self) -> Vec<File> {
        let texts = self.texts::<V>();
        let files = texts.into_iter().enumerate();
        files.map(|(at, text)| (format!("segments/{at:02}.yaml"), text)).collect()
    }

    /// The documents.
    pub(super) fn texts<V: Vendor>(&self) -> Vec<String> {
        let segments = self.documents.iter().map(|(number, content)| {
            let name = name(*number);
            document("Segment", &name, &V::spec(&V::key(&name), *content))
        });
        let wanted = self.wanted.iter().enumerate();
        let attachments = wanted.filter_map(|(at, wanted)| {
            let names: Vec<String> = wanted.as_ref()?.iter().copied().map(name).collect();
            let spec = json!({"segments": names, V::PROVIDER.block(): V::rule(at)});
            Some(document("Attachment", &rule_name(at), &spec))
        });
        segments.chain(attachments).collect()
    }
}

/// The name of a document.
pub(super) fn name(number: u8) -> String {
    format!("segment-{number}")
}

/// The name of the attachment of a rule.
pub(super) fn rule_name(at: usize) -> String {
    format!("rule-{at}")
}

/// What the files say.
pub(super) fn wanted<V: Vendor>(files: &[File]) -> Result<Desired, String> {
    let desired = desired_of(V::PROVIDER, V::TARGET, files);
    desired.map_err(|codes| format!("the documents are invalid: {codes:?}"))
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

/// What the fixture of a sandbox says in which `state` is live.
pub(super) fn fixture<V: Vendor>(state: &State) -> Result<Value, String> {
    let mut planted = vec![Planted {
        key: NEIGHBOUR.to_owned(),
        document: canonical::<V>(NEIGHBOUR, 0)?.document().clone(),
        mark: None,
    }];
    for (number, standing) in &state.standing {
        planted.push(plant::<V>(*number, standing)?);
    }
    let on = |at: usize| -> BTreeSet<String> {
        let keys = state.attached[at].iter().map(|it| live_key::<V>(*it, &state.standing[it]));
        let keys: BTreeSet<String> = keys.collect();
        let is_bare = keys.is_empty() && *V::ON_RULE.start() > 0;
        if is_bare { BTreeSet::from([NEIGHBOUR.to_owned()]) } else { keys }
    };
    Ok(V::fixture(&planted, &[on(0), on(1), BTreeSet::from([NEIGHBOUR.to_owned()])]))
}

/// The live segment of a document.
fn plant<V: Vendor>(number: u8, standing: &Standing) -> Result<Planted, String> {
    let name = name(number);
    let key = live_key::<V>(number, standing);
    let content = |content: u8| canonical::<V>(&key, content);
    let mark = |name: &str, content: &Canonical| Mark::new(WORKSPACE, name, content);
    let (document, mark) = match standing {
        Standing::Written(it) | Standing::OfOldKey(it) => {
            let document = content(*it)?;
            let mark = mark(&name, &document);
            (document, Some(mark))
        }
        Standing::Edited(then, now) => (content(*now)?, Some(mark(&name, &content(*then)?))),
        Standing::OfOldName(it) => {
            let document = content(*it)?;
            let mark = mark(&format!("old-{number}"), &document);
            (document, Some(mark))
        }
        Standing::Foreign(it) => (content(*it)?, None),
        Standing::Theirs(it) => {
            let document = content(*it)?;
            let mark = Mark::new("other", &name, &document);
            (document, Some(mark))
        }
    };
    Ok(Planted { key, document: document.document().clone(), mark })
}

/// The key that the segment of a document has now.
fn live_key<V: Vendor>(number: u8, standing: &Standing) -> String {
    match standing {
        Standing::OfOldKey(_) => V::key(&format!("moved-{number}")),
        _ => V::key(&name(number)),
    }
}

/// A content as segctl compares it.
fn canonical<V: Vendor>(key: &str, content: u8) -> Result<Canonical, String> {
    let text = document("Segment", "probe", &V::spec(key, content));
    let desired = wanted::<V>(&[("segments/probe.yaml".to_owned(), text)])?;
    Ok(desired.segments["probe"].document.clone())
}
