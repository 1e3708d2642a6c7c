//! The requests to an Unleash server. No decisions are made here, except how to be sure that a
//! write was done.

mod found;
mod reader;
mod writer;

pub use reader::UnleashReader;
pub use writer::UnleashWriter;

use super::wire::ErrorBody;

/// What an error's body says, in one line.
pub(super) fn explain(body: &str) -> Option<String> {
    let error: ErrorBody = serde_json::from_str(body).ok()?;
    let mut details: Vec<String> = error.details.into_iter().filter_map(|it| it.message).collect();
    details.dedup();
    let said = if details.is_empty() { error.message? } else { details.join("; ") };
    if error.permissions.is_empty() {
        return Some(said);
    }
    Some(format!("{said} (needs {})", error.permissions.join(" or ")))
}
