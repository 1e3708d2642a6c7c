//! The parts of a plan.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Change, Why, Work, Written};
use crate::desired::Origin;
use crate::diagnostic::Code;
use crate::document::Provider;
use crate::live::Use;
use crate::provider;

/// What a step is called: `target/Kind/name/action`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub String);

impl fmt::Display for StepId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a step acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ObjectKind {
    /// A segment.
    Segment,
    /// The set of segments on a rule.
    Attachment,
    /// An environment.
    Environment,
}

impl ObjectKind {
    /// The word in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Segment => "Segment",
            Self::Attachment => "Attachment",
            Self::Environment => "Environment",
        }
    }
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Makes a segment.
    Create,
    /// Changes a managed segment.
    Update,
    /// Takes over a foreign segment, and makes it equal.
    Adopt,
    /// Makes a segment ready for use, where that is a step of its own.
    Allocate,
    /// Sets the segments of a rule.
    Attach,
    /// Has an environment notice that its segments changed.
    Refresh,
    /// Deletes a managed segment.
    Delete,
}

impl Action {
    /// Every action, in the order in which kinds of steps come.
    pub const ALL: [Self; 7] = [
        Self::Create,
        Self::Update,
        Self::Adopt,
        Self::Allocate,
        Self::Attach,
        Self::Refresh,
        Self::Delete,
    ];

    /// The word in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Adopt => "adopt",
            Self::Allocate => "allocate",
            Self::Attach => "attach",
            Self::Refresh => "refresh",
            Self::Delete => "delete",
        }
    }

    /// The word once it is done.
    pub fn done(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Update => "updated",
            Self::Adopt => "adopted",
            Self::Allocate => "allocated",
            Self::Attach => "attached",
            Self::Refresh => "refreshed",
            Self::Delete => "deleted",
        }
    }
}

/// Who caused a difference, by the hash in the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Git moved: the live object is as it was last written.
    Git,
    /// A person changed the live object: the document is as it was last written.
    Live,
    /// Both.
    Both,
}

impl Cause {
    /// The word in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Live => "live",
            Self::Both => "both",
        }
    }
}

/// What a step does to the audience, where that is certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// More users, or the same.
    Widens,
    /// Fewer users, or the same.
    Narrows,
    /// Others.
    Replaces,
}

impl Effect {
    /// What several changes do one after another: what each of them does, where that is the same.
    pub fn together(changes: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut changes = changes.into_iter();
        let first = changes.next()?;
        changes.all(|it| it == first).then_some(first)
    }

    /// The word in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Widens => "widens",
            Self::Narrows => "narrows",
            Self::Replaces => "replaces",
        }
    }
}

/// Why a step cannot be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub code: Code,
    /// What stands in the way, in one lowercase sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The attribute whose values are told beside those of the step; they may be private.
    pub tells: Option<String>,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None, tells: None }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says that values of an attribute are told.
    #[must_use]
    pub fn tells(mut self, attribute: impl Into<String>) -> Self {
        self.tells = Some(attribute.into());
        self
    }
}

/// One thing that would be done.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its identity, unique in the plan.
    pub id: StepId,
    /// What it does.
    pub action: Action,
    /// Why it cannot be done; none when it can.
    pub refusal: Option<Refusal>,
    /// What refuses it too: each further policy that it breaks.
    pub refused_too: Vec<Refusal>,
    /// Who caused the difference; none where nothing tells.
    pub cause: Option<Cause>,
    /// What it does to the audience; none where that is not proven.
    pub effect: Option<Effect>,
    /// Why it is there, as far as that was asked: see [`attribute`](super::attribute).
    pub why: BTreeSet<Why>,
    /// What it acts on.
    pub kind: ObjectKind,
    /// The `metadata.name` of the document.
    pub name: String,
    /// The vendor's identity of the object, as people see it.
    pub key: String,
    /// The rules that use the segment now.
    pub used_by: Vec<Use>,
    /// What else is to be known.
    pub warnings: Vec<String>,
    /// What changes, field by field.
    pub changes: Vec<Change>,
    /// The object as it is.
    pub before: Option<Json>,
    /// The object as it will be.
    pub after: Option<Json>,
    /// Where the document is written.
    pub origin: Option<Origin>,
    /// Where what changes is written; none where no line says it.
    pub place: Option<Written>,
    /// The steps that must be done before.
    pub depends_on: BTreeSet<StepId>,
    /// The steps that must have ended before, whatever became of them.
    pub follows: BTreeSet<StepId>,
    /// What is sent.
    pub work: Work,
    /// Whether it deletes a segment that two runs made at once, and the other one stays.
    pub spare_twin: bool,
}

impl Step {
    /// A step with nothing in it yet but its identity.
    pub fn new(id: StepId, kind: ObjectKind, name: &str, action: Action, key: &str) -> Self {
        Self {
            id,
            action,
            refusal: None,
            refused_too: vec![],
            cause: None,
            effect: None,
            why: BTreeSet::new(),
            kind,
            name: name.to_owned(),
            key: key.to_owned(),
            used_by: vec![],
            warnings: vec![],
            changes: vec![],
            before: None,
            after: None,
            origin: None,
            place: None,
            depends_on: BTreeSet::new(),
            follows: BTreeSet::new(),
            work: Work::Nothing,
            spare_twin: false,
        }
    }

    /// All that refuses it.
    pub fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        self.refusal.iter().chain(&self.refused_too)
    }

    /// Where the change is written or, where no line says it, its document.
    pub fn written(&self) -> Option<Written> {
        self.place.clone().or_else(|| self.origin.clone().map(Written::Here))
    }

    /// Every step that must have ended before.
    pub fn comes_after(&self) -> impl Iterator<Item = &StepId> {
        self.depends_on.union(&self.follows)
    }

    /// Whether it changes who is meant by a segment of `provider`, and not only what people read.
    pub fn changes_who(&self, provider: Provider) -> bool {
        let fields = provider::audience(provider).fields;
        let is_of_them =
            |it: &Change| it.path.split('/').nth(1).is_some_and(|it| fields.contains(&it));
        self.changes.iter().any(is_of_them)
    }

    /// Whether it writes the mark anew and changes nothing else.
    pub fn is_of_mark(&self) -> bool {
        self.changes.iter().all(|it| it.path == "/mark") && !self.changes.is_empty()
    }

    /// Whether nothing proves what it does to an audience that it may change.
    pub fn is_unproven(&self, provider: Provider) -> bool {
        let may_change = match self.action {
            Action::Update | Action::Adopt => self.changes_who(provider),
            Action::Attach => !self.changes.is_empty(),
            Action::Create | Action::Allocate | Action::Refresh | Action::Delete => false,
        };
        may_change && self.effect.is_none()
    }

    /// The name of the attachment that it acts on.
    pub fn attachment(&self) -> Option<&str> {
        (self.kind == ObjectKind::Attachment).then_some(self.name.as_str())
    }
}

/// A managed object that is no longer in Git.
#[derive(Clone, Debug)]
pub struct Orphan {
    /// The name in its mark.
    pub name: String,
    /// The vendor's identity of it.
    pub key: String,
    /// The vendor's own id.
    pub id: String,
    /// The rules that use it.
    pub used_by: Vec<Use>,
    /// Whether the workspace protects it.
    pub protected: bool,
    /// Whether a person changed it since segctl wrote it; then it is not deleted.
    pub edited: bool,
    /// Why it is there, as far as that was asked: see [`attribute`](super::attribute).
    pub why: BTreeSet<Why>,
    /// Where its document was written in the base; none where that does not have it either.
    pub place: Option<Written>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A step that changes the field at `path`.
    fn step(action: Action, path: String) -> Step {
        let id = StepId("x/Segment/a/update".to_owned());
        let kind = crate::plan::ChangeKind::Value { from: json!(1), to: json!(2) };
        let changes = vec![Change { path, kind }];
        Step { changes, ..Step::new(id, ObjectKind::Segment, "a", action, "a") }
    }

    #[test]
    fn only_what_says_who_is_meant_can_be_unproven() {
        for provider in Provider::ALL {
            let audience = provider::audience(provider).fields;
            let mut others = vec!["mark"];
            others.extend(provider::segment_fields(provider).iter().map(|it| it.name));
            others.retain(|it| !audience.contains(it));
            assert!(others.len() > 1, "{provider:?} has no field for people");
            // The segments of a rule are its audience; nobody is in what is made.
            let on_a_rule = |action| step(action, "/segments".to_owned()).is_unproven(provider);
            assert!(on_a_rule(Action::Attach) && !on_a_rule(Action::Create));
            for action in [Action::Update, Action::Adopt] {
                for field in audience {
                    let mut step = step(action, format!("/{field}/0/values"));
                    assert!(step.is_unproven(provider), "{field}");
                    step.effect = Some(Effect::Narrows);
                    assert!(!step.is_unproven(provider), "{field}");
                }
                for field in &others {
                    assert!(!step(action, format!("/{field}")).is_unproven(provider), "{field}");
                }
            }
        }
    }
}
