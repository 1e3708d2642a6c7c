//! Why a step is there: this change of the documents, a person, or an earlier merge.

use super::{Cause, Plan, Step};
use crate::desired::Desired;

/// A reason why a step is there. A step can have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The documents changed since the base.
    Change,
    /// A person changed the live system since segctl wrote it.
    Drift,
    /// The base says it already, and it was never applied.
    Leftover,
    /// Nothing tells.
    Unknown,
}

impl Why {
    /// The word in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Drift => "drift",
            Self::Leftover => "leftover",
            Self::Unknown => "unknown",
        }
    }
}

/// Says of each step why it is there, held against what `base` wanted.
pub fn attribute(_plan: &mut Plan, _desired: &Desired, _base: Option<&Desired>) {}

/// Why `step` is there, each reason in a sentence without a full stop; `base` is the name of the
/// revision that the documents were held against.
pub fn reasons(step: &Step, base: Option<&str>) -> Vec<String> {
    let told = step.why.iter().map(|why| match (why, base) {
        (Why::Change, Some(base)) => format!("changed since {base}"),
        (Why::Change, None) => "changed in Git".to_owned(),
        (Why::Drift, _) => "a person changed the live system".to_owned(),
        (Why::Leftover, Some(base)) => format!("{base} says it already, and it is not applied yet"),
        (Why::Leftover, None) => "merged before, and not applied yet".to_owned(),
        (Why::Unknown, None) if step.cause == Some(Cause::Git) => {
            "Git moved: without a base nothing tells this change from earlier ones".to_owned()
        }
        (Why::Unknown, None) => {
            "without a base nothing tells this change, earlier ones and drift apart".to_owned()
        }
        (Why::Unknown, Some(_)) => {
            "not changed since the base; nothing tells an earlier merge and drift apart".to_owned()
        }
    });
    told.collect()
}
