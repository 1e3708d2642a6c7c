//! Documents to the bodies of the API of Confidence, with every rule that can be checked offline.
//!
//! The server drops what it does not know in silence, and an empty targeting means everyone: so the
//! schema is strict, what is sent is taken from a document that fits it, and what comes back is
//! compared.

pub(super) mod decimal;
mod effect;
mod lints;
mod signs;
pub(super) mod targeting;
mod together;
mod truth;

pub(crate) use effect::effect;
pub(crate) use signs::negated;
pub(crate) use together::check_together;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::wire::{Allocation as WireAllocation, Decimal, SegmentBody, end_of};
use super::{OWN_LABEL, sharing};
use crate::desired::{Allocation, Canonical, Mark};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::ConfidenceSegment;
use crate::provider::{CompiledAttachment, CompiledSegment, RuleSelector};
use crate::workspace::{AttachmentDocument, SegmentDocument};

/// The block of Confidence in a document.
const BLOCK: &str = "/spec/confidence";

/// The segment in the words of Confidence.
pub(crate) fn segment(
    document: &SegmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) -> CompiledSegment {
    let spec = &document.document.spec;
    let name = &document.document.metadata.name;
    let block = spec.confidence.as_ref();
    let key = block.and_then(|it| it.id.clone()).unwrap_or_else(|| name.clone());
    let description =
        block.and_then(|it| it.description.clone()).or_else(|| spec.description.clone());
    let description = description.unwrap_or_default();
    let compiled = canonical(block, document, &key, &description);
    if !spec.external {
        lints::check_id(document, &key, diagnostics);
        lints::check_labels(document, diagnostics);
        lints::check_allocation(document, diagnostics);
        lints::check_targeting(document, &compiled, diagnostics);
    }
    let shares = sharing::is_coordinated(&compiled);
    let allocation = match block.and_then(|it| it.allocated) {
        Some(false) => Allocation::No,
        _ if shares => Allocation::Needed,
        _ => Allocation::IfNeeded,
    };
    CompiledSegment { key, description, document: compiled, allocation }
}

fn canonical(
    block: Option<&ConfidenceSegment>,
    document: &SegmentDocument,
    key: &str,
    description: &str,
) -> Map<String, Json> {
    let node = document.node.at(&format!("{BLOCK}/targeting"));
    let allocation = block.and_then(|it| it.allocation.as_ref());
    let proportion = allocation.and_then(|it| it.proportion.as_deref()).unwrap_or("1");
    let empty: &[String] = &[];
    let labels = block.and_then(|it| it.labels.as_ref()).filter(|it| !it.is_empty());
    let body = json!({
        "id": key,
        "displayName": block.and_then(|it| it.display_name.clone()),
        "description": description,
        "targeting": targeting::canonical(node.map(crate::document::Node::to_json).unwrap_or_default()),
        "allocation": allocation_form(
            proportion,
            allocation.map_or(empty, |it| &it.exclusivity_tags),
            allocation.map_or(empty, |it| &it.exclusive_to),
        ),
        "labels": labels,
        "owner": block.and_then(|it| it.owner.clone()),
        "flag": block.and_then(|it| it.flag.clone()),
        "workflowInstance": block.and_then(|it| it.workflow_instance.clone()),
    });
    match body {
        Json::Object(body) => body,
        _ => Map::new(),
    }
}

/// An allocation in the form in which both sides are compared.
pub(super) fn allocation_form(proportion: &str, tags: &[String], exclusive_to: &[String]) -> Json {
    let proportion = decimal::canonical(proportion).unwrap_or_else(|| proportion.to_owned());
    let mut form = Map::from_iter([("proportion".to_owned(), Json::from(proportion))]);
    for (name, tags) in [("exclusivityTags", tags), ("exclusiveTo", exclusive_to)] {
        if !tags.is_empty() {
            form.insert(name.to_owned(), json!(tags));
        }
    }
    form.into()
}

/// The body that says all of a segment, with its mark.
pub(super) fn body(document: &Canonical, mark: &Mark, unkept: &BTreeSet<&str>) -> SegmentBody {
    let fields = document.document();
    let text = |name: &str| fields.get(name).and_then(Json::as_str).map(str::to_owned);
    let allocation = &fields["allocation"];
    let list = |name: &str| -> Vec<String> {
        let items = allocation.get(name).and_then(Json::as_array).into_iter().flatten();
        items.filter_map(Json::as_str).map(str::to_owned).collect()
    };
    let proportion = allocation.get("proportion").and_then(Json::as_str).unwrap_or_default();
    let targeting = fields.get("targeting").filter(|it| !it.is_null()).cloned();
    SegmentBody {
        display_name: text("displayName"),
        description: text("description").filter(|it| !it.is_empty()),
        // Said even where it is empty: what is not sent cannot be told from what was dropped.
        targeting: Some(targeting.unwrap_or_else(|| json!({}))),
        allocation: WireAllocation {
            proportion: Some(Decimal { value: proportion.to_owned() }),
            exclusivity_tags: list("exclusivityTags"),
            exclusive_to: list("exclusiveTo"),
        },
        labels: labels(document, mark, unkept),
        workflow_instance: text("workflowInstance"),
        flag: text("flag"),
        owner: text("owner"),
    }
}

/// The labels of a segment: its own, and the mark.
fn labels(document: &Canonical, mark: &Mark, unkept: &BTreeSet<&str>) -> BTreeMap<String, String> {
    let fields = document.document();
    let own = fields.get("labels").and_then(Json::as_object).into_iter().flatten();
    let mut labels: BTreeMap<String, String> =
        own.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect();
    let mut say = |name: &str, value: String| labels.insert(format!("{OWN_LABEL}{name}"), value);
    say("workspace", mark.workspace.clone());
    say("name", mark.name.clone());
    if let Some(hash) = &mark.hash {
        say("hash", hash.clone());
    }
    if fields.get("owner").is_some_and(Json::is_string) {
        say("owner", "git".to_owned());
    }
    for field in unkept {
        say("unkept", (*field).to_owned());
    }
    labels
}

/// Checks what only shows once the document is compiled.
pub(crate) fn check_sent(
    document: &Canonical,
    _: &Mark,
    source: &SegmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if document.text().contains("\\u0000") {
        let nul = Diagnostic::new(Code::NameNotSendable, "a text holds a NUL character");
        diagnostics.push(nul.at(source.span_at(BLOCK), "somewhere in here"));
    }
}

/// The rule that the attachment names.
pub(crate) fn attachment(
    document: &AttachmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<CompiledAttachment> {
    let spec = &document.document.spec;
    let rule = spec.confidence.clone()?;
    if spec.segments.len() != 1 {
        let message = format!("the rule gets {} segments", spec.segments.len());
        diagnostics.push(
            Diagnostic::new(Code::BadValue, message)
                .at(document.span_at("/spec/segments"), "")
                .help("a rule of Confidence has exactly one segment; join several in one segment"),
        );
    }
    if let Some(name) = &rule.rule.name
        && !name.starts_with(&format!("flags/{}/rules/", rule.flag))
    {
        let message = format!("the rule `{name}` is not one of the flag `{}`", rule.flag);
        let place = document.span_at(&format!("{BLOCK}/rule/name"));
        diagnostics.push(Diagnostic::new(Code::BadValue, message).at(place, ""));
    }
    Some(CompiledAttachment { rule: RuleSelector::Confidence(rule), not_in: vec![] })
}

/// Whether a segment takes in all of the population.
pub(crate) fn matches_everyone(document: &Canonical) -> bool {
    is_everyone(document.document())
}

fn is_everyone(fields: &Map<String, Json>) -> bool {
    let targeting = fields.get("targeting").unwrap_or(&Json::Null);
    truth::of_targeting(targeting) == Some(true) && sharing::proportion(fields) == "1"
}

/// What the platform made a segment for.
pub(crate) fn belongs_to(document: &Canonical) -> Option<String> {
    let fields = document.document();
    let workflow = fields.get("workflowInstance").and_then(Json::as_str);
    let label = fields.get("labels").and_then(|it| it.get("workflowInstance")?.as_str());
    let flag = fields.get("flag").and_then(Json::as_str);
    let mut owners = [workflow, label, flag].into_iter().flatten();
    owners.find(|it| !it.is_empty()).map(str::to_owned)
}

/// The keys of the segments that the criteria of a segment refer to.
pub(crate) fn references(document: &Canonical) -> BTreeSet<String> {
    document.document().get("targeting").map(referred).unwrap_or_default()
}

/// The keys of the segments that the criteria of a targeting refer to.
pub(super) fn referred(targeting: &Json) -> BTreeSet<String> {
    let criteria = targeting.get("criteria").and_then(Json::as_object).into_iter().flatten();
    criteria.filter_map(|(_, it)| segment_of(it)).map(str::to_owned).collect()
}

/// The key of the segment that a criterion names.
fn segment_of(criterion: &Json) -> Option<&str> {
    criterion.get("segment")?.get("segment")?.as_str().map(end_of)
}

/// Whether a segment of that content has to be allocated before anybody is in it.
pub(crate) fn begins_unallocated(document: &Canonical) -> bool {
    sharing::is_coordinated(document.document())
}
