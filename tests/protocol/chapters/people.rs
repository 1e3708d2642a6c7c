//! A person who may only look, by a personal access token.
//!
//! No probe writes to a segment that is not there: with such a token that ends the server, on 8.2.0
//! and on 6.10.1.

use super::{FLAG, FLAGS, SEGMENT, SEGMENTS, STRATEGIES, STRATEGY, segment, wrong_kind_of_token};
use crate::protocol::probe::{
    Anything, Empty, Expected, Including, Probe, delete, get, patch, post, put,
};
use serde_json::json;

pub(super) fn probes() -> Vec<Probe> {
    let mut probes = vec![
        post("a segment", SEGMENTS, segment("a", &json!([])))
            .gets(201, Anything)
            .keeping("id", "/id"),
        post("a flag", FLAGS, json!({"name": "flag"})).gets(201, Anything),
        post("with a strategy", STRATEGIES, json!({"name": "default"}))
            .gets(200, Anything)
            .keeping("strategy", "/id"),
    ];
    probes.extend(reads());
    probes.extend(writes());
    probes.push(
        get("nothing was changed by all this", SEGMENTS)
            .gets(200, Including(json!({"segments": [{"id": "{id}", "name": "a"}]}))),
    );
    probes
}

/// All that segctl reads.
fn reads() -> Vec<Probe> {
    let paths = [
        "/api/admin/ui-config",
        SEGMENTS,
        SEGMENT,
        FLAG,
        STRATEGY,
        "/api/admin/segments/{id}/strategies",
        "/api/admin/projects",
        "/api/admin/environments/project/default",
        "/api/admin/context",
        "/api/admin/search/features?archived=IS:true&limit=100&offset=0",
    ];
    let mut probes: Vec<Probe> =
        paths.map(|path| get("may be read", path).by_viewer().gets(200, Anything)).into();
    probes.push(
        get("a person is no SDK", "/api/client/features")
            .by_viewer()
            .gets(403, Including(wrong_kind_of_token()))
            .but_on_6(200, Anything),
    );
    probes
}

fn writes() -> Vec<Probe> {
    let segment = || segment("b", &json!([]));
    let none = || json!([{"op": "replace", "path": "/segments", "value": []}]);
    vec![
        post("create", SEGMENTS, segment())
            .by_viewer()
            .gets(403, lacks(&["CREATE_SEGMENT", "UPDATE_PROJECT_SEGMENT"])),
        post("before the body is looked at", SEGMENTS, json!({}))
            .by_viewer()
            .gets(403, lacks(&["CREATE_SEGMENT", "UPDATE_PROJECT_SEGMENT"])),
        put("update", SEGMENT, segment())
            .by_viewer()
            .gets(403, lacks(&["UPDATE_SEGMENT", "UPDATE_PROJECT_SEGMENT"])),
        delete("delete", SEGMENT)
            .by_viewer()
            .gets(403, lacks(&["DELETE_SEGMENT", "UPDATE_PROJECT_SEGMENT"])),
        patch("attach", STRATEGY, none())
            .by_viewer()
            .gets(403, lacks(&["UPDATE_FEATURE_STRATEGY"])),
        post(
            "attach by the old endpoint",
            "/api/admin/segments/strategies",
            json!({
                "projectId": "default", "environmentId": "development",
                "strategyId": "{strategy}", "segmentIds": [],
            }),
        )
        .by_viewer()
        .gets(403, Empty)
        .but_on_6(201, Anything),
        post("a flag", FLAGS, json!({"name": "other"}))
            .by_viewer()
            .gets(403, lacks(&["CREATE_FEATURE"])),
        delete("archive", FLAG).by_viewer().gets(403, lacks(&["DELETE_FEATURE"])),
        post("a name may be checked", "/api/admin/segments/validate", json!({"name": "b"}))
            .by_viewer()
            .gets(204, Empty),
    ]
}

fn lacks(permissions: &[&str]) -> Expected {
    Including(json!({"name": "PermissionError", "permissions": permissions}))
}
