//! `ConfigCat`: its tables.
//!
//! Nothing here was seen on a real server, because none can be had. What is known comes from the
//! vendor's own clients and documents, as each line of the table of endpoints says.

pub(super) mod client;
mod comparator;
pub(super) mod compile;
pub(super) mod decompile;
mod number;
pub(super) mod refusals;
mod wire;

pub use client::{ConfigCatReader, ConfigCatWriter};

use std::fmt;

use super::audience::Audience;
use super::capabilities::{Capabilities, Combine, Identity};
use super::endpoint::{Endpoint, EndpointInfo, Read, Retry, Write};
use super::fields::{Attribute, Field, Shape};
use crate::diagnostic::Code;
use crate::document::ConfigCatAttachment;
use reqwest::Method;

/// What `ConfigCat` lets segctl do.
pub const CAPABILITIES: &Capabilities = &Capabilities {
    provider: "configcat",
    system: "ConfigCat, its Public Management API",
    auth: "username and password: a public API credential",
    secrets: &[&["username", "password"]],
    variables: &[
        ("username", &["CONFIGCAT_API_USER", "CONFIGCAT_BASIC_AUTH_USERNAME"]),
        ("password", &["CONFIGCAT_API_PASS", "CONFIGCAT_BASIC_AUTH_PASSWORD"]),
    ],
    url_variables: &["CONFIGCAT_BASE_URL", "CONFIGCAT_BASE_PATH"],
    default_url: Some("https://api.configcat.com"),
    target_fields: &["product", "reason"],
    key: "the name, unique in its product without regard to case",
    key_field: "name",
    identity: Identity::Renamable,
    mark: "the last line of the description",
    rename: "in place",
    prune: "deletes, unless a rule of any config in any environment uses the segment",
    rule: "one targeting rule by what it serves or by its position; in V2 configs several segments \
           on each, all of which must match, beside those that must not; in V1 configs one",
    combine: Combine::All,
    concurrency: "rules: compared by the server, as a JSON Patch with tests; segments: compared as \
                  late as possible",
    limits: "one comparison in each segment, 65,535 characters of values; segments by the plan: 2 \
             to 1,000; requests by the answers' headers",
    requests: "2, and 1 for each segment; with attachments 2 more, and 1 for each config and \
               environment that they name",
    tested: "on the embedded server, which the vendor's own typed client understands",
    missing: "change requests; flags and rules are never made, changed or removed",
    obstacles: &[
        Code::NameTaken,
        Code::LimitReached,
        Code::InUse,
        Code::EnvironmentReadOnly,
        Code::ReasonRequired,
        Code::RuleNeedsCondition,
    ],
};

/// How a condition says of which attribute its values are.
pub const ATTRIBUTE: &Attribute = &Attribute {
    conditions: None,
    field: "comparisonAttribute",
    operator: "comparator",
    values: &["comparisonValue", "comparisonValues"],
};

/// How segments are compared. Of `comparisonValue` and `comparisonValues` one is absent: the API
/// has one text for both, and its list comparators split it at commas.
pub const FIELDS: &[Field] = &[
    Field::new("name", Shape::Exact),
    Field::new("description", Shape::Prose),
    Field::new("comparisonAttribute", Shape::Exact),
    Field::new("comparator", Shape::Exact),
    Field::new("comparisonValue", Shape::Exact).hidden_where("comparator", "sensitive"),
    Field::new("comparisonValues", Shape::Set).hidden_where("comparator", "sensitive"),
];

/// What says who is meant. A rule may also ask that a user is in none of its segments.
pub const AUDIENCE: Audience = Audience {
    fields: &["comparisonAttribute", "comparator", "comparisonValue", "comparisonValues"],
    regex: None,
    excludes: true,
};

/// The longest description, in UTF-16 units.
pub const DESCRIPTION_LENGTH: usize = 1_000;
/// The longest name, in UTF-16 units.
pub const NAME_LENGTH: usize = 255;
/// The longest attribute, in UTF-16 units.
pub const ATTRIBUTE_LENGTH: usize = 1_000;
/// The longest text to compare with, in UTF-16 units, all values of a list together.
pub const VALUE_LENGTH: usize = 65_535;

pub(super) static PRODUCTS: Endpoint<Read> =
    Endpoint::get("/v1/products", "all products of the user; unpaged (vendor's API description)");
pub(super) static CONFIGS: Endpoint<Read> =
    Endpoint::get("/v1/products/{}/configs", "with evaluationVersion (vendor's API description)");
pub(super) static ENVIRONMENTS: Endpoint<Read> =
    Endpoint::get("/v1/products/{}/environments", "with reasonRequired (vendor's API description)");
pub(super) static SEGMENTS: Endpoint<Read> = Endpoint::get(
    "/v1/products/{}/segments",
    "without the comparison, with a count of uses; unpaged (vendor's API description)",
);
pub(super) static SEGMENT: Endpoint<Read> =
    Endpoint::get("/v1/segments/{}", "one segment with its comparison (vendor's API description)");
pub(super) static VALUES_V1: Endpoint<Read> = Endpoint::get(
    "/v1/configs/{}/environments/{}/values",
    "what all flags of an old config serve (vendor's API description)",
);
pub(super) static VALUES_V2: Endpoint<Read> = Endpoint::get(
    "/v2/configs/{}/environments/{}/values",
    "what all flags of a new config serve (vendor's API description)",
);
pub(super) static VALUE_V1: Endpoint<Read> = Endpoint::get(
    "/v1/environments/{}/settings/{}/value",
    "what one flag serves (vendor's API description)",
);
pub(super) static VALUE_V2: Endpoint<Read> = Endpoint::get(
    "/v2/environments/{}/settings/{}/value",
    "what one flag serves (vendor's API description)",
);
pub(super) static CREATE_SEGMENT: Endpoint<Write> = Endpoint::write(
    Method::POST,
    "/v1/products/{}/segments",
    Retry::Reconcile,
    "201; a taken name is 400 (inferred), one too many for the plan 402 (vendor's client)",
);
pub(super) static UPDATE_SEGMENT: Endpoint<Write> = Endpoint::write(
    Method::PUT,
    "/v1/segments/{}",
    Retry::Reconcile,
    "an absent field is probably left alone (inferred), so all five are sent, as the vendor's \
     clients do",
);
pub(super) static DELETE_SEGMENT: Endpoint<Write> = Endpoint::write(
    Method::DELETE,
    "/v1/segments/{}",
    Retry::Reconcile,
    "204; of a used one nobody has said what happens, so it is never sent",
);
pub(super) static PATCH_VALUE_V1: Endpoint<Write> = Endpoint::write(
    Method::PATCH,
    "/v1/environments/{}/settings/{}/value",
    Retry::Reconcile,
    "JSON Patch, 204 when nothing changes; ?reason= (vendor's API description)",
);
pub(super) static PATCH_VALUE_V2: Endpoint<Write> = Endpoint::write(
    Method::PATCH,
    "/v2/environments/{}/settings/{}/value",
    Retry::Reconcile,
    "JSON Patch, 204 when nothing changes; ?reason= (vendor's API description)",
);

/// Every endpoint that segctl uses.
pub static ENDPOINTS: &[&EndpointInfo] = &[
    &PRODUCTS.info,
    &CONFIGS.info,
    &ENVIRONMENTS.info,
    &SEGMENTS.info,
    &SEGMENT.info,
    &VALUES_V1.info,
    &VALUES_V2.info,
    &VALUE_V1.info,
    &VALUE_V2.info,
    &CREATE_SEGMENT.info,
    &UPDATE_SEGMENT.info,
    &DELETE_SEGMENT.info,
    &PATCH_VALUE_V1.info,
    &PATCH_VALUE_V2.info,
];

/// Says which rule `rule` names, in one line.
pub(super) fn describe(rule: &ConfigCatAttachment, to: &mut fmt::Formatter<'_>) -> fmt::Result {
    let ConfigCatAttachment { config, environment, setting, rule, .. } = rule;
    match (&rule.position, &rule.serves) {
        (Some(at), Some(value)) => write!(to, "rule {at} of those that serve {}", value.text())?,
        (Some(at), None) => write!(to, "rule {at}")?,
        (None, Some(value)) => write!(to, "the rule that serves {}", value.text())?,
        (None, None) => write!(to, "a rule")?,
    }
    write!(to, " of {config}/{setting} in {environment}")
}
