//! The probes, in the order in which a reader new to Unleash should meet them.

use super::probe::Probe;
use serde_json::{Value, json};

mod accepted;
mod access;
mod attachments;
mod defaults;
mod deleting;
mod events;
mod flags;
mod legal_values;
mod limits;
mod naming;
mod people;
mod refused;
mod sdk;
mod shapes;
mod updating;

const SEGMENTS: &str = "/api/admin/segments";
const SEGMENT: &str = "/api/admin/segments/{id}";
const FLAGS: &str = "/api/admin/projects/default/features";
const FLAG: &str = "/api/admin/projects/default/features/flag";
const STRATEGIES: &str =
    "/api/admin/projects/default/features/flag/environments/development/strategies";
const STRATEGY: &str =
    "/api/admin/projects/default/features/flag/environments/development/strategies/{strategy}";

/// All chapters with their titles.
pub(super) fn chapters() -> Vec<(&'static str, Vec<Probe>)> {
    vec![
        ("shapes", shapes::probes()),
        ("naming", naming::probes()),
        ("updating", updating::probes()),
        ("accepted constraints", accepted::probes()),
        ("refused constraints", refused::probes()),
        ("legal values", legal_values::probes()),
        ("flags", flags::probes()),
        ("attachments", attachments::probes()),
        ("deleting", deleting::probes()),
        ("default strategies", defaults::probes()),
        ("events", events::probes()),
        ("sdk", sdk::probes()),
        ("access", access::probes()),
        ("people", people::probes()),
        ("limits", limits::probes()),
    ]
}

/// The body that creates a segment.
fn segment(name: &str, constraints: &Value) -> Value {
    json!({"name": name, "description": "", "constraints": constraints})
}

/// The answer to an admin's token where an SDK's is due, and the other way round.
fn wrong_kind_of_token() -> Value {
    json!({"message": "invalid token: expected a different token type for this endpoint"})
}
