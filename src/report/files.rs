//! What a command did with files.

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// The path as the user would type it.
    pub path: String,
    /// What was done.
    pub action: FileAction,
}

/// What was done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileAction {
    /// It was written anew.
    Written,
    /// A line was added at its end.
    Extended,
    /// It was brought into canonical form.
    Formatted,
    /// It is not in canonical form, and was not touched.
    WouldFormat,
    /// There was nothing to do.
    Unchanged,
    /// It was left as it is, because its canonical form would mean something else.
    Kept,
    /// It is not YAML.
    Invalid,
}

impl FileAction {
    /// The word that outputs use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Extended => "extended",
            Self::Formatted => "formatted",
            Self::WouldFormat => "would format",
            Self::Unchanged => "unchanged",
            Self::Kept => "kept",
            Self::Invalid => "invalid",
        }
    }
}
