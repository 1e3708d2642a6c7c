//! What a vendor's system lets segctl do, as data: `segctl providers` prints it, the table in the
//! README is made of it, and validation, planning and the conformance suite read it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::diagnostic::Code;

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
    /// The names under `auth` that let segctl in together; any of the lists will do.
    pub secrets: &'static [&'static [&'static str]],
    /// Environment variables that are usual for a secret, without a workspace file.
    #[serde(skip)]
    pub variables: &'static [(&'static str, &'static [&'static str])],
    /// Environment variables that are usual for the address, without a workspace file.
    #[serde(skip)]
    pub url_variables: &'static [&'static str],
    /// The address of the vendor's own service, where everybody has the same.
    pub default_url: Option<&'static str>,
    /// The fields of a target that mean something to this system alone.
    pub target_fields: &'static [&'static str],
    /// What identifies a segment.
    pub key: &'static str,
    /// The field of the block that holds the key.
    pub key_field: &'static str,
    /// Whether a key can be changed.
    pub identity: Identity,
    /// Where the mark stands.
    pub mark: &'static str,
    /// What becomes of a segment whose key changes in Git.
    pub rename: &'static str,
    /// What pruning does.
    pub prune: &'static str,
    /// What an attachment names, and how many segments that takes.
    pub rule: &'static str,
    /// How the segments of a rule work together.
    pub combine: Combine,
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
    /// Why the system may not be brought to what Git says; a step is then refused with the code.
    #[schemars(with = "Vec<String>")]
    pub obstacles: &'static [Code],
}

/// Whether a key can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Identity {
    /// A segment is renamed in place.
    Renamable,
    /// A new key is a new segment: it is made, rules are changed to it, and the old one is an orphan.
    Fixed,
}

/// How the segments of a rule work together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Combine {
    /// A user must be in all of them.
    All,
    /// A user must be in any of them.
    Any,
    /// There is exactly one.
    One,
}

impl Capabilities {
    /// Each row with its heading, in the order in which they are shown.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let obstacles: Vec<&str> = self.obstacles.iter().map(|code| code.name()).collect();
        let said = [
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
        ];
        let said = said.into_iter().map(|(heading, text)| (heading, text.to_owned()));
        said.chain([("obstacles", obstacles.join(", "))]).collect()
    }
}
