//! Finds and reads files, and never leaves the workspace.
//!
//! [`Tree`] is the only door to the file system for documents: every path is resolved and must
//! stay under the workspace folder. What was read stands in [`Files`], to which every [`Span`]
//! refers.

mod files;
mod glob;
mod tree;

pub use files::{FileId, Files, Position, SourceFile, Span};
pub use glob::Globs;
pub use tree::{Listing, MAX_FILE_BYTES, ReadError, Tree, find_workspace_file, read_bounded};
