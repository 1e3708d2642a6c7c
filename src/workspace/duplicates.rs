//! One identity, one document.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::document::Kind;
use crate::source::Span;

/// Who has which name, by target and kind.
#[derive(Default)]
pub(super) struct Identities {
    claimed: HashMap<(usize, Kind, String), Span>,
    reported: Vec<Span>,
}

impl Identities {
    /// Claims a name for the document at `span`; false, and said once, when another one has it.
    pub(super) fn claim(
        &mut self,
        target: usize,
        kind: Kind,
        name: &str,
        span: Span,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> bool {
        let identity = (target, kind, name.to_owned());
        let Some(first) = self.claimed.get(&identity) else {
            self.claimed.insert(identity, span);
            return true;
        };
        if !self.reported.contains(&span) {
            let kind = kind.name().to_lowercase();
            let message = format!("two documents are the {kind} `{name}`");
            diagnostics.push(
                Diagnostic::new(Code::DuplicateDocument, message)
                    .at(span, "and again here")
                    .at(*first, "first here")
                    .help("the name is the identity in Git: give one of them another"),
            );
            self.reported.push(span);
        }
        false
    }
}
