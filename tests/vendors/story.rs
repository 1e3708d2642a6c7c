//! The little language in which groups are written.
//!
//! A step is a whole desired state. The suite leads the server from one to the next, so what is
//! tested are transitions.

use super::seen::Seen;
use reqwest::Method;
use serde_json::Value;
use std::fmt;

/// A story: it begins in the world of its fixture, and each step where the last one ended.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    /// The fixture of the sandbox, as YAML or JSON.
    pub(crate) fixture: String,
    pub(crate) steps: Vec<Step>,
}

/// A desired state, and what becomes of the server.
#[derive(Debug)]
pub(crate) struct Step {
    pub(super) what: String,
    /// What people do on the server before: method, path, body, and the status that it must have.
    pub(super) edits: Vec<(Method, String, Option<Value>, u16)>,
    /// YAML.
    pub(super) documents: Vec<String>,
    pub(super) prune: bool,
    pub(super) adopt: Vec<String>,
    pub(super) adopt_all: bool,
    /// More of the target, in place of [`super::vendor::Vendor::TARGET`].
    pub(super) target: Option<&'static str>,
    pub(super) expected: Expected,
    /// What must be so after the step.
    pub(super) facts: Vec<Fact>,
}

/// What a desired state comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// So many steps of each kind; they are done, and a second plan is empty.
    Changes(Counts),
    /// The plan is empty.
    Nothing,
    /// Steps are refused, for exactly these reasons, and nothing is done.
    Refused(Vec<&'static str>),
    /// The documents are wrong, for exactly these reasons, and no server is asked.
    Invalid(Vec<&'static str>),
    /// The plan is made, and applying it fails with exactly these codes.
    Fails(Vec<&'static str>),
}

/// How many steps a plan has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) create: usize,
    pub(crate) update: usize,
    pub(crate) adopt: usize,
    pub(crate) allocate: usize,
    pub(crate) attach: usize,
    pub(crate) refresh: usize,
    pub(crate) delete: usize,
}

/// Something that must be so: it sees the server before and after the step.
pub(crate) struct Fact(pub(super) Box<Holds>);

/// Whether something is so, from what was seen before and after.
type Holds = dyn Fn(&Seen, &Seen) -> Result<(), String> + Send + Sync;

impl fmt::Debug for Fact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Fact")
    }
}

pub(crate) fn group(
    name: impl Into<String>,
    fixture: impl Into<String>,
    steps: impl Into<Vec<Step>>,
) -> Group {
    Group { name: name.into(), fixture: fixture.into(), steps: steps.into() }
}

/// A desired state that should change nothing, until something else is said.
pub(crate) fn step(what: impl Into<String>, documents: impl Into<Vec<String>>) -> Step {
    Step {
        what: what.into(),
        edits: vec![],
        documents: documents.into(),
        prune: false,
        adopt: vec![],
        adopt_all: false,
        target: None,
        expected: Expected::Nothing,
        facts: vec![],
    }
}

/// A document: `spec` is JSON.
pub(crate) fn document(kind: &str, name: &str, spec: &Value) -> String {
    let document = serde_json::json!({
        "apiVersion": "segctl.dev/v1", "kind": kind, "metadata": {"name": name}, "spec": spec,
    });
    serde_yaml::to_string(&document).expect("JSON can be written as YAML")
}

impl Step {
    /// A person does this on the server first, with that status.
    pub(crate) fn after(
        mut self,
        method: Method,
        path: impl Into<String>,
        body: impl Into<Option<Value>>,
        status: u16,
    ) -> Self {
        self.edits.push((method, path.into(), body.into(), status));
        self
    }

    pub(crate) fn prune(mut self) -> Self {
        self.prune = true;
        self
    }

    pub(crate) fn adopt(mut self, name: &str) -> Self {
        self.adopt.push(name.to_owned());
        self
    }

    pub(crate) fn adopt_all(mut self) -> Self {
        self.adopt_all = true;
        self
    }

    /// The target says this instead.
    pub(crate) fn target(mut self, target: &'static str) -> Self {
        self.target = Some(target);
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

    pub(crate) fn creates(self, n: usize) -> Self {
        self.count(|it| it.create = n)
    }

    pub(crate) fn updates(self, n: usize) -> Self {
        self.count(|it| it.update = n)
    }

    pub(crate) fn adopts(self, n: usize) -> Self {
        self.count(|it| it.adopt = n)
    }

    pub(crate) fn allocates(self, n: usize) -> Self {
        self.count(|it| it.allocate = n)
    }

    pub(crate) fn attaches(self, n: usize) -> Self {
        self.count(|it| it.attach = n)
    }

    pub(crate) fn refreshes(self, n: usize) -> Self {
        self.count(|it| it.refresh = n)
    }

    pub(crate) fn deletes(self, n: usize) -> Self {
        self.count(|it| it.delete = n)
    }

    pub(crate) fn refused(mut self, codes: impl Into<Vec<&'static str>>) -> Self {
        self.expected = Expected::Refused(codes.into());
        self
    }

    pub(crate) fn invalid(mut self, codes: impl Into<Vec<&'static str>>) -> Self {
        self.expected = Expected::Invalid(codes.into());
        self
    }

    pub(crate) fn fails(mut self, codes: impl Into<Vec<&'static str>>) -> Self {
        self.expected = Expected::Fails(codes.into());
        self
    }

    /// What must be so afterwards, from what was seen before and after.
    pub(crate) fn then(
        mut self,
        fact: impl Fn(&Seen, &Seen) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.facts.push(Fact(Box::new(fact)));
        self
    }
}
