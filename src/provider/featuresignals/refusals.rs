//! What is to be known of a step before anything is sent. FeatureSignals itself refuses next to
//! nothing, so most of what matters here is what it would let happen.

use crate::desired::{Canonical, Desired};
use crate::live::{Live, Questions};
use crate::plan::{Refusal, Step, Work};

/// What the server would refuse is refused while the document is checked.
pub(crate) fn refuse(_: &Desired, _: &Live, _: &Step) -> Option<Refusal> {
    None
}

/// Nothing has to be asked for a single step.
pub(crate) fn questions(_: &Step, _: &Canonical, _: Option<&Canonical>) -> Questions {
    Questions::default()
}

/// What is to be known of `step` beside what it changes.
pub(crate) fn warnings(_: &Desired, live: &Live, step: &Step) -> Vec<String> {
    let Work::Create { .. } = &step.work else { return vec![] };
    let using: Vec<&str> = live
        .environments
        .iter()
        .filter(|environment| environment.segments.contains(&step.key))
        .map(|environment| environment.name.as_str())
        .collect();
    if using.is_empty() {
        return vec![];
    }
    vec![format!(
        "rules in {} still name the key `{}` of a segment that was deleted: they use the new one at \
         once",
        using.join(", "),
        step.key
    )]
}
