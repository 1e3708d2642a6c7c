//! How much is too much.

use super::{SEGMENTS, segment};
use crate::protocol::probe::{Anything, Exactly, Including, Probe, error, get, post, unacceptable};
use serde_json::{Value, json};

pub(super) fn probes() -> Vec<Probe> {
    let limits = json!({"segments": 300, "segmentValues": 1000, "strategySegments": 5});
    let config = |version: &str| Including(json!({"version": version, "resourceLimits": limits}));
    let full = "Failed to create segment. You can't create more than the established limit of 300.";
    let empty = json!({"name": "number {n}", "constraints": []});
    vec![
        get("the limits can be read", "/api/admin/ui-config")
            .gets(200, config("8.2.0"))
            .but_on_6(200, config("6.10.1")),
        post("a thousand values", SEGMENTS, values(1000, 5)).gets(201, Anything),
        post("and one", SEGMENTS, values(1001, 5))
            .gets(400, unacceptable("Segments may not have more than 1000 values")),
        post("99 kB", SEGMENTS, values(990, 97)).gets(201, Anything),
        post("103 kB", SEGMENTS, values(1000, 100))
            .gets(413, Exactly(json!({"message": "request entity too large"}))),
        post("three hundred segments", SEGMENTS, empty.clone()).times(298).gets(201, Anything),
        post("and one", SEGMENTS, segment("more", &json!([])))
            .gets(400, error("ExceedsLimitError", full)),
    ]
}

/// A segment with that many values of that length.
fn values(count: usize, length: usize) -> Value {
    let values: Vec<String> = (0..count).map(|n| format!("{n:0length$}")).collect();
    let constraint = json!({"contextName": "userId", "operator": "IN", "values": values});
    segment(&format!("{count} of {length}"), &json!([constraint]))
}
