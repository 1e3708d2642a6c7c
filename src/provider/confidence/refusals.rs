//! What Confidence would refuse, told before anything is sent.

use crate::desired::{Canonical, Desired};
use crate::live::{Live, Questions};
use crate::plan::{Refusal, Step};

/// Why Confidence would refuse `step`.
pub(crate) fn refuse(_: &Desired, _: &Live, _: &Step) -> Option<Refusal> {
    None
}

/// What must be asked before `step`, which sends `document` in the place of `before`, can be
/// trusted.
pub(crate) fn questions(_: &Step, _: &Canonical, _: Option<&Canonical>) -> Questions {
    Questions::default()
}

/// What is to be known of `step` beside what it changes.
pub(crate) fn warnings(_: &Desired, _: &Live, _: &Step) -> Vec<String> {
    vec![]
}
