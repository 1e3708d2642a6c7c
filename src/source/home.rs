//! Where a workspace is written.

use std::path::{Path, PathBuf};

use super::{Revision, WORKSPACE_FILES};

/// Where a workspace is written.
#[derive(Clone, Debug)]
pub enum Home {
    /// In a file.
    File(PathBuf),
    /// On the command line, for the documents in a folder: the folder, and what the file would say.
    CommandLine(PathBuf, String),
}

impl Home {
    /// The folder of the workspace.
    pub(crate) fn folder(&self) -> &Path {
        match self {
            Self::File(file) => {
                let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
                folder.unwrap_or(Path::new("."))
            }
            Self::CommandLine(folder, _) => folder,
        }
    }

    /// Where `revision` has the workspace; none where it has none.
    pub(crate) fn then(&self, revision: &Revision) -> Option<Self> {
        Some(match self {
            Self::CommandLine(..) => self.clone(),
            // The other name of the file may have been used then.
            Self::File(file) => {
                let now = file.file_name().unwrap_or_default().to_string_lossy();
                let mut names = std::iter::once(&*now).chain(WORKSPACE_FILES);
                Self::File(file.with_file_name(names.find(|name| revision.has(name))?))
            }
        })
    }
}
