//! Segments on strategies.

use super::{FLAGS, SEGMENTS, STRATEGIES, STRATEGY, segment};
use crate::protocol::probe::{
    Anything, Empty, Exactly, Including, Probe, Saying, error, get, invalid, patch, post,
    unacceptable, unknown_error,
};
use serde_json::{Value, json};

pub(super) fn probes() -> Vec<Probe> {
    let mut probes = scene();
    probes.extend(accepted());
    probes.extend(refused());
    probes.extend(tests());
    probes.extend(addressing());
    probes
}

/// Six segments `s1` to `s6` and a strategy with the first of them.
fn scene() -> Vec<Probe> {
    let names = ["s1", "s2", "s3", "s4", "s5", "s6"];
    let new = |name| post(name, SEGMENTS, segment(name, &json!([]))).gets(201, Anything);
    let mut probes: Vec<Probe> = names.map(|name| new(name).keeping(name, "/id")).into();
    let mut strategy = rest();
    strategy["segments"] = json!(["{s1}"]);
    probes.extend([
        post("a flag", FLAGS, json!({"name": "flag"})).gets(201, Anything),
        post("a strategy may start with segments", STRATEGIES, strategy)
            .gets(200, Including(json!({"segments": ["{s1}"]})))
            .keeping("strategy", "/id"),
        post(
            "but not with an unknown one",
            STRATEGIES,
            json!({"name": "default", "segments": [999_999]}),
        )
        .gets(404, error("NotFoundError", "No segment exists with ID \"999999\"")),
        get("a segment tells who uses it", "/api/admin/segments/{s1}/strategies").gets(
            200,
            Exactly(json!({
                "strategies": [{
                    "id": "{strategy}", "projectId": "default", "featureName": "flag",
                    "strategyName": "flexibleRollout", "environment": "development",
                }],
                "changeRequestStrategies": [],
            })),
        ),
        get("a strategy tells what it uses", "/api/admin/segments/strategies/{strategy}")
            .gets(200, Including(json!({"segments": [{"id": "{s1}", "name": "s1"}]}))),
        get("an unknown strategy uses nothing", "/api/admin/segments/strategies/nowhere")
            .gets(200, Exactly(json!({"segments": []}))),
    ]);
    probes
}

/// What else the strategy has, and must keep.
fn rest() -> Value {
    json!({
        "name": "flexibleRollout", "title": "the title",
        "parameters": {"rollout": "50", "stickiness": "default", "groupId": "g"},
        "constraints": [{"contextName": "userId", "operator": "IN", "values": ["1"]}],
    })
}

fn accepted() -> Vec<Probe> {
    let three = json!(["{s1}", "{s2}", "{s3}"]);
    let mut kept = rest();
    kept["segments"] = three.clone();
    kept["disabled"] = json!(false);
    vec![
        replace("ids may come in any order", &json!(["{s3}", "{s1}", "{s2}"]))
            .gets(200, Including(json!({"id": "{strategy}", "segments": three}))),
        get("all are read back, and the rest is kept", STRATEGY).gets(200, Including(kept)),
        replace("an attached id may come twice", &json!(["{s1}", "{s1}"]))
            .gets(200, Including(json!({"segments": ["{s1}"]}))),
        replace("five are allowed", &json!(["{s1}", "{s2}", "{s3}", "{s4}", "{s5}"]))
            .gets(200, Anything),
        replace("three again", &three).gets(200, Including(json!({"segments": three}))),
        patch("`remove` removes nothing", STRATEGY, json!([{"op": "remove", "path": "/segments"}]))
            .gets(200, Including(json!({"segments": three}))),
    ]
}

fn refused() -> Vec<Probe> {
    let unchanged = || Including(json!({"segments": ["{s1}", "{s2}", "{s3}"]}));
    vec![
        replace("an unknown id", &json!(["{s1}", 999_999]))
            .gets(404, error("NotFoundError", "No segment exists with ID \"999999\"")),
        replace("a new id twice", &json!(["{s1}", "{s4}", "{s4}"])).gets(500, unknown_error()),
        replace("six", &json!(["{s1}", "{s2}", "{s3}", "{s4}", "{s5}", "{s6}"]))
            .gets(400, unacceptable("Strategies may not have more than 5 segments")),
        replace("a text", &json!(["7"]))
            .gets(400, invalid("The `/segments/0` property must be number. You sent \"7\".")),
        replace("a fraction", &json!([1.5])).gets(500, unknown_error()),
        get("all of them change nothing", STRATEGY).gets(200, unchanged()),
    ]
}

/// `test` guards against a change by others; version 6 does not know it.
fn tests() -> Vec<Probe> {
    let unknown = || {
        invalid(
            "The `op` property must be equal to one of the allowed values: \"add\", \"remove\", \
             \"replace\", \"copy\", \"move\". You provided \"test\", which is not valid. Please \
             use one of the allowed values instead..",
        )
    };
    let guarded = |what: &str, expected: Value| {
        let body = json!([
            {"op": "test", "path": "/segments", "value": expected},
            {"op": "replace", "path": "/segments", "value": ["{s2}"]},
        ]);
        patch(what, STRATEGY, body)
    };
    let conditions = |what: &str, expected: Value| {
        let body = json!([
            {"op": "test", "path": "/constraints", "value": expected},
            {"op": "replace", "path": "/segments", "value": ["{s3}"]},
        ]);
        patch(what, STRATEGY, body)
    };
    vec![
        guarded("a test that fails", json!(["{s1}"]))
            .gets(500, Saying("TEST_OPERATION_FAILED"))
            .but_on_6(400, unknown()),
        get("stops the change", STRATEGY)
            .gets(200, Including(json!({"segments": ["{s1}", "{s2}", "{s3}"]}))),
        guarded("a test that holds", json!(["{s1}", "{s2}", "{s3}"]))
            .gets(200, Including(json!({"segments": ["{s2}"]})))
            .but_on_6(400, unknown()),
        conditions("a test of other conditions", json!([]))
            .gets(500, Saying("TEST_OPERATION_FAILED"))
            .but_on_6(400, unknown()),
        conditions(
            "a test of its conditions, whose keys may come in any order",
            json!([{"operator": "IN", "values": ["1"], "contextName": "userId"}]),
        )
        .gets(200, Including(json!({"segments": ["{s3}"]})))
        .but_on_6(400, unknown()),
        replace("no segments", &json!([])).gets(200, Including(json!({"segments": []}))),
        get("are none", STRATEGY).gets(200, Including(json!({"segments": []}))),
    ]
}

/// The strategy's id decides; flag and project must fit, the environment need not.
fn addressing() -> Vec<Probe> {
    let body = || json!([{"op": "replace", "path": "/segments", "value": ["{s2}"]}]);
    let at = |what: &str, project: &str, flag: &str, environment: &str, strategy: &str| {
        let flag = format!("/api/admin/projects/{project}/features/{flag}");
        patch(what, &format!("{flag}/environments/{environment}/strategies/{strategy}"), body())
    };
    let locked = |what| {
        let complaint = format!("You can not change the {what} for an activation strategy.");
        error("InvalidOperationError", &complaint)
    };
    vec![
        at("an unknown strategy", "default", "flag", "development", "nowhere")
            .gets(404, error("NotFoundError", "Could not find strategy with id: nowhere")),
        at("a wrong flag", "default", "nowhere", "development", "{strategy}")
            .gets(403, Empty)
            .but_on_6(403, locked("featureName")),
        at("a wrong project", "nowhere", "flag", "development", "{strategy}")
            .gets(403, Empty)
            .but_on_6(403, locked("projectId")),
        at("a wrong environment is not noticed", "default", "flag", "production", "{strategy}")
            .gets(200, Including(json!({"segments": ["{s2}"]}))),
        get("and it is done", STRATEGY).gets(200, Including(json!({"segments": ["{s2}"]}))),
    ]
}

fn replace(what: &str, ids: &Value) -> Probe {
    patch(what, STRATEGY, json!([{"op": "replace", "path": "/segments", "value": ids}]))
}
