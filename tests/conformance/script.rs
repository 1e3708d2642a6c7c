//! The little language in which groups are written.
//!
//! A step is a whole desired state. The suite leads the server from one to the next, so what is
//! tested are transitions.

use super::edits::Edit;
use super::facts::Fact;
use crate::protocol::Kind;

/// A story: it begins on the stage of [`super::stage`], and each step where the last one ended.
#[derive(Debug)]
pub(crate) struct Group {
    pub(super) name: &'static str,
    pub(super) steps: Vec<Step>,
}

/// A desired state, and what becomes of the server.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) what: String,
    /// What people do on the server before.
    pub(super) edits: Vec<Edit>,
    /// YAML; `<id of TITLE>` stands for the id of a strategy.
    pub(super) documents: Vec<String>,
    pub(super) decisions: Decisions,
    expected: Expected,
    exceptions: Vec<(Kind, Expected)>,
    /// What must be so after the step.
    pub(super) facts: Vec<Fact>,
}

/// What the user decided on the command line, and in `spec.protect`.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    pub(super) prune: bool,
    pub(super) adopt: Vec<&'static str>,
    pub(super) adopt_all: bool,
    pub(super) adopt_from: Vec<&'static str>,
    pub(super) protect: Vec<&'static str>,
}

/// What a desired state comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// So many steps of each kind; they are done, and a second plan is empty.
    Changes(Counts),
    /// The plan is empty.
    Nothing,
    /// Steps are refused, for exactly these reasons, and nothing is done.
    Refused(&'static [&'static str]),
    /// The documents are wrong, for exactly these reasons, and no server is asked.
    Invalid(&'static [&'static str]),
}

/// How many steps a plan has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) create: usize,
    pub(super) update: usize,
    pub(super) adopt: usize,
    pub(super) attach: usize,
    pub(super) delete: usize,
}

pub(super) fn group(name: &'static str, steps: impl Into<Vec<Step>>) -> Group {
    Group { name, steps: steps.into() }
}

/// A desired state that should change nothing, until something else is said.
pub(super) fn step(what: impl Into<String>, documents: impl Into<Vec<String>>) -> Step {
    Step {
        what: what.into(),
        edits: vec![],
        documents: documents.into(),
        decisions: Decisions::default(),
        expected: Expected::Nothing,
        exceptions: vec![],
        facts: vec![],
    }
}

impl Step {
    /// What is expected on a server of that kind.
    pub(super) fn expected(&self, kind: Kind) -> &Expected {
        let exception = self.exceptions.iter().find(|(on, _)| *on == kind);
        exception.map_or(&self.expected, |(_, expected)| expected)
    }

    /// A person does this on the server first.
    pub(super) fn after(mut self, edits: impl Into<Vec<Edit>>) -> Self {
        self.edits = edits.into();
        self
    }

    pub(super) fn prune(mut self) -> Self {
        self.decisions.prune = true;
        self
    }

    pub(super) fn adopt(mut self, name: &'static str) -> Self {
        self.decisions.adopt.push(name);
        self
    }

    pub(super) fn adopt_all(mut self) -> Self {
        self.decisions.adopt_all = true;
        self
    }

    pub(super) fn adopt_from(mut self, workspace: &'static str) -> Self {
        self.decisions.adopt_from.push(workspace);
        self
    }

    pub(super) fn protect(mut self, glob: &'static str) -> Self {
        self.decisions.protect.push(glob);
        self
    }

    fn count(mut self, count: impl FnOnce(&mut Counts)) -> Self {
        let mut counts = match self.expected {
            Expected::Changes(counts) => counts,
            _ => Counts::default(),
        };
        count(&mut counts);
        self.expected = Expected::Changes(counts);
        self
    }

    pub(super) fn creates(self, n: usize) -> Self {
        self.count(|it| it.create = n)
    }

    pub(super) fn updates(self, n: usize) -> Self {
        self.count(|it| it.update = n)
    }

    pub(super) fn adopts(self, n: usize) -> Self {
        self.count(|it| it.adopt = n)
    }

    pub(super) fn attaches(self, n: usize) -> Self {
        self.count(|it| it.attach = n)
    }

    pub(super) fn deletes(self, n: usize) -> Self {
        self.count(|it| it.delete = n)
    }

    pub(super) fn refused(mut self, codes: &'static [&'static str]) -> Self {
        self.expected = Expected::Refused(codes);
        self
    }

    pub(super) fn invalid(mut self, codes: &'static [&'static str]) -> Self {
        self.expected = Expected::Invalid(codes);
        self
    }

    /// Servers of that kind do otherwise.
    pub(super) fn but_on(mut self, kind: Kind, expected: Expected) -> Self {
        self.exceptions.push((kind, expected));
        self
    }

    /// What must be so afterwards.
    pub(super) fn then(mut self, facts: impl Into<Vec<Fact>>) -> Self {
        self.facts = facts.into();
        self
    }
}
