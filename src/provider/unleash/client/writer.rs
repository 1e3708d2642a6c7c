//! Changing an Unleash server.
//!
//! Every function here ends in certainty: where an answer was lost, the server is read before
//! anything is sent again.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::compile;
use super::super::wire::{PatchOperation, PatchValue, Segment, Segments, Strategy};
use super::super::{
    CREATE_SEGMENT, DELETE_SEGMENT, PATCH_STRATEGY, SEGMENT, SEGMENTS, STRATEGY, UPDATE_SEGMENT,
};
use super::reader::to_live;
use crate::apply::WritePermit;
use crate::desired::{Canonical, Mark};
use crate::diagnostic::Code;
use crate::live::{LiveEnvironment, LiveRule, LiveSegment};
use crate::provider::http::{WritableHttp, is_missing};
use crate::provider::meanwhile::{changed, gone, is_as_read, moved};
use crate::provider::{Failure, Http, RuleChange, Writer};

/// How often a change of a segment whose answer was lost is tried again, once it is known not to be
/// done.
const TRIES: u32 = 3;
/// How often a patch is tried whose `test` failed although the rule has not changed: the order of
/// its segments did, because another step replaced one of them in between.
const PATCH_TRIES: u32 = 4;

/// Changes one Unleash server.
#[derive(Debug)]
pub struct UnleashWriter {
    http: WritableHttp,
    /// Whether the server takes `test` in a JSON Patch.
    tests: bool,
}

impl UnleashWriter {
    pub(super) fn new(permit: WritePermit, http: Http, tests: bool) -> Self {
        Self { http: WritableHttp::new(http, permit), tests }
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

    /// The segment of that id as it is now; none when it is gone.
    ///
    /// An id that is gone must not be written to: with a personal access token, that ends the
    /// server.
    async fn segment_now(&self, id: &str) -> Result<Option<LiveSegment>, Failure> {
        match self.http.get::<Segment>(&SEGMENT, &[id]).await {
            Ok(segment) => Ok(Some(to_live(segment))),
            Err(failure) if is_missing(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// The segments that the rule has now, in the order in which a patch sees them; none when the
    /// rule is gone, or has other conditions than those with which it was planned.
    async fn segments_now(&self, rule: &LiveRule) -> Result<Option<Vec<i64>>, Failure> {
        match self.http.get::<Strategy>(&STRATEGY, &parameters(rule)).await {
            Ok(strategy) if strategy.constraints == rule.conditions => Ok(Some(strategy.segments)),
            Ok(_) => Ok(None),
            Err(failure) if is_missing(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    async fn patch(&self, rule: &LiveRule, now: &[i64], then: &[i64]) -> Result<(), Failure> {
        let body = json!(operations(rule, self.tests, now, then));
        self.http.write(&PATCH_STRATEGY, &parameters(rule), Some(&body)).await.map(drop)
    }
}

impl Writer for UnleashWriter {
    fn parallelism(&self) -> usize {
        self.http.parallelism()
    }

    async fn create(&self, document: &Canonical, mark: &Mark) -> Result<String, Failure> {
        let body = json!(compile::body(document, mark));
        let (mut tries, mut lost) = (1, false);
        loop {
            let sent = self.http.write(&CREATE_SEGMENT, &[], Some(&body)).await;
            let failure = match sent.map(|answer| answer.json::<Segment>()) {
                Ok(Ok(segment)) => return Ok(segment.id.to_string()),
                // Half an answer: it was done, and its id is known to the server alone.
                Ok(Err(failure)) => Failure { maybe_done: true, ..failure },
                Err(failure) => failure,
            };
            // 409: the name is taken, perhaps by our own first try, or by another run of segctl.
            if !failure.maybe_done && failure.status != Some(409) {
                return Err(failure);
            }
            lost |= failure.maybe_done;
            match self.find(document, mark).await {
                Ok(Some(id)) => return Ok(id),
                Ok(None) if failure.maybe_done && tries < TRIES => {}
                Ok(None) => return Err(failure),
                // What became of the creation is more than why it cannot be said.
                Err(_) => return Err(Failure { maybe_done: lost, ..failure }),
            }
            tries += 1;
        }
    }

    async fn replace(
        &self,
        before: &LiveSegment,
        document: &Canonical,
        mark: &Mark,
    ) -> Result<(), Failure> {
        let id = before.id.as_str();
        let body = json!(compile::body(document, mark));
        let mut lost = None;
        for tries in 0.. {
            // The server cannot compare, so we do, as late as possible.
            let now = self.segment_now(id).await.map_err(|it| lost.clone().unwrap_or(it))?;
            match now {
                None => return Err(gone(&before.key)),
                Some(now) if now.mark.as_ref() == Some(mark) && now.document == *document => break,
                Some(now) if is_as_read(&now, before) => {}
                Some(_) => {
                    return Err(Failure { maybe_done: lost.is_some(), ..changed(&before.key) });
                }
            }
            if let Some(failure) = lost.take_if(|_| tries >= TRIES) {
                return Err(failure);
            }
            match self.http.write(&UPDATE_SEGMENT, &[id], Some(&body)).await {
                Ok(_) => break,
                Err(failure) if is_missing(&failure) => return Err(gone(&before.key)),
                Err(failure) if failure.maybe_done => lost = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    async fn delete(&self, before: &LiveSegment) -> Result<(), Failure> {
        let id = before.id.as_str();
        let mut lost = None;
        for tries in 0.. {
            let now = self.segment_now(id).await.map_err(|it| lost.clone().unwrap_or(it))?;
            match now {
                None => break,
                // What a person made of it is not ours to delete.
                Some(now) if !is_as_read(&now, before) => return Err(changed(&before.key)),
                Some(_) => {}
            }
            if let Some(failure) = lost.take_if(|_| tries >= TRIES) {
                return Err(failure);
            }
            match self.http.write(&DELETE_SEGMENT, &[id], None).await {
                Ok(_) => break,
                Err(failure) if is_missing(&failure) => break,
                // The server does not say by whom it is used.
                Err(failure) if failure.status == Some(409) => {
                    let message = format!("segment {id} came into use meanwhile");
                    return Err(Failure::new(Code::InUse, message));
                }
                Err(failure) if failure.maybe_done => lost = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    async fn allocate(&self, _: &str) -> Result<(), Failure> {
        // A segment of Unleash is ready as soon as it is there.
        Ok(())
    }

    async fn refresh(&self, _: &LiveEnvironment) -> Result<(), Failure> {
        // The SDKs of Unleash notice by themselves.
        Ok(())
    }

    async fn attach(&self, rules: &[RuleChange<'_>]) -> Result<(), Failure> {
        for change in rules {
            self.attach_one(change.rule, &change.segments).await?;
        }
        Ok(())
    }
}

impl UnleashWriter {
    async fn attach_one(&self, rule: &LiveRule, segments: &[String]) -> Result<(), Failure> {
        let (planned_on, wanted) = (ids(rule.segments.iter())?, ids(segments.iter())?);
        // With two or more, only the server knows their order; without `test`, it cannot compare,
        // so we do, as late as possible.
        let look_first = !self.tests || planned_on.len() > 1;
        let mut now =
            if look_first { self.segments_now(rule).await? } else { Some(planned_on.clone()) };
        let mut last = None;
        for _ in 0..PATCH_TRIES {
            match now {
                Some(now) if same(&now, &wanted) => return Ok(()),
                Some(now) if same(&now, &planned_on) => match self.patch(rule, &now, &wanted).await
                {
                    Ok(()) => return Ok(()),
                    // A failed `test` is a 500, as is a fault of the server; or the answer was lost.
                    Err(failure) if failure.maybe_done => last = Some(failure),
                    Err(failure) => return Err(failure),
                },
                _ => return Err(moved(rule)),
            }
            now = self.segments_now(rule).await.map_err(|it| last.clone().unwrap_or(it))?;
        }
        match now {
            Some(now) if same(&now, &wanted) => Ok(()),
            Some(now) if same(&now, &planned_on) => Err(last.unwrap_or_else(|| moved(rule))),
            _ => Err(moved(rule)),
        }
    }
}

/// Whether two lists of ids are the same set.
fn same(one: &[i64], other: &[i64]) -> bool {
    let set = |ids: &[i64]| ids.iter().copied().collect::<BTreeSet<_>>();
    set(one) == set(other)
}

/// A patch that gives the rule the segments `then`, if it still is what was read.
fn operations<'a>(
    rule: &'a LiveRule,
    tests: bool,
    now: &'a [i64],
    then: &'a [i64],
) -> Vec<PatchOperation<'a>> {
    let operation = |op, path, value| PatchOperation { op, path, value };
    let mut operations = vec![];
    if tests {
        operations.push(operation("test", "/segments", PatchValue::Segments(now)));
        // Without conditions of its own, the rule may come to match everyone.
        let conditions = PatchValue::Constraints(&rule.conditions);
        operations.push(operation("test", "/constraints", conditions));
    }
    operations.push(operation("replace", "/segments", PatchValue::Segments(then)));
    operations
}

/// Where the rule stands in a path.
fn parameters(rule: &LiveRule) -> [&str; 4] {
    let place = &rule.place;
    [&place.project, &place.flag, &place.environment, &rule.id]
}

/// Segment ids as numbers.
fn ids<'a>(ids: impl Iterator<Item = &'a String>) -> Result<Vec<i64>, Failure> {
    let parsed: Result<BTreeSet<i64>, _> = ids.map(|id| id.parse::<i64>()).collect();
    parsed.map(|ids| ids.into_iter().collect()).map_err(|error| {
        Failure::new(Code::UnexpectedAnswer, format!("an id of a segment is no number: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::{LiveRule, operations};
    use crate::live::RulePlace;

    #[test]
    fn a_patch_tests_before_it_replaces() {
        let condition = json!({"contextName": "userId", "operator": "IN", "values": ["1"]});
        let rule = LiveRule {
            id: "id".into(),
            place: RulePlace { project: "p".into(), flag: "f".into(), environment: "e".into() },
            unit: "id".into(),
            segments: ["1".into()].into(),
            not_in: [].into(),
            conditions: vec![condition.clone()],
            closed: None,
        };
        let expected: Json = json!([
            {"op": "test", "path": "/segments", "value": [1]},
            {"op": "test", "path": "/constraints", "value": [condition]},
            {"op": "replace", "path": "/segments", "value": []},
        ]);
        assert_eq!(json!(operations(&rule, true, &[1], &[])), expected);
        assert_eq!(json!(operations(&rule, false, &[1], &[])), json!([expected[2]]));
    }
}
