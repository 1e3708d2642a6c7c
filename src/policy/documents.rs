//! Policies about documents: each finding has the place of what offends.

use std::collections::BTreeMap;

use super::{Forbids, Ignores, Policies, Policy};
use crate::diagnostic::{Class, Code, Diagnostic};
use crate::document::{Node, VALUE_LISTS, Value};
use crate::provider;
use crate::source::{Files, Span};
use crate::workspace::ResolvedTarget;

/// What the documents of `target` do although a policy forbids it; `ignores` are the comments in
/// `files`.
pub fn check(
    policies: &Policies,
    target: &ResolvedTarget,
    (ignores, files): (&Ignores, &Files),
    diagnostics: &mut Vec<Diagnostic>,
) {
    for policy in policies.of_target(&target.target.name).all() {
        let segments = target.segments.values().map(|node| (node, true));
        let attachments = target.attachments.values().map(|node| (node, false));
        for (node, is_segment) in segments.chain(attachments) {
            let document = Document {
                node,
                block: target.target.provider.block(),
                is_segment,
                regex: provider::audience(target.target.provider).regex,
                ignores,
                files,
            };
            let found = document.offends(policy);
            if !found.is_empty() && !policy.passes(&labels(node)) {
                diagnostics.extend(found);
            }
        }
    }
}

/// A document as one target sees it.
struct Document<'a> {
    node: &'a Node,
    block: &'static str,
    is_segment: bool,
    regex: Option<provider::RegexField>,
    ignores: &'a Ignores,
    files: &'a Files,
}

impl<'a> Document<'a> {
    fn offends(&self, policy: &Policy) -> Vec<Diagnostic> {
        match &policy.forbids {
            Forbids::Lint(lints) => {
                let forbidden =
                    |name: &str| lints.as_ref().is_none_or(|it| it.iter().any(|it| it == name));
                let mut found = self.allows(policy, forbidden);
                found.extend(self.ignores(policy, forbidden));
                found
            }
            Forbids::Name(pattern) => self.named(policy, pattern),
            Forbids::Values(most) if self.is_written() => self.values(policy, *most),
            Forbids::Regex if self.is_written() => self.expressions(policy),
            Forbids::NoDescription if self.is_written() => self.undescribed(policy),
            Forbids::Attachment(environments) => self.environment(policy, environments),
            _ => vec![],
        }
    }

    /// Whether it is a segment that segctl writes: one that is owned elsewhere only has a name here.
    fn is_written(&self) -> bool {
        let external = self.node.at("/spec/external");
        self.is_segment && !external.is_some_and(|it| matches!(it.value, Value::Bool(true)))
    }

    fn block(&self) -> Option<&'a Node> {
        self.node.get("spec")?.get(self.block)
    }

    fn allows(&self, policy: &Policy, forbidden: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
        let items = self.node.at("/spec/allow").map_or(&[][..], Node::items).iter();
        let named = items.filter_map(|item| Some((item.as_str()?, item.span)));
        let say = |(name, span)| {
            policy.finding(format!("a policy forbids to allow `{name}`"), span, "allowed here")
        };
        named.filter(|(name, _)| forbidden(name)).map(say).collect()
    }

    /// A comment that ignores a lint is another way to allow it.
    fn ignores(&self, policy: &Policy, forbidden: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
        let codes = self.ignores.of_lines(self.files, self.node.span);
        let is_forbidden = |code: Code| code.class() == Class::Lint && forbidden(code.name());
        let say = |(code, span): (Code, Span)| {
            let message = format!("a policy forbids to ignore `{}`", code.name());
            policy.finding(message, span, "ignored here")
        };
        codes.filter(|(code, _)| is_forbidden(*code)).map(say).collect()
    }

    fn named(&self, policy: &Policy, pattern: &regex::Regex) -> Vec<Diagnostic> {
        let name = self.node.at("/metadata/name").and_then(Node::as_str).unwrap_or_default();
        if pattern.is_match(name) {
            return vec![];
        }
        let message = format!("the name `{name}` does not fit `{pattern}`, as a policy asks");
        vec![policy.finding(message, self.node.span_at("/metadata/name"), "")]
    }

    fn values(&self, policy: &Policy, most: usize) -> Vec<Diagnostic> {
        let mut lists = vec![];
        if let Some(block) = self.block() {
            value_lists(block, &mut lists);
        }
        let count: usize = lists.iter().map(|(_, count)| count).sum();
        // The longest list, and of several the first.
        let longest = lists.iter().rev().max_by_key(|(_, count)| *count);
        let Some((place, own)) = longest.filter(|_| count > most) else { return vec![] };
        let message = format!("the segment has {count} values, and a policy allows {most}");
        let label = if lists.len() > 1 { format!("{own} of them") } else { String::new() };
        vec![policy.finding(message, *place, &label)]
    }

    fn expressions(&self, policy: &Policy) -> Vec<Diagnostic> {
        let Some(field) = self.regex else { return vec![] };
        let conditions =
            self.block().and_then(|it| it.get(field.list)).map_or(&[][..], Node::items);
        let operators = conditions.iter().filter_map(|it| it.get(field.operator));
        let regex = operators.filter(|it| it.as_str() == Some(field.word));
        let say = |it: &Node| {
            let message = "a policy forbids to match by regular expressions".to_owned();
            policy.finding(message, it.span, "")
        };
        regex.map(say).collect()
    }

    fn undescribed(&self, policy: &Policy) -> Vec<Diagnostic> {
        let own = self.block().and_then(|it| it.get("description"));
        let said = own.or_else(|| self.node.at("/spec/description")).and_then(Node::as_str);
        if said.is_some_and(|it| !it.trim().is_empty()) {
            return vec![];
        }
        let message = "the segment has no description, and a policy asks for one".to_owned();
        let place = if own.is_some() {
            self.node.span_at(&format!("/spec/{}/description", self.block))
        } else {
            self.node.span_at("/spec/description")
        };
        vec![policy.finding(message, place, "none here")]
    }

    fn environment(&self, policy: &Policy, environments: &globset::GlobSet) -> Vec<Diagnostic> {
        let environment = self.block().and_then(|it| it.get("environment"));
        let Some((node, name)) = environment
            .filter(|_| !self.is_segment)
            .and_then(|node| Some((node, node.as_str()?)))
            .filter(|(_, name)| environments.is_match(name))
        else {
            return vec![];
        };
        vec![policy.finding(format!("a policy forbids attachments in `{name}`"), node.span, "")]
    }
}

/// The lists of values below `node`: the place of each, and how many stand in it.
fn value_lists(node: &Node, lists: &mut Vec<(Span, usize)>) {
    for entry in node.entries() {
        match &entry.node.value {
            Value::List(items) if VALUE_LISTS.contains(&entry.key.as_str()) => {
                lists.push((entry.key_span, items.len()));
                // A value may be a list again.
                for item in items {
                    value_lists(item, lists);
                }
            }
            _ => value_lists(&entry.node, lists),
        }
    }
    for item in node.items() {
        value_lists(item, lists);
    }
}

fn labels(document: &Node) -> BTreeMap<String, String> {
    let labels = document.at("/metadata/labels").map_or(&[][..], Node::entries).iter();
    let labels = labels.filter_map(|it| Some((it.key.clone(), it.node.as_str()?.to_owned())));
    labels.collect()
}
