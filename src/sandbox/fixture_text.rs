//! The fixture file: the world a new sandbox starts with, in the words of one system.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::StartError;

/// The text of a fixture file; without a file, an empty one.
#[derive(Debug, Default)]
pub(super) struct FixtureText {
    path: PathBuf,
    text: String,
}

impl FixtureText {
    /// Reads a fixture file.
    pub(super) fn read(path: &Path) -> Result<Self, StartError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| StartError::ReadFixture { path: path.to_path_buf(), source })?;
        Ok(Self { path: path.to_path_buf(), text })
    }

    /// The fixture as a system describes it; an empty text is the default one.
    pub(super) fn parse<T: DeserializeOwned + Default>(&self) -> Result<T, StartError> {
        if self.text.trim().is_empty() {
            return Ok(T::default());
        }
        serde_yaml::from_str(&self.text).map_err(|error| StartError::BadFixture {
            path: self.path.clone(),
            reason: error.to_string(),
        })
    }
}
