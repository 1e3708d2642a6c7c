//! Finds and reads files, and never leaves the workspace.
//!
//! [`Tree`] is the only door to the file system for documents: every path is resolved and must
//! stay under the workspace folder; [`Revision`] is the same folder as a commit has it. What was read stands in [`Files`], to which every [`Span`]
//! refers.

mod files;
mod glob;
mod home;
mod links;
mod revision;
mod tree;

pub use files::{FileId, Files, Position, SourceFile, Span, identity};
pub use glob::Globs;
pub use home::Home;
pub use revision::{Revision, RevisionError};
pub use tree::{
    Listing, MAX_FILE_BYTES, ReadError, Texts, Tree, WORKSPACE_FILES, find_workspace_file,
    read_bounded,
};
