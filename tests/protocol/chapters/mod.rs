//! The probes, in the order in which a reader new to Unleash should meet them.

use super::probe::Probe;
use serde_json::{Value, json};

mod accepted;
mod access;
mod attachments;
mod deleting;
mod events;
mod flags;
mod limits;
mod naming;
mod refused;
mod sdk;
mod shapes;
mod updating;

const SEGMENTS: &str = "/api/admin/segments";
const SEGMENT: &str = "/api/admin/segments/{id}";
const FLAGS: &str = "/api/admin/projects/default/features";

/// All chapters with their titles.
pub(super) fn chapters() -> Vec<(&'static str, Vec<Probe>)> {
    vec![
        ("shapes", shapes::probes()),
        ("naming", naming::probes()),
        ("updating", updating::probes()),
        ("accepted constraints", accepted::probes()),
        ("refused constraints", refused::probes()),
        ("flags", flags::probes()),
        ("attachments", attachments::probes()),
        ("deleting", deleting::probes()),
        ("events", events::probes()),
        ("sdk", sdk::probes()),
        ("access", access::probes()),
        ("limits", limits::probes()),
    ]
}

/// The body that creates a segment.
fn segment(name: &str, constraints: &Value) -> Value {
    json!({"name": name, "description": "", "constraints": constraints})
}
