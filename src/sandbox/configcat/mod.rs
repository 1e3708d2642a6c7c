//! The management API of ConfigCat: routing, and the order in which a request is judged.

use std::path::Path;

use axum::body::{Body, Bytes};
use axum::http::Response;
use axum::http::request::Parts;

use super::StartError;
use super::api::{Api, Budget};
use super::exchange::{Asked, Reply};
use super::fixture_text::FixtureText;
use super::shelf::{self, Shelf};
use super::store::{Layout, Store};

/// The tables of its data file.
const LAYOUT: Layout = Layout { schema: shelf::SCHEMA, version: 1, id: 0x7365_6765 };

/// What every endpoint can reach.
pub(super) struct World {
    store: Store,
}

impl World {
    /// Opens the data file, which begins as `fixture` says.
    pub(super) fn open(data: &Path, fixture: &FixtureText) -> Result<Self, StartError> {
        let fixture: serde_json::Value = fixture.parse()?;
        let store = Store::open(data, LAYOUT, |connection| {
            Ok(Shelf(connection).put("fixture", "", &fixture)?)
        })?;
        Ok(Self { store })
    }
}

impl Api for World {
    fn answer(&self, head: &Parts, body: &Bytes) -> Response<Body> {
        let asked = Asked::read(head, body);
        let seen = self.store.read(|tx| Shelf(tx).get("fixture", ""));
        Reply::text(501, format!("{} {:?} {}", asked.method, asked.path, seen.is_ok()))
            .into_response()
    }

    fn limit(&self, _: Budget, _: u32) {}
}
