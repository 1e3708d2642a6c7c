//! What a vendor's system lets segctl do, as data; `segctl providers` prints it.

use schemars::JsonSchema;
use serde::Serialize;

/// What a vendor's system lets segctl do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    /// The name in `provider` and of the vendor's block in documents.
    pub provider: &'static str,
    /// The system and its versions.
    pub system: &'static str,
    /// What the target says under `auth`.
    pub auth: &'static str,
    /// What identifies a segment.
    pub key: &'static str,
    /// Where the mark stands.
    pub mark: &'static str,
    /// What becomes of a segment whose key changes in Git.
    pub rename: &'static str,
    /// What pruning does.
    pub prune: &'static str,
    /// What an attachment names, and how many segments that takes.
    pub rule: &'static str,
    /// What happens to a change that somebody else makes at the same moment.
    pub concurrency: &'static str,
    /// The limits of the system, as it comes.
    pub limits: &'static str,
    /// The requests of a plan that has nothing to do.
    pub requests: &'static str,
    /// How segctl is tested on it.
    pub tested: &'static str,
    /// What segctl does not do on it.
    pub missing: &'static str,
}

impl Capabilities {
    /// Each row with its heading, in the order in which they are shown.
    pub fn rows(&self) -> [(&'static str, &'static str); 12] {
        [
            ("system", self.system),
            ("auth", self.auth),
            ("key", self.key),
            ("mark", self.mark),
            ("rename", self.rename),
            ("prune", self.prune),
            ("rule", self.rule),
            ("concurrency", self.concurrency),
            ("limits", self.limits),
            ("requests", self.requests),
            ("tested", self.tested),
            ("missing", self.missing),
        ]
    }
}
