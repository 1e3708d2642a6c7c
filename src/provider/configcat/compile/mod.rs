//! Documents to the bodies of the API of `ConfigCat`, with every rule that can be checked offline.

mod check;
mod effect;

pub(crate) use effect::effect;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::comparator::{name, of_name, takes};
use super::wire::SegmentBody;
use super::{DESCRIPTION_LENGTH, number};
use crate::desired::{Allocation, Canonical, Mark};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{ConfigCatAttachment, ConfigCatSegment};
use crate::provider::{CompiledAttachment, CompiledSegment, RuleSelector, Together};
use crate::workspace::{AttachmentDocument, SegmentDocument};

/// The block of `ConfigCat` in a document.
const BLOCK: &str = "/spec/configcat";
/// What stands between the values of a list; there is no way to write one inside of a value.
const COMMA: &str = ",";

/// The segment in the words of `ConfigCat`.
pub(crate) fn segment(
    document: &SegmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) -> CompiledSegment {
    let spec = &document.document.spec;
    let metadata = &document.document.metadata;
    let block = spec.configcat.as_ref();
    let key = block.and_then(|it| it.name.clone()).unwrap_or_else(|| metadata.name.clone());
    let description =
        block.and_then(|it| it.description.clone()).or_else(|| spec.description.clone());
    let description = description.unwrap_or_default();
    if !spec.external {
        check::segment(document, block, diagnostics);
    }
    let text = |text: Option<String>| text.map_or(Json::Null, Json::from);
    let said = |field: fn(&ConfigCatSegment) -> Option<String>| text(block.and_then(field));
    let document = Map::from_iter([
        ("name".to_owned(), Json::from(key.clone())),
        ("description".to_owned(), Json::from(description.clone())),
        ("comparisonAttribute".to_owned(), said(|it| it.comparison_attribute.clone())),
        ("comparator".to_owned(), said(|it| it.comparator.map(name))),
        ("comparisonValue".to_owned(), said(|it| it.comparison_value.clone())),
        (
            "comparisonValues".to_owned(),
            block.and_then(|it| it.comparison_values.clone()).unwrap_or_default().into(),
        ),
    ]);
    CompiledSegment { key, description, document, allocation: Allocation::No }
}

/// What the one text of the API means under `comparator`: a value, or a list of values.
pub(super) fn meaning(comparator: &str, text: &str) -> (Json, Json) {
    let none = || Json::Array(vec![]);
    let Some(known) = of_name(comparator).map(takes) else {
        return (Json::from(text), none());
    };
    match known {
        // As SDKs get them: without empty ones, and without blanks at their ends.
        it if it.is_list() => {
            let items = text.split(COMMA).map(str::trim).filter(|it| !it.is_empty());
            (Json::Null, items.map(Json::from).collect())
        }
        super::comparator::Takes::Number => {
            let one = number::parse(text).map(number::canonical);
            (Json::from(one.unwrap_or_else(|| text.to_owned())), none())
        }
        super::comparator::Takes::Version => (Json::from(text.trim()), none()),
        _ => (Json::from(text), none()),
    }
}

/// The body that creates or replaces a segment.
pub(super) fn body<'a>(document: &'a Canonical, mark: &Mark) -> SegmentBody<'a> {
    let fields = document.document();
    let text = |name: &str| fields.get(name).and_then(Json::as_str).unwrap_or_default();
    let values = fields.get("comparisonValues").and_then(Json::as_array);
    let values: Vec<&str> = values.into_iter().flatten().filter_map(Json::as_str).collect();
    SegmentBody {
        name: text("name"),
        description: mark.join(text("description")),
        comparison_attribute: text("comparisonAttribute"),
        comparator: text("comparator"),
        comparison_value: if values.is_empty() {
            text("comparisonValue").to_owned()
        } else {
            values.join(COMMA)
        },
    }
}

/// Checks the description as it would be sent, with the mark.
pub(crate) fn check_sent(
    document: &Canonical,
    mark: &Mark,
    source: &SegmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let length = body(document, mark).description.encode_utf16().count();
    if length > DESCRIPTION_LENGTH {
        let own = document.document().get("description").and_then(Json::as_str);
        let mark = length - own.unwrap_or_default().encode_utf16().count();
        let message = format!(
            "the description has {length} characters with the mark of segctl; ConfigCat takes \
             {DESCRIPTION_LENGTH}"
        );
        let block = format!("{BLOCK}/description");
        let place = if source.node.at(&block).is_some() { &block } else { "/spec/description" };
        diagnostics.push(
            Diagnostic::new(Code::BadValue, message)
                .at(source.span_at(place), "")
                .help(format!("the mark needs {mark} of them: shorten the description")),
        );
    }
}

/// No comparison of `ConfigCat` holds for everyone: a user without the attribute is not in a
/// segment, whatever the comparator.
pub(crate) fn matches_everyone(_: &Canonical) -> bool {
    false
}

/// Segments of `ConfigCat` do not refer to each other.
pub(crate) fn references(_: &Canonical) -> BTreeSet<String> {
    BTreeSet::new()
}

/// Names of one product differ by more than case; equal ones are said elsewhere.
pub(crate) fn check_together(segments: &[Together<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let mut by_name: BTreeMap<String, &Together<'_>> = BTreeMap::new();
    for segment in segments {
        let key = &segment.segment.key;
        let Some(first) = by_name.insert(key.to_lowercase(), segment) else { continue };
        if first.segment.key != *key {
            let message = format!(
                "`{}` and `{key}` are one name to ConfigCat, which passes over case",
                first.segment.key
            );
            diagnostics.push(
                Diagnostic::new(Code::DuplicateSegmentKey, message)
                    .at(segment.place, "and again here")
                    .at(first.place, "first here"),
            );
        }
    }
}

/// The rule that the attachment names.
pub(crate) fn attachment(
    document: &AttachmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<CompiledAttachment> {
    let block = document.document.spec.configcat.clone()?;
    let segments = &document.document.spec.segments;
    for (at, name) in block.not_in.iter().enumerate() {
        if let Some(other) = segments.iter().position(|it| it == name) {
            let message = format!("nobody is in `{name}` and not in it");
            diagnostics.push(
                Diagnostic::new(Code::NeverMatches, message)
                    .at(document.span_at(&format!("{BLOCK}/notIn/{at}")), "must not be in it")
                    .at(document.span_at(&format!("/spec/segments/{other}")), "must be in it"),
            );
        }
    }
    let not_in = block.not_in.clone();
    let rule = RuleSelector::ConfigCat(ConfigCatAttachment { not_in: vec![], ..block });
    Some(CompiledAttachment { rule, not_in })
}
