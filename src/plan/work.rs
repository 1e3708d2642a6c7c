//! What a step sends.

use crate::desired::{Canonical, Mark};
use crate::live::{LiveEnvironment, LiveRule};

/// What a step sends, apart from ids that only exist once others are done.
#[derive(Clone, Debug)]
pub enum Work {
    /// Make a segment.
    Create {
        /// Its content.
        document: Canonical,
        /// Its mark.
        mark: Mark,
    },
    /// Replace the content and the mark of a segment.
    Replace {
        /// The vendor's own id.
        id: String,
        /// Its content.
        document: Canonical,
        /// Its mark.
        mark: Mark,
    },
    /// Delete a segment.
    Delete {
        /// The vendor's own id.
        id: String,
    },
    /// Set the segments of a rule.
    Attach {
        /// The rule as it was read.
        rule: LiveRule,
        /// The segments that a user must be in from now on.
        segments: Vec<SegmentRef>,
        /// The segments that a user must not be in.
        not_in: Vec<SegmentRef>,
    },
    /// Make a segment ready for use.
    Allocate {
        /// The segment.
        segment: SegmentRef,
    },
    /// Have an environment notice that its segments changed.
    Refresh {
        /// The environment as it was read.
        environment: LiveEnvironment,
        /// Whether there is something to tell it of already, whatever becomes of this plan.
        stale: bool,
    },
    /// Nothing can be sent; the step is refused.
    Nothing,
}

/// A segment that a rule shall have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SegmentRef {
    /// One that exists, by the vendor's own id.
    Live(String),
    /// One that this plan makes, by the name of its document.
    Made(String),
}
