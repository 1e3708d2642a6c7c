//! What somebody else did between the plan and the write: the same words for every vendor.

use super::Failure;
use crate::diagnostic::Code;
use crate::live::{LiveRule, LiveSegment};

fn stale(message: String) -> Failure {
    Failure::new(Code::Stale, message).help("run the command again")
}

/// Whether a segment is still what the plan was made from.
pub(super) fn is_as_read(now: &LiveSegment, before: &LiveSegment) -> bool {
    now.mark == before.mark && now.document == before.document
}

/// The segment is not what the plan was made from.
pub(super) fn changed(key: &str) -> Failure {
    stale(format!("segment `{key}` was changed by somebody else meanwhile"))
}

/// The segment is not there any more.
pub(super) fn gone(key: &str) -> Failure {
    stale(format!("segment `{key}` was deleted by somebody else meanwhile"))
}

/// There is a segment of that key now.
pub(super) fn appeared(key: &str) -> Failure {
    stale(format!("segment `{key}` was made by somebody else meanwhile"))
}

/// The rule is not what the plan was made from.
pub(super) fn moved(rule: &LiveRule) -> Failure {
    let place = &rule.place;
    let place = match place.environment.as_str() {
        "" => place.flag.clone(),
        environment => format!("{} in {environment}", place.flag),
    };
    stale(format!("the rule of {place} was changed by somebody else meanwhile"))
}
