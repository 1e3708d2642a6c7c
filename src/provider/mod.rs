//! The only code that knows a vendor.
//!
//! Each system has a folder of the same shape: `mod.rs` with its tables (what it can do, its
//! endpoints, its fields), `wire.rs` with the bodies as the API has them, `compile/` from documents
//! to those bodies and `decompile` back, `client/` with the requests. The functions here are the
//! single place that chooses between them.

mod capabilities;
mod endpoint;
mod failure;
mod featuresignals;
mod fields;
mod gate;
mod http;
mod retry;
mod tally;
pub mod unleash;

pub use capabilities::Capabilities;
pub use endpoint::{Access, Endpoint, EndpointInfo, Read, Retry, Write};
pub use failure::Failure;
pub use fields::{Field, Shape};
pub use gate::OnWait;
pub use http::{Http, HttpOptions};
pub use retry::{Attempt, Decision, decide};
pub use tally::{Answered, Requests};
pub use unleash::{UnleashReader, UnleashWriter};

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::apply::WritePermit;
use crate::desired::{Canonical, Desired, Mark};
use crate::diagnostic::Diagnostic;
use crate::document::{Provider, UnleashAttachment};
use crate::live::{Answers, FoundRule, Live, LiveRule, LiveSegment, Questions, RulePlace, Scope};
use crate::plan::{Effect, Refusal, Step};
use crate::workspace::{AttachmentDocument, SegmentDocument};

/// A segment in the vendor's words.
#[derive(Clone, Debug)]
pub struct CompiledSegment {
    /// The vendor's identity of it.
    pub key: String,
    /// The description, which later carries the mark.
    pub description: String,
    /// The vendor's document.
    pub document: Map<String, Json>,
}

/// A live segment as a document says it.
#[derive(Clone, Debug)]
pub struct Decompiled {
    /// The description, without the mark.
    pub description: String,
    /// The vendor's block; what is absent there is the vendor's default.
    pub block: Map<String, Json>,
    /// The vendor's block of a document that only names the segment.
    pub reference: Map<String, Json>,
}

/// Names one rule in the vendor's words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RuleSelector {
    /// A strategy of Unleash.
    Unleash(UnleashAttachment),
}

impl fmt::Display for RuleSelector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unleash(rule) => unleash::describe(rule, formatter),
        }
    }
}

/// What each vendor's system lets segctl do.
pub fn capabilities() -> Vec<Capabilities> {
    let of = |provider| match provider {
        Provider::Unleash => unleash::CAPABILITIES,
    };
    Provider::ALL.map(of).to_vec()
}

/// What turning one document into another does to the audience; none where it is not proven.
pub fn effect(provider: Provider, before: &Canonical, after: &Canonical) -> Option<Effect> {
    match provider {
        Provider::Unleash => unleash::effect(before, after),
    }
}

/// Whether a segment matches everyone.
pub fn matches_everyone(provider: Provider, document: &Canonical) -> bool {
    match provider {
        Provider::Unleash => unleash::compile::matches_everyone(document),
    }
}

/// How an attachment names the rule of that id, as the vendor's block in YAML.
pub fn rule_yaml(provider: Provider, place: &RulePlace, id: &str) -> String {
    match provider {
        Provider::Unleash => unleash::rule_yaml(place, id),
    }
}

/// Why the vendor would refuse `step`, as far as that is known before it is sent.
pub fn refuse(desired: &Desired, live: &Live, step: &Step) -> Option<Refusal> {
    match desired.provider {
        Provider::Unleash => unleash::refuse(desired, live, step),
    }
}

/// The fields by which segments of `provider` are compared.
pub fn segment_fields(provider: Provider) -> &'static [Field] {
    match provider {
        Provider::Unleash => unleash::FIELDS,
    }
}

/// Says `document` in the vendor's words, and what the vendor could not take.
pub fn compile_segment(
    provider: Provider,
    document: &SegmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) -> CompiledSegment {
    match provider {
        Provider::Unleash => unleash::compile::segment(document, diagnostics),
    }
}

/// Checks what would be sent for a segment: its size, and whether the vendor's engine takes it.
pub fn check_sent(
    provider: Provider,
    document: &Canonical,
    mark: &Mark,
    source: &SegmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) {
    match provider {
        Provider::Unleash => unleash::compile::check_sent(document, mark, source, diagnostics),
    }
}

/// The rule that `document` names; none when it has no block for the vendor.
pub fn compile_attachment(
    provider: Provider,
    document: &AttachmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<RuleSelector> {
    match provider {
        Provider::Unleash => {
            unleash::compile::attachment(document, diagnostics).map(RuleSelector::Unleash)
        }
    }
}

/// Says a segment as its document would: the inverse of [`compile_segment`].
pub fn decompile_segment(provider: Provider, document: &Canonical) -> Decompiled {
    match provider {
        Provider::Unleash => unleash::decompile::segment(document),
    }
}

/// The block of an attachment that names the rule: the inverse of [`compile_attachment`].
pub fn decompile_rule(rule: &RuleSelector) -> Map<String, Json> {
    match rule {
        RuleSelector::Unleash(rule) => unleash::decompile::rule(rule),
    }
}

/// Reads a live system. Nothing that implements only this can change one.
pub trait Reader: Send + Sync {
    /// The side that writes; made only by [`crate::apply`].
    type Writer: Writer;

    /// Reads every segment, and the rules that `scope` names.
    fn read(&self, scope: &Scope) -> impl Future<Output = Result<Live, Failure>> + Send;

    /// Answers what a first look left open.
    fn answer(
        &self,
        questions: &Questions,
    ) -> impl Future<Output = Result<Answers, Failure>> + Send;

    /// Finds every rule that has any of `segments`, by their ids. Archived flags are left out.
    fn find_rules(
        &self,
        segments: &BTreeSet<String>,
    ) -> impl Future<Output = Result<Vec<FoundRule>, Failure>> + Send;

    /// The side that writes.
    fn writer(&self, permit: WritePermit, live: &Live) -> Self::Writer;

    /// The requests that were sent so far.
    fn requests(&self) -> Requests;

    /// Ends every wait for the system or for a next attempt, now and from now on, the writer's too;
    /// what is in flight goes on.
    fn hurry(&self);

    /// How far the requests are that were asked for.
    fn answered(&self) -> Answered;
}

/// Changes a live system, one object at a time.
///
/// Each function is done when it returns, also when the server did it at an earlier try whose
/// answer was lost.
pub trait Writer: Send + Sync {
    /// How many changes are sent at once.
    fn parallelism(&self) -> usize;

    /// Makes a segment and gives its id.
    fn create(
        &self,
        document: &Canonical,
        mark: &Mark,
    ) -> impl Future<Output = Result<String, Failure>> + Send;

    /// Replaces the content and the mark of a segment, unless it moved since it was read.
    fn replace(
        &self,
        before: &LiveSegment,
        document: &Canonical,
        mark: &Mark,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Deletes a segment, unless it moved since it was read; one that is gone already is no failure.
    fn delete(&self, before: &LiveSegment) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Gives a rule exactly these segments, unless it moved since it was read.
    fn attach(
        &self,
        rule: &LiveRule,
        segments: &[String],
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Runs requests side by side; the first failure is the failure of all.
///
/// How many are in flight is bounded by [`Http`].
pub(crate) async fn join_all<T>(
    requests: impl IntoIterator<Item = impl Future<Output = Result<T, Failure>>>,
) -> Result<Vec<T>, Failure> {
    futures_util::future::try_join_all(requests).await
}
