//! Live objects to documents: the inverse of `compile`.

use serde_json::{Map, Value as Json};

use crate::desired::Canonical;
use crate::document::ConfidenceAttachment;
use crate::live::RulePlace;
use crate::provider::Decompiled;

/// A segment as its document says it.
pub(crate) fn segment(_: &Canonical) -> Decompiled {
    Decompiled { description: String::new(), block: Map::new(), reference: Map::new() }
}

/// The block that names one rule.
pub(crate) fn rule(_: &ConfidenceAttachment) -> Map<String, Json> {
    Map::new()
}

/// How an attachment names the rule of that id.
pub(crate) fn rule_yaml(_: &RulePlace, _: &str) -> String {
    String::new()
}
