//! FeatureSignals: its tables.
//!
//! Facts were observed on the project's own handlers, store and engine over `PostgreSQL`, unless a
//! line says otherwise.

pub(super) mod client;
pub(super) mod compile;
pub(super) mod decompile;
mod engine;
pub(super) mod refusals;
mod wire;

pub use client::{FeatureSignalsReader, FeatureSignalsWriter};

use std::fmt;

use reqwest::Method;

use super::audience::{Audience, RegexField};
use super::capabilities::{Capabilities, Combine, Identity};
use super::endpoint::{Auth, Endpoint, EndpointInfo, Read, Retry, Write};
use super::fields::{Attribute, Field, Shape};
use crate::diagnostic::Code;
use crate::document::{FeatureSignalsAttachment, FeatureSignalsRule};

/// What FeatureSignals lets segctl do.
pub const CAPABILITIES: &Capabilities = &Capabilities {
    provider: "featuresignals",
    system: "FeatureSignals, API v1, as of May 2026",
    auth: "email and password of a member without a second factor, or refreshToken",
    secrets: &[&["email", "password"], &["refreshToken"]],
    variables: &[
        ("email", &["FEATURESIGNALS_EMAIL"]),
        ("password", &["FEATURESIGNALS_PASSWORD"]),
        ("refreshToken", &["FEATURESIGNALS_REFRESH_TOKEN"]),
    ],
    url_variables: &["FEATURESIGNALS_URL"],
    default_url: Some("https://api.featuresignals.com"),
    target_fields: &["project", "refresh"],
    key: "the key; the server cannot change it",
    key_field: "key",
    identity: Identity::Fixed,
    mark: "the last line of the description",
    rename: "a new key makes a new segment; rules are changed to it, and the old one is an orphan",
    prune: "deletes, unless a rule of a flag or of an archived flag names the segment",
    rule: "one rule of a flag in an environment, by description or id; several segments on each, \
           any of which must match",
    combine: Combine::Any,
    concurrency: "the server compares nothing; segctl reads again just before it writes, and \
                  compares",
    limits: "names of 255 bytes, descriptions of 2,000 with the mark, 1 MiB a request; 100 to 2,000 \
             requests a minute by plan",
    requests: "2, 1 for every 100 segments, 1 for each rule's flag and environment, and for each \
               environment 1 for every 100 states of flags",
    tested: "on the embedded one, which was written from observations of the server's own code",
    missing: "approvals; flags, rules and environments are never made or removed",
    obstacles: &[Code::InUse, Code::RuleAmbiguous],
};

/// How a condition says of which attribute its values are.
pub const ATTRIBUTE: &Attribute = &Attribute {
    conditions: Some("rules"),
    field: "attribute",
    operator: "operator",
    values: &["values"],
};

/// How segments are compared.
pub const FIELDS: &[Field] = &[
    Field::new("key", Shape::Exact),
    Field::new("name", Shape::Exact),
    Field::new("description", Shape::Prose),
    Field::new("match_type", Shape::Exact),
    Field::new("rules", Shape::Objects(RULE)),
];

/// What says who is meant.
pub const AUDIENCE: Audience = Audience {
    fields: &["match_type", "rules"],
    regex: Some(RegexField { list: "rules", operator: "operator", word: "regex" }),
    excludes: false,
};

/// How the rules of a segment are compared. All or any of them hold, so their order means nothing.
pub const RULE: &[Field] = &[
    Field::new("attribute", Shape::Exact),
    Field::new("operator", Shape::Exact),
    // Absent, null and empty are one to the engine. Operators that look at the first value alone
    // take no second one in documents.
    Field::new("values", Shape::Set),
];

/// The longest name, in bytes.
pub const NAME_BYTES: usize = 255;
/// The longest description, in bytes; an update would take more, a creation does not.
pub const DESCRIPTION_BYTES: usize = 2_000;
/// The largest request body, in bytes; what is larger is called malformed.
pub const BODY_BYTES: usize = 1 << 20;

pub(super) static LOGIN: Endpoint<Auth> =
    Endpoint::sign_in("/v1/auth/login", "{tokens: {access_token, ..}}; 20 a minute (source)");
pub(super) static REFRESH: Endpoint<Auth> = Endpoint::sign_in(
    "/v1/auth/refresh",
    "{access_token, ..}, not wrapped; the old refresh token stays valid",
);
pub(super) static PROJECTS: Endpoint<Read> =
    Endpoint::get("/v1/projects", "in pages of at most 100");
pub(super) static ENVIRONMENTS: Endpoint<Read> =
    Endpoint::get("/v1/projects/{}/environments", "in pages; slugs are unique within a project");
pub(super) static SEGMENTS: Endpoint<Read> = Endpoint::get(
    "/v1/projects/{}/segments",
    "in pages, with their rules; only the order by key is stable",
);
pub(super) static SEGMENT: Endpoint<Read> =
    Endpoint::get("/v1/projects/{}/segments/{}", "one segment by its key; 404");
pub(super) static FLAGS: Endpoint<Read> =
    Endpoint::get("/v1/projects/{}/flags", "in pages, without rules, archived ones too (source)");
pub(super) static STATE: Endpoint<Read> = Endpoint::get(
    "/v1/projects/{}/flags/{}/environments/{}",
    "the rules of a flag; an unknown environment is an empty state, 200",
);
pub(super) static STATES: Endpoint<Read> = Endpoint::get(
    "/v1/projects/{}/environments/{}/flag-states",
    "in pages, the rules of every flag; does not say which flag",
);
pub(super) static CREATE_SEGMENT: Endpoint<Write> = Endpoint::write(
    Method::POST,
    "/v1/projects/{}/segments",
    Retry::Reconcile,
    "201; any trouble of the database is called a duplicate, 409",
);
pub(super) static UPDATE_SEGMENT: Endpoint<Write> = Endpoint::write(
    Method::PUT,
    "/v1/projects/{}/segments/{}",
    Retry::Reconcile,
    "200; an absent field stays, so all four are sent; the key in it is an unknown field",
);
pub(super) static DELETE_SEGMENT: Endpoint<Write> = Endpoint::write(
    Method::DELETE,
    "/v1/projects/{}/segments/{}",
    Retry::Reconcile,
    "204, also when rules name it; they keep the key",
);
pub(super) static SET_RULES: Endpoint<Write> = Endpoint::write(
    Method::PUT,
    "/v1/projects/{}/flags/{}/environments/{}",
    Retry::Reconcile,
    "replaces the list of rules as a whole and checks nothing in it; other fields stay",
);
pub(super) static TOUCH: Endpoint<Write> = Endpoint::write(
    Method::PUT,
    "/v1/projects/{}/flags/{}/environments/{}",
    Retry::Safe,
    "{} changes nothing, and the environment reads its segments again",
);

/// Every endpoint that segctl uses.
pub static ENDPOINTS: &[&EndpointInfo] = &[
    &LOGIN.info,
    &REFRESH.info,
    &PROJECTS.info,
    &ENVIRONMENTS.info,
    &SEGMENTS.info,
    &SEGMENT.info,
    &FLAGS.info,
    &STATE.info,
    &STATES.info,
    &CREATE_SEGMENT.info,
    &UPDATE_SEGMENT.info,
    &DELETE_SEGMENT.info,
    &SET_RULES.info,
    &TOUCH.info,
];

/// Says which rule it is, in one line.
pub(super) fn describe(
    rule: &FeatureSignalsAttachment,
    to: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let FeatureSignalsRule { id, description } = &rule.rule;
    let (what, which) = match (description, id) {
        (Some(description), _) => ("described as", description),
        (_, Some(id)) => ("with id", id),
        (None, None) => ("of", &rule.flag),
    };
    write!(to, "rule {what} `{which}` of {} in {}", rule.flag, rule.environment)
}
