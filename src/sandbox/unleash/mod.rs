//! The Unleash 8.2.0 admin API: routing, and the order in which a request is judged.
//!
//! As observed on 8.2.0, the body is read first (413, broken JSON), then the token is checked, then
//! the path, and only then the content type and the shape of the body.

mod answer;
mod archive;
mod auth;
mod broken_json;
mod catalogue;
mod client_api;
mod constraints;
mod context;
mod dates;
mod defaults;
mod errors;
mod etag;
mod events;
mod features;
mod fixture;
mod format;
mod numbers;
mod operands;
mod pages;
mod patch;
mod permissions;
mod rate_limit;
mod request;
mod search;
mod seed;
mod segment;
mod segment_draft;
mod segments;
mod shape;
mod statements;
mod strategies;
mod strategy;
mod strategy_draft;
mod strategy_edit;
mod toggles;
mod ui_config;
mod usage;

use std::path::Path;

use axum::body::{Body, Bytes};
use axum::http::Response;
use axum::http::request::Parts;

use self::answer::Answer;
use self::auth::Caller;
use self::errors::Refusal;
use self::fixture::Fixture;
use self::rate_limit::limited;
use self::request::Request;
use super::StartError;
use super::api::{Api, Budget};
use super::fixture_text::FixtureText;
use super::rate::Rate;
use super::store::{Layout, Store};

/// The tables of its data file.
const LAYOUT: Layout = Layout { schema: include_str!("schema.sql"), version: 2, id: 0x7365_6763 };
/// How often a minute flags may be searched for.
const SEARCHES_MAX: u32 = 15;
/// How often a minute a person's own token may be used, unless somebody says otherwise.
const PERSONAL_MAX: u32 = 20_000;

/// What every endpoint can reach.
pub(super) struct World {
    store: Store,
    url: String,
    /// Of the search for flags, whoever asks.
    searches: Rate,
    /// Of what people's own tokens ask.
    personal: Rate,
}

impl World {
    /// Opens the data file, which begins as `fixture` says.
    pub(super) fn open(
        data: &Path,
        fixture: &FixtureText,
        url: String,
    ) -> Result<Self, StartError> {
        let fixture: Fixture = fixture.parse()?;
        let store = Store::open(data, LAYOUT, |connection| seed::plant(connection, &fixture))?;
        let (searches, personal) = (Rate::new(SEARCHES_MAX), Rate::new(PERSONAL_MAX));
        Ok(Self { store, url, searches, personal })
    }

    /// Answers, unless a person has asked too often.
    fn limited(&self, caller: Caller, answer: impl FnOnce() -> Outcome) -> Outcome {
        if caller == Caller::Machine { answer() } else { Ok(limited(&self.personal, answer)) }
    }
}

/// What an endpoint comes to.
type Outcome = Result<Answer, Refusal>;

impl Api for World {
    fn answer(&self, head: &Parts, body: &Bytes) -> Response<Body> {
        let outcome = Request::read(head, body).and_then(|request| route(self, &request));
        outcome.unwrap_or_else(Answer::from).into_response(head)
    }

    fn limit(&self, budget: Budget, requests: u32) {
        match budget {
            Budget::Requests => self.personal.set(requests),
            Budget::Searches => self.searches.set(requests),
        }
    }
}

fn route(world: &World, request: &Request<'_>) -> Outcome {
    let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
    match (request.method, path.as_slice()) {
        ("GET", ["health"]) => Ok(Answer::json(200, r#"{"health":"GOOD"}"#)),
        (_, ["api", "client", rest @ ..]) => {
            let environment = auth::client(request)?;
            client_api::route(world, request, rest, environment)
        }
        (_, ["api", "admin", rest @ ..]) => {
            let caller = auth::admin(request)?;
            world.limited(caller, || {
                permissions::check(caller, request.method, rest)?;
                admin(world, request, rest)
            })
        }
        (_, ["api", ..]) => {
            auth::admin(request)?;
            Err(Refusal::no_such_path(request))
        }
        // Observed: any other GET is the user interface, with status 200.
        ("GET", _) => Ok(Answer::html(200, pages::INDEX)),
        _ => Ok(pages::cannot(request)),
    }
}

fn admin(world: &World, request: &Request<'_>, path: &[&str]) -> Outcome {
    match (request.method, path) {
        ("GET", ["ui-config"]) => ui_config::show(world),
        ("GET", ["environments"]) => catalogue::environments(world),
        ("GET", ["environments", "project", project]) => defaults::environments(world, project),
        ("POST", ["projects", project, "environments", environment, "default-strategy"]) => {
            defaults::set(world, request, project, environment)
        }
        (_, ["context", rest @ ..]) => context::route(world, request, rest),
        ("GET", ["projects"]) => catalogue::projects(world),
        ("GET", ["search", "events"]) => events::search(world, request),
        ("GET", ["search", "features"]) => Ok(search::features(world, request)),
        ("POST", ["constraints", "validate"]) => constraints::validate_one(world, request),
        (_, ["segments", rest @ ..]) => segments::route(world, request, rest),
        (_, ["archive", rest @ ..]) => archive::route(world, request, rest),
        (_, ["projects", project, "features", rest @ ..]) => {
            features::route(world, request, project, rest)
        }
        ("POST", ["projects", project, verb @ ("archive" | "revive" | "delete")]) => {
            archive::many(world, request, project, verb)
        }
        _ => Err(Refusal::no_such_path(request)),
    }
}
