//! Changing `ConfigCat`.
//!
//! Of segments the server compares nothing, so every function here reads just before it writes, and
//! reads again where an answer was lost. Rules are changed by JSON Patch, whose tests the server
//! compares.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::super::compile;
use super::super::wire::{Formula, Segment, SegmentRow};
use super::super::{
    CREATE_SEGMENT, DELETE_SEGMENT, PATCH_VALUE_V1, PATCH_VALUE_V2, SEGMENT, SEGMENTS,
    UPDATE_SEGMENT, VALUE_V1, VALUE_V2,
};
use super::place::same;
use super::reader::{Known, to_live};
use super::rules::{Condition, Identity, Rule, rules};
use crate::apply::WritePermit;
use crate::desired::{Canonical, Mark};
use crate::diagnostic::Code;
use crate::live::{LiveEnvironment, LiveRule, LiveSegment};
use crate::provider::http::{Request, WritableHttp, is_missing};
use crate::provider::{Failure, Http, RuleChange, Writer};

/// How often a change whose answer was lost is tried again, once it is known not to be done.
const TRIES: u32 = 3;

/// Changes one product of `ConfigCat`.
#[derive(Debug)]
pub struct ConfigCatWriter {
    http: WritableHttp,
    known: Arc<Known>,
    /// The note of each change of a flag; empty for none.
    reason: String,
}

impl ConfigCatWriter {
    pub(super) fn new(permit: WritePermit, http: Http, known: Arc<Known>, reason: String) -> Self {
        Self { http: WritableHttp::new(http, permit), known, reason }
    }

    /// The product, which was read before anything is written.
    fn product(&self) -> Result<String, Failure> {
        let unread = || Failure::new(Code::UnexpectedAnswer, "the product was not read");
        self.known.product().ok_or_else(unread)
    }

    /// The segment of that id as it is now; none when it is gone.
    async fn segment_now(&self, id: &str) -> Result<Option<LiveSegment>, Failure> {
        match self.http.get::<Segment>(&SEGMENT, &[id]).await {
            Ok(segment) => Ok(Some(to_live(segment))),
            Err(failure) if is_missing(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// The rows of all segments as they are now.
    async fn rows(&self, product: &str) -> Result<Vec<SegmentRow>, Failure> {
        self.http.get(&SEGMENTS, &[product]).await
    }

    /// The segment that has the name now; the system passes over case.
    async fn named(&self, product: &str, name: &str) -> Result<Option<LiveSegment>, Failure> {
        for row in self.rows(product).await?.iter().filter(|row| same(&row.name, name)) {
            if let Some(segment) = self.segment_now(&row.segment_id).await? {
                return Ok(Some(segment));
            }
        }
        Ok(None)
    }
}

impl Writer for ConfigCatWriter {
    fn parallelism(&self) -> usize {
        self.http.parallelism()
    }

    async fn create(&self, document: &Canonical, mark: &Mark) -> Result<String, Failure> {
        let product = self.product()?;
        let body = compile::body(document, mark);
        let name = body.name;
        let sent = json!(body);
        for tries in 1.. {
            let answer = self.http.write(&CREATE_SEGMENT, &[&product], Some(&sent)).await;
            let failure = match answer {
                Ok(answer) => return Ok(answer.json::<Segment>()?.segment_id),
                Err(failure) => failure,
            };
            // What a taken name is answered with is not known, so any refusal of the body is held
            // against what is there.
            let taken = failure.status == Some(400);
            if !failure.maybe_done && !taken {
                return Err(failure);
            }
            let now = self.named(&product, name).await.map_err(|_| failure.clone())?;
            match now {
                Some(now) if now.mark.as_ref() == Some(mark) && now.document == *document => {
                    return Ok(now.id);
                }
                Some(_) if taken => return Err(appeared(name)),
                Some(_) => return Err(Failure { maybe_done: false, ..appeared(name) }),
                None if taken => return Err(failure),
                None if tries < TRIES => {}
                None => return Err(failure),
            }
        }
        Err(Failure::new(Code::UnexpectedAnswer, "the segment was not made"))
    }

    async fn replace(
        &self,
        before: &LiveSegment,
        document: &Canonical,
        mark: &Mark,
    ) -> Result<(), Failure> {
        let (id, key) = (before.id.as_str(), before.key.as_str());
        self.known.forget(id);
        let body = json!(compile::body(document, mark));
        let mut lost = None;
        for tries in 0.. {
            let now = self.segment_now(id).await.map_err(|it| lost.clone().unwrap_or(it))?;
            match now {
                None => return Err(gone(key)),
                Some(now) if now.mark.as_ref() == Some(mark) && now.document == *document => break,
                Some(now) if is_as_read(&now, before) => {}
                Some(_) => return Err(Failure { maybe_done: lost.is_some(), ..changed(key) }),
            }
            if let Some(failure) = lost.take_if(|_| tries >= TRIES) {
                return Err(failure);
            }
            match self.http.write(&UPDATE_SEGMENT, &[id], Some(&body)).await {
                Ok(_) => break,
                Err(failure) if is_missing(&failure) => return Err(gone(key)),
                Err(failure) if failure.maybe_done => lost = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    async fn delete(&self, before: &LiveSegment) -> Result<(), Failure> {
        let product = self.product()?;
        let (id, key) = (before.id.as_str(), before.key.as_str());
        self.known.forget(id);
        let mut lost = None;
        for tries in 0.. {
            let now = self.segment_now(id).await.map_err(|it| lost.clone().unwrap_or(it))?;
            match now {
                None => break,
                // What a person made of it is not ours to delete.
                Some(now) if !is_as_read(&now, before) => return Err(changed(key)),
                Some(_) => {}
            }
            if let Some(failure) = lost.take_if(|_| tries >= TRIES) {
                return Err(failure);
            }
            // Nobody has said what the server does to rules that use it, so none may.
            let rows = self.rows(&product).await?;
            let row = rows.iter().find(|row| row.segment_id == id);
            if row.is_some_and(|row| row.usage.is_none_or(|count| count > 0)) {
                let message = format!("segment `{key}` came into use meanwhile");
                return Err(Failure::new(Code::InUse, message));
            }
            match self.http.write(&DELETE_SEGMENT, &[id], None).await {
                Ok(_) => break,
                Err(failure) if is_missing(&failure) => break,
                Err(failure) if failure.maybe_done => lost = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    async fn allocate(&self, _: &str) -> Result<(), Failure> {
        // A segment is ready as soon as it is there.
        Ok(())
    }

    async fn refresh(&self, _: &LiveEnvironment) -> Result<(), Failure> {
        // The SDKs notice by themselves.
        Ok(())
    }

    async fn attach(&self, changes: &[RuleChange<'_>]) -> Result<(), Failure> {
        let Some(first) = changes.first() else { return Ok(()) };
        let identity = Identity::of(&first.rule.id).ok_or_else(|| moved(first.rule))?;
        let (read, write) = match identity.version.as_str() {
            "v1" => (&VALUE_V1, &PATCH_VALUE_V1),
            _ => (&VALUE_V2, &PATCH_VALUE_V2),
        };
        let path = [identity.environment.as_str(), &identity.setting];
        let mut query = vec![];
        if !self.reason.is_empty() {
            query.push(("reason", self.reason.as_str()));
        }
        let mut lost: Option<Failure> = None;
        for tries in 0.. {
            let formula = match self.http.get::<Formula>(read, &path).await {
                Ok(formula) => formula,
                Err(failure) if is_missing(&failure) => return Err(moved(first.rule)),
                Err(failure) => return Err(lost.unwrap_or(failure)),
            };
            let patch = patch(&formula, changes)?;
            if patch.is_empty() {
                break;
            }
            if let Some(failure) = lost.take_if(|_| tries >= TRIES) {
                return Err(failure);
            }
            let body = Json::Array(patch);
            let request =
                Request { path: &path, query: &query, body: Some(&body), ..Request::default() };
            match self.http.change(write, &request).await {
                Ok(_) => break,
                Err(failure) if is_missing(&failure) => return Err(moved(first.rule)),
                // Of a test that failed nobody has said more than that; a look tells whether the
                // rule moved.
                Err(failure) if failure.maybe_done || failure.status == Some(400) => {
                    if failure.status == Some(400) && tries > 0 {
                        return Err(failure);
                    }
                    lost = Some(failure);
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }
}

/// The operations that give each rule its segments; none when all have them already. Each rule has
/// to be what was planned on.
fn patch(formula: &Formula, changes: &[RuleChange<'_>]) -> Result<Vec<Json>, Failure> {
    let rules = rules(formula);
    let is_new = formula.targeting_rules.iter().any(|it| it.contains_key("conditions"));
    let mut operations = vec![];
    for change in changes {
        let identity = Identity::of(&change.rule.id).ok_or_else(|| moved(change.rule))?;
        let rule = rules.iter().find(|rule| rule.is(&identity));
        let rule = rule.ok_or_else(|| moved(change.rule))?;
        let wanted = Wanted::of(change);
        let now = Wanted { is_in: rule.segments(true), not_in: rule.segments(false) };
        if now == wanted {
            continue;
        }
        let planned_on = now.is_in == change.rule.segments && now.not_in == change.rule.not_in;
        if !planned_on || rule.others() != change.rule.conditions {
            return Err(moved(change.rule));
        }
        operations.extend(if is_new { of_v2(rule, &wanted) } else { of_v1(rule, &wanted) });
    }
    Ok(operations)
}

/// The segments that a rule shall have.
#[derive(PartialEq, Eq)]
struct Wanted {
    is_in: BTreeSet<String>,
    not_in: BTreeSet<String>,
}

impl Wanted {
    fn of(change: &RuleChange<'_>) -> Self {
        Self {
            is_in: change.segments.iter().cloned().collect(),
            not_in: change.not_in.iter().cloned().collect(),
        }
    }

    fn has(&self, id: &str, is_in: bool) -> bool {
        if is_in { self.is_in.contains(id) } else { self.not_in.contains(id) }
    }
}

fn comparator(is_in: bool) -> &'static str {
    if is_in { "isIn" } else { "isNotIn" }
}

/// Tests what the rule is, adds what it gains, and takes off what it loses, from the end: so it is
/// never without a condition, and no place moves before it is used.
fn of_v2(rule: &Rule<'_>, wanted: &Wanted) -> Vec<Json> {
    let conditions = format!("/targetingRules/{}/conditions", rule.at);
    let mut operations = vec![];
    for (at, condition) in rule.conditions.iter().enumerate() {
        if let Condition::Segment { id, is_in } = condition {
            let path = format!("{conditions}/{at}/segmentCondition");
            operations
                .push(json!({"op": "test", "path": format!("{path}/segmentId"), "value": id}));
            let value = comparator(*is_in);
            let path = format!("{path}/comparator");
            operations.push(json!({"op": "test", "path": path, "value": value}));
        }
    }
    for (ids, is_in) in [(&wanted.is_in, true), (&wanted.not_in, false)] {
        let had = rule.segments(is_in);
        for id in ids.difference(&had) {
            let condition =
                json!({"segmentCondition": {"segmentId": id, "comparator": comparator(is_in)}});
            let path = format!("{conditions}/-");
            operations.push(json!({"op": "add", "path": path, "value": condition}));
        }
    }
    for (at, condition) in rule.conditions.iter().enumerate().rev() {
        if let Condition::Segment { id, is_in } = condition
            && !wanted.has(id, *is_in)
        {
            operations.push(json!({"op": "remove", "path": format!("{conditions}/{at}")}));
        }
    }
    operations
}

/// A rule of an old config has one segment, which becomes another one.
fn of_v1(rule: &Rule<'_>, wanted: &Wanted) -> Vec<Json> {
    let path = |field: &str| format!("/rolloutRules/{}/{field}", rule.at);
    let old = rule.segments(true).into_iter().chain(rule.segments(false)).next();
    let is_in = !wanted.is_in.is_empty();
    let new = wanted.is_in.iter().chain(&wanted.not_in).next();
    json!([
        {"op": "test", "path": path("segmentId"), "value": old},
        {"op": "replace", "path": path("segmentId"), "value": new},
        {"op": "replace", "path": path("segmentComparator"), "value": comparator(is_in)},
    ])
    .as_array()
    .cloned()
    .unwrap_or_default()
}

/// Whether a segment is still what the plan was made from.
fn is_as_read(now: &LiveSegment, before: &LiveSegment) -> bool {
    now.mark == before.mark && now.document == before.document
}

fn stale(message: String) -> Failure {
    Failure::new(Code::Stale, message).help("run the command again")
}

fn changed(key: &str) -> Failure {
    stale(format!("segment `{key}` was changed by somebody else meanwhile"))
}

fn gone(key: &str) -> Failure {
    stale(format!("segment `{key}` was deleted by somebody else meanwhile"))
}

fn appeared(key: &str) -> Failure {
    stale(format!("segment `{key}` was made by somebody else meanwhile"))
}

fn moved(rule: &LiveRule) -> Failure {
    let place = &rule.place;
    stale(format!(
        "the rule of {} in {} was changed by somebody else meanwhile",
        place.flag, place.environment
    ))
}
