//! The requests to FeatureSignals. No decisions are made here, except how to be sure that a write was
//! done.

mod catalogue;
mod lists;
mod reader;
mod rules;
mod sign_in;
mod writer;

pub use reader::FeatureSignalsReader;
pub use writer::FeatureSignalsWriter;

pub(super) use rules::rule_of_id;

use super::wire::ErrorBody;

/// What an error's body says, in one line.
fn explain(body: &str) -> Option<String> {
    let ErrorBody { error, message, remaining } = serde_json::from_str(body).ok()?;
    let said = error.or(message)?;
    Some(match (said.as_str(), remaining) {
        ("mfa_required", _) => "mfa_required: segctl needs a member without a second factor, or a \
                                refresh token"
            .to_owned(),
        (_, Some(remaining)) => format!("{said} ({remaining} more tries)"),
        _ => said,
    })
}
