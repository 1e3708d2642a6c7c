//! What one document says of another: segments by name, lints by code.

use super::ResolvedTarget;
use crate::diagnostic::{Class, Code, Diagnostic, did_you_mean};
use crate::document::Node;

/// Checks every reference within a target.
pub(super) fn check(target: &ResolvedTarget, diagnostics: &mut Vec<Diagnostic>) {
    for segment in target.segments.values() {
        check_allow(segment, diagnostics);
    }
    for attachment in target.attachments.values() {
        check_allow(attachment, diagnostics);
        let not_in = format!("/spec/{}/notIn", target.target.provider.block());
        for list in ["/spec/segments", &not_in] {
            let segments = attachment.at(list).map_or(&[][..], Node::items);
            for (at, item) in segments.iter().enumerate() {
                check_segment(target, item, &segments[..at], diagnostics);
            }
        }
    }
}

fn check_segment(
    target: &ResolvedTarget,
    item: &Node,
    before: &[Node],
    found: &mut Vec<Diagnostic>,
) {
    let Some(name) = item.as_str() else { return };
    if let Some(first) = before.iter().find(|it| it.as_str() == Some(name)) {
        found.push(
            Diagnostic::new(Code::RepeatedValue, format!("`{name}` stands twice"))
                .at(item.span, "again here")
                .at(first.span, "first here"),
        );
        return;
    }
    if target.segments.contains_key(name) || target.broken.contains(name) {
        return;
    }
    let message = format!("target `{}` has no segment `{name}`", target.target.name);
    let diagnostic = Diagnostic::new(Code::MissingReference, message);
    let known = target.segments.keys().map(String::as_str);
    found.push(match did_you_mean(name, known) {
        Some(meant) => diagnostic.at(item.span, format!("did you mean `{meant}`?")).fix(
            format!("write `{meant}`"),
            item.span,
            meant,
        ),
        None => diagnostic
            .at(item.span, "no document has this metadata.name")
            .help("a segment that is owned elsewhere needs a document with `external: true`"),
    });
}

fn check_allow(document: &Node, found: &mut Vec<Diagnostic>) {
    for item in document.at("/spec/allow").map_or(&[][..], Node::items) {
        let Some(name) = item.as_str() else { continue };
        if Code::of_name(name).is_some_and(|code| code.class() == Class::Lint) {
            continue;
        }
        let lints: Vec<&str> = Code::ALL
            .iter()
            .filter(|code| code.class() == Class::Lint)
            .map(|code| code.name())
            .collect();
        let diagnostic = Diagnostic::new(Code::UnknownLint, format!("there is no lint `{name}`"));
        found.push(match did_you_mean(name, lints.iter().copied()) {
            Some(meant) => diagnostic.at(item.span, format!("did you mean `{meant}`?")).fix(
                format!("write `{meant}`"),
                item.span,
                meant,
            ),
            None => diagnostic.at(item.span, "").help(format!("the lints: {}", lints.join(", "))),
        });
    }
}
