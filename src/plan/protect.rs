//! Names that are never deleted.

use globset::{Glob, GlobSet, GlobSetBuilder};

/// Globs of the names of documents whose segments are never deleted.
#[derive(Clone, Debug, Default)]
pub struct Protect {
    patterns: Vec<String>,
    set: GlobSet,
}

impl Protect {
    /// Compiles `patterns`; the error names the one that cannot be read.
    pub fn new(patterns: &[String]) -> Result<Self, String> {
        let unreadable = |error: globset::Error| format!("`protect` cannot be read: {error}");
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            set.add(Glob::new(pattern).map_err(unreadable)?);
        }
        Ok(Self { patterns: patterns.to_vec(), set: set.build().map_err(unreadable)? })
    }

    /// Whether `name` is protected.
    pub fn is_match(&self, name: &str) -> bool {
        self.set.is_match(name)
    }

    /// The globs as written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }
}
