//! Reading Confidence: two lists, which show every use of every segment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;

use super::super::wire::{Flag, Segment, Space};
use super::super::{OWN_LABEL, REQUESTS_PER_SECOND, SPACE, sharing};
use super::sign_in::ApiClient;
use super::{ConfidenceWriter, explain, lists, rules};
use crate::apply::WritePermit;
use crate::live::{Answers, FoundRule, Live, LiveSegment, Questions, Scope, SpaceQuestion};
use crate::parallel;
use crate::provider::credentials::Credentials;
use crate::provider::http::{HttpOptions, Request, is_missing};
use crate::provider::pace::Pace;
use crate::provider::{Answered, Connect, Failure, Http, Reader, Requests, RuleSelector, join_all};

/// Reads one account of Confidence.
#[derive(Clone, Debug)]
pub struct ConfidenceReader {
    http: Http,
    known: Arc<Mutex<Known>>,
}

/// What was learnt by the last look.
#[derive(Debug, Default)]
struct Known {
    ids: BTreeSet<String>,
    /// A segment that shares users with nobody: what it is asked about is not mixed with what it is.
    bystander: Option<String>,
}

impl ConfidenceReader {
    /// A reader of the account that `connect` names.
    pub fn new(connect: &Connect) -> Result<Self, Failure> {
        let http = Http::new(HttpOptions {
            url: connect.url.clone(),
            credentials: Credentials::renewed(ApiClient::of(connect)?),
            parallelism: connect.parallelism,
            pace: Pace::PerSecond(REQUESTS_PER_SECOND),
            explain,
        })?;
        connect.tune(&http);
        Ok(Self { http, known: Arc::default() })
    }

    fn learn(&self, segments: &[LiveSegment]) {
        let bystander = segments.iter().find(|it| !sharing::is_coordinated(it.document.document()));
        let known = Known {
            ids: segments.iter().map(|it| it.id.clone()).collect(),
            bystander: bystander.map(|it| it.id.clone()),
        };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }

    /// How much room there is for a segment; none where nobody can be asked.
    async fn space(&self, question: &SpaceQuestion) -> Result<Option<String>, Failure> {
        let whom = {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let itself = Some(question.key.clone()).filter(|it| known.ids.contains(it));
            itself.or_else(|| known.bystander.clone())
        };
        let Some(whom) = whom else { return Ok(None) };
        let fields = question.document.document();
        let allocation = &fields["allocation"];
        let mut asked = serde_json::Map::new();
        asked.extend(
            ["exclusivityTags", "exclusiveTo"]
                .into_iter()
                .filter_map(|name| allocation.get(name).map(|it| (name.to_owned(), it.clone()))),
        );
        let targeting = fields.get("targeting").filter(|it| !it.is_null());
        asked.extend(targeting.map(|it| ("targeting".to_owned(), it.clone())));
        let body = json!({ "queryParams": asked });
        let request = Request { path: &[&whom], body: Some(&body), ..Request::default() };
        match self.http.ask::<Space>(&SPACE, &request).await {
            Ok(space) => Ok(Some(space.available_space.value)),
            Err(failure) if is_missing(&failure) || failure.status == Some(403) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

impl Reader for ConfidenceReader {
    type Writer = ConfidenceWriter;

    async fn read(&self, scope: &Scope) -> Result<Live, Failure> {
        let (segments, flags) =
            tokio::try_join!(lists::segments(&self.http), lists::flags(&self.http))?;
        let (uses, archived) = rules::uses(&flags);
        let by_id: BTreeMap<&str, &Flag> = flags.iter().map(|flag| (flag.id(), flag)).collect();
        let found = scope.rules.iter().filter_map(|(name, rule)| match rule {
            RuleSelector::Confidence(rule) => Some((name.clone(), rules::find(rule, &by_id))),
            _ => None,
        });
        let unkept = unkept(&segments);
        let (gone, here): (Vec<Segment>, Vec<Segment>) =
            segments.into_iter().partition(Segment::is_archived);
        let mut here = parallel::map(here, |segment| lists::to_live(&segment));
        for segment in &mut here {
            segment.used = uses.contains_key(&segment.id);
        }
        self.learn(&here);
        let notes = unkept.iter().map(|field| {
            format!("Confidence takes the {field} of a segment here and does not keep it, so it is left out")
        });
        Ok(Live {
            version: Some("v1".to_owned()),
            rules: found.collect(),
            burnt: gone.iter().map(|it| it.id().to_owned()).collect(),
            notes: notes.collect(),
            unkept,
            segments: here,
            answers: Answers { uses, archived, ..Answers::default() },
            ..Live::default()
        })
    }

    async fn answer(&self, questions: &Questions) -> Result<Answers, Failure> {
        let asked = questions
            .space
            .iter()
            .map(async |(name, question)| Ok((name.clone(), self.space(question).await?)));
        let space = join_all(asked).await?.into_iter();
        let space = space.filter_map(|(name, free)| Some((name, free?))).collect();
        Ok(Answers { space, ..Answers::default() })
    }

    async fn find_rules(&self, segments: &BTreeSet<String>) -> Result<Vec<FoundRule>, Failure> {
        Ok(rules::with(&lists::flags(&self.http).await?, segments))
    }

    fn writer(&self, permit: WritePermit, live: &Live) -> ConfidenceWriter {
        ConfidenceWriter::new(permit, self.http.clone(), live.unkept.clone())
    }

    fn requests(&self) -> Requests {
        self.http.requests()
    }

    fn hurry(&self) {
        self.http.hurry();
    }

    fn answered(&self) -> Answered {
        self.http.answered()
    }
}

/// What the server was once seen not to keep, unless some segment shows that it does by now.
fn unkept(segments: &[Segment]) -> BTreeSet<&'static str> {
    let label = format!("{OWN_LABEL}unkept");
    let was_seen = segments.iter().any(|it| it.labels.contains_key(&label));
    let is_kept = segments.iter().any(|it| !it.description.is_empty());
    if was_seen && !is_kept { BTreeSet::from(["description"]) } else { BTreeSet::new() }
}
