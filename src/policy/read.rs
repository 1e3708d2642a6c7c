//! From what the workspace file says to policies, and what is wrong with them.

use globset::{Glob, GlobSet, GlobSetBuilder};
use regex::Regex;

use super::{Forbids, Policies, Policy};
use crate::diagnostic::{Class, Code, Diagnostic, Severity, did_you_mean};
use crate::document::{Forbid, Node, PolicyRule, PolicySeverity, Workspace};
use crate::source::{Files, Span};
use crate::workspace::Selector;

/// The fields that every policy may have.
const COMMON: [&str; 5] = ["forbid", "severity", "targets", "reason", "unless"];

impl Policies {
    /// The policies of `workspace`, read from `node`; those with a mistake are left out, and said.
    pub(crate) fn read(
        workspace: &Workspace,
        node: &Node,
        files: &Files,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut policies = vec![];
        let nodes = node.at("/spec/policies").map_or(&[][..], Node::items);
        for (rule, node) in workspace.spec.policies.iter().zip(nodes) {
            let mut reading = Reading { rule, node, found: vec![] };
            let policy = reading.policy(workspace, files);
            policies.extend(policy.filter(|_| reading.found.is_empty()));
            diagnostics.append(&mut reading.found);
        }
        Self(policies)
    }
}

/// A policy as it is written.
struct Reading<'a> {
    rule: &'a PolicyRule,
    node: &'a Node,
    found: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn policy(&mut self, workspace: &Workspace, files: &Files) -> Option<Policy> {
        self.check_fields();
        self.check_targets(workspace);
        let place = self.place("/forbid");
        let unless = self.rule.unless.as_deref();
        let unless = unless.and_then(|text| match Selector::parse(text) {
            Ok(selector) => Some((text.to_owned(), selector)),
            Err(error) => self.wrong("/unless", &format!("`unless` cannot be read: {error}")),
        });
        let line = files.position(place).line;
        Some(Policy {
            forbids: self.forbids()?,
            severity: match self.rule.severity {
                PolicySeverity::Error => Severity::Error,
                PolicySeverity::Warning => Severity::Warning,
            },
            place,
            written: format!("{}:{line}", files.get(place.file).path),
            rule: self.rule.clone(),
            unless,
        })
    }

    fn place(&self, pointer: &str) -> Span {
        self.node.span_at(pointer)
    }

    fn wrong<T>(&mut self, pointer: &str, message: &str) -> Option<T> {
        let place = self.place(pointer);
        self.found.push(Diagnostic::new(Code::BadValue, message).at(place, ""));
        None
    }

    /// What the kind takes beside the common fields, and whether it needs it.
    fn own_field(&self) -> Option<(&'static str, bool)> {
        match self.rule.forbid {
            Forbid::Lint => Some(("lints", false)),
            Forbid::Values | Forbid::Reach => Some(("over", true)),
            Forbid::Name => Some(("unlike", true)),
            Forbid::Attachment => Some(("environments", true)),
            Forbid::Regex | Forbid::NoDescription | Forbid::Deletion | Forbid::Widening => None,
        }
    }

    /// A policy has the fields of its kind, and no others.
    fn check_fields(&mut self) {
        let kind = self.rule.forbid.name();
        let own = self.own_field();
        // Nothing is left of a document that is deleted, so it has no labels.
        let common = COMMON.iter().filter(|it| **it != "unless" || kind != "deletion");
        let known: Vec<&str> = common.copied().chain(own.map(|(name, _)| name)).collect();
        for entry in self.node.entries() {
            if !known.contains(&entry.key.as_str()) {
                let message =
                    format!("`{}` means nothing to a policy that forbids `{kind}`", entry.key);
                let wrong = Diagnostic::new(Code::UnknownField, message).at(entry.key_span, "");
                let list: Vec<String> = known.iter().map(|it| format!("`{it}`")).collect();
                self.found.push(wrong.help(format!("it takes {}", list.join(", "))));
            }
        }
        if let Some((field, true)) = own
            && self.node.entry(field).is_none_or(|it| matches!(it.node.kind_name(), "nothing"))
        {
            let message = format!("a policy that forbids `{kind}` needs the field `{field}`");
            let place = self.place("/forbid");
            let wrong = Diagnostic::new(Code::MissingField, message);
            self.found.push(wrong.at(place, format!("no `{field}` beside it")));
        }
    }

    fn check_targets(&mut self, workspace: &Workspace) {
        let names: Vec<&str> = workspace.spec.targets.iter().map(|it| it.name.as_str()).collect();
        for (at, target) in self.rule.targets.iter().flatten().enumerate() {
            if !names.contains(&target.as_str()) {
                let message = format!("the workspace has no target `{target}`");
                let place = self.place(&format!("/targets/{at}"));
                self.unknown(Code::UnknownTarget, &message, place, target, &names);
            }
        }
    }

    fn unknown(&mut self, code: Code, message: &str, place: Span, given: &str, known: &[&str]) {
        let wrong = Diagnostic::new(code, message);
        self.found.push(match did_you_mean(given, known.iter().copied()) {
            Some(meant) => wrong.at(place, format!("did you mean `{meant}`?")).fix(
                format!("write `{meant}`"),
                place,
                meant,
            ),
            None => wrong.at(place, "").help(format!("there are {}", known.join(", "))),
        });
    }

    fn forbids(&mut self) -> Option<Forbids> {
        Some(match self.rule.forbid {
            Forbid::Lint => {
                self.check_lints();
                Forbids::Lint(self.rule.lints.clone())
            }
            Forbid::Values => Forbids::Values(self.rule.over?),
            Forbid::Regex => Forbids::Regex,
            Forbid::Name => Forbids::Name(self.pattern()?),
            Forbid::NoDescription => Forbids::NoDescription,
            Forbid::Attachment => Forbids::Attachment(self.environments()?),
            Forbid::Deletion => Forbids::Deletion,
            Forbid::Widening => Forbids::Widening,
            Forbid::Reach => Forbids::Reach(self.rule.over?),
        })
    }

    fn check_lints(&mut self) {
        let lints = Code::ALL.iter().filter(|code| code.class() == Class::Lint);
        let lints: Vec<&str> = lints.map(|code| code.name()).collect();
        for (at, lint) in self.rule.lints.iter().flatten().enumerate() {
            if !lints.contains(&lint.as_str()) {
                let message = format!("there is no lint `{lint}`");
                let place = self.place(&format!("/lints/{at}"));
                self.unknown(Code::UnknownLint, &message, place, lint, &lints);
            }
        }
    }

    fn pattern(&mut self) -> Option<Regex> {
        match Regex::new(self.rule.unlike.as_deref()?) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                // The error shows the expression on lines of its own; its last line says why.
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default();
                let why = why.trim_start_matches("error: ");
                self.wrong("/unlike", &format!("`unlike` is no regular expression: {why}"))
            }
        }
    }

    fn environments(&mut self) -> Option<GlobSet> {
        let mut globs = GlobSetBuilder::new();
        for (at, pattern) in self.rule.environments.as_ref()?.iter().enumerate() {
            match Glob::new(pattern) {
                Ok(glob) => drop(globs.add(glob)),
                Err(error) => {
                    let message = format!("the glob `{pattern}` cannot be used: {}", error.kind());
                    let place = self.place(&format!("/environments/{at}"));
                    self.found.push(Diagnostic::new(Code::BadGlob, message).at(place, ""));
                }
            }
        }
        match globs.build() {
            Ok(globs) => Some(globs),
            Err(error) => self.wrong("/environments", &error.to_string()),
        }
    }
}
