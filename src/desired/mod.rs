//! What a target should hold: canonical vendor documents, checked as far as that goes offline.

mod canonical;
mod lints;
mod mark;
mod tree;

pub use canonical::Canonical;
pub(crate) use canonical::{hidden_text, short_hash};
pub use mark::Mark;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Code, Diagnostic};
use crate::document::Provider;
use crate::live::Live;
use crate::parallel;
use crate::plan::ObjectKind;
use crate::provider::{self, CompiledAttachment, RuleSelector, Together};
use crate::source::{Files, Span};
use crate::workspace::{AttachmentDocument, ResolvedTarget, SegmentDocument};

/// All that Git says about one target.
#[derive(Clone, Debug)]
pub struct Desired {
    /// The workspace that owns what is managed.
    pub workspace: String,
    /// The vendor.
    pub provider: Provider,
    /// Segments by `metadata.name`.
    pub segments: BTreeMap<String, DesiredSegment>,
    /// Attachments by `metadata.name`.
    pub attachments: BTreeMap<String, DesiredAttachment>,
}

/// A segment as it should be.
#[derive(Clone, Debug)]
pub struct DesiredSegment {
    /// The vendor's identity of it.
    pub key: String,
    /// Whether it is owned elsewhere.
    pub external: bool,
    /// The vendor's document, without the mark.
    pub document: Canonical,
    /// Whether the system is to make it ready for use, where that is a step of its own.
    pub allocation: Allocation,
    /// Lints that it may break.
    pub allow: BTreeSet<String>,
    /// Labels, for selectors.
    pub labels: BTreeMap<String, String>,
    /// Where it is written.
    pub origin: Origin,
}

/// Whether a system is to make a segment ready for use, where that is a step of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Allocation {
    /// There is nothing to do, or it is not wanted.
    #[default]
    No,
    /// Where the system says that it has to be.
    IfNeeded,
    /// Always, once it is made: it shares users with other segments.
    Needed,
}

/// An attachment as it should be.
#[derive(Clone, Debug)]
pub struct DesiredAttachment {
    /// The rule.
    pub rule: RuleSelector,
    /// The whole set of its segments, by `metadata.name`, in the order of the document.
    pub segments: Vec<String>,
    /// The whole set of segments that a user must not be in, where rules have such.
    pub not_in: Vec<String>,
    /// Lints that it may break.
    pub allow: BTreeSet<String>,
    /// Labels, for selectors.
    pub labels: BTreeMap<String, String>,
    /// Where it is written.
    pub origin: Origin,
}

/// Where a document is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The path relative to the workspace.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

impl Desired {
    /// Each document, and where it is written.
    pub(crate) fn origins(&self) -> impl Iterator<Item = (ObjectKind, &str, &Origin)> {
        let segments = self.segments.iter();
        let segments = segments.map(|(name, it)| (ObjectKind::Segment, name.as_str(), &it.origin));
        let attachments = self.attachments.iter();
        segments.chain(
            attachments.map(|(name, it)| (ObjectKind::Attachment, name.as_str(), &it.origin)),
        )
    }

    /// As it is, without the fields that the system does not keep.
    pub(crate) fn kept_by(&self, live: &Live) -> Cow<'_, Self> {
        if live.unkept.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut kept = self.clone();
        for segment in kept.segments.values_mut() {
            segment.document = segment.document.without(&live.unkept);
        }
        Cow::Owned(kept)
    }
}

impl Origin {
    /// The place as people count it.
    pub(crate) fn of(span: Span, files: &Files) -> Self {
        let position = files.position(span);
        Self {
            file: files.get(span.file).path.clone(),
            line: position.line,
            column: position.column,
        }
    }
}

/// Makes the desired state of `target`, and says what the vendor could not or should not be told.
pub fn desire(
    workspace: &str,
    target: ResolvedTarget,
    files: &Files,
) -> (Desired, Vec<Diagnostic>) {
    let ResolvedTarget { target, segments: documents, attachments: rules, .. } = target;
    let provider = target.provider;
    // A document is let go as soon as it is compiled: together, they are most of what is in memory.
    let made = parallel::map(documents, |(name, node)| {
        let mut found = vec![];
        let key_place = lints::key_place(&node, provider);
        let Some(document) = SegmentDocument::read(node, &mut found) else {
            return (name, None, key_place, found);
        };
        let segment = segment(workspace, provider, &name, &document, files, &mut found);
        // What a segment refers to may be archived, or wait for its allocation: only a plan can tell.
        let found = lints::settle(&document.node, found, &[Code::NegatesNothing]);
        (name, Some(segment), key_place, found)
    });
    let mut diagnostics = vec![];
    let mut segments = BTreeMap::new();
    let mut key_places = vec![];
    for (name, segment, key_place, found) in made {
        diagnostics.extend(found);
        if let Some(segment) = segment {
            segments.insert(name, segment);
            key_places.push(key_place);
        }
    }
    lints::across_segments(&target.name, &segments, &key_places, &mut diagnostics);
    let together = segments.iter().zip(key_places);
    let together: Vec<Together<'_>> =
        together.map(|((name, segment), place)| Together { name, segment, place }).collect();
    let mut found = vec![];
    provider::check_together(provider, &together, &mut found);
    diagnostics.extend(found);
    let mut attachments = BTreeMap::new();
    for (name, node) in &rules {
        let mut found = vec![];
        let Some(document) = AttachmentDocument::read(Arc::clone(node), &mut diagnostics) else {
            continue;
        };
        if let Some(attachment) = attachment(provider, &document, files, &mut found) {
            attachments.insert(name.clone(), attachment);
        }
        // Whether a rule without segments matches everyone depends on the rule's own conditions,
        // so only a plan can tell whether this allowance is used.
        let found = lints::settle(&document.node, found, &[Code::MatchesEveryone]);
        diagnostics.extend(found);
    }
    lints::shared_rules(provider, &rules, &attachments, &mut diagnostics);
    (Desired { workspace: workspace.to_owned(), provider, segments, attachments }, diagnostics)
}

fn segment(
    workspace: &str,
    provider: Provider,
    name: &str,
    document: &SegmentDocument,
    files: &Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> DesiredSegment {
    let compiled = provider::compile_segment(provider, document, diagnostics);
    let canonical = Canonical::new(provider::segment_fields(provider), compiled.document);
    if Mark::split(&compiled.description).1.is_some() {
        diagnostics.push(
            Diagnostic::new(Code::ReservedText, "the description ends with a mark of segctl")
                .at(document.span_at("/spec/description"), "")
                .help("remove its last line; segctl writes it itself"),
        );
    }
    if !document.document.spec.external {
        let mark = Mark::new(workspace, name, &canonical);
        provider::check_sent(provider, &canonical, &mark, document, diagnostics);
    }
    DesiredSegment {
        key: compiled.key,
        external: document.document.spec.external,
        document: canonical,
        allocation: compiled.allocation,
        allow: document.document.spec.allow.iter().cloned().collect(),
        labels: document.document.metadata.labels.clone(),
        origin: Origin::of(document.span_at("/metadata/name"), files),
    }
}

fn attachment(
    provider: Provider,
    document: &AttachmentDocument,
    files: &Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<DesiredAttachment> {
    let CompiledAttachment { rule, not_in } =
        provider::compile_attachment(provider, document, diagnostics)?;
    Some(DesiredAttachment {
        rule,
        not_in,
        segments: document.document.spec.segments.clone(),
        allow: document.document.spec.allow.iter().cloned().collect(),
        labels: document.document.metadata.labels.clone(),
        origin: Origin::of(document.span_at("/metadata/name"), files),
    })
}
