//! What a reviewer is told, the worst first, before it becomes Markdown or HTML.

mod address;
mod diff;
mod finding;
mod item;
mod reach;
mod section;
mod words;

pub(super) use address::{address, place, written_in};
pub(super) use diff::{Line, Sign};
pub(super) use finding::{Finding, Ignored};
pub(super) use item::{Item, Rank, Remark};
pub(super) use reach::{Edge, How, Reach};
pub(super) use section::Section;
pub(super) use words::meanings;

use super::Report;

/// A whole report, in the order in which it is told.
#[derive(Debug)]
pub(super) struct Review<'a> {
    /// What it is about, in a few words.
    pub(super) title: String,
    /// What it comes to, in a few sentences.
    pub(super) summary: String,
    /// What stopped the command.
    pub(super) failure: Option<Remark>,
    /// Mistakes in the documents, the worst first.
    pub(super) findings: Vec<Finding>,
    /// What comments took out, the worst first.
    pub(super) ignored: Vec<Ignored>,
    /// What there is to say of each target.
    pub(super) sections: Vec<Section<'a>>,
}

impl<'a> Review<'a> {
    /// What `report` has to say.
    pub(super) fn of(report: &'a Report<'_>) -> Self {
        let sections: Vec<Section<'a>> =
            report.targets.iter().map(|target| Section::of(target, report)).collect();
        let findings = finding::findings(report);
        let ignored = finding::ignored(report);
        Self {
            title: words::title(report.command),
            summary: words::summary(report, &sections, (&findings, &ignored)),
            failure: report.failure.as_ref().map(Remark::of_failure),
            findings,
            ignored,
            sections,
        }
    }
}
