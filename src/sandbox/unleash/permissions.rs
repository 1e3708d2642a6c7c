//! What a person needs to be allowed to do, for a token that may only look.
//!
//! Observed on 8.2.0: permissions are judged before the body, and anybody may check a name or a
//! constraint.

use super::auth::Caller;
use super::errors::Refusal;

/// Whether `caller` may send `method` to `path`, the parts below `/api/admin`.
pub(super) fn check(caller: Caller, method: &str, path: &[&str]) -> Result<(), Refusal> {
    if caller != Caller::Viewer || method == "GET" {
        return Ok(());
    }
    match path {
        // Observed: without a word.
        ["segments", "strategies"] => return Err(Refusal::empty(403)),
        ["segments" | "constraints", "validate"] => return Ok(()),
        _ => {}
    }
    match needed(method, path) {
        [] => Ok(()),
        needed => Err(Refusal::not_permitted(needed)),
    }
}

/// One of these is needed; none where there is no such path.
fn needed(method: &str, path: &[&str]) -> &'static [&'static str] {
    match (method, path) {
        ("POST", ["segments"]) => &["CREATE_SEGMENT", "UPDATE_PROJECT_SEGMENT"],
        ("PUT", ["segments", _]) => &["UPDATE_SEGMENT", "UPDATE_PROJECT_SEGMENT"],
        ("DELETE", ["segments", _]) => &["DELETE_SEGMENT", "UPDATE_PROJECT_SEGMENT"],
        ("POST", ["context"]) => &["CREATE_CONTEXT_FIELD"],
        ("DELETE", ["context", _]) => &["DELETE_CONTEXT_FIELD"],
        ("POST", ["archive", "revive", _] | ["projects", _, "revive"]) => &["UPDATE_FEATURE"],
        ("DELETE", ["archive", _] | ["projects", _, "features", _])
        | ("POST", ["projects", _, "archive" | "delete"]) => &["DELETE_FEATURE"],
        ("POST", ["projects", _, "environments", _, "default-strategy"]) => {
            &["UPDATE_PROJECT", "PROJECT_DEFAULT_STRATEGY_WRITE"]
        }
        ("POST", ["projects", _, "features"]) => &["CREATE_FEATURE"],
        (_, ["projects", _, "features", _, "environments", _, rest @ ..]) => match (method, rest) {
            ("POST", ["on" | "off"]) => &["UPDATE_FEATURE_ENVIRONMENT"],
            ("POST", ["strategies"]) => &["CREATE_FEATURE_STRATEGY"],
            ("DELETE", ["strategies", _]) => &["DELETE_FEATURE_STRATEGY"],
            (_, ["strategies", _]) => &["UPDATE_FEATURE_STRATEGY"],
            _ => &[],
        },
        _ => &[],
    }
}
