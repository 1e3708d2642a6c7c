//! Spotify Confidence: its tables.
//!
//! No account was within reach. Facts come from Spotify's open definitions of the API (`source`),
//! from its pages (`docs`), or are inferred; each line says which.

pub(super) mod client;
pub(super) mod compile;
pub(super) mod decompile;
pub(super) mod refusals;
mod sharing;
mod wire;

pub use client::{ConfidenceReader, ConfidenceWriter};

use std::fmt;

use reqwest::Method;

use super::audience::Audience;
use super::capabilities::{Capabilities, Combine, Identity};
use super::endpoint::{Auth, Endpoint, EndpointInfo, Read, Retry, Write};
use super::fields::{Attribute, Field, Shape};
use crate::diagnostic::Code;
use crate::document::ConfidenceAttachment;

/// What Confidence lets segctl do.
pub const CAPABILITIES: &Capabilities = &Capabilities {
    provider: "confidence",
    system: "Spotify Confidence",
    auth: "clientId and clientSecret of an API client",
    secrets: &[&["clientId", "clientSecret"]],
    variables: &[
        ("clientId", &["CONFIDENCE_CLIENT_ID"]),
        ("clientSecret", &["CONFIDENCE_CLIENT_SECRET"]),
    ],
    url_variables: &["CONFIDENCE_FLAGS_URL"],
    default_url: Some("https://flags.confidence.dev"),
    target_fields: &["region", "iamUrl"],
    key: "the id, which is chosen when the segment is made and never free again",
    key_field: "id",
    identity: Identity::Fixed,
    mark: "the labels segctl-workspace, segctl-name and segctl-hash",
    rename: "a new segment: it is made, rules are pointed to it, and the old one is an orphan; who \
             is in it and which variant a user gets is drawn anew",
    prune: "archives, which cannot be undone, unless a rule or another segment uses the segment",
    rule: "one rule of a flag by its labels or its name; exactly one segment on each",
    combine: Combine::One,
    concurrency: "compared as late as possible",
    limits: "50 requests a second for the whole account",
    requests: "1 for each 100 segments, 1 for each 100 flags",
    tested: "on the embedded server only",
    missing: "segments of experiments, rollouts and flags are never taken over; materialized \
              segments can be referred to; flags and rules are never made or removed",
    obstacles: &[
        Code::KeyBurnt,
        Code::BelongsToSystem,
        Code::ImmutableAllocation,
        Code::NoSpace,
        Code::ExclusiveSwap,
        Code::NotAllocated,
        Code::InUse,
        Code::FlagArchived,
    ],
};

/// How a condition says of which attribute its values are.
pub const ATTRIBUTE: &Attribute = &Attribute {
    conditions: Some("criteria"),
    field: "attributeName",
    operator: "attributeName",
    values: &[
        "eqRule",
        "setRule",
        "rangeRule",
        "anyRule",
        "allRule",
        "startsWithRule",
        "endsWithRule",
        "containsRule",
    ],
};

/// How segments are compared.
pub const FIELDS: &[Field] = &[
    Field::new("id", Shape::Exact),
    Field::new("displayName", Shape::Exact),
    Field::new("description", Shape::Prose),
    Field::new("targeting", Shape::Tree),
    Field::new("allocation", Shape::Tree),
    // Without those that are segctl's own.
    Field::new("labels", Shape::Tree),
    // Of a live segment only where a document said it: otherwise whoever owns it may stay.
    Field::new("owner", Shape::Exact),
    Field::new("flag", Shape::Exact),
    Field::new("workflowInstance", Shape::Exact),
];

/// What says who is meant.
pub const AUDIENCE: Audience =
    Audience { fields: &["targeting", "allocation"], regex: None, excludes: false };

/// How every label of segctl begins.
pub const OWN_LABEL: &str = "segctl-";
/// The label of what people made in the UI, which is the server's: segctl keeps it as it is.
pub(super) const UI_LABEL: &str = "uiCreated";
/// The most requests a second, with some to spare: a request may arrive later than the one behind
/// it. The limit of 50 is of the whole account (source).
pub(super) const REQUESTS_PER_SECOND: u32 = 48;
/// The most entries of a page (source, of another service of Confidence).
pub(super) const PAGE: &str = "100";
/// How many buckets the population is divided into: what is finer is lost (source).
pub(super) const BUCKETS: f64 = 1_000_000.0;

pub(super) static TOKEN: Endpoint<Auth> = Endpoint::sign_in(
    "/v1/oauth/token",
    "{accessToken, expiresIn} for client credentials; expiresIn is a string; source",
);
pub(super) static SEGMENTS: Endpoint<Read> = Endpoint::get(
    "/v1/segments",
    "{segments, nextPageToken}, in no order, archived ones perhaps with them; source",
);
pub(super) static SEGMENT: Endpoint<Read> =
    Endpoint::get("/v1/segments/{}", "one segment; a missing one is 403, not 404; inferred");
pub(super) static FLAGS: Endpoint<Read> = Endpoint::get(
    "/v1/flags",
    "{flags, nextPageToken}, each with its rules, archived ones perhaps with them; source",
);
pub(super) static FLAG: Endpoint<Read> =
    Endpoint::get("/v1/flags/{}", "one flag with its rules in the order of evaluation; source");
pub(super) static SPACE: Endpoint<Read> = Endpoint::ask(
    "/v1/segments/{}:segmentAvailableSpace",
    "{availableSpace: {value}} for the coordination that the body names; source",
);
pub(super) static CREATE_SEGMENT: Endpoint<Write> = Endpoint::write(
    Method::POST,
    "/v1/segments",
    Retry::Reconcile,
    "200 with the segment; the id stands in the query; a taken one is 409; docs",
);
pub(super) static UPDATE_SEGMENT: Endpoint<Write> = Endpoint::write(
    Method::PATCH,
    "/v1/segments/{}",
    Retry::Reconcile,
    "only what updateMask names; not once it is allocated; source",
);
pub(super) static ALLOCATE_SEGMENT: Endpoint<Write> = Endpoint::write(
    Method::POST,
    "/v1/segments/{}:allocate",
    Retry::Reconcile,
    "400 when there is no space; source",
);
pub(super) static ARCHIVE_SEGMENT: Endpoint<Write> = Endpoint::write(
    Method::POST,
    "/v1/segments/{}:archive",
    Retry::Reconcile,
    "for ever; not while a rule references it; source",
);
pub(super) static UPDATE_RULE: Endpoint<Write> = Endpoint::write(
    Method::PATCH,
    "/v1/flags/{}/rules/{}",
    Retry::Reconcile,
    "only what updateMask names; source",
);

/// Every endpoint that segctl uses.
pub static ENDPOINTS: &[&EndpointInfo] = &[
    &TOKEN.info,
    &SEGMENTS.info,
    &SEGMENT.info,
    &FLAGS.info,
    &FLAG.info,
    &SPACE.info,
    &CREATE_SEGMENT.info,
    &UPDATE_SEGMENT.info,
    &ALLOCATE_SEGMENT.info,
    &ARCHIVE_SEGMENT.info,
    &UPDATE_RULE.info,
];

/// Says which rule it is, in one line.
pub(super) fn describe(rule: &ConfidenceAttachment, to: &mut fmt::Formatter<'_>) -> fmt::Result {
    let ConfidenceAttachment { flag, rule } = rule;
    if let Some(name) = &rule.name {
        return write!(to, "rule `{name}`");
    }
    let labels = rule.labels.iter().flatten();
    let labels: Vec<String> = labels.map(|(key, value)| format!("{key}={value}")).collect();
    write!(to, "rule `{}` of {flag}", labels.join(","))
}
