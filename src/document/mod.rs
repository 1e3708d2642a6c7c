//! YAML text, read once and the same way by everything: text, spanned nodes, and from these the
//! schema's verdict and typed documents.
//!
//! Nothing here touches a file, a clock or a network. Each function returns what it could make and
//! what is wrong; nothing stops at the first mistake.

mod comments;
mod merge_patch;
mod node;
pub(crate) mod pointer;
mod scalar;
mod schema;
mod schema_error;
mod typed;
mod types;
mod values;
mod view;
mod yaml;

pub use merge_patch::merge_patch;
pub use node::{Entry, Node, Value};
pub use schema::{Kind, SCHEMA_FILES, schema_of};
pub use types::*;
pub use values::{VALUE_LISTS, expand_values_from, values_from_paths, values_of};
pub use yaml::parse;

pub(crate) use comments::comments;
pub(crate) use schema::{check, is_switch, is_word};
pub(crate) use typed::typed;
