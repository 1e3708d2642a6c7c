//! Diagnostics, plans and outcomes as text, JSON, Markdown, GitHub annotations, SARIF or HTML.
//!
//! Nothing here prints: each function gives a text, and the edge writes it. Every text that comes
//! from a vendor or a file passes [`safe()`] on its way to a terminal.

pub mod diagnostics;
mod files;
mod findings;
pub mod github;
pub mod html;
pub mod json;
pub mod markdown;
mod pass;
mod review;
mod revision;
mod safe;
#[cfg(test)]
mod sample;
pub mod sarif;
pub mod text;
mod veil;
mod venue;

pub use files::{FileAction, FileReport};
pub use pass::Reason;
pub use revision::short_revision;
pub(crate) use safe::judged;
pub use safe::{safe, safe_json, without_commands};
pub(crate) use text::several;
pub use veil::{Cover, Veil};
pub use venue::Venue;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::apply::Applied;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Provider, Target};
use crate::import::Import;
use crate::import::update::Update;
use crate::plan::{Drift, ObjectKind, Plan};
use crate::policy::Suppressed;
use crate::provider::{Failure, Requests};
use crate::source::Files;

/// All that a command has to say.
#[derive(Debug)]
pub struct Report<'a> {
    /// The command.
    pub command: &'static str,
    /// Whether it ended as it should; drift and changes are no failure.
    pub ok: bool,
    /// The workspace, when it could be read.
    pub workspace: Option<String>,
    /// The texts that diagnostics refer to.
    pub files: Cow<'a, Files>,
    /// What is wrong with the documents.
    pub diagnostics: Cow<'a, [Diagnostic]>,
    /// What would be wrong with the documents, and a comment takes out.
    pub suppressed: Cow<'a, [Suppressed]>,
    /// What stopped the command before it came to any target.
    pub failure: Option<Failure>,
    /// What there is to say about each target.
    pub targets: Vec<TargetReport>,
    /// The Git revision that the documents were held against.
    pub base: Option<String>,
    /// Where the report is read.
    pub venue: Venue,
}

impl<'a> Report<'a> {
    /// A report of `command` that says nothing yet.
    pub fn new(command: &'static str, files: &'a Files) -> Self {
        Self {
            command,
            ok: true,
            workspace: None,
            files: Cow::Borrowed(files),
            diagnostics: Cow::Borrowed(&[]),
            suppressed: Cow::Borrowed(&[]),
            failure: None,
            targets: vec![],
            base: None,
            venue: Venue::default(),
        }
    }

    /// The Git revision that the documents were held against, as people read it.
    pub fn base_in_words(&self) -> Option<&str> {
        self.base.as_deref().map(short_revision)
    }

    /// All that comments took out, of documents and of plans.
    pub fn all_suppressed(&self) -> impl Iterator<Item = &Suppressed> {
        let plans = self.targets.iter().filter_map(|it| it.result.as_ref().ok());
        let of_plans = plans.flat_map(|planned| &planned.plan.suppressed);
        self.suppressed.iter().chain(of_plans)
    }
}

/// What there is to say about one target.
#[derive(Debug)]
pub struct TargetReport {
    /// The name of the target.
    pub name: String,
    /// The vendor.
    pub provider: Provider,
    /// The address as the workspace says it.
    pub url: String,
    /// What was planned, or why nothing could be.
    pub result: Result<Planned, Failure>,
    /// The requests that were sent.
    pub requests: Requests,
}

impl TargetReport {
    /// What there is to say about `target`, to which no request was sent yet.
    pub fn of(target: &Target, result: Result<Planned, Failure>) -> Self {
        let (name, url) = (target.name.clone(), target.url.clone());
        Self { name, provider: target.provider, url, result, requests: Requests::default() }
    }

    /// A target that was not looked at.
    pub fn not_begun(target: &Target) -> Self {
        Self::of(target, Err(Failure::new(Code::Interrupted, "not begun")))
    }
}

/// A plan and what became of it.
#[derive(Debug)]
pub struct Planned {
    /// The version that the server says it has.
    pub server_version: Option<String>,
    /// The plan.
    pub plan: Plan,
    /// What became of it; none when nothing was to be done about it.
    pub applied: Option<Applied>,
    /// What it shows of drift; none when that was not asked.
    pub drift: Option<Drift>,
    /// The vendor. Nobody else makes such a value, so none shows what a veil covers.
    provider: Provider,
}

impl Planned {
    /// A plan for `provider`, as `veil` shows it.
    pub fn new(version: Option<String>, mut plan: Plan, provider: Provider, veil: &Veil) -> Self {
        veil.plan(&mut plan, provider);
        let server_version = version.map(|it| veil.text(&it));
        Self { server_version, plan, applied: None, drift: None, provider }
    }

    /// What became of `plan`, which is the plan as it was carried out, as `veil` shows it.
    pub fn became(&mut self, mut applied: Applied, plan: &Plan, veil: &Veil) {
        veil.applied(&mut applied, plan, self.provider);
        self.applied = Some(applied);
    }

    /// What it shows of drift, as `veil` shows it.
    #[must_use]
    pub fn with_drift(self, mut drift: Drift, veil: &Veil) -> Self {
        veil.drift(&mut drift, self.provider);
        Self { drift: Some(drift), ..self }
    }
}

/// What an import made, and where.
#[derive(Debug)]
pub struct Imported {
    /// The documents, and what was left out.
    pub import: Import,
    /// What stands before the paths of its files: a folder with a `/`, or nothing.
    pub folder: String,
    /// The schema, where the import writes it too: its path in the workspace.
    pub schema: Option<String>,
    /// What will not go as it looks.
    pub warnings: Vec<String>,
}

/// What an update changed in documents.
#[derive(Debug)]
pub struct Updated {
    /// The files, and what was left out.
    pub update: Update,
    /// Whether the files were written; otherwise they were only to be shown.
    pub is_written: bool,
}

impl Updated {
    /// The documents that change: the kind, the name and the files of each.
    fn documents(&self) -> Vec<(ObjectKind, &str, Vec<&str>)> {
        let mut documents: BTreeMap<(ObjectKind, &str), Vec<&str>> = BTreeMap::new();
        for file in &self.update.files {
            for (kind, name) in &file.documents {
                documents.entry((*kind, name)).or_default().push(&file.path);
            }
        }
        documents.into_iter().map(|((kind, name), files)| (kind, name, files)).collect()
    }
}
