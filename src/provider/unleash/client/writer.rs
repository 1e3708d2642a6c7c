//! Changing an Unleash server.
//!
//! Every function here ends in certainty: where an answer was lost, the server is read before
//! anything is sent again.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::compile;
use super::super::wire::{Feature, PatchOperation, Segment, Segments};
use super::super::{
    CREATE_SEGMENT, DELETE_SEGMENT, FEATURE, PATCH_STRATEGY, SEGMENTS, UPDATE_SEGMENT,
};
use super::reader::{segments_of, to_live};
use crate::apply::WritePermit;
use crate::desired::{Canonical, Mark};
use crate::diagnostic::Code;
use crate::live::LiveRule;
use crate::provider::http::is_missing;
use crate::provider::{Failure, Http, Writer};

/// How often a creation whose answer was lost is tried again, once it is known not to be done.
const CREATE_TRIES: u32 = 3;

/// Changes one Unleash server.
#[derive(Debug)]
pub struct UnleashWriter {
    http: Http,
    /// Whether the server takes `test` in a JSON Patch.
    tests: bool,
}

impl UnleashWriter {
    pub(super) fn new(_: WritePermit, http: Http, tests: bool) -> Self {
        Self { http, tests }
    }

    /// The segment with exactly this content and mark, when the server has it.
    async fn find(&self, document: &Canonical, mark: &Mark) -> Result<Option<String>, Failure> {
        let list: Segments = self.http.get(&SEGMENTS, &[]).await?;
        let mut same = list
            .segments
            .into_iter()
            .map(to_live)
            .filter(|it| it.mark.as_ref() == Some(mark) && it.document == *document);
        Ok(same.next().map(|segment| segment.id))
    }

    /// The segments that the rule has now; none when it is gone.
    async fn segments_now(&self, rule: &LiveRule) -> Result<Option<BTreeSet<String>>, Failure> {
        let place = &rule.place;
        match self.http.get::<Feature>(&FEATURE, &[&place.project, &place.flag]).await {
            Ok(feature) => Ok(segments_of(&feature, &place.environment, &rule.id)),
            Err(failure) if is_missing(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    async fn patch(&self, rule: &LiveRule, segments: &[String]) -> Result<(), Failure> {
        let (now, then) = (ids(rule.segments.iter())?, ids(segments.iter())?);
        let mut operations = vec![];
        if self.tests {
            operations.push(PatchOperation { op: "test", path: "/segments", value: &now });
        }
        operations.push(PatchOperation { op: "replace", path: "/segments", value: &then });
        let place = &rule.place;
        let parameters = [&*place.project, &*place.flag, &*place.environment, &*rule.id];
        self.http.write(&PATCH_STRATEGY, &parameters, Some(&json!(operations))).await.map(drop)
    }
}

impl Writer for UnleashWriter {
    async fn create(&self, document: &Canonical, mark: &Mark) -> Result<String, Failure> {
        let body = json!(compile::body(document, mark));
        let mut tries = 1;
        loop {
            let failure = match self.http.write(&CREATE_SEGMENT, &[], Some(&body)).await {
                Ok(answer) => return Ok(answer.json::<Segment>()?.id.to_string()),
                Err(failure) => failure,
            };
            // 409: the name is taken, perhaps by our own first try, or by another run of segctl.
            if !failure.maybe_done && failure.status != Some(409) {
                return Err(failure);
            }
            if let Some(id) = self.find(document, mark).await? {
                return Ok(id);
            }
            if !failure.maybe_done || tries >= CREATE_TRIES {
                return Err(failure);
            }
            tries += 1;
        }
    }

    async fn replace(&self, id: &str, document: &Canonical, mark: &Mark) -> Result<(), Failure> {
        let body = json!(compile::body(document, mark));
        self.http.write(&UPDATE_SEGMENT, &[id], Some(&body)).await.map(drop)
    }

    async fn delete(&self, id: &str) -> Result<(), Failure> {
        match self.http.write(&DELETE_SEGMENT, &[id], None).await {
            Ok(_) => Ok(()),
            Err(failure) if is_missing(&failure) => Ok(()),
            // The server does not say by whom it is used.
            Err(failure) if failure.status == Some(409) => {
                Err(Failure::new(Code::InUse, format!("segment {id} came into use meanwhile")))
            }
            Err(failure) => Err(failure),
        }
    }

    async fn attach(&self, rule: &LiveRule, segments: &[String]) -> Result<(), Failure> {
        let wanted: BTreeSet<String> = segments.iter().cloned().collect();
        if !self.tests {
            // The server cannot compare, so we do, as late as possible.
            match self.segments_now(rule).await? {
                Some(now) if now == wanted => return Ok(()),
                Some(now) if now == rule.segments => {}
                _ => return Err(moved(rule)),
            }
        }
        let failure = match self.patch(rule, segments).await {
            Ok(()) => return Ok(()),
            // A failed `test` is a 500 on 7.2.3 to 8.2.0, as is a fault of the server itself.
            Err(failure) if failure.maybe_done => failure,
            Err(failure) => return Err(failure),
        };
        match self.segments_now(rule).await? {
            Some(now) if now == wanted => Ok(()),
            Some(now) if now == rule.segments => Err(failure),
            _ => Err(moved(rule)),
        }
    }
}

fn moved(rule: &LiveRule) -> Failure {
    let place = &rule.place;
    let message = format!(
        "the rule of {} in {} was changed by somebody else meanwhile",
        place.flag, place.environment
    );
    Failure::new(Code::Stale, message).help("run the command again")
}

/// Segment ids as the server sends them: numbers, ascending.
fn ids<'a>(ids: impl Iterator<Item = &'a String>) -> Result<Vec<i64>, Failure> {
    let parsed: Result<BTreeSet<i64>, _> = ids.map(|id| id.parse::<i64>()).collect();
    parsed.map(|ids| ids.into_iter().collect()).map_err(|error| {
        Failure::new(Code::UnexpectedAnswer, format!("an id of a segment is no number: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::PatchOperation;

    #[test]
    fn a_patch_tests_before_it_replaces() {
        let operations = [
            PatchOperation { op: "test", path: "/segments", value: &[1] },
            PatchOperation { op: "replace", path: "/segments", value: &[] },
        ];
        let expected: Json = json!([
            {"op": "test", "path": "/segments", "value": [1]},
            {"op": "replace", "path": "/segments", "value": []},
        ]);
        assert_eq!(json!(operations), expected);
    }
}
