//! Segments on strategies.

use super::{FLAGS, SEGMENTS, segment};
use crate::protocol::probe::{Anything, Exactly, Including, Probe, error, get, patch, post};
use serde_json::{Value, json};

const STRATEGIES: &str =
    "/api/admin/projects/default/features/flag/environments/development/strategies";
const STRATEGY: &str =
    "/api/admin/projects/default/features/flag/environments/development/strategies/{strategy}";

pub(super) fn probes() -> Vec<Probe> {
    let mut probes = scene();
    probes.extend(patches());
    probes
}

fn scene() -> Vec<Probe> {
    let names = ["s1", "s2", "s3", "s4", "s5", "s6"];
    let mut probes: Vec<Probe> = names
        .into_iter()
        .map(|name| {
            post(name, SEGMENTS, segment(name, &json!([])))
                .gets(201, Anything)
                .keeping(name, "/id")
        })
        .collect();
    probes.push(post("flag", FLAGS, json!({"name": "flag"})).gets(201, Anything));
    probes.push(
        post(
            "a strategy with a segment",
            STRATEGIES,
            json!({
                "name": "flexibleRollout", "title": "the title", "segments": ["{s1}"],
                "parameters": {"rollout": "50", "stickiness": "default", "groupId": "g"},
                "constraints": [{"contextName": "userId", "operator": "IN", "values": ["1"]}],
            }),
        )
        .gets(200, Including(json!({"segments": ["{s1}"]})))
        .keeping("strategy", "/id"),
    );
    probes
}

fn replace(ids: Value) -> Value {
    json!([{"op": "replace", "path": "/segments", "value": ids}])
}

fn patches() -> Vec<Probe> {
    let now =
        |what: &str, ids: Value| get(what, STRATEGY).gets(200, Including(json!({"segments": ids})));
    vec![
        get("who uses it", "/api/admin/segments/{s1}/strategies").gets(200, Exactly(json!({
            "strategies": [{"id": "{strategy}", "projectId": "default", "featureName": "flag", "strategyName": "flexibleRollout", "environment": "development"}],
            "changeRequestStrategies": [],
        }))),
        get("counted", SEGMENTS).gets(200, Anything),
        patch("three, in any order", STRATEGY, replace(json!(["{s3}", "{s1}", "{s2}"]))).gets(200, Anything),
        now("come back ascending", json!(["{s1}", "{s2}", "{s3}"])),
        patch("an unknown id", STRATEGY, replace(json!(["{s1}", 999_999])))
            .gets(404, error("NotFoundError", "No segment exists with ID \"999999\"")),
        now("changes nothing", json!(["{s1}", "{s2}", "{s3}"])),
        patch("the same id twice", STRATEGY, replace(json!(["{s1}", "{s1}"]))).gets(500, Anything),
        now("nor does that", json!(["{s1}", "{s2}", "{s3}"])),
        patch("six", STRATEGY, replace(json!(["{s1}", "{s2}", "{s3}", "{s4}", "{s5}", "{s6}"])))
            .gets(400, Anything),
        patch("remove", STRATEGY, json!([{"op": "remove", "path": "/segments"}])).gets(200, Anything),
        now("removes nothing", json!(["{s1}", "{s2}", "{s3}"])),
        patch("a text is taken for a number", STRATEGY, json!([{"op": "replace", "path": "/segments", "value": ["7"]}])).gets(404, Anything),
        patch("a fraction", STRATEGY, replace(json!([1.5]))).gets(400, Anything),
        patch("a test that holds", STRATEGY, json!([
            {"op": "test", "path": "/segments", "value": ["{s1}", "{s2}", "{s3}"]},
            {"op": "replace", "path": "/segments", "value": ["{s2}"]},
        ])).gets(200, Anything).but_on_6(400, Anything),
        patch("a test that does not hold", STRATEGY, json!([
            {"op": "test", "path": "/segments", "value": ["{s1}"]},
            {"op": "replace", "path": "/segments", "value": []},
        ])).gets(500, Anything).but_on_6(400, Anything),
        now("changes nothing", json!(["{s2}"])).but_on_6(200, Including(json!({"segments": ["{s1}", "{s2}", "{s3}"]}))),
        get("the rest is kept", STRATEGY).gets(200, Anything),
        patch("unknown strategy", "/api/admin/projects/default/features/flag/environments/development/strategies/nowhere", replace(json!([]))).gets(404, Anything),
        patch("wrong flag", "/api/admin/projects/default/features/nowhere/environments/development/strategies/{strategy}", replace(json!([]))).gets(403, Anything),
        patch("wrong project", "/api/admin/projects/nowhere/features/flag/environments/development/strategies/{strategy}", replace(json!([]))).gets(403, Anything),
        patch("wrong environment", "/api/admin/projects/default/features/flag/environments/production/strategies/{strategy}", replace(json!(["{s2}"]))).gets(200, Anything),
        get("segments of a strategy", "/api/admin/segments/strategies/{strategy}").gets(200, Anything),
        get("segments of unknown strategy", "/api/admin/segments/strategies/nowhere").gets(200, Exactly(json!({"segments": []}))),
        patch("none", STRATEGY, replace(json!([]))).gets(200, Anything),
        now("is none", json!([])),
    ]
}
