//! What is wrong with the user's files: coded, spanned values, gathered many at once.
//!
//! A diagnostic knows nothing of terminals; [`crate::report`] draws it.
//! Trouble with the world (a dead network, a refused request) is not a diagnostic but a
//! [`crate::provider::Failure`].

mod code;
mod example;

pub use code::{Class, Code};
pub use example::Example;

use std::collections::HashSet;

use crate::source::Span;

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The documents cannot be used.
    Error,
    /// The documents can be used; something about them is odd.
    Warning,
}

impl Severity {
    /// The word that outputs use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One finding about the user's files.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The stable code, which `segctl explain` knows.
    pub code: Code,
    /// Whether it stops the command.
    pub severity: Severity,
    /// What is wrong, in one lowercase sentence without a full stop.
    pub message: String,
    /// Where; the first label is the primary one. Empty where no file is to blame.
    pub labels: Vec<Label>,
    /// What to write instead, or what to know.
    pub help: Vec<String>,
    /// A replacement that mends it.
    pub fix: Option<Fix>,
}

/// A place in a file and what is to be said of it.
#[derive(Clone, Debug)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The remark; may be empty.
    pub text: String,
}

/// A replacement of source text that mends a diagnostic.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What the replacement does.
    pub title: String,
    /// The text to replace.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

impl Diagnostic {
    /// A diagnostic of `code` with the severity of its class, at no place yet.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let severity = match code.class() {
            Class::Warning => Severity::Warning,
            Class::Error | Class::Lint | Class::Policy | Class::Refusal | Class::Failure => {
                Severity::Error
            }
        };
        Self { code, severity, message: message.into(), labels: vec![], help: vec![], fix: None }
    }

    /// Adds a place; the first one added is the primary place.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a line of help.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Sets the replacement that mends it.
    #[must_use]
    pub fn fix(
        mut self,
        title: impl Into<String>,
        span: Span,
        replacement: impl Into<String>,
    ) -> Self {
        self.fix = Some(Fix { title: title.into(), span, replacement: replacement.into() });
        self
    }

    /// Whether it stops the command.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The key by which diagnostics are ordered: file, place, code.
    pub fn order(&self) -> (Option<Span>, &'static str) {
        (self.labels.first().map(|label| label.span), self.code.name())
    }
}

/// Takes out what was said before: a mistake that several targets share is one mistake.
pub fn dedupe(diagnostics: &mut Vec<Diagnostic>) {
    let mut said = HashSet::new();
    diagnostics.retain(|it| {
        let place = it.labels.first().map(|label| label.span);
        said.insert((it.code, place, it.message.clone()))
    });
}

/// The known name nearest to `given`, when it is near enough to be meant.
pub fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |text: &str| text.to_lowercase().replace(['_', '-', ' '], "");
    let wanted = fold(given);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wanted, &fold(name)), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().min(given.len()) / 4)
        .min()
        .map(|(_, name)| name)
}
