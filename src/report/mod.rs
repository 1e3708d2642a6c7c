//! Diagnostics, plans and outcomes as text or JSON.
//!
//! Nothing here prints: each function gives a text, and the edge writes it. Every text that comes
//! from a vendor or a file passes [`safe()`] on its way to a terminal.

pub mod diagnostics;
mod files;
pub mod json;
mod pass;
mod safe;
pub mod text;

pub use files::{FileAction, FileReport};
pub use pass::Reason;
pub(crate) use safe::is_unsafe;
pub use safe::safe;

use std::collections::BTreeMap;

use crate::apply::Applied;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Provider, Target};
use crate::import::Import;
use crate::import::update::Update;
use crate::plan::{Drift, ObjectKind, Plan};
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
    pub files: &'a Files,
    /// What is wrong with the documents.
    pub diagnostics: &'a [Diagnostic],
    /// What stopped the command before it came to any target.
    pub failure: Option<Failure>,
    /// What there is to say about each target.
    pub targets: Vec<TargetReport>,
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
