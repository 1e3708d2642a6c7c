//! The management API of FeatureSignals: routing, and the order in which a request is judged.
//!
//! No server of this system can be started here. What is reproduced was observed on its own handlers,
//! or read in its source; `docs/sandbox/featuresignals.md` tells the two apart from what is inferred.

mod caller;
mod clock;
mod decode;
mod engine;
mod evaluate;
mod fixture;
mod inspect;
mod jsonb;
mod login;
mod pages;
mod projects;
mod refusal;
mod seed;
mod segments;
mod states;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::http::Response;
use axum::http::request::Parts;
use chrono::Utc;

use self::caller::Caller;
use self::fixture::{Fixture, Options};
use self::inspect::Cache;
use self::login::Failures;
use self::refusal::{Outcome, Refusal};
use self::states::Place;
use super::StartError;
use super::api::{Api, Budget};
use super::exchange::{Asked, Reply};
use super::fixture_text::FixtureText;
use super::rate::Rate;
use super::store::{Layout, Store};

/// The tables of its data file.
const LAYOUT: Layout = Layout { schema: include_str!("schema.sql"), version: 1, id: 0x7365_6766 };

/// What every endpoint can reach.
pub(super) struct World {
    store: Store,
    options: Options,
    /// Of the whole organisation, people included.
    requests: Rate,
    logins: Rate,
    failures: Failures,
    /// How often each token was used, where tokens are used up.
    uses: Mutex<HashMap<String, u32>>,
    rulesets: Cache,
}

impl World {
    /// Opens the data file, which begins as `fixture` says.
    pub(super) fn open(data: &Path, fixture: &FixtureText) -> Result<Self, StartError> {
        let fixture: Fixture = fixture.parse()?;
        let store = Store::open(data, LAYOUT, |connection| seed::plant(connection, &fixture))?;
        let options: String =
            store.read(|tx| tx.query_row("SELECT body FROM options", [], |row| row.get(0)))?;
        let options: Options = serde_json::from_str(&options).unwrap_or_default();
        Ok(Self {
            store,
            requests: Rate::new(options.requests_per_minute),
            logins: Rate::new(options.logins_per_minute),
            options,
            failures: Failures::default(),
            uses: Mutex::default(),
            rulesets: Cache::default(),
        })
    }

    /// Counts a use of a token; whether it was one too many.
    fn is_used_up(&self, token: &str) -> bool {
        let Some(most) = self.options.access_token_requests else { return false };
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let count = uses.entry(token.to_owned()).or_default();
        *count += 1;
        *count > most
    }

    fn judge(&self, asked: &Asked<'_>, path: &str) -> Outcome {
        let version = asked.header("accept-version").or_else(|| asked.header("x-api-version"));
        if version.is_some_and(|it| it != "v1") {
            return Err(Refusal::new(406, "unsupported API version"));
        }
        let segments: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        let (["v1", rest @ ..], false) = (segments.as_slice(), path.ends_with('/')) else {
            return Err(Refusal::no_route());
        };
        let kind = asked.header("content-type").unwrap_or_default();
        if matches!(asked.method, "POST" | "PUT" | "PATCH") && !kind.starts_with("application/json")
        {
            return Err(Refusal::new(415, "Content-Type must be application/json"));
        }
        if let ["auth", verb] = rest {
            return login::route(self, asked, verb);
        }
        let caller = self.caller(asked)?;
        Ok(self.paced(|| {
            if rest.first() == Some(&"projects") {
                self.project(asked, &caller, &rest[1..])
            } else {
                Err(Refusal::no_route())
            }
        }))
    }

    /// Answers unless the organisation has asked too often, and says how much is left.
    fn paced(&self, answer: impl FnOnce() -> Outcome) -> Reply {
        let place = self.requests.count();
        #[allow(clippy::cast_possible_truncation, reason = "at most a minute")]
        let left = place.seconds_left as i64;
        let reset = Utc::now().timestamp() + left;
        let reply = if place.is_over() {
            let refusal = Refusal::new(429, "rate limit exceeded");
            Err(refusal.with("retry-after", left.max(1).to_string()))
        } else {
            answer()
        };
        let limits = [
            ("x-ratelimit-limit", place.most.to_string()),
            ("x-ratelimit-remaining", place.remaining().to_string()),
            ("x-ratelimit-reset", reset.to_string()),
        ];
        let reply = reply.unwrap_or_else(Reply::from);
        limits.into_iter().fold(reply, |reply, (name, value)| reply.with(name, value))
    }

    fn project(&self, asked: &Asked<'_>, caller: &Caller, path: &[&str]) -> Outcome {
        let reads = asked.method == "GET";
        let [project, rest @ ..] = path else {
            return if reads { projects::projects(self, asked) } else { Err(not_allowed()) };
        };
        if !reads {
            caller.check_writer()?;
        }
        self.store.read(|tx| projects::check(tx, project))?;
        match (asked.method, rest) {
            (_, ["segments", rest @ ..]) => segments::route(self, asked, project, rest),
            ("GET", []) => projects::one(self, project),
            ("GET", ["environments"]) => projects::environments(self, asked, project),
            ("GET", ["environments", environment, "flag-states"]) => {
                states::page(self, asked, environment)
            }
            ("POST", ["environments", environment, "inspect-entity"]) => {
                inspect::inspect(self, asked, project, environment)
            }
            ("GET", ["flags"]) => projects::flags(self, asked, project),
            ("GET", ["flags", key]) => projects::one_flag(self, project, key),
            ("GET", ["flags", flag, "environments", environment]) => {
                states::show(self, Place { project, flag, environment })
            }
            ("PUT", ["flags", flag, "environments", environment]) => {
                states::update(self, asked, caller, Place { project, flag, environment })
            }
            (_, ["flags", _, "environments", _] | ["environments" | "flags"]) => Err(not_allowed()),
            _ => Err(Refusal::no_route()),
        }
    }
}

fn not_allowed() -> Refusal {
    Refusal::new(405, "method not allowed")
}

impl Api for World {
    fn answer(&self, head: &Parts, body: &Bytes) -> Response<Body> {
        let asked = Asked::read(head, body);
        let outcome = self.judge(&asked, head.uri.path());
        outcome.unwrap_or_else(Reply::from).with("api-version", "v1").into_response()
    }

    fn limit(&self, budget: Budget, requests: u32) {
        match budget {
            Budget::Requests => self.requests.set(requests),
            // This system has no search for flags.
            Budget::Searches => {}
        }
    }
}
