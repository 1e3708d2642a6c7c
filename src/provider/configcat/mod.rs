//! ConfigCat: its tables.

pub(super) mod client;
pub(super) mod compile;
pub(super) mod decompile;
pub(super) mod refusals;

pub use client::{ConfigCatReader, ConfigCatWriter};

use std::fmt;

use super::capabilities::{Capabilities, Combine, Identity};
use super::endpoint::EndpointInfo;
use super::fields::{Field, Shape};
use crate::document::ConfigCatAttachment;

/// What ConfigCat lets segctl do.
pub const CAPABILITIES: &Capabilities = &Capabilities {
    provider: "configcat",
    system: "ConfigCat",
    auth: "",
    secrets: &[&["username", "password"]],
    variables: &[
        ("username", &["CONFIGCAT_API_USER", "CONFIGCAT_BASIC_AUTH_USERNAME"]),
        ("password", &["CONFIGCAT_API_PASS", "CONFIGCAT_BASIC_AUTH_PASSWORD"]),
    ],
    url_variables: &["CONFIGCAT_BASE_URL", "CONFIGCAT_BASE_PATH"],
    default_url: Some("https://api.configcat.com"),
    target_fields: &["product", "reason"],
    key: "",
    key_field: "name",
    identity: Identity::Renamable,
    mark: "",
    rename: "",
    prune: "",
    rule: "",
    combine: Combine::All,
    concurrency: "",
    limits: "",
    requests: "",
    tested: "",
    missing: "",
    obstacles: &[],
};

/// How segments are compared.
pub const FIELDS: &[Field] =
    &[Field::new("name", Shape::Exact), Field::new("description", Shape::Prose)];

/// Every endpoint that segctl uses.
pub static ENDPOINTS: &[&EndpointInfo] = &[];

/// Says which rule it is, in one line.
pub(super) fn describe(rule: &ConfigCatAttachment, to: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(to, "{rule:?}")
}
