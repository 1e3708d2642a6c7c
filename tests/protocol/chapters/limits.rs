//! How much is too much.

use super::{SEGMENTS, segment};
use crate::protocol::probe::{Anything, Including, Probe, get, post};
use serde_json::{Value, json};

pub(super) fn probes() -> Vec<Probe> {
    vec![
        get("limits", "/api/admin/ui-config").gets(
            200,
            Including(json!({"resourceLimits": {
                "segments": 300, "segmentValues": 1000, "strategySegments": 5,
            }})),
        ),
        post("1000 values", SEGMENTS, values(1000, 5)).gets(201, Anything),
        post("1001 values", SEGMENTS, values(1001, 5)).gets(400, Anything),
        post("99 kB", SEGMENTS, values(990, 97)).gets(201, Anything),
        post("103 kB", SEGMENTS, values(1000, 100)).gets(413, Anything),
        post(
            "298 more",
            SEGMENTS,
            json!({"name": "n {n}", "constraints": []}),
        )
        .gets(201, Anything)
        .times(298),
        post(
            "one too many",
            SEGMENTS,
            json!({"name": "more", "constraints": []}),
        )
        .gets(400, Anything),
    ]
}

fn values(count: usize, length: usize) -> Value {
    let values: Vec<String> = (0..count).map(|n| format!("{n:0length$}")).collect();
    segment(
        &format!("{count}x{length}"),
        &json!([{"contextName": "a", "operator": "IN", "values": values}]),
    )
}
