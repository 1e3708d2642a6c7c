//! What every group begins with: things that nobody manages, and that must stay as they are.

use crate::support::admin::Admin;
use serde_json::{Value, json};

/// The sandbox has a second project, which the open-source server cannot have.
pub(crate) const FIXTURE: &str = "{projects: [default, elsewhere]}";

/// The flag.
pub(super) const FLAG: &str = "checkout";
/// The environment with all of its strategies.
pub(super) const ENVIRONMENT: &str = "development";
/// A foreign segment.
pub(super) const NEIGHBOUR: &str = "Neighbour";

/// Empties the server and sets the stage.
pub(super) async fn set(admin: &Admin) {
    admin.wipe_but(Some(FLAG)).await;
    let neighbour = json!({
        "name": NEIGHBOUR, "description": "Made by hand.\n\nNot yours.",
        "constraints": [{"contextName": "userId", "operator": "IN", "values": ["neighbour"]}],
    });
    let neighbour = admin.create_segment(&neighbour).await;
    if !admin.flags().await.iter().any(|it| it == FLAG) {
        admin.create_flag(FLAG).await;
    }
    for strategy in strategies(&neighbour["id"]) {
        admin.create_strategy(FLAG, ENVIRONMENT, &strategy).await;
    }
}

/// `Open` has no condition of its own, and is the only one of its type; two are titled `Twice`.
fn strategies(neighbour: &Value) -> [Value; 5] {
    let constraint = json!({"contextName": "appName", "operator": "IN", "values": ["web"]});
    let rollout = |title: &str, percent: &str| {
        json!({
            "name": "flexibleRollout", "title": title, "constraints": [constraint],
            "parameters": {"rollout": percent, "stickiness": "default", "groupId": "g"},
        })
    };
    let mut foreign = rollout("Foreign", "10");
    foreign["segments"] = json!([neighbour]);
    [
        rollout("Gradual", "50"),
        json!({"name": "default", "title": "Open", "constraints": [], "parameters": {}}),
        foreign,
        rollout("Twice", "20"),
        rollout("Twice", "30"),
    ]
}
