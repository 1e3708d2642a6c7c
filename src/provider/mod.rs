//! The only code that knows a vendor.
//!
//! Each system has a folder of the same shape: `mod.rs` with its tables (what it can do, its
//! endpoints, its fields), `wire.rs` with the bodies as the API has them, `compile/` from documents
//! to those bodies and `decompile` back, `client/` with the requests, `refusals.rs` with what the
//! system would refuse. The functions here are the single place that chooses between them.

mod answer;
mod any;
mod audience;
mod capabilities;
mod conditions;
pub mod confidence;
pub mod configcat;
mod connect;
mod credentials;
mod endpoint;
mod failure;
pub mod featuresignals;
mod fields;
mod gate;
mod http;
mod meanwhile;
mod pace;
mod retry;
mod tally;
pub mod unleash;

pub use any::{AnyReader, AnyWriter};
pub use audience::{Audience, RegexField};
pub use capabilities::{Capabilities, Combine, Identity};
pub use connect::Connect;
pub use endpoint::{Access, Auth, Endpoint, EndpointInfo, Read, Retry, Write};
pub use failure::Failure;
pub use fields::{Attribute, Field, Shape};
pub use gate::OnWait;
pub use http::Http;
pub use retry::{Attempt, Decision, decide};
pub use tally::{Answered, Requests};

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::apply::WritePermit;
use crate::desired::{Allocation, Canonical, Desired, DesiredSegment, Mark};
use crate::diagnostic::Diagnostic;
use crate::document::{
    ConfidenceAttachment, ConfigCatAttachment, FeatureSignalsAttachment, Provider,
    UnleashAttachment,
};
use crate::live::{
    Answers, FoundRule, Live, LiveEnvironment, LiveRule, LiveSegment, Questions, Ready, RulePlace,
    Scope,
};
use crate::plan::{Effect, Refusal, Step};
use crate::source::Span;
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
    /// Whether the system is to make it ready for use, where that is a step of its own.
    pub allocation: Allocation,
}

/// An attachment in the vendor's words.
#[derive(Clone, Debug)]
pub struct CompiledAttachment {
    /// The rule.
    pub rule: RuleSelector,
    /// The segments that a user must not be in, by `metadata.name`, where rules have such.
    pub not_in: Vec<String>,
}

/// A segment among those of its target.
#[derive(Clone, Copy, Debug)]
pub struct Together<'a> {
    /// The `metadata.name`.
    pub name: &'a str,
    /// The vendor's document.
    pub segment: &'a DesiredSegment,
    /// Where its key is written.
    pub place: Span,
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
    /// A rule of a flag in Confidence.
    Confidence(ConfidenceAttachment),
    /// A targeting rule of a setting in ConfigCat.
    ConfigCat(ConfigCatAttachment),
    /// A rule of a flag in FeatureSignals.
    FeatureSignals(FeatureSignalsAttachment),
}

impl fmt::Display for RuleSelector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unleash(rule) => unleash::describe(rule, formatter),
            Self::Confidence(rule) => confidence::describe(rule, formatter),
            Self::ConfigCat(rule) => configcat::describe(rule, formatter),
            Self::FeatureSignals(rule) => featuresignals::describe(rule, formatter),
        }
    }
}

/// What each provider's folder has under the same name: `of!(provider, path::to::it)`, or called
/// with arguments.
macro_rules! of {
    ($provider:expr, $($path:ident)::+ $(($($argument:expr),*))?) => {
        match $provider {
            Provider::Unleash => unleash::$($path)::+ $(($($argument),*))?,
            Provider::Confidence => confidence::$($path)::+ $(($($argument),*))?,
            Provider::ConfigCat => configcat::$($path)::+ $(($($argument),*))?,
            Provider::FeatureSignals => featuresignals::$($path)::+ $(($($argument),*))?,
        }
    };
}

/// What a vendor's system lets segctl do.
pub fn capabilities(provider: Provider) -> &'static Capabilities {
    of!(provider, CAPABILITIES)
}

/// What each vendor's system lets segctl do.
pub fn all_capabilities() -> Vec<&'static Capabilities> {
    Provider::ALL.map(capabilities).to_vec()
}

/// Every endpoint that segctl uses of a vendor's system.
pub fn endpoints(provider: Provider) -> &'static [&'static EndpointInfo] {
    of!(provider, ENDPOINTS)
}

/// The fields by which segments of `provider` are compared.
pub fn segment_fields(provider: Provider) -> &'static [Field] {
    of!(provider, FIELDS)
}

/// What of a segment of `provider` says who is meant.
pub fn audience(provider: Provider) -> Audience {
    of!(provider, AUDIENCE)
}

/// How a condition of `provider` says of which attribute its values are.
pub fn attribute(provider: Provider) -> &'static Attribute {
    of!(provider, ATTRIBUTE)
}

/// A reader of the live system that `connect` names.
pub fn connect(provider: Provider, connect: &Connect) -> Result<AnyReader, Failure> {
    AnyReader::new(provider, connect)
}

/// What turning one document into another does to the audience; none where it is not proven.
pub fn effect(provider: Provider, before: &Canonical, after: &Canonical) -> Option<Effect> {
    of!(provider, compile::effect(before, after))
}

/// Whether a segment matches everyone.
pub fn matches_everyone(provider: Provider, document: &Canonical) -> bool {
    of!(provider, compile::matches_everyone(document))
}

/// The keys of the segments that a segment refers to, where segments can.
pub fn references(provider: Provider, document: &Canonical) -> BTreeSet<String> {
    of!(provider, compile::references(document))
}

/// The keys of the segments that a segment says `not` of, where segments can.
pub fn negated(provider: Provider, document: &Canonical) -> BTreeSet<String> {
    match provider {
        Provider::Confidence => confidence::compile::negated(document),
        Provider::Unleash | Provider::ConfigCat | Provider::FeatureSignals => BTreeSet::new(),
    }
}

/// Whether nobody is in a segment of that content before it is made ready, where that is a step of
/// its own.
pub fn begins_unallocated(provider: Provider, document: &Canonical) -> bool {
    match provider {
        Provider::Confidence => confidence::compile::begins_unallocated(document),
        Provider::Unleash | Provider::ConfigCat | Provider::FeatureSignals => false,
    }
}

/// Whom a segment of that content belongs to within the system, where segments can.
pub fn belongs_to(provider: Provider, document: &Canonical) -> Option<String> {
    match provider {
        Provider::Confidence => confidence::compile::belongs_to(document),
        Provider::Unleash | Provider::ConfigCat | Provider::FeatureSignals => None,
    }
}

/// How an attachment names the rule of that id, as the vendor's block in YAML.
pub fn rule_yaml(provider: Provider, place: &RulePlace, id: &str) -> String {
    of!(provider, decompile::rule_yaml(place, id))
}

/// What must be asked before `step`, which sends `document` in the place of `before`, can be
/// trusted.
pub fn questions(
    provider: Provider,
    step: &Step,
    document: &Canonical,
    before: Option<&Canonical>,
) -> Questions {
    of!(provider, refusals::questions(step, document, before))
}

/// Why the vendor would refuse `step`, as far as that is known before it is sent.
pub fn refuse(desired: &Desired, live: &Live, step: &Step) -> Option<Refusal> {
    of!(desired.provider, refusals::refuse(desired, live, step))
}

/// What is to be known of `step` beside what it changes.
pub fn warnings(desired: &Desired, live: &Live, step: &Step) -> Vec<String> {
    of!(desired.provider, refusals::warnings(desired, live, step))
}

/// Says `document` in the vendor's words, and what the vendor could not take.
pub fn compile_segment(
    provider: Provider,
    document: &SegmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) -> CompiledSegment {
    of!(provider, compile::segment(document, diagnostics))
}

/// Checks what would be sent for a segment: its size, and whether the vendor's engine takes it.
pub fn check_sent(
    provider: Provider,
    document: &Canonical,
    mark: &Mark,
    source: &SegmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) {
    of!(provider, compile::check_sent(document, mark, source, diagnostics));
}

/// Checks the segments of a target beside each other.
pub fn check_together(
    provider: Provider,
    segments: &[Together<'_>],
    diagnostics: &mut Vec<Diagnostic>,
) {
    of!(provider, compile::check_together(segments, diagnostics));
}

/// The rule that `document` names; none when it has no block for the vendor.
pub fn compile_attachment(
    provider: Provider,
    document: &AttachmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<CompiledAttachment> {
    of!(provider, compile::attachment(document, diagnostics))
}

/// Says a segment as its document would: the inverse of [`compile_segment`].
pub fn decompile_segment(provider: Provider, document: &Canonical) -> Decompiled {
    of!(provider, decompile::segment(document))
}

/// What a block says of a segment that is not ready for use, where that is not its default.
pub fn unready(provider: Provider, ready: Ready) -> Option<(&'static str, Json)> {
    match provider {
        Provider::Confidence => confidence::decompile::unready(ready),
        Provider::Unleash | Provider::ConfigCat | Provider::FeatureSignals => None,
    }
}

/// The block of an attachment that names the rule: the inverse of [`compile_attachment`].
pub fn decompile_rule(rule: &RuleSelector) -> Map<String, Json> {
    match rule {
        RuleSelector::Unleash(rule) => unleash::decompile::rule(rule),
        RuleSelector::Confidence(rule) => confidence::decompile::rule(rule),
        RuleSelector::ConfigCat(rule) => configcat::decompile::rule(rule),
        RuleSelector::FeatureSignals(rule) => featuresignals::decompile::rule(rule),
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

    /// Makes a segment ready for use, where that is a step of its own; one that is ready already is
    /// no failure.
    fn allocate(&self, id: &str) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Gives each rule exactly its segments, unless it moved since it was read. All of them are of
    /// one [`LiveRule::unit`], and are changed by one request where the system can.
    fn attach(&self, rules: &[RuleChange<'_>]) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Has an environment notice that its segments changed, where it does not by itself.
    fn refresh(
        &self,
        environment: &LiveEnvironment,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// A rule as it was read, and the ids of its segments from now on.
#[derive(Clone, Debug)]
pub struct RuleChange<'a> {
    /// The rule.
    pub rule: &'a LiveRule,
    /// The segments that a user must be in.
    pub segments: Vec<String>,
    /// The segments that a user must not be in.
    pub not_in: Vec<String>,
}

/// Runs requests side by side; the first failure is the failure of all.
///
/// How many are in flight is bounded by [`Http`].
pub(crate) async fn join_all<T>(
    requests: impl IntoIterator<Item = impl Future<Output = Result<T, Failure>>>,
) -> Result<Vec<T>, Failure> {
    futures_util::future::try_join_all(requests).await
}
