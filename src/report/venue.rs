//! Where a report is read, as far as it matters to what it says.

/// Where a report is read.
#[derive(Clone, Debug, Default)]
pub struct Venue {
    /// The folder of the workspace in its repository: nothing, or a path that ends with `/`.
    pub folder: String,
    /// The address before the path of a file of this revision, which ends with `/`; none where
    /// nobody knows it.
    pub files: Option<String>,
    /// The address of the whole of a report that had to be cut.
    pub whole: Option<String>,
}

impl Venue {
    /// The path of a file of the workspace, from the root of its repository.
    pub fn path(&self, file: &str) -> String {
        format!("{}{file}", self.folder)
    }
}
