//! Unleash 6 to 8: its tables.
//!
//! Facts are as observed on servers 8.2.0, 7.4.1 and 6.10.1 unless a line says otherwise.

pub(super) mod client;
pub(super) mod compile;
pub(super) mod decompile;
pub(super) mod refusals;
mod wire;

pub use client::{UnleashReader, UnleashWriter};

use std::fmt;

use super::audience::{Audience, RegexField};
use super::capabilities::{Capabilities, Combine, Identity};
use super::endpoint::{Endpoint, EndpointInfo, Read, Retry, Write};
use super::fields::{Attribute, Field, Shape};
use crate::diagnostic::Code;
use crate::document::{StrategySelector, UnleashAttachment};
use reqwest::Method;
use semver::Version;

/// What Unleash lets segctl do.
pub const CAPABILITIES: &Capabilities = &Capabilities {
    provider: "unleash",
    system: "Unleash 6, 7 and 8, open source or Enterprise",
    auth: "token: an admin token or a personal access token",
    secrets: &[&["token"]],
    variables: &[("token", &["UNLEASH_TOKEN", "UNLEASH_AUTH_TOKEN", "AUTH_TOKEN"])],
    url_variables: &["UNLEASH_URL"],
    default_url: None,
    target_fields: &[],
    key_field: "name",
    identity: Identity::Renamable,
    combine: Combine::All,
    obstacles: &[
        Code::Twins,
        Code::NameTaken,
        Code::LimitReached,
        Code::ServerTooOld,
        Code::UnknownProject,
        Code::ScopeInUse,
        Code::OutOfScope,
        Code::IllegalValue,
        Code::InUse,
        Code::UseUnknown,
        Code::RuleOfReleasePlan,
    ],
    key: "the name; the server lets two creations at once make twins, which segctl finds and heals",
    mark: "the last line of the description",
    rename: "in place",
    prune: "deletes, unless a flag, an archived flag, a default strategy or a pending change \
            request uses the segment",
    rule: "one strategy by title, id or type; several segments on each, all of which must match",
    concurrency: "strategies: compared by the server since 7.2.3, before that as late as possible; \
                  segments: compared as late as possible",
    limits: "300 segments, 1,000 values in each, 5 segments on a strategy, 100 kB a request",
    requests: "2, and 1 for each flag that an attachment names",
    tested: "on real servers 8.2.0 and 6.10.1, and on the embedded one",
    missing: "change requests of Enterprise; flags and strategies are never made, changed or removed",
};

/// How a condition says of which attribute its values are.
pub const ATTRIBUTE: &Attribute = &Attribute {
    conditions: Some("constraints"),
    field: "contextName",
    operator: "operator",
    values: &["values", "value"],
};

/// How segments are compared.
pub const FIELDS: &[Field] = &[
    Field::new("name", Shape::Exact),
    Field::new("description", Shape::Prose),
    // Absent or null: every project may use the segment.
    Field::new("project", Shape::Exact),
    Field::new("constraints", Shape::Objects(CONSTRAINT)),
];

/// What says who is meant. Constraints hold all at once.
pub const AUDIENCE: Audience = Audience {
    fields: &["constraints"],
    regex: Some(RegexField { list: "constraints", operator: "operator", word: "REGEX" }),
    excludes: false,
};

/// How constraints are compared. All of them hold at once, so their order means nothing.
pub const CONSTRAINT: &[Field] = &[
    Field::new("contextName", Shape::Exact),
    Field::new("operator", Shape::Exact),
    Field::new("values", Shape::Set),
    Field::new("value", Shape::Exact),
    Field::new("inverted", Shape::Flag),
    Field::new("caseInsensitive", Shape::Flag),
];

/// The most segments on one strategy, unless the server's limit was changed.
pub const STRATEGY_SEGMENTS: usize = 5;
/// The most values in all constraints of one segment, unless the server's limit was changed.
pub const SEGMENT_VALUES: usize = 1_000;
/// The longest value, in UTF-16 units.
pub const VALUE_LENGTH: usize = 100;
/// The largest request body, in bytes: the default of the server's framework, answered with 413.
pub const BODY_BYTES: usize = 100 * 1024;

/// The first server whose strategies take a JSON Patch with `test`.
pub const PATCH_TEST_SINCE: Version = Version::new(7, 2, 3);

pub(super) static UI_CONFIG: Endpoint<Read> =
    Endpoint::get("/api/admin/ui-config", "version and limits; 8.2.0, 6.10.1");
pub(super) static SEGMENTS: Endpoint<Read> =
    Endpoint::get("/api/admin/segments", "{segments: [..]}, all of them, no paging");
pub(super) static SEGMENT: Endpoint<Read> =
    Endpoint::get("/api/admin/segments/{}", "one segment, without counts of its uses; 404");
pub(super) static FEATURE: Endpoint<Read> = Endpoint::get(
    "/api/admin/projects/{}/features/{}",
    "environments[].strategies[] with the ids of their segments",
);
pub(super) static SEGMENT_USES: Endpoint<Read> = Endpoint::get(
    "/api/admin/segments/{}/strategies",
    "the strategies that use a segment, archived flags left out; 404 for an unknown id since 7",
);
pub(super) static STRATEGY: Endpoint<Read> = Endpoint::get(
    "/api/admin/projects/{}/features/{}/environments/{}/strategies/{}",
    "one strategy; its segments in the order in which a JSON Patch sees them",
);
pub(super) static ARCHIVED: Endpoint<Read> = Endpoint::get(
    "/api/admin/search/features",
    "archived flags with the names of their segments; 15 requests a minute on 8.2.0",
);
pub(super) static PROJECT_ENVIRONMENTS: Endpoint<Read> = Endpoint::get(
    "/api/admin/environments/project/{}",
    "environments[].defaultStrategy with the ids of its segments, also those of environments that \
     are off; an unknown project has none, 200",
);
pub(super) static PROJECTS: Endpoint<Read> =
    Endpoint::get("/api/admin/projects", "{projects: [{id}]}");
pub(super) static CONTEXT: Endpoint<Read> =
    Endpoint::get("/api/admin/context", "context fields with their legal values");
pub(super) static CREATE_SEGMENT: Endpoint<Write> = Endpoint::write(
    Method::POST,
    "/api/admin/segments",
    Retry::Reconcile,
    "201 with the segment; names are not unique when two requests race",
);
pub(super) static UPDATE_SEGMENT: Endpoint<Write> = Endpoint::write(
    Method::PUT,
    "/api/admin/segments/{}",
    Retry::Reconcile,
    "204; an omitted description stays and an omitted project is cleared, so all four are sent; an \
     unknown id is 404, and ends the server when the token is a personal one (8.2.0, 6.10.1)",
);
pub(super) static DELETE_SEGMENT: Endpoint<Write> = Endpoint::write(
    Method::DELETE,
    "/api/admin/segments/{}",
    Retry::Reconcile,
    "204; 409 with an empty body when it is used; an unknown id as in a PUT",
);
pub(super) static PATCH_STRATEGY: Endpoint<Write> = Endpoint::write(
    Method::PATCH,
    "/api/admin/projects/{}/features/{}/environments/{}/strategies/{}",
    Retry::Reconcile,
    "JSON Patch, transactional, moves the SDKs' revision; POST /segments/strategies does neither",
);

/// Every endpoint that segctl uses.
pub static ENDPOINTS: &[&EndpointInfo] = &[
    &UI_CONFIG.info,
    &SEGMENTS.info,
    &SEGMENT.info,
    &FEATURE.info,
    &SEGMENT_USES.info,
    &STRATEGY.info,
    &ARCHIVED.info,
    &PROJECTS.info,
    &PROJECT_ENVIRONMENTS.info,
    &CONTEXT.info,
    &CREATE_SEGMENT.info,
    &UPDATE_SEGMENT.info,
    &DELETE_SEGMENT.info,
    &PATCH_STRATEGY.info,
];

/// Says which strategy `rule` names, in one line.
pub(super) fn describe(rule: &UnleashAttachment, to: &mut fmt::Formatter<'_>) -> fmt::Result {
    let StrategySelector { title, id, name } = &rule.strategy;
    let (what, which) = match (title, id, name) {
        (Some(title), _, _) => ("titled", title),
        (_, Some(id), _) => ("with id", id),
        (_, _, Some(name)) => ("of type", name),
        (None, None, None) => ("without", &rule.feature),
    };
    let UnleashAttachment { project, feature, environment, .. } = rule;
    write!(to, "strategy {what} `{which}` of {project}/{feature} in {environment}")
}
