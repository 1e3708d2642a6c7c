//! The management API of `ConfigCat`: routing, and the order in which a request is judged.
//!
//! No server of it can be had, so that nothing here was compared with one. What the vendor's own
//! clients and documents say is kept to, and the rest is said to be inferred.

mod body;
mod catalogue;
mod condition;
mod fixture;
mod formula_v1;
mod formula_v2;
mod ids;
mod patch;
mod place;
mod refusal;
mod rows;
mod seed;
mod seed_served;
mod segment_draft;
mod segments;
#[cfg(test)]
mod tests;
mod values;
mod words;

use std::path::Path;

use axum::body::{Body, Bytes};
use axum::http::Response;
use axum::http::request::Parts;
use chrono::{SecondsFormat, TimeDelta, Utc};

use self::fixture::{Fixture, Version};
use self::refusal::Refusal;
use super::StartError;
use super::api::{Api, Budget};
use super::exchange::{Asked, Reply};
use super::fixture_text::FixtureText;
use super::rate::{Place, Rate};
use super::shelf::{self, Shelf};
use super::store::{Layout, Store};

/// The tables of its data file.
const LAYOUT: Layout = Layout { schema: shelf::SCHEMA, version: 2, id: 0x7365_6765 };
/// The base64 of `sandbox-user:sandbox-password`.
const CREDENTIALS: &str = "c2FuZGJveC11c2VyOnNhbmRib3gtcGFzc3dvcmQ=";
/// How many requests a minute are answered. The real number is not published.
const REQUESTS_MAX: u32 = 20_000;

/// What every endpoint can reach.
pub(super) struct World {
    store: Store,
    rate: Rate,
}

/// What an endpoint comes to.
type Outcome = Result<Reply, Refusal>;

impl World {
    /// Opens the data file, which begins as `fixture` says.
    pub(super) fn open(data: &Path, fixture: &FixtureText) -> Result<Self, StartError> {
        let fixture: Fixture = fixture.parse()?;
        let store = Store::open(data, LAYOUT, |connection| seed::plant(connection, &fixture))?;
        Ok(Self { store, rate: Rate::new(REQUESTS_MAX) })
    }

    /// Answers from one state.
    fn read(&self, work: impl FnOnce(Shelf<'_>) -> Outcome) -> Outcome {
        self.store.read(|tx| work(Shelf(tx)))
    }

    /// Answers with a change of which nothing stays when it is refused.
    fn write(&self, work: impl FnOnce(Shelf<'_>) -> Outcome) -> Outcome {
        self.store.write(|tx| work(Shelf(tx)))
    }
}

impl Api for World {
    fn answer(&self, head: &Parts, body: &Bytes) -> Response<Body> {
        let place = self.rate.count();
        let reply = if place.is_over() {
            too_many(place)
        } else {
            let asked = Asked::read(head, body);
            signed_in(&asked).and_then(|()| route(self, &asked)).unwrap_or_else(Refusal::reply)
        };
        with_budget(reply, place).into_response()
    }

    fn limit(&self, budget: Budget, requests: u32) {
        match budget {
            Budget::Requests => self.rate.set(requests),
            Budget::Searches => {}
        }
    }
}

/// Inferred: the headers' names are those of a library, whose text and form of time these are.
fn too_many(place: Place) -> Reply {
    let text = format!("API calls quota exceeded! maximum admitted {} per 1m.", place.most);
    Reply::text(429, text).with("retry-after", place.seconds_left.max(1.0).to_string())
}

fn with_budget(reply: Reply, place: Place) -> Reply {
    let left = TimeDelta::milliseconds(i64::from(seconds(place.seconds_left)) * 1000);
    let reset = (Utc::now() + left).to_rfc3339_opts(SecondsFormat::Nanos, true);
    reply
        .with("x-rate-limit-remaining", place.remaining().to_string())
        .with("x-rate-limit-reset", reset)
}

/// A number of seconds that is at most a minute.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 60")]
fn seconds(left: f64) -> u8 {
    left as u8
}

fn signed_in(asked: &Asked<'_>) -> Result<(), Refusal> {
    let (scheme, rest) =
        asked.header("authorization").unwrap_or_default().split_once(' ').unwrap_or_default();
    if scheme.eq_ignore_ascii_case("basic") && rest.trim() == CREDENTIALS {
        return Ok(());
    }
    Err(Refusal::Unauthorized)
}

fn route(world: &World, asked: &Asked<'_>) -> Outcome {
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    match (asked.method, path.as_slice()) {
        ("GET", ["v1", "me"]) => Ok(catalogue::me()),
        ("GET", ["v1", "organizations"]) => catalogue::organizations(world),
        ("GET", ["v1", "organizations", id, "organization-limitations"]) => {
            catalogue::limitations(world, id)
        }
        ("GET", ["v1", "products"]) => catalogue::products(world),
        ("GET", ["v1", "products", id]) => catalogue::one_product(world, id),
        ("GET", ["v1", "products", id, "configs"]) => catalogue::configs(world, id),
        ("GET", ["v1", "products", id, "environments"]) => catalogue::environments(world, id),
        ("GET", ["v1", "configs", id, "settings"]) => catalogue::settings(world, id),
        ("GET", ["v1", "products", id, "segments"]) => segments::list(world, id),
        ("POST", ["v1", "products", id, "segments"]) => segments::create(world, asked, id),
        ("GET", ["v1", "segments", id]) => segments::show(world, id),
        ("PUT", ["v1", "segments", id]) => segments::replace(world, asked, id),
        ("DELETE", ["v1", "segments", id]) => segments::delete(world, id),
        (_, ["v1", rest @ ..]) => route_values(world, asked, Version::V1, rest),
        (_, ["v2", rest @ ..]) => route_values(world, asked, Version::V2, rest),
        _ => Err(Refusal::NotFound),
    }
}

fn route_values(world: &World, asked: &Asked<'_>, version: Version, path: &[&str]) -> Outcome {
    match (asked.method, path) {
        ("GET", ["configs", config, "environments", environment, "values"]) => {
            values::all(world, version, config, environment)
        }
        ("POST", ["configs", config, "environments", environment, "values"]) => {
            values::replace_several(world, asked, version, config, environment)
        }
        ("GET", ["environments", environment, "settings", setting, "value"]) => {
            values::one(world, version, environment, setting)
        }
        ("PUT", ["environments", environment, "settings", setting, "value"]) => {
            values::replace(world, asked, version, environment, setting)
        }
        ("PATCH", ["environments", environment, "settings", setting, "value"]) => {
            values::change(world, asked, version, environment, setting)
        }
        _ => Err(Refusal::NotFound),
    }
}
