//! The reader and the writer of whichever system a target is.

use std::collections::BTreeSet;

use super::confidence::{ConfidenceReader, ConfidenceWriter};
use super::configcat::{ConfigCatReader, ConfigCatWriter};
use super::featuresignals::{FeatureSignalsReader, FeatureSignalsWriter};
use super::unleash::{UnleashReader, UnleashWriter};
use super::{Answered, Connect, Failure, Reader, Requests, RuleChange, Writer};
use crate::apply::WritePermit;
use crate::desired::{Canonical, Mark};
use crate::document::Provider;
use crate::live::{Answers, FoundRule, Live, LiveEnvironment, LiveSegment, Questions, Scope};

/// A reader of any system.
#[derive(Clone, Debug)]
pub enum AnyReader {
    /// Of Unleash.
    Unleash(UnleashReader),
    /// Of Confidence.
    Confidence(ConfidenceReader),
    /// Of ConfigCat.
    ConfigCat(ConfigCatReader),
    /// Of FeatureSignals.
    FeatureSignals(FeatureSignalsReader),
}

/// A writer of any system.
#[derive(Debug)]
pub enum AnyWriter {
    /// Of Unleash.
    Unleash(UnleashWriter),
    /// Of Confidence.
    Confidence(ConfidenceWriter),
    /// Of ConfigCat.
    ConfigCat(ConfigCatWriter),
    /// Of FeatureSignals.
    FeatureSignals(FeatureSignalsWriter),
}

/// Does the same with whichever it is.
macro_rules! each {
    ($any:expr, $it:ident => $done:expr) => {
        match $any {
            Self::Unleash($it) => $done,
            Self::Confidence($it) => $done,
            Self::ConfigCat($it) => $done,
            Self::FeatureSignals($it) => $done,
        }
    };
}

impl AnyReader {
    /// A reader of the system that `connect` names.
    pub(super) fn new(provider: Provider, connect: &Connect) -> Result<Self, Failure> {
        Ok(match provider {
            Provider::Unleash => Self::Unleash(UnleashReader::new(connect)?),
            Provider::Confidence => Self::Confidence(ConfidenceReader::new(connect)?),
            Provider::ConfigCat => Self::ConfigCat(ConfigCatReader::new(connect)?),
            Provider::FeatureSignals => Self::FeatureSignals(FeatureSignalsReader::new(connect)?),
        })
    }
}

impl Reader for AnyReader {
    type Writer = AnyWriter;

    async fn read(&self, scope: &Scope) -> Result<Live, Failure> {
        each!(self, it => it.read(scope).await)
    }

    async fn answer(&self, questions: &Questions) -> Result<Answers, Failure> {
        each!(self, it => it.answer(questions).await)
    }

    async fn find_rules(&self, segments: &BTreeSet<String>) -> Result<Vec<FoundRule>, Failure> {
        each!(self, it => it.find_rules(segments).await)
    }

    fn writer(&self, permit: WritePermit, live: &Live) -> AnyWriter {
        match self {
            Self::Unleash(it) => AnyWriter::Unleash(it.writer(permit, live)),
            Self::Confidence(it) => AnyWriter::Confidence(it.writer(permit, live)),
            Self::ConfigCat(it) => AnyWriter::ConfigCat(it.writer(permit, live)),
            Self::FeatureSignals(it) => AnyWriter::FeatureSignals(it.writer(permit, live)),
        }
    }

    fn requests(&self) -> Requests {
        each!(self, it => it.requests())
    }

    fn hurry(&self) {
        each!(self, it => it.hurry());
    }

    fn answered(&self) -> Answered {
        each!(self, it => it.answered())
    }
}

impl Writer for AnyWriter {
    fn parallelism(&self) -> usize {
        each!(self, it => it.parallelism())
    }

    async fn create(&self, document: &Canonical, mark: &Mark) -> Result<String, Failure> {
        each!(self, it => it.create(document, mark).await)
    }

    async fn replace(
        &self,
        before: &LiveSegment,
        document: &Canonical,
        mark: &Mark,
    ) -> Result<(), Failure> {
        each!(self, it => it.replace(before, document, mark).await)
    }

    async fn delete(&self, before: &LiveSegment) -> Result<(), Failure> {
        each!(self, it => it.delete(before).await)
    }

    async fn allocate(&self, id: &str) -> Result<(), Failure> {
        each!(self, it => it.allocate(id).await)
    }

    async fn attach(&self, rules: &[RuleChange<'_>]) -> Result<(), Failure> {
        each!(self, it => it.attach(rules).await)
    }

    async fn refresh(&self, environment: &LiveEnvironment) -> Result<(), Failure> {
        each!(self, it => it.refresh(environment).await)
    }
}
