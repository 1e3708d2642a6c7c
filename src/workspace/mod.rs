//! Documents and targets together: which document belongs to which target, and what it says there.
//!
//! [`resolve()`] applies `perTarget`, checks every document against its schema, and finds duplicates
//! and dangling references. It reads nothing: what it needs was read by [`crate::load`].

mod duplicates;
mod envelope;
mod hidden;
mod references;
mod resolve;
mod selector;
mod targets;
mod variant;

pub(crate) use hidden::hidden;
pub(crate) use resolve::beside;
pub use resolve::{Input, RawDocument, ResolvedTarget, resolve};
pub use selector::Selector;
pub use targets::{check_targets, live_system, secret_places};

use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Attachment, Node, Segment, typed};
use crate::source::Span;

/// A typed document and the node it was made from.
#[derive(Clone, Debug)]
pub struct Sourced<T> {
    /// The document.
    pub document: T,
    /// The node, for places.
    pub node: Arc<Node>,
}

impl<T: DeserializeOwned> Sourced<T> {
    /// The document that `node` says. What the schema lets through has a type; a gap between the
    /// two is said, not hidden.
    pub fn read(node: Arc<Node>, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        match typed(&node) {
            Ok(document) => Some(Self { document, node }),
            Err(error) => {
                let wrong = Diagnostic::new(Code::BadValue, error.to_string());
                diagnostics.push(wrong.at(node.span_at(""), ""));
                None
            }
        }
    }
}

impl<T> Sourced<T> {
    /// The place of the value under a JSON pointer into the document.
    pub fn span_at(&self, pointer: &str) -> Span {
        self.node.span_at(pointer)
    }
}

/// A segment document as one target sees it.
pub type SegmentDocument = Sourced<Segment>;
/// An attachment document as one target sees it.
pub type AttachmentDocument = Sourced<Attachment>;
