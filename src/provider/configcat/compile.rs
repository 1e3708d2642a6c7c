//! Documents to the bodies of the API of ConfigCat, with every rule that can be checked offline.

use std::collections::BTreeSet;

use serde_json::Map;

use crate::desired::{Allocation, Canonical, Mark};
use crate::diagnostic::Diagnostic;
use crate::plan::Effect;
use crate::provider::{CompiledAttachment, CompiledSegment, Together};
use crate::workspace::{AttachmentDocument, SegmentDocument};

/// The segment in the words of ConfigCat.
pub(crate) fn segment(document: &SegmentDocument, _: &mut Vec<Diagnostic>) -> CompiledSegment {
    let key = document.document.metadata.name.clone();
    CompiledSegment {
        key,
        description: String::new(),
        document: Map::new(),
        allocation: Allocation::No,
    }
}

pub(crate) fn check_sent(_: &Canonical, _: &Mark, _: &SegmentDocument, _: &mut Vec<Diagnostic>) {}

pub(crate) fn check_together(_: &[Together<'_>], _: &mut Vec<Diagnostic>) {}

pub(crate) fn attachment(
    _: &AttachmentDocument,
    _: &mut Vec<Diagnostic>,
) -> Option<CompiledAttachment> {
    None
}

pub(crate) fn effect(_: &Canonical, _: &Canonical) -> Option<Effect> {
    None
}

pub(crate) fn matches_everyone(_: &Canonical) -> bool {
    false
}

pub(crate) fn references(_: &Canonical) -> BTreeSet<String> {
    BTreeSet::new()
}
