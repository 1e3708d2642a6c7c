//! Where a report will be read: the repository around the workspace, and the pipeline it runs in.

use std::env;
use std::path::Path;

use crate::report::Venue;

/// The venue of reports about the workspace in `root`.
pub(super) fn venue(root: &Path) -> Venue {
    let (files, whole) = github().or_else(gitlab).unwrap_or_default();
    Venue { folder: folder(root), files, whole }
}

/// The path of `root` in its repository.
fn folder(root: &Path) -> String {
    let repository = root.ancestors().find(|it| it.join(".git").exists());
    let inside = repository.and_then(|it| root.strip_prefix(it).ok());
    let path = inside.map(|it| it.to_string_lossy().replace('\\', "/")).unwrap_or_default();
    if path.is_empty() { path } else { format!("{path}/") }
}

/// The addresses of a file of the revision and of the run.
type Addresses = (Option<String>, Option<String>);

fn github() -> Option<Addresses> {
    let repository = format!("{}/{}", set("GITHUB_SERVER_URL")?, set("GITHUB_REPOSITORY")?);
    let files = set("GITHUB_SHA").map(|revision| format!("{repository}/blob/{revision}/"));
    let run = set("GITHUB_RUN_ID").map(|id| format!("{repository}/actions/runs/{id}"));
    Some((files, run))
}

fn gitlab() -> Option<Addresses> {
    let project = set("CI_PROJECT_URL")?;
    let files = set("CI_COMMIT_SHA").map(|revision| format!("{project}/-/blob/{revision}/"));
    Some((files, set("CI_JOB_URL")))
}

fn set(name: &str) -> Option<String> {
    env::var(name).ok().filter(|it| !it.is_empty())
}
