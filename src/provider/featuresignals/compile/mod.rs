//! Documents to the bodies of the API of FeatureSignals, with every rule that can be checked offline.

mod condition;
mod effect;
mod together;

pub(crate) use effect::effect;

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::engine::Condition;
use super::wire::SegmentBody;
use super::{BODY_BYTES, DESCRIPTION_BYTES, NAME_BYTES};
use crate::desired::{Allocation, Canonical, Mark};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::FeatureSignalsMatch;
use crate::provider::{CompiledAttachment, CompiledSegment, RuleSelector, Together};
use crate::workspace::{AttachmentDocument, SegmentDocument};

/// The block of FeatureSignals in a document.
const BLOCK: &str = "/spec/featuresignals";

/// The segment in the words of FeatureSignals.
pub(crate) fn segment(
    document: &SegmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) -> CompiledSegment {
    let spec = &document.document.spec;
    let own = &document.document.metadata.name;
    let block = spec.featuresignals.as_ref();
    let key = block.and_then(|it| it.key.clone()).unwrap_or_else(|| own.clone());
    let name = block.and_then(|it| it.name.clone()).unwrap_or_else(|| own.clone());
    let description =
        block.and_then(|it| it.description.clone()).or_else(|| spec.description.clone());
    let description = description.unwrap_or_default();
    let match_type = block.map(|it| it.match_type).unwrap_or_default();
    let rules = block.map_or(&[][..], |it| &it.rules);
    if !spec.external {
        for (at, rule) in rules.iter().enumerate() {
            let pointer = format!("{BLOCK}/rules/{at}");
            condition::check(rule, &document.node, &pointer, diagnostics);
        }
        if match_type == FeatureSignalsMatch::All {
            together::check(rules, document, diagnostics);
        }
        check_audience(document, rules.is_empty(), diagnostics);
        check_name(document, &name, diagnostics);
    }
    let body = json!({
        "key": key,
        "name": name,
        "description": description,
        "match_type": match_name(match_type),
        "rules": rules.iter().map(condition::to_json).collect::<Vec<_>>(),
    });
    let document = match body {
        Json::Object(document) => document,
        _ => Map::new(),
    };
    CompiledSegment { key, description, document, allocation: Allocation::No }
}

fn match_name(match_type: FeatureSignalsMatch) -> &'static str {
    match match_type {
        FeatureSignalsMatch::All => "all",
        FeatureSignalsMatch::Any => "any",
    }
}

fn check_audience(document: &SegmentDocument, empty: bool, found: &mut Vec<Diagnostic>) {
    if empty {
        let span = document.span_at(&format!("{BLOCK}/rules"));
        found.push(
            Diagnostic::new(Code::MatchesEveryone, "the segment has no rule")
                .at(span, "matches every user"),
        );
    }
}

/// The schema counts characters and the server bytes.
fn check_name(document: &SegmentDocument, name: &str, found: &mut Vec<Diagnostic>) {
    if name.len() > NAME_BYTES && name.chars().count() <= NAME_BYTES {
        let message =
            format!("the name has {} bytes; FeatureSignals takes {NAME_BYTES}", name.len());
        let span = document.span_at(&format!("{BLOCK}/name"));
        found.push(Diagnostic::new(Code::BadValue, message).at(span, ""));
    }
}

/// Nothing of a segment depends on another.
pub(crate) fn check_together(_: &[Together<'_>], _: &mut Vec<Diagnostic>) {}

/// The rule that the attachment names.
pub(crate) fn attachment(
    document: &AttachmentDocument,
    _: &mut Vec<Diagnostic>,
) -> Option<CompiledAttachment> {
    let rule = document.document.spec.featuresignals.clone()?;
    Some(CompiledAttachment { rule: RuleSelector::FeatureSignals(rule), not_in: vec![] })
}

/// Whether a segment matches everyone: without rules, or by one that asks for the key of a user,
/// which everybody has.
pub(crate) fn matches_everyone(document: &Canonical) -> bool {
    let fields = document.document();
    let rules: Vec<Rule> = rules(fields).map(Rule::read).collect();
    let holds = |rule: &Rule| {
        let first = rule.values.first().map(String::as_str);
        rule.attribute == "key" && rule.operator == "exists" && first != Some("false")
    };
    match fields.get("match_type").and_then(Json::as_str) {
        _ if rules.is_empty() => true,
        Some("all") => rules.iter().all(holds),
        Some("any") => rules.iter().any(holds),
        _ => false,
    }
}

/// Segments of FeatureSignals refer to no others.
pub(crate) fn references(_: &Canonical) -> BTreeSet<String> {
    BTreeSet::new()
}

/// One rule of a document, taken out of its JSON.
#[derive(Clone, Debug)]
struct Rule {
    attribute: String,
    operator: String,
    values: Vec<String>,
}

impl Rule {
    fn read(rule: &Map<String, Json>) -> Self {
        let text =
            |name: &str| rule.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let values = rule.get("values").and_then(Json::as_array);
        let values = values.into_iter().flatten().filter_map(Json::as_str);
        Self {
            attribute: text("attribute"),
            operator: text("operator"),
            values: values.map(str::to_owned).collect(),
        }
    }

    fn condition(&self) -> Condition<'_> {
        let Self { attribute, operator, values } = self;
        Condition { attribute, operator, values }
    }
}

fn rules(document: &Map<String, Json>) -> impl Iterator<Item = &Map<String, Json>> {
    let list = document.get("rules").and_then(Json::as_array);
    list.into_iter().flatten().filter_map(Json::as_object)
}

/// The body that makes a segment or, without the key, the one that replaces all of it.
pub(super) fn body<'a>(document: &'a Canonical, mark: &Mark, is_new: bool) -> SegmentBody<'a> {
    let fields = document.document();
    let text = |name: &str| fields.get(name).and_then(Json::as_str).unwrap_or_default();
    SegmentBody {
        key: is_new.then(|| text("key")),
        name: text("name"),
        description: mark.join(text("description")),
        match_type: text("match_type"),
        rules: rules(fields).collect(),
    }
}

/// Checks the body as it would be sent: its size, its characters, and the description with its mark.
pub(crate) fn check_sent(
    document: &Canonical,
    mark: &Mark,
    source: &SegmentDocument,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let fields = document.document();
    let description = fields.get("description").and_then(Json::as_str).unwrap_or_default();
    let bytes = mark.join(description).len();
    if bytes > DESCRIPTION_BYTES {
        let message = format!(
            "the description and the mark have {bytes} bytes; FeatureSignals takes \
             {DESCRIPTION_BYTES}"
        );
        let pointer = format!("{BLOCK}/description");
        let own = source.node.at(&pointer).is_some();
        let span = source.span_at(if own { &pointer } else { "/spec/description" });
        diagnostics.push(Diagnostic::new(Code::BadValue, message).at(span, ""));
    }
    if let Some(bytes) = too_long(document, mark) {
        let message = format!(
            "the segment makes a request of {bytes} bytes; FeatureSignals takes {BODY_BYTES}"
        );
        diagnostics.push(
            Diagnostic::new(Code::SegmentTooLarge, message)
                .at(source.span_at(&format!("{BLOCK}/rules")), "")
                .help("split the segment in several, and put all of them on the rule"),
        );
    }
    if document.text().contains("\\u0000") && fields.values().any(holds_nul) {
        let nul = Diagnostic::new(Code::NameNotSendable, "a text holds a NUL character");
        diagnostics.push(nul.at(source.span_at(BLOCK), "somewhere in here"));
    }
}

/// How many bytes the body of a request has, where that is more than the server takes.
fn too_long(document: &Canonical, mark: &Mark) -> Option<usize> {
    // Below the document stand a blank line, whose two breaks are escaped, and the mark.
    let most = document.text().len() + r"\n\n".len() + mark.to_string().len();
    if most <= BODY_BYTES {
        return None;
    }
    let text = serde_json::to_string(&body(document, mark, true)).unwrap_or_default();
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
