//! Confidence: its tables.

pub(super) mod client;
pub(super) mod compile;
pub(super) mod decompile;
pub(super) mod refusals;

pub use client::{ConfidenceReader, ConfidenceWriter};

use std::fmt;

use super::capabilities::{Capabilities, Combine, Identity};
use super::endpoint::EndpointInfo;
use super::fields::{Field, Shape};
use crate::document::ConfidenceAttachment;

/// What Confidence lets segctl do.
pub const CAPABILITIES: &Capabilities = &Capabilities {
    provider: "confidence",
    system: "Confidence",
    auth: "",
    secrets: &[&["clientId", "clientSecret"]],
    variables: &[
        ("clientId", &["CONFIDENCE_CLIENT_ID"]),
        ("clientSecret", &["CONFIDENCE_CLIENT_SECRET"]),
    ],
    url_variables: &["CONFIDENCE_FLAGS_URL"],
    default_url: Some("https://flags.confidence.dev"),
    target_fields: &["region", "iamUrl"],
    key: "",
    key_field: "id",
    identity: Identity::Fixed,
    mark: "",
    rename: "",
    prune: "",
    rule: "",
    combine: Combine::One,
    concurrency: "",
    limits: "",
    requests: "",
    tested: "",
    missing: "",
    obstacles: &[],
};

/// How segments are compared.
pub const FIELDS: &[Field] =
    &[Field::new("id", Shape::Exact), Field::new("description", Shape::Prose)];

/// Every endpoint that segctl uses.
pub static ENDPOINTS: &[&EndpointInfo] = &[];

/// Says which rule it is, in one line.
pub(super) fn describe(rule: &ConfidenceAttachment, to: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(to, "{rule:?}")
}
