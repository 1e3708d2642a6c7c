//! What the embedded server asks of one system.

use std::path::Path;

use axum::body::{Body, Bytes};
use axum::http::Response;
use axum::http::request::Parts;

use super::fixture_text::FixtureText;
use super::{StartError, System, confidence, configcat, featuresignals, unleash};

/// One system's API over its data.
pub(super) trait Api: Send + Sync {
    /// Answers one request; blocks on the database.
    fn answer(&self, head: &Parts, body: &Bytes) -> Response<Body>;

    /// Allows so many requests a minute, where the system has such a limit.
    fn limit(&self, budget: Budget, requests: u32);
}

/// What a system counts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Budget {
    /// Requests of any kind.
    Requests,
    /// Searches for flags.
    Searches,
}

/// Opens the data of `system`, whose server will be found at `url`.
pub(super) fn open(
    system: System,
    data: &Path,
    fixture: &FixtureText,
    url: String,
) -> Result<Box<dyn Api>, StartError> {
    match system {
        System::Unleash => Ok(Box::new(unleash::World::open(data, fixture, url)?)),
        System::Confidence => Ok(Box::new(confidence::World::open(data, fixture)?)),
        System::ConfigCat => Ok(Box::new(configcat::World::open(data, fixture)?)),
        System::FeatureSignals => Ok(Box::new(featuresignals::World::open(data, fixture)?)),
    }
}
