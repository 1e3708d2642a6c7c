//! Flags and their strategies, as far as a segment can be attached to them.

use super::{FLAG, FLAGS, STRATEGIES};
use crate::protocol::probe::{
    Empty, Exactly, Including, Probe, delete, error, get, post, unacceptable,
};
use serde_json::{Value, json};

const NOWHERE: &str = "/api/admin/projects/default/features/flag/environments/nowhere/strategies";
const IN_PRODUCTION: &str =
    "/api/admin/projects/default/features/flag/environments/production/strategies";

pub(super) fn probes() -> Vec<Probe> {
    let mut probes = of_flags();
    probes.extend(of_strategies());
    probes.extend(of_surroundings());
    probes.extend([
        delete("a flag is archived", FLAG).gets(202, Empty),
        get("and is not listed any more", FLAGS).gets(200, Including(json!({"features": []}))),
        post("its name stays taken", FLAGS, json!({"name": "flag"}))
            .gets(409, error("NameExistsError", "An archived flag with that name already exists")),
        delete("an archived flag is deleted for good", "/api/admin/archive/flag").gets(200, Empty),
        post("now its name is free", FLAGS, json!({"name": "flag"}))
            .gets(201, Including(json!({"name": "flag"}))),
    ]);
    probes
}

fn of_flags() -> Vec<Probe> {
    let fresh = json!({
        "name": "flag", "project": "default", "type": "release", "description": null,
        "impressionData": false, "stale": false, "archived": false,
    });
    let no_strategies = json!([
        {"name": "development", "type": "development", "enabled": false, "strategies": []},
        {"name": "production", "type": "production", "enabled": false, "strategies": []},
    ]);
    let mut alone = fresh.clone();
    alone["environments"] = no_strategies;
    vec![
        get("there are no flags", FLAGS).gets(200, Including(json!({"features": []}))),
        post("a new flag is sent back", FLAGS, json!({"name": "flag"})).gets(201, Including(fresh)),
        post("its name is taken", FLAGS, json!({"name": "flag"}))
            .gets(409, error("NameExistsError", "A flag with that name already exists")),
        get("it is listed", FLAGS).gets(200, Including(json!({"features": [{"name": "flag"}]}))),
        get("alone it has its environments", FLAG).gets(200, Including(alone)),
        get("an unknown flag", "/api/admin/projects/default/features/nowhere").gets(
            404,
            error("NotFoundError", "There's no feature named \"nowhere\" in project \"default\"."),
        ),
    ]
}

fn of_strategies() -> Vec<Probe> {
    let fresh = |id: &str| {
        json!({
            "id": id, "name": "default", "title": null, "disabled": false, "sortOrder": 0,
            "constraints": [], "parameters": {}, "variants": [], "segments": [],
        })
    };
    let mut listed = fresh("{strategy}");
    listed["milestoneId"] = Value::Null;
    let filled = json!({"groupId": "flag", "rollout": "100", "stickiness": "default"});
    vec![
        post("a new strategy is sent back", STRATEGIES, json!({"name": "default"}))
            .gets(200, Exactly(fresh("{*}")))
            .keeping("strategy", "/id"),
        get("the flag has it", FLAG).gets(
            200,
            Including(json!({"environments": [
                {"name": "development", "strategies": [fresh("{strategy}")]},
                {"name": "production", "strategies": []},
            ]})),
        ),
        get("so has the list of its environment", STRATEGIES).gets(200, Exactly(json!([listed]))),
        post("a rollout gets its parameters", IN_PRODUCTION, json!({"name": "flexibleRollout"}))
            .gets(200, Including(json!({"parameters": filled, "segments": [], "title": null}))),
        get("strategies of an unknown environment", NOWHERE)
            .gets(404, error("NotFoundError", "Feature flag does not have environment nowhere")),
        post("a strategy in an unknown environment", NOWHERE, json!({"name": "default"}))
            .gets(400, unacceptable("You have not added the current environment to the project")),
    ]
}

fn of_surroundings() -> Vec<Probe> {
    vec![
        get("there is one project", "/api/admin/projects")
            .gets(200, Including(json!({"projects": [{"id": "default", "name": "Default"}]}))),
        get("there are two environments", "/api/admin/environments")
            .gets(
                200,
                Including(json!({"environments": [
                    {"name": "development", "type": "development", "enabled": true},
                    {"name": "production", "type": "production", "enabled": true},
                ]})),
            )
            .but_on_6(
                200,
                Including(json!({"environments": [
                    {"name": "default", "enabled": false},
                    {"name": "development", "type": "development", "enabled": true},
                    {"name": "production", "type": "production", "enabled": true},
                ]})),
            ),
        get("and five context fields", "/api/admin/context").gets(
            200,
            Including(json!([
                {"name": "appName"}, {"name": "currentTime"}, {"name": "environment"},
                {"name": "sessionId"}, {"name": "userId", "legalValues": []},
            ])),
        ),
    ]
}
