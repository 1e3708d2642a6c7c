//! Lints: what is denied until a document allows it, and what only shows between documents.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{DesiredAttachment, DesiredSegment};
use crate::diagnostic::{Class, Code, Diagnostic};
use crate::document::{Node, Provider};
use crate::provider::{self, RuleSelector};
use crate::source::Span;

/// Takes out what `document` allows, and names the allowances that it does not need; those of the
/// codes in `undecided` may be needed later.
pub(super) fn settle(
    document: &Node,
    found: Vec<Diagnostic>,
    undecided: &[Code],
) -> Vec<Diagnostic> {
    let allow = document.at("/spec/allow").map_or(&[][..], Node::items);
    let breaks = |name: &str| found.iter().any(|it| it.code.name() == name);
    let unneeded: Vec<Diagnostic> = allow
        .iter()
        .filter_map(|item| Some((Code::of_name(item.as_str()?)?, item.span)))
        .filter(|(code, _)| code.class() == Class::Lint)
        // Names are compared between documents, later.
        .filter(|(code, _)| *code != Code::SimilarNames && !undecided.contains(code))
        .filter(|(code, _)| !breaks(code.name()))
        .map(|(code, span)| {
            let message = format!("`{}` is allowed here and does not occur", code.name());
            Diagnostic::new(Code::UnusedAllow, message).at(span, "not needed")
        })
        .collect();
    let allowed = |code: Code| {
        code.class() == Class::Lint && allow.iter().any(|item| item.as_str() == Some(code.name()))
    };
    let kept = found.into_iter().filter(|it| !allowed(it.code)).map(with_allowance);
    kept.chain(unneeded).collect()
}

/// Says of a lint how to allow it.
fn with_allowance(diagnostic: Diagnostic) -> Diagnostic {
    if diagnostic.code.class() != Class::Lint {
        return diagnostic;
    }
    let allow = format!("where it is meant, write `allow: [{}]` in spec", diagnostic.code.name());
    diagnostic.help(allow)
}

/// Where a segment document says its key.
pub(super) fn key_place(document: &Node, provider: Provider) -> Span {
    let field = provider::capabilities(provider).key_field;
    let name = document.at("/spec").and_then(|spec| spec.get(provider.block())?.get(field));
    name.map_or_else(|| document.span_at("/metadata/name"), |name| name.span)
}

/// Keys that are equal, or nearly so; `places` says where the key of each segment is written.
pub(super) fn across_segments(
    target: &str,
    segments: &BTreeMap<String, DesiredSegment>,
    places: &[Span],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut by_fold: HashMap<String, (&DesiredSegment, Span)> = HashMap::new();
    let mut by_key: HashMap<&str, Span> = HashMap::new();
    for (segment, place) in segments.values().zip(places.iter().copied()) {
        if let Some(first) = by_key.insert(&segment.key, place) {
            let message = format!("two segments are named `{}` in {target}", segment.key);
            diagnostics.push(
                Diagnostic::new(Code::DuplicateSegmentKey, message)
                    .at(place, "and again here")
                    .at(first, "first here"),
            );
            continue;
        }
        let folded: String = segment.key.to_lowercase().split_whitespace().collect();
        let Some((first, first_place)) = by_fold.insert(folded, (segment, place)) else {
            continue;
        };
        let allows = |it: &DesiredSegment| it.allow.contains(Code::SimilarNames.name());
        if !allows(segment) && !allows(first) {
            let message =
                format!("`{}` and `{}` differ only by case or blanks", first.key, segment.key);
            diagnostics.push(with_allowance(
                Diagnostic::new(Code::SimilarNames, message)
                    .at(place, "easily taken for the other")
                    .at(first_place, "the other"),
            ));
        }
    }
}

/// Attachments whose selectors are word for word the same.
pub(super) fn shared_rules(
    provider: Provider,
    documents: &BTreeMap<String, Arc<Node>>,
    attachments: &BTreeMap<String, DesiredAttachment>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut seen: BTreeMap<&RuleSelector, &str> = BTreeMap::new();
    let place = |name: &str| documents[name].span_at(&format!("/spec/{}", provider.block()));
    for (name, attachment) in attachments {
        if let Some(first) = seen.insert(&attachment.rule, name) {
            diagnostics.push(
                Diagnostic::new(Code::DuplicateRule, "two attachments name the same rule")
                    .at(place(name), "and again here")
                    .at(place(first), "first here")
                    .help("an attachment owns the whole set of its rule: join them"),
            );
        }
    }
}
