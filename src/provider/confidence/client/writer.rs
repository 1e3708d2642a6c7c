//! Changing Confidence.
//!
//! Every function here ends in certainty: where an answer was lost, the server is read before
//! anything is sent again. What comes back is compared with what was sent, because the server drops
//! in silence what it does not know.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::super::compile;
use super::super::wire::{Flag, Rule, Segment, SegmentBody};
use super::super::{
    ALLOCATE_SEGMENT, ARCHIVE_SEGMENT, CREATE_SEGMENT, FLAG, SEGMENT, UI_LABEL, UPDATE_RULE,
    UPDATE_SEGMENT,
};
use super::lists::{self, to_live};
use crate::apply::WritePermit;
use crate::desired::{Canonical, Mark};
use crate::diagnostic::Code;
use crate::live::{LiveEnvironment, LiveSegment};
use crate::provider::http::{Request, WritableHttp};
use crate::provider::meanwhile::{changed, is_as_read, moved};
use crate::provider::{Failure, Http, RuleChange, Writer};

/// How often a change whose answer was lost is tried again, once it is known not to be done.
const TRIES: u32 = 3;
/// What an older server takes and does not keep.
const DESCRIPTION: &str = "description";

/// Changes one account of Confidence.
#[derive(Debug)]
pub struct ConfidenceWriter {
    http: WritableHttp,
    unkept: BTreeSet<&'static str>,
}

impl ConfidenceWriter {
    pub(super) fn new(permit: WritePermit, http: Http, unkept: BTreeSet<&'static str>) -> Self {
        Self { http: WritableHttp::new(http, permit), unkept }
    }

    async fn segment_now(&self, id: &str) -> Result<Segment, Failure> {
        self.http.get(&SEGMENT, &[id]).await
    }

    /// The segment of that id, from the list: a missing one is not told from a forbidden one
    /// otherwise.
    async fn find(&self, id: &str) -> Result<Option<Segment>, Failure> {
        let all = lists::segments(&self.http).await?;
        Ok(all.into_iter().find(|it| it.id() == id))
    }

    /// Sees that the server stored what it was sent. A description that it dropped is noted on the
    /// segment, with a mark that fits what is there.
    async fn check(
        &self,
        stored: &Segment,
        document: &Canonical,
        mark: &Mark,
    ) -> Result<(), Failure> {
        let live = to_live(stored);
        if live.document == *document {
            return Ok(());
        }
        let kept = document.without(&BTreeSet::from([DESCRIPTION]));
        if stored.description.is_empty() && live.document == kept {
            let mark = Mark::new(&mark.workspace, &mark.name, &kept);
            let body = compile::body(&kept, &mark, &BTreeSet::from([DESCRIPTION]));
            return self.patch(stored, body, "labels").await.map(drop);
        }
        let message = format!(
            "segment `{}` was stored with other content than it was sent: it may match everyone",
            live.key
        );
        let failure = Failure::new(Code::UnexpectedAnswer, message);
        Err(Failure { maybe_done: true, ..failure.help("look at it in Confidence") })
    }

    /// Changes what `mask` names of a segment, and keeps the label that is the server's: labels are
    /// replaced as a whole.
    async fn patch(
        &self,
        now: &Segment,
        mut body: SegmentBody,
        mask: &str,
    ) -> Result<Segment, Failure> {
        let kept = now.labels.get_key_value(UI_LABEL);
        body.labels.extend(kept.map(|(name, value)| (name.clone(), value.clone())));
        let (path, query, body) = ([now.id()], [("updateMask", mask)], json!(body));
        let request =
            Request { path: &path, query: &query, body: Some(&body), ..Request::default() };
        half(self.http.change(&UPDATE_SEGMENT, &request).await?.json())
    }

    /// The server looks at rules alone before it archives a segment, so segments are looked at here.
    async fn check_unreferred(&self, id: &str) -> Result<(), Failure> {
        let all = lists::segments(&self.http).await?;
        let refers = |it: &&Segment| {
            !it.is_archived() && it.id() != id && compile::referred(&it.targeting).contains(id)
        };
        let Some(user) = all.iter().find(refers) else { return Ok(()) };
        let message = format!("segment `{id}` came into use by segment `{}` meanwhile", user.id());
        Err(Failure::new(Code::InUse, message))
    }

    /// Points rules to other segments, one after the other: a list that is sent as a whole would
    /// take out what somebody added since it was read.
    async fn point(&self, flag: &Flag, changes: &[(&Rule, &str)]) -> Result<(), Failure> {
        for (at, (rule, segment)) in changes.iter().enumerate() {
            let body = json!({ "segment": format!("segments/{segment}") });
            let request = Request {
                path: &[flag.id(), rule.id()],
                query: &[("updateMask", "segment")],
                body: Some(&body),
                ..Request::default()
            };
            let sent = self.http.change(&UPDATE_RULE, &request).await;
            // Those before it are done.
            sent.map_err(|it| Failure { maybe_done: it.maybe_done || at > 0, ..it })?;
        }
        Ok(())
    }
}

impl Writer for ConfidenceWriter {
    fn parallelism(&self) -> usize {
        self.http.parallelism()
    }

    async fn create(&self, document: &Canonical, mark: &Mark) -> Result<String, Failure> {
        let id = text(document, "id").to_owned();
        let body = json!(compile::body(document, mark, &self.unkept));
        let query = [("segmentId", id.as_str())];
        let request = Request { query: &query, body: Some(&body), ..Request::default() };
        for tries in 1.. {
            let sent = self.http.change(&CREATE_SEGMENT, &request).await;
            let failure = match sent.and_then(|answer| half(answer.json::<Segment>())) {
                Ok(stored) => return self.check(&stored, document, mark).await.map(|()| id),
                Err(failure) => failure,
            };
            // 409: the id is taken, perhaps by our own first try.
            if !failure.maybe_done && failure.status != Some(409) {
                return Err(failure);
            }
            match self.find(&id).await.map_err(|_| failure.clone())? {
                Some(found) if to_live(&found).mark.as_ref() == Some(mark) => {
                    return self.check(&found, document, mark).await.map(|()| id);
                }
                None if failure.maybe_done && tries < TRIES => {}
                _ => return Err(failure),
            }
        }
        Ok(id)
    }

    async fn replace(
        &self,
        before: &LiveSegment,
        document: &Canonical,
        mark: &Mark,
    ) -> Result<(), Failure> {
        let id = before.id.as_str();
        let paths = mask(before.document.document(), document.document());
        let mut lost: Option<Failure> = None;
        for tries in 0.. {
            // The server cannot compare, so we do, as late as possible.
            let now = self.segment_now(id).await.map_err(|it| lost.clone().unwrap_or(it))?;
            let live = to_live(&now);
            if live.mark.as_ref() == Some(mark) && live.document == *document {
                break;
            }
            if now.is_archived() || !is_as_read(&live, before) {
                return Err(Failure { maybe_done: lost.is_some(), ..changed(&before.key) });
            }
            if let Some(failure) = lost.take_if(|_| tries >= TRIES) {
                return Err(failure);
            }
            let body = compile::body(document, mark, &self.unkept);
            match self.patch(&now, body, &paths).await {
                Ok(stored) => return self.check(&stored, document, mark).await,
                Err(failure) if failure.maybe_done => lost = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    async fn delete(&self, before: &LiveSegment) -> Result<(), Failure> {
        let id = before.id.as_str();
        let mut lost: Option<Failure> = None;
        for tries in 0.. {
            let now = self.segment_now(id).await.map_err(|it| lost.clone().unwrap_or(it))?;
            if now.is_archived() {
                break;
            }
            let live = to_live(&now);
            // What a person made of it is not ours to archive.
            if !is_as_read(&live, before) {
                return Err(changed(&before.key));
            }
            if let Some(failure) = lost.take_if(|_| tries >= TRIES) {
                return Err(failure);
            }
            let unused = self.check_unreferred(id).await;
            unused.map_err(|it| Failure { maybe_done: lost.is_some(), ..it })?;
            let request = Request { path: &[id], body: Some(&json!({})), ..Request::default() };
            match self.http.change(&ARCHIVE_SEGMENT, &request).await {
                Ok(_) => break,
                Err(failure) if failure.maybe_done => lost = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    async fn allocate(&self, id: &str) -> Result<(), Failure> {
        let mut lost: Option<Failure> = None;
        for tries in 0.. {
            let now = self.segment_now(id).await.map_err(|it| lost.clone().unwrap_or(it))?;
            if !now.is_unallocated() {
                break;
            }
            if let Some(failure) = lost.take_if(|_| tries >= TRIES) {
                return Err(failure);
            }
            let request = Request { path: &[id], body: Some(&json!({})), ..Request::default() };
            match self.http.change(&ALLOCATE_SEGMENT, &request).await {
                Ok(_) => break,
                Err(failure) if failure.maybe_done => lost = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    async fn attach(&self, rules: &[RuleChange<'_>]) -> Result<(), Failure> {
        let Some(first) = rules.first() else { return Ok(()) };
        let mut lost: Option<Failure> = None;
        for tries in 0.. {
            let flag: Flag = self
                .http
                .get(&FLAG, &[&first.rule.unit])
                .await
                .map_err(|it| lost.clone().unwrap_or(it))?;
            let mut changes = vec![];
            for change in rules {
                let wanted = change.segments.first().map(String::as_str).unwrap_or_default();
                let now = flag.rules.iter().find(|it| it.name == change.rule.id);
                match now {
                    Some(now) if now.segment_id() == wanted => {}
                    Some(now) if change.rule.segments.contains(now.segment_id()) => {
                        changes.push((now, wanted));
                    }
                    _ => return Err(Failure { maybe_done: lost.is_some(), ..moved(change.rule) }),
                }
            }
            if changes.is_empty() {
                break;
            }
            if let Some(failure) = lost.take_if(|_| tries >= TRIES) {
                return Err(failure);
            }
            match self.point(&flag, &changes).await {
                Ok(()) => break,
                Err(failure) if failure.maybe_done => lost = Some(failure),
                Err(failure) => {
                    return Err(Failure { maybe_done: lost.is_some(), ..failure });
                }
            }
        }
        Ok(())
    }

    async fn refresh(&self, _: &LiveEnvironment) -> Result<(), Failure> {
        Ok(())
    }
}

/// Half an answer: it was done, and what came of it is known to the server alone.
fn half<T>(answer: Result<T, Failure>) -> Result<T, Failure> {
    answer.map_err(|failure| match failure.status {
        None => Failure { maybe_done: true, ..failure },
        Some(_) => failure,
    })
}

fn text<'d>(document: &'d Canonical, field: &str) -> &'d str {
    document.document().get(field).and_then(Json::as_str).unwrap_or_default()
}

/// The paths of what differs, and of the labels, which carry the mark.
fn mask(before: &Map<String, Json>, after: &Map<String, Json>) -> String {
    let differs = |name: &&str| before.get(*name) != after.get(*name);
    let fields = ["displayName", DESCRIPTION, "targeting", "flag", "workflowInstance"];
    let mut paths: Vec<String> =
        fields.iter().filter(|it| differs(it)).map(|&it| it.to_owned()).collect();
    // An owner that Git does not name stays.
    if differs(&"owner") && after.get("owner").is_some_and(Json::is_string) {
        paths.push("owner".to_owned());
    }
    for name in ["proportion", "exclusivityTags", "exclusiveTo"] {
        let [one, other] =
            [before, after].map(|it| it.get("allocation").and_then(|it| it.get(name)));
        if one != other {
            paths.push(format!("allocation.{name}"));
        }
    }
    paths.push("labels".to_owned());
    paths.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_names_what_differs_and_nothing_else() {
        let fields = |value: Json| value.as_object().cloned().unwrap_or_default();
        let before = fields(json!({
            "displayName": "a", "targeting": {"expression": {"ref": "a"}}, "owner": "identities/a",
            "allocation": {"proportion": "0.5", "exclusivityTags": ["x"]},
        }));
        assert_eq!(mask(&before, &before), "labels");
        let after = fields(json!({
            "displayName": "b", "targeting": {"expression": {"ref": "a"}}, "owner": null,
            "allocation": {"proportion": "0.5", "exclusiveTo": ["x"]},
        }));
        let expected = "displayName,allocation.exclusivityTags,allocation.exclusiveTo,labels";
        assert_eq!(mask(&before, &after), expected);
        let owned = fields(json!({"owner": "identities/b"}));
        assert!(mask(&before, &owned).contains(",owner,"));
    }
}
