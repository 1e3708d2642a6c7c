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
pub(super) mod format;
mod numbers;
mod operands;
mod pages;
mod patch;
mod permissions;
mod rate_limit;
mod request;
mod search;
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

use axum::body::{Body, Bytes};
use axum::http::Response;
use axum::http::request::Parts;

use self::answer::Answer;
use self::auth::Caller;
use self::errors::Refusal;
use self::rate_limit::RateLimit;
use self::request::Request;
use super::store::Store;

/// How often a minute flags may be searched for.
const SEARCHES_MAX: u32 = 15;
/// How often a minute a person's own token may be used, unless somebody says otherwise.
const PERSONAL_MAX: u32 = 20_000;

/// What every endpoint can reach.
pub(super) struct World {
    store: Store,
    url: String,
    /// Of the search for flags, whoever asks.
    searches: RateLimit,
    /// Of what people's own tokens ask.
    personal: RateLimit,
}

impl World {
    pub(super) fn new(store: Store, url: String) -> Self {
        let (searches, personal) = (RateLimit::new(SEARCHES_MAX), RateLimit::new(PERSONAL_MAX));
        Self { store, url, searches, personal }
    }

    /// Allows people's own tokens so many requests a minute.
    pub(super) fn limit_people(&self, requests: u32) {
        self.personal.set(requests);
    }

    /// Allows so many searches for flags a minute.
    pub(super) fn limit_searches(&self, requests: u32) {
        self.searches.set(requests);
    }

    /// Answers, unless a person has asked too often.
    fn limited(&self, caller: Caller, answer: impl FnOnce() -> Outcome) -> Outcome {
        if caller == Caller::Machine { answer() } else { Ok(self.personal.answer(answer)) }
    }
}

/// What an endpoint comes to.
type Outcome = Result<Answer, Refusal>;

/// Answers one request; blocks on the database.
pub(super) fn answer(world: &World, head: &Parts, body: &Bytes) -> Response<Body> {
    let outcome = Request::read(head, body).and_then(|request| route(world, &request));
    outcome.unwrap_or_else(Answer::from).into_response(head)
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
