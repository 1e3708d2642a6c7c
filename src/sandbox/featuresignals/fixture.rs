//! The fixture file: the organisation a new sandbox starts with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The content of a fixture file. Every part may be left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fixture {
    pub(super) projects: Vec<Project>,
    pub(super) segments: Vec<Segment>,
    pub(super) flags: Vec<Flag>,
    /// Beside the four that are always there.
    pub(super) users: Vec<User>,
    pub(super) options: Options,
}

/// A project with its environments, by their slugs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Project {
    pub(super) slug: String,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default = "environments")]
    pub(super) environments: Vec<String>,
}

/// A segment, stored as it stands: it is not validated, so that an odd one can be had.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Segment {
    pub(super) key: String,
    /// A slug; the first project unless another is named.
    #[serde(default)]
    pub(super) project: Option<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default = "all")]
    pub(super) match_type: String,
    #[serde(default)]
    pub(super) rules: Vec<Condition>,
}

/// A condition; without `values` it has null there.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Condition {
    pub(super) attribute: String,
    pub(super) operator: String,
    #[serde(default)]
    pub(super) values: Option<Vec<String>>,
}

/// A flag with its states, by the slug of the environment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Flag {
    pub(super) key: String,
    #[serde(default)]
    pub(super) project: Option<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default = "active")]
    pub(super) status: String,
    #[serde(default)]
    pub(super) states: BTreeMap<String, State>,
}

/// The state of a flag in one environment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    #[serde(default = "yes")]
    pub(super) enabled: bool,
    #[serde(default)]
    pub(super) default_value: Option<Value>,
    #[serde(default)]
    pub(super) rules: Vec<Rule>,
    #[serde(default)]
    pub(super) percentage_rollout: i64,
    #[serde(default)]
    pub(super) variants: Option<Value>,
}

/// A rule; what is left out is as the dashboard makes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) priority: Option<i64>,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) conditions: Vec<Condition>,
    #[serde(default)]
    pub(super) segment_keys: Vec<String>,
    #[serde(default = "whole")]
    pub(super) percentage: i64,
    #[serde(default = "on")]
    pub(super) value: Value,
    #[serde(default = "all")]
    pub(super) match_type: String,
}

/// Somebody who may sign in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct User {
    pub(super) email: String,
    pub(super) role: Role,
    #[serde(default = "password")]
    pub(super) password: String,
    /// The code that a second factor would show.
    #[serde(default)]
    pub(super) mfa_code: Option<String>,
    /// What a developer may do, by the slug of the environment.
    #[serde(default)]
    pub(super) permissions: BTreeMap<String, Vec<Permission>>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    Owner,
    Admin,
    Developer,
    Viewer,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Permission {
    CanToggle,
    CanEditRules,
}

/// What an operator of the real server sets, and what makes a long story short.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Options {
    pub(super) access_token_seconds: i64,
    /// After so many requests a token has expired, whatever the clock says.
    pub(super) access_token_requests: Option<u32>,
    pub(super) refresh_token_seconds: i64,
    pub(super) requests_per_minute: u32,
    pub(super) logins_per_minute: u32,
    /// Whether everybody but owners has to sign in elsewhere.
    pub(super) sso_enforced: bool,
}

impl Default for Fixture {
    fn default() -> Self {
        let project =
            Project { slug: "default".to_owned(), name: None, environments: environments() };
        Self {
            projects: vec![project],
            segments: vec![],
            flags: vec![],
            users: vec![],
            options: Options::default(),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            access_token_seconds: 60 * 60,
            access_token_requests: None,
            refresh_token_seconds: 168 * 60 * 60,
            requests_per_minute: 2000,
            logins_per_minute: 20,
            sso_enforced: false,
        }
    }
}

impl Role {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Developer => "developer",
            Self::Viewer => "viewer",
        }
    }
}

fn environments() -> Vec<String> {
    ["development", "staging", "production"].map(str::to_owned).to_vec()
}

fn password() -> String {
    "sandbox-password".to_owned()
}

fn active() -> String {
    "active".to_owned()
}

fn all() -> String {
    "all".to_owned()
}

fn yes() -> bool {
    true
}

fn on() -> Value {
    Value::Bool(true)
}

fn whole() -> i64 {
    10_000
}
