//! Why there is a pass.

/// Why there is a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// It is the first.
    Start,
    /// Files changed.
    Files,
    /// The last one failed.
    Retry,
    /// The interval is over.
    Interval,
}

impl Reason {
    /// The word in outputs.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Files => "files",
            Self::Retry => "retry",
            Self::Interval => "interval",
        }
    }
}
