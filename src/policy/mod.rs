//! What a workspace forbids beyond what is wrong, and the comments that take a finding out.
//!
//! [`Policies`] are the policies of the workspace file, ready for use. Some are about documents and
//! are held here; others are about steps, and [`crate::plan`] holds them. [`Ignores`] are the
//! comments `# segctl: ignore[CODE] reason` of all files.

mod documents;
mod ignore;
mod read;
mod settle;

pub use documents::check;
pub use ignore::{Ignore, Ignores};
pub use settle::{Suppressed, settle};

use std::collections::BTreeMap;

use globset::GlobSet;
use regex::Regex;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::document::PolicyRule;
use crate::source::Span;
use crate::workspace::Selector;

/// The policies of a workspace.
#[derive(Clone, Debug, Default)]
pub struct Policies(Vec<Policy>);

/// One policy, ready for use.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What it forbids.
    pub forbids: Forbids,
    /// How much a finding weighs.
    pub severity: Severity,
    /// Where it stands.
    pub place: Span,
    /// The same as people say it: file and line.
    pub written: String,
    /// As the workspace file says it.
    rule: PolicyRule,
    /// The labels that let a document pass.
    unless: Option<(String, Selector)>,
}

/// What a policy forbids.
#[derive(Clone, Debug)]
pub enum Forbids {
    /// To allow these lints; none means all.
    Lint(Option<Vec<String>>),
    /// More values than this.
    Values(usize),
    /// Regular expressions.
    Regex,
    /// Names that do not fit.
    Name(Regex),
    /// Segments without a description.
    NoDescription,
    /// Attachments in these environments.
    Attachment(GlobSet),
    /// Deletions.
    Deletion,
    /// Steps that widen.
    Widening,
    /// Changes that reach more flags than this.
    Reach(usize),
}

impl Forbids {
    /// The code of a finding.
    pub fn code(&self) -> Code {
        match self {
            Self::Lint(_) => Code::PolicyLint,
            Self::Values(_) => Code::PolicyValues,
            Self::Regex => Code::PolicyRegex,
            Self::Name(_) => Code::PolicyName,
            Self::NoDescription => Code::PolicyDescription,
            Self::Attachment(_) => Code::PolicyEnvironment,
            Self::Deletion => Code::PolicyDeletion,
            Self::Widening => Code::PolicyWidening,
            Self::Reach(_) => Code::PolicyReach,
        }
    }
}

/// Whether only a plan can tell that `code` occurs.
pub fn is_of_plans(code: Code) -> bool {
    matches!(code, Code::PolicyDeletion | Code::PolicyWidening | Code::PolicyReach)
}

impl Policies {
    /// Those that hold for the target of that name.
    #[must_use]
    pub fn of_target(&self, target: &str) -> Self {
        let holds = |it: &&Policy| {
            it.rule.targets.as_ref().is_none_or(|targets| targets.iter().any(|it| it == target))
        };
        Self(self.0.iter().filter(holds).cloned().collect())
    }

    /// Those about documents that stop a command, as the workspace file says them: what a plan was
    /// made under.
    pub fn of_documents(&self) -> Vec<PolicyRule> {
        self.0.iter().filter(|it| it.stops_documents()).map(|it| it.rule.clone()).collect()
    }

    /// The first policy about documents that stops a command and is not among `held`.
    pub fn not_among(&self, held: &[PolicyRule]) -> Option<&Policy> {
        let says = |rule: &PolicyRule| PolicyRule { targets: None, reason: None, ..rule.clone() };
        let is_held = |policy: &Policy| held.iter().any(|it| says(it) == says(&policy.rule));
        self.0.iter().filter(|it| it.stops_documents()).find(|it| !is_held(it))
    }

    /// Each of them, in the order of the workspace file.
    pub fn all(&self) -> std::slice::Iter<'_, Policy> {
        self.0.iter()
    }
}

impl Policy {
    /// Whether labels let a document pass.
    pub fn passes(&self, labels: &BTreeMap<String, String>) -> bool {
        self.unless.as_ref().is_some_and(|(_, selector)| selector.matches(labels))
    }

    /// `finding`, with the reason that the policy gives.
    pub fn with_reason(&self, finding: String) -> String {
        match &self.rule.reason {
            Some(reason) => format!("{finding}: {reason}"),
            None => finding,
        }
    }

    /// The labels that let a document pass, as they are written.
    pub fn unless(&self) -> Option<&str> {
        self.unless.as_ref().map(|(text, _)| text.as_str())
    }

    fn stops_documents(&self) -> bool {
        self.severity == Severity::Error && !is_of_plans(self.forbids.code())
    }

    /// A finding of this policy.
    fn finding(&self, message: String, at: Span, label: &str) -> Diagnostic {
        let found = Diagnostic::new(self.forbids.code(), self.with_reason(message));
        let found = found.at(at, label).at(self.place, "forbidden here");
        let found = Diagnostic { severity: self.severity, ..found };
        match self.unless() {
            Some(labels) => found.help(format!("a document with the label `{labels}` may")),
            None => found,
        }
    }
}
