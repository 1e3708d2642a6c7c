//! FeatureSignals: its tables.

pub(super) mod client;
pub(super) mod compile;
pub(super) mod decompile;
pub(super) mod refusals;

pub use client::{FeatureSignalsReader, FeatureSignalsWriter};

use std::fmt;

use super::capabilities::{Capabilities, Combine, Identity};
use super::endpoint::EndpointInfo;
use super::fields::{Field, Shape};
use crate::document::FeatureSignalsAttachment;

/// What FeatureSignals lets segctl do.
pub const CAPABILITIES: &Capabilities = &Capabilities {
    provider: "featuresignals",
    system: "FeatureSignals",
    auth: "",
    secrets: &[&["email", "password"], &["refreshToken"]],
    variables: &[
        ("email", &["FEATURESIGNALS_EMAIL"]),
        ("password", &["FEATURESIGNALS_PASSWORD"]),
        ("refreshToken", &["FEATURESIGNALS_REFRESH_TOKEN"]),
    ],
    url_variables: &["FEATURESIGNALS_URL"],
    default_url: Some("https://api.featuresignals.com"),
    target_fields: &["project", "refresh"],
    key: "",
    key_field: "key",
    identity: Identity::Fixed,
    mark: "",
    rename: "",
    prune: "",
    rule: "",
    combine: Combine::Any,
    concurrency: "",
    limits: "",
    requests: "",
    tested: "",
    missing: "",
    obstacles: &[],
};

/// How segments are compared.
pub const FIELDS: &[Field] =
    &[Field::new("key", Shape::Exact), Field::new("description", Shape::Prose)];

/// Every endpoint that segctl uses.
pub static ENDPOINTS: &[&EndpointInfo] = &[];

/// Says which rule it is, in one line.
pub(super) fn describe(
    rule: &FeatureSignalsAttachment,
    to: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    write!(to, "{rule:?}")
}
