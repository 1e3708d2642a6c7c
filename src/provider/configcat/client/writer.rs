//! Changing `ConfigCat`.
//!
//! Of segments the server compares nothing, so every function here reads just before it writes, and
//! reads again where an answer was lost. Rules are changed by JSON Patch, whose tests the server
//! compares.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::super::compile;
use super::super::wire::{Formula, Segment, SegmentRow};
use super::super::{
    CREATE_SEGMENT, DELETE_SEGMENT, PATCH_VALUE_V1, PATCH_VALUE_V2, SEGMENT, SEGMENTS,
    UPDATE_SEGMENT, VALUE_V1, VALUE_V2,
};
use super::patch::patch;
use super::place::same;
use super::reader::{Known, to_live};
use super::rules::Identity;
use crate::apply::WritePermit;
use crate::desired::{Canonical, Mark};
use crate::diagnostic::Code;
use crate::live::{LiveEnvironment, LiveSegment};
use crate::provider::http::{Request, WritableHttp, is_missing};
use crate::provider::meanwhile::{appeared, changed, gone, is_as_read, moved};
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
            let failure = match answer.map(|it| it.json::<Segment>()) {
                Ok(Ok(segment)) => return Ok(segment.segment_id),
                // Half an answer: it was done, and its id is known to the server alone.
                Ok(Err(failure)) => Failure { maybe_done: true, ..failure },
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
