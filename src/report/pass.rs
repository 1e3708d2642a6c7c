//! Why there is a pass of `watch`.

/// Why there is a pass of `watch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
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
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Files => "files",
            Self::Retry => "retry",
            Self::Interval => "interval",
        }
    }
}
