//! Documents to the bodies of Unleash's API, with every rule that can be checked offline.

mod constraint;
mod effect;
mod engine;

pub(super) use constraint::since;
pub(crate) use effect::effect;

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::wire::{Present, SegmentBody};
use super::{BODY_BYTES, SEGMENT_VALUES, STRATEGY_SEGMENTS};
use crate::desired::{Allocation, Canonical, Mark};
use crate::diagnostic::{Code, Diagnostic};
use crate::provider::{CompiledAttachment, CompiledSegment, RuleSelector, Together};
use crate::workspace::{AttachmentDocument, SegmentDocument};

/// The block of Unleash in a document.
const BLOCK: &str = "/spec/unleash";

/// The segment in Unleash's words.
pub(crate) fn segment(
    document: &SegmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) -> CompiledSegment {
    let spec = &document.document.spec;
    let metadata = &document.document.metadata;
    let block = spec.unleash.as_ref();
    let key = block.and_then(|it| it.name.clone()).unwrap_or_else(|| metadata.name.clone());
    let description =
        block.and_then(|it| it.description.clone()).or_else(|| spec.description.clone());
    let description = description.unwrap_or_default();
    let constraints = block.map_or(&[][..], |it| &it.constraints);
    if !spec.external {
        for (at, constraint) in constraints.iter().enumerate() {
            let pointer = format!("{BLOCK}/constraints/{at}");
            constraint::check(constraint, &document.node, &pointer, diagnostics);
        }
        constraint::check_together(constraints, &document.node, BLOCK, diagnostics);
        check_audience(document, constraints.len(), diagnostics);
        let values = constraints.iter().flat_map(|it| &it.values).map(Vec::len).sum();
        check_values(document, values, diagnostics);
    }
    let body = json!({
        "name": key,
        "description": description,
        "project": block.and_then(|it| it.project.clone()),
        "constraints": constraints.iter().map(constraint::to_json).collect::<Vec<_>>(),
    });
    let document = match body {
        Json::Object(document) => document,
        _ => Map::new(),
    };
    CompiledSegment { key, description, document, allocation: Allocation::No }
}

fn check_audience(document: &SegmentDocument, constraints: usize, found: &mut Vec<Diagnostic>) {
    if constraints == 0 {
        let span = document.span_at(&format!("{BLOCK}/constraints"));
        found.push(
            Diagnostic::new(Code::MatchesEveryone, "the segment has no constraint")
                .at(span, "matches every user"),
        );
    }
}

fn check_values(document: &SegmentDocument, values: usize, found: &mut Vec<Diagnostic>) {
    if values > SEGMENT_VALUES {
        let message = format!("the segment has {values} values; Unleash takes {SEGMENT_VALUES}");
        let span = document.span_at(&format!("{BLOCK}/constraints"));
        found.push(Diagnostic::new(Code::TooManyValues, message).at(span, ""));
    }
}

/// Whether a segment has no constraint, and so matches everyone.
pub(crate) fn matches_everyone(document: &Canonical) -> bool {
    let constraints = document.document().get("constraints").and_then(Json::as_array);
    constraints.is_none_or(Vec::is_empty)
}

/// Segments of Unleash do not refer to each other.
pub(crate) fn references(_: &Canonical) -> BTreeSet<String> {
    BTreeSet::new()
}

/// No segment of Unleash is wrong beside another.
pub(crate) fn check_together(_: &[Together<'_>], _: &mut Vec<Diagnostic>) {}

/// The strategy that the attachment names.
pub(crate) fn attachment(
    document: &AttachmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<CompiledAttachment> {
    let segments = document.document.spec.segments.len();
    if segments > STRATEGY_SEGMENTS {
        let message =
            format!("the rule gets {segments} segments; Unleash takes {STRATEGY_SEGMENTS}");
        let span = document.span_at("/spec/segments");
        diagnostics.push(Diagnostic::new(Code::TooManySegments, message).at(span, ""));
    }
    let rule = RuleSelector::Unleash(document.document.spec.unleash.clone()?);
    Some(CompiledAttachment { rule, not_in: vec![] })
}

/// The body that creates or replaces a segment.
pub(super) fn body<'a>(document: &'a Canonical, mark: &Mark) -> SegmentBody<'a> {
    let fields = document.document();
    let text = |name: &str| fields.get(name).and_then(Json::as_str);
    let constraints = fields.get("constraints").and_then(Json::as_array);
    let constraints = constraints.map_or(&[][..], Vec::as_slice).iter().filter_map(Json::as_object);
    SegmentBody {
        name: text("name").unwrap_or_default(),
        description: mark.join(text("description").unwrap_or_default()),
        project: text("project"),
        constraints: constraints.map(Present).collect(),
    }
}

/// Checks the body as it would be sent: its size, its characters, and whether the engine of
/// Unleash's SDKs can compile it.
pub(crate) fn check_sent(
    document: &Canonical,
    mark: &Mark,
    source: &SegmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if let Some(bytes) = too_long(document, mark) {
        let message =
            format!("the segment makes a request of {bytes} bytes; Unleash takes {BODY_BYTES}");
        diagnostics.push(
            Diagnostic::new(Code::SegmentTooLarge, message)
                .at(source.span_at(&format!("{BLOCK}/constraints")), "")
                .help("split the segment in two, or shorten the values"),
        );
    }
    if document.text().contains("\\u0000") && document.document().values().any(holds_nul) {
        let span = source.span_at(BLOCK);
        let nul = Diagnostic::new(Code::NameNotSendable, "a text holds a NUL character");
        diagnostics.push(nul.at(span, "somewhere in here"));
    }
    // A constraint that is already known to be wrong would only be said twice.
    if diagnostics
        .iter()
        .all(|it| !it.is_error() || it.code.class() == crate::diagnostic::Class::Lint)
    {
        engine::check(source, BLOCK, diagnostics);
    }
}

/// How many bytes the body of a request has, where that is more than the server takes.
fn too_long(document: &Canonical, mark: &Mark) -> Option<usize> {
    // Below the document stand a blank line, whose two breaks are escaped, and the mark.
    let most = document.text().len() + r"\n\n".len() + mark.to_string().len();
    if most <= BODY_BYTES {
        return None;
    }
    let text = serde_json::to_string(&body(document, mark)).unwrap_or_default();
    Some(text.len()).filter(|bytes| *bytes > BODY_BYTES)
}

fn holds_nul(value: &Json) -> bool {
    match value {
        Json::String(text) => text.contains('\0'),
        Json::Array(items) => items.iter().any(holds_nul),
        Json::Object(object) => object.values().any(holds_nul),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}
