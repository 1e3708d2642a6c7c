//! Trouble with the world: one at a time, with its cause.

use crate::diagnostic::Code;

/// Why the live system could not be read or changed.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The code.
    pub code: Code,
    /// What happened, in one line.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The status of the answer, when there was one.
    pub status: Option<u16>,
    /// Whether the request may have been done all the same.
    pub maybe_done: bool,
}

impl Failure {
    /// A failure.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None, status: None, maybe_done: false }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether credentials are the trouble.
    pub fn is_auth(&self) -> bool {
        matches!(self.code, Code::Unauthorized | Code::Forbidden | Code::BadAuth)
    }
}
