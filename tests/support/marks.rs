//! What a plan says of marks.

use serde_json::Value;

/// Whether a step, as JSON says it, writes a mark anew and changes nothing else.
pub(crate) fn is_of_mark(step: &Value) -> bool {
    let changes = step["changes"].as_array().map_or(&[][..], Vec::as_slice);
    changes.len() == 1 && changes[0]["path"] == "/mark"
}
