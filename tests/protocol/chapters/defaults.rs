//! Default strategies: what a flag gets when it is switched on without any.
//!
//! They may name segments, which does not count as use.

use super::{FLAG, FLAGS, SEGMENT, SEGMENTS, STRATEGIES, segment};
use crate::protocol::probe::{
    Anything, Empty, Exactly, Including, Probe, delete, error, get, post, required, unacceptable,
    unknown_error,
};
use serde_json::{Value, json};

const DEFAULT: &str = "/api/admin/projects/default/environments/development/default-strategy";
const ENVIRONMENTS: &str = "/api/admin/environments/project/default";
const ON: &str = "/api/admin/projects/default/features/flag/environments/development/on";

pub(super) fn probes() -> Vec<Probe> {
    let mut probes = stored();
    probes.extend(refused());
    probes.extend(used());
    probes.push(
        post("the next chapter starts without it", DEFAULT, json!({"name": "flexibleRollout"}))
            .gets(200, Anything),
    );
    probes
}

fn stored() -> Vec<Probe> {
    let strategy = json!({
        "name": "flexibleRollout", "parameters": {"rollout": "50"}, "segments": ["{id}"],
        "constraints": [{"contextName": "userId", "operator": "IN", "values": ["1"]}],
    });
    vec![
        post("a segment", SEGMENTS, segment("a", &json!([]))).gets(201, Anything).keeping("id", "/id"),
        post("a default strategy is sent back", DEFAULT, strategy.clone())
            .gets(200, Exactly(strategy.clone())),
        get("its environment shows it", ENVIRONMENTS).gets(200, shown(&strategy)).but_on_6(
            200,
            Including(json!({"environments": [
                {"name": "default", "enabled": false, "visible": false, "defaultStrategy": "{absent}"},
                {"name": "development", "visible": true, "defaultStrategy": strategy},
                {"name": "production", "visible": true},
            ]})),
        ),
        get("the segment is not used by it", SEGMENTS)
            .gets(200, Including(json!({"segments": [{"usedInFeatures": 0, "usedInProjects": 0}]}))),
        get("nor does it tell", "/api/admin/segments/{id}/strategies")
            .gets(200, Including(json!({"strategies": []}))),
        get("an unknown project has no default strategy", "/api/admin/environments/project/nowhere")
            .gets(
                200,
                Including(json!({"environments": [
                    {"name": "development", "visible": false, "defaultStrategy": "{absent}"},
                    {"name": "production", "visible": false, "defaultStrategy": "{absent}"},
                ]})),
            )
            .but_on_6(200, Anything),
    ]
}

/// The development environment with that default strategy.
fn shown(strategy: &Value) -> crate::protocol::probe::Expected {
    Including(json!({"environments": [
        {"name": "development", "enabled": true, "visible": true, "defaultStrategy": strategy},
        {"name": "production", "enabled": true, "visible": true},
    ]}))
}

fn refused() -> Vec<Probe> {
    let at = |project: &str, environment: &str| {
        format!("/api/admin/projects/{project}/environments/{environment}/default-strategy")
    };
    let body = || json!({"name": "flexibleRollout"});
    vec![
        post("no name", DEFAULT, json!({})).gets(400, required("/body/name")),
        post("another type", DEFAULT, json!({"name": "default"})).gets(
            400,
            unacceptable(
                "Only \"flexibleRollout\" strategy can be used as a default strategy for an environment",
            ),
        ),
        post("an unknown environment", &at("default", "nowhere"), body()).gets(500, unknown_error()),
        post("an unknown project", &at("nowhere", "development"), body()).gets(500, unknown_error()),
        post(
            "but segments need not be there, nor be so few",
            DEFAULT,
            json!({"name": "flexibleRollout", "segments": [999_999, 1, 1, 2, 3, 4, 5]}),
        )
        .gets(200, Including(json!({"segments": [999_999, 1, 1, 2, 3, 4, 5]}))),
    ]
}

fn used() -> Vec<Probe> {
    let with = |ids: Value| json!({"name": "flexibleRollout", "segments": ids});
    vec![
        post("a flag", FLAGS, json!({"name": "flag"})).gets(201, Anything),
        post("a default strategy with a segment", DEFAULT, with(json!(["{id}"])))
            .gets(200, Anything),
        post("is what the flag gets", ON, json!({})).gets(200, Anything),
        get("with its segment", STRATEGIES)
            .gets(
                200,
                Including(json!([{
                    "name": "flexibleRollout", "segments": ["{id}"],
                    "parameters": {"rollout": "100", "groupId": "flag", "stickiness": "default"},
                }])),
            )
            .but_on_6(
                200,
                Including(json!([{
                    "segments": ["{id}"],
                    "parameters": {"rollout": "100", "groupId": "", "stickiness": "default"},
                }])),
            ),
        delete("once the flag is archived", FLAG).gets(202, Empty),
        delete("the segment can be deleted", SEGMENT).gets(204, Empty),
        get("the default strategy still names it", ENVIRONMENTS)
            .gets(200, shown(&with(json!(["{id}"]))))
            .but_on_6(200, Anything),
        post("another flag", FLAGS, json!({"name": "other"})).gets(201, Anything),
        post("can no longer be switched on", &ON.replace("/flag/", "/other/"), json!({}))
            .gets(404, error("NotFoundError", "No segment exists with ID \"{id}\"")),
        get("and has no strategy", &STRATEGIES.replace("/flag/", "/other/"))
            .gets(200, Exactly(json!([]))),
        delete("the archived flag goes too", "/api/admin/archive/flag").gets(200, Empty),
    ]
}
