//! The requests to Confidence.

use std::collections::BTreeSet;

use crate::apply::WritePermit;
use crate::desired::{Canonical, Mark};
use crate::diagnostic::Code;
use crate::live::{Answers, FoundRule, Live, LiveEnvironment, LiveSegment, Questions, Scope};
use crate::provider::{Answered, Connect, Failure, Reader, Requests, RuleChange, Writer};

fn missing() -> Failure {
    Failure::new(Code::Unreachable, "not yet")
}

/// Reads Confidence.
#[derive(Clone, Debug)]
pub struct ConfidenceReader {}

impl ConfidenceReader {
    /// A reader of the system that `connect` names.
    pub fn new(_: &Connect) -> Result<Self, Failure> {
        Err(missing())
    }
}

impl Reader for ConfidenceReader {
    type Writer = ConfidenceWriter;

    async fn read(&self, _: &Scope) -> Result<Live, Failure> {
        Err(missing())
    }

    async fn answer(&self, _: &Questions) -> Result<Answers, Failure> {
        Err(missing())
    }

    async fn find_rules(&self, _: &BTreeSet<String>) -> Result<Vec<FoundRule>, Failure> {
        Err(missing())
    }

    fn writer(&self, _: WritePermit, _: &Live) -> ConfidenceWriter {
        ConfidenceWriter {}
    }

    fn requests(&self) -> Requests {
        Requests::default()
    }

    fn hurry(&self) {}

    fn answered(&self) -> Answered {
        Answered { asked: 0, done: 0 }
    }
}

/// Changes Confidence.
#[derive(Debug)]
pub struct ConfidenceWriter {}

impl Writer for ConfidenceWriter {
    fn parallelism(&self) -> usize {
        1
    }

    async fn create(&self, _: &Canonical, _: &Mark) -> Result<String, Failure> {
        Err(missing())
    }

    async fn replace(&self, _: &LiveSegment, _: &Canonical, _: &Mark) -> Result<(), Failure> {
        Err(missing())
    }

    async fn delete(&self, _: &LiveSegment) -> Result<(), Failure> {
        Err(missing())
    }

    async fn allocate(&self, _: &str) -> Result<(), Failure> {
        Err(missing())
    }

    async fn attach(&self, _: &[RuleChange<'_>]) -> Result<(), Failure> {
        Err(missing())
    }

    async fn refresh(&self, _: &LiveEnvironment) -> Result<(), Failure> {
        Err(missing())
    }
}
