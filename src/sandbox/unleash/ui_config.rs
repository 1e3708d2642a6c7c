//! `GET /ui-config`: the version, and the limits that clients should read before they write.

use serde_json::json;

use super::answer::Answer;
use super::errors::Refusal;
use super::segments::setting;
use super::{Outcome, World};

const VERSION: &str = "8.2.0";

pub(super) fn show(world: &World) -> Outcome {
    let (segments, values, per_strategy) = world.store.read(|tx| {
        let limit = |name| setting(tx, name);
        let limits = (limit("segments")?, limit("segmentValues")?, limit("strategySegments")?);
        Ok::<_, Refusal>(limits)
    })?;
    let body = json!({
        "environment": "Open Source",
        "flags": { "maintenanceMode": false, "migrationLock": true },
        "version": VERSION,
        "emailEnabled": false,
        "unleashUrl": world.url,
        "baseUriPath": "",
        "authenticationType": "open-source",
        "frontendApiOrigins": ["*"],
        "versionInfo": {
            "current": { "oss": VERSION, "enterprise": "" },
            "latest": {},
            "isLatest": true,
        },
        "prometheusAPIAvailable": false,
        "impactMetrics": "disabled",
        "resourceLimits": {
            "segmentValues": values,
            "strategySegments": per_strategy,
            "signalEndpoints": 5,
            "actionSetActions": 10,
            "actionSetsPerProject": 5,
            "actionSetFilters": 5,
            "actionSetFilterValues": 25,
            "signalTokensPerEndpoint": 5,
            "featureEnvironmentStrategies": 30,
            "constraintValues": 250,
            "constraints": 30,
            "environments": 50,
            "projects": 500,
            "apiTokens": 2000,
            "segments": segments,
            "featureFlags": 5000,
            "releaseTemplates": 10,
        },
        "disablePasswordAuth": false,
        "maintenanceMode": false,
        "maxSessionsCount": 0,
        "unleashContext": {},
        "storiesPageEnabled": false,
    });
    Ok(Answer::json(200, body.to_string()))
}
