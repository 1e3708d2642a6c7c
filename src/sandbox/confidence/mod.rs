//! The management API of Spotify Confidence, flags and IAM on one address: routing, and the order
//! in which a request is judged.
//!
//! No server of Confidence was within reach. What is known comes from its open definitions, its
//! pages, and programs of Spotify that use it; `docs/sandbox/confidence.md` says what is inferred.

mod decimal;
mod fixture;
mod flags;
mod ids;
mod mask;
mod messages;
mod overlap;
mod pages;
mod proto;
mod refusal;
mod rules;
mod seed;
mod segments;
mod space;
#[cfg(test)]
mod tests;
mod time;
mod token;

use std::path::Path;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Response;
use axum::http::request::Parts;
use serde_json::{Map, Value};

use self::fixture::{Fixture, Options};
use self::proto::Message;
use self::refusal::{Code, Refusal};
use self::token::Caller;
use super::StartError;
use super::api::{Api, Budget};
use super::exchange::{Asked, Reply};
use super::fixture_text::FixtureText;
use super::rate::Rate;
use super::shelf::{self, Shelf};
use super::store::{Layout, Store};

/// The tables of its data file.
const LAYOUT: Layout = Layout { schema: shelf::SCHEMA, version: 1, id: 0x7365_6764 };

/// What every endpoint can reach.
pub(super) struct World {
    store: Store,
    options: Options,
    /// Requests a second.
    second: Rate,
    /// Requests a minute, where somebody asked for such a limit.
    minute: Rate,
}

impl World {
    /// Opens the data file, which begins as `fixture` says.
    pub(super) fn open(data: &Path, fixture: &FixtureText) -> Result<Self, StartError> {
        let fixture: Fixture = fixture.parse()?;
        let store = Store::open(data, LAYOUT, |connection| seed::plant(connection, &fixture))?;
        // As everything else of a fixture, the options are those of the first start.
        let stored = store.read(|tx| Shelf(tx).get("options", ""))?;
        let options: Options =
            stored.and_then(|it| serde_json::from_value(it).ok()).unwrap_or_default();
        let second = Rate::every(Duration::from_secs(1), options.requests_per_second);
        Ok(Self { store, options, second, minute: Rate::new(u32::MAX) })
    }

    fn judge(&self, asked: &Asked<'_>) -> Outcome {
        let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
        if path == ["v1", "oauth", "token"] && asked.method == "POST" {
            return token::grant(asked, self.options.token_lifetime);
        }
        if self.second.count().is_over() || self.minute.count().is_over() {
            return Err(Refusal::new(Code::ResourceExhausted, "Rate limit exceeded"));
        }
        let caller = token::caller(asked)?;
        let call = Call { world: self, asked, caller };
        match path.as_slice() {
            ["v1", "segments", rest @ ..] => segments::route(&call, rest),
            ["v1", "materializedSegments", rest @ ..] => segments::materialized(&call, rest),
            ["v1", "flags", flag, "rules", rest @ ..] => rules::route(&call, flag, rest),
            ["v1", "flags", rest @ ..] => flags::route(&call, rest),
            _ => call.nowhere(),
        }
    }
}

impl Api for World {
    fn answer(&self, head: &Parts, body: &Bytes) -> Response<Body> {
        let asked = Asked::read(head, body);
        let outcome = self.judge(&asked);
        let shape = self.options.error_shape;
        outcome.unwrap_or_else(|refusal| refusal.reply(shape)).into_response()
    }

    fn limit(&self, budget: Budget, requests: u32) {
        if matches!(budget, Budget::Requests) {
            self.minute.set(requests);
        }
    }
}

/// What an endpoint comes to.
type Outcome = Result<Reply, Refusal>;

/// A request of somebody who is known.
struct Call<'c> {
    world: &'c World,
    asked: &'c Asked<'c>,
    caller: Caller,
}

impl Call<'_> {
    /// Reads the body as a message. What is unknown in it is dropped without a word.
    fn body(&self, message: &Message) -> Result<Map<String, Value>, Refusal> {
        let json: Value = match self.asked.body {
            [] => Map::new().into(),
            body => serde_json::from_slice(body)
                .map_err(|error| Refusal::invalid(format!("invalid JSON payload: {error}")))?,
        };
        message.read(&json, "", &mut vec![]).map_err(Refusal::invalid)
    }

    /// Refuses who may only look.
    fn may_write(&self) -> Result<(), Refusal> {
        match self.caller {
            Caller::Editor => Ok(()),
            Caller::Viewer => {
                Err(Refusal::new(Code::PermissionDenied, "The caller lacks the required scope"))
            }
        }
    }

    /// Stamps a thing as changed by the caller, now; a new one as made so, too.
    fn stamp(&self, thing: &mut Map<String, Value>) {
        stamp(thing, &self.caller.identity(), &time::now());
    }

    /// Leaves out what a server that lags behind its pages does not know.
    fn forget_unknown(&self, thing: &mut Map<String, Value>) {
        if !self.world.options.keeps_descriptions {
            thing.remove("description");
        }
    }

    /// The answer to a path that is none.
    fn nowhere(&self) -> Outcome {
        Err(Refusal::new(Code::NotFound, format!("{} is not there", self.asked.path.join("/"))))
    }
}

/// Stamps a thing as changed by `identity`; one that has no creator yet as made so, too.
fn stamp(thing: &mut Map<String, Value>, identity: &str, now: &str) {
    for (by, at) in [("creator", "createTime"), ("updater", "updateTime")] {
        if by == "updater" || !thing.contains_key(by) {
            thing.insert(by.to_owned(), identity.into());
            thing.insert(at.to_owned(), now.into());
        }
    }
}

/// The id in a resource name such as `segments/beta-users`.
fn id_of<'n>(collection: &str, name: &'n str) -> Option<&'n str> {
    name.strip_prefix(collection)?.strip_prefix('/').filter(|id| !id.contains('/'))
}

/// The id and the verb of a path such as `beta-users:allocate`.
fn id_and_verb(part: &str) -> (&str, Option<&str>) {
    part.rsplit_once(':').map_or((part, None), |(id, verb)| (id, Some(verb)))
}
