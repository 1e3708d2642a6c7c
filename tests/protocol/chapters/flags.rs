//! Flags and their strategies, as far as a segment can be attached to them.

use super::FLAGS;
use crate::protocol::probe::{
    Anything, Empty, Exactly, Including, Probe, delete, error, get, post,
};
use serde_json::{Value, json};

const FLAG: &str = "/api/admin/projects/default/features/flag";

pub(super) fn probes() -> Vec<Probe> {
    vec![
        get("no flags", FLAGS).gets(200, Including(json!({"features": []}))),
        post("a flag", FLAGS, json!({"name": "flag"})).gets(201, Including(json!({
            "name": "flag", "project": "default", "type": "release", "description": null, "impressionData": false,
        }))),
        post("the same again", FLAGS, json!({"name": "flag"}))
            .gets(409, error("NameExistsError", "A flag with that name already exists")),
        get("is listed", FLAGS).gets(200, Including(json!({"features": [{"name": "flag"}]}))),
        get("is read", FLAG).gets(200, Including(fresh())),
        post("a strategy", "/api/admin/projects/default/features/flag/environments/development/strategies", json!({"name": "default"}))
            .gets(200, Exactly(json!({
                "id": "{*}", "name": "default", "constraints": [], "parameters": {}, "variants": [],
                "segments": [], "title": null, "disabled": false, "sortOrder": "{*}",
            })))
            .keeping("strategy", "/id"),
        get("the flag has it", FLAG).gets(200, Anything),
        get("the strategies of an environment", "/api/admin/projects/default/features/flag/environments/development/strategies").gets(200, Anything),
        get("an unknown flag", "/api/admin/projects/default/features/nowhere").gets(404, Anything),
        get("an unknown environment", "/api/admin/projects/default/features/flag/environments/nowhere/strategies").gets(404, Anything),
        post("a rollout", "/api/admin/projects/default/features/flag/environments/production/strategies", json!({"name": "flexibleRollout"}))
            .gets(200, Anything),
        post("a strategy in an unknown environment", "/api/admin/projects/default/features/flag/environments/nowhere/strategies", json!({"name": "default"})).gets(404, Anything),
        post("on", "/api/admin/projects/default/features/flag/environments/development/on", json!({})).gets(200, Anything),
        get("projects", "/api/admin/projects").gets(200, Including(json!({"projects": [{"id": "default"}]}))),
        get("environments", "/api/admin/environments").gets(200, Anything),
        get("environments of project", "/api/admin/environments/project/default").gets(200, Anything),
        get("context", "/api/admin/context").gets(200, Anything),
        delete("archive", FLAG).gets(202, Empty),
        delete("delete for good", "/api/admin/archive/flag").gets(200, Anything),
    ]
}

fn fresh() -> Value {
    json!({"name": "flag", "project": "default", "archived": false, "environments": [
        {"name": "development", "strategies": []}, {"name": "production", "strategies": []},
    ]})
}
