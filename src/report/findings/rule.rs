//! The kinds of findings, each with a name that does not change.

use super::Level;
use crate::diagnostic::{Class, Code};
use crate::plan::Action;

/// What kind of thing a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Rule {
    /// Trouble with a code.
    Code(Code),
    /// A step that would be done, or was.
    Step(Action),
    /// A person changed the live system.
    Drifted,
    /// Git and the live system differ, and nothing tells who moved.
    Unclear,
    /// Git changed, and that is not applied yet.
    Ahead,
    /// A managed object that is no longer in Git.
    Orphan,
    /// A remark on a target.
    Note,
}

impl Rule {
    /// The name, which is unique.
    pub(in crate::report) fn id(self) -> String {
        match self {
            Self::Code(code) => code.name().to_owned(),
            Self::Step(action) => format!("step/{}", action.name()),
            Self::Drifted => "drift/changed".to_owned(),
            Self::Unclear => "drift/unclear".to_owned(),
            Self::Ahead => "drift/ahead".to_owned(),
            Self::Orphan => "orphan".to_owned(),
            Self::Note => "note".to_owned(),
        }
    }

    /// One line: what it is.
    pub(in crate::report) fn title(self) -> &'static str {
        match self {
            Self::Code(code) => code.title(),
            Self::Step(Action::Create) => "A segment is made.",
            Self::Step(Action::Update) => "A managed segment changes.",
            Self::Step(Action::Adopt) => "A segment that people made is taken over.",
            Self::Step(Action::Allocate) => "A segment is made ready for use.",
            Self::Step(Action::Attach) => "The segments of a rule change.",
            Self::Step(Action::Refresh) => "An environment is told that its segments changed.",
            Self::Step(Action::Delete) => "A managed segment is deleted.",
            Self::Drifted => "A person changed the live system.",
            Self::Unclear => "Git and the live system differ, and nothing tells who moved.",
            Self::Ahead => "A change in Git is not applied yet.",
            Self::Orphan => "A managed segment is no longer in Git.",
            Self::Note => "A remark on a target.",
        }
    }

    /// Why it matters.
    pub(in crate::report) fn why(self) -> &'static str {
        match self {
            Self::Code(code) => code.why(),
            Self::Step(_) => {
                "A merge has this done to the live system, and it can change who sees a feature."
            }
            Self::Drifted => {
                "The hash in the mark of the object proves that it is not what segctl wrote."
            }
            Self::Unclear => {
                "The object has no mark with a hash, so it may be new in Git as well as changed by a person."
            }
            Self::Ahead => {
                "The live system is as segctl last wrote it, and the document has changed since."
            }
            Self::Orphan => "It goes on to decide who sees a feature, and no document says so.",
            Self::Note => "It holds for all objects of the target.",
        }
    }

    /// What to do.
    pub(in crate::report) fn fix(self) -> &'static str {
        match self {
            Self::Code(code) => code.fix(),
            Self::Step(_) => "Compare it with what the change is meant to do.",
            Self::Drifted => {
                "Run `segctl apply` to set it back, or write the change into the document."
            }
            Self::Unclear => "Compare the two, then run `segctl apply` or change the document.",
            Self::Ahead => "Run `segctl apply`.",
            Self::Orphan => "Delete it with `segctl apply --prune`, or bring its document back.",
            Self::Note => "Read it before you apply.",
        }
    }

    /// How bad it is where nothing else is said.
    pub(in crate::report) fn level(self) -> Level {
        match self {
            Self::Code(code) if code.class() != Class::Warning => Level::Error,
            Self::Code(_) | Self::Drifted | Self::Unclear => Level::Warning,
            Self::Step(_) | Self::Ahead | Self::Orphan | Self::Note => Level::Note,
        }
    }

    /// The code, where it has one.
    pub(in crate::report) fn code(self) -> Option<Code> {
        match self {
            Self::Code(code) => Some(code),
            _ => None,
        }
    }
}
