//! Steps for attachments: the set of segments on a rule.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::changes::set_change;
use super::matching::Match;
use super::{Action, Draft, Effect, ObjectKind, Refusal, SegmentRef, Step, Work};
use crate::desired::DesiredAttachment;
use crate::diagnostic::Code;
use crate::live::LiveRule;
use crate::provider;

impl Draft<'_> {
    /// Plans every attachment.
    pub(super) fn attachments(&mut self) {
        let mut first_on: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, attachment) in &self.desired.attachments {
            let step = match self.live.rules.get(name) {
                Some(Ok(rule)) => {
                    let shared = first_on.insert(&rule.id, name);
                    self.attach(name, attachment, rule, shared)
                }
                Some(Err(refusal)) => Some(self.refuse_attachment(name, attachment, refusal)),
                None => None,
            };
            match step {
                Some(step) => self.steps.push(step),
                None => self.unchanged.push((ObjectKind::Attachment, name.clone())),
            }
        }
    }

    fn attachment_step(&self, name: &str, attachment: &DesiredAttachment) -> Step {
        let key = attachment.rule.to_string();
        let mut step = self.step(ObjectKind::Attachment, name, Action::Attach, &key);
        step.origin = Some(attachment.origin.clone());
        step
    }

    fn refuse_attachment(
        &self,
        name: &str,
        attachment: &DesiredAttachment,
        refusal: &Refusal,
    ) -> Step {
        let mut step = self.attachment_step(name, attachment);
        step.refusal = Some(refusal.clone());
        step
    }

    fn attach(
        &self,
        name: &str,
        attachment: &DesiredAttachment,
        rule: &LiveRule,
        shared: Option<&str>,
    ) -> Option<Step> {
        let mut refusal = shared.map(|other| {
            let message = format!("`{other}` leads to the same rule, {}", attachment.rule);
            Refusal::new(Code::RuleShared, message)
        });
        let mut segments = vec![];
        for segment in &attachment.segments {
            match self.reference(segment) {
                Ok(reference) => segments.push(reference),
                Err(missing) => refusal = refusal.or(Some(missing)),
            }
        }
        let as_it_is: BTreeSet<SegmentRef> =
            rule.segments.iter().cloned().map(SegmentRef::Live).collect();
        let as_it_should_be: BTreeSet<SegmentRef> = segments.iter().cloned().collect();
        if refusal.is_none() && as_it_is == as_it_should_be {
            return None;
        }

        let mut step = self.attachment_step(name, attachment);
        let before: Vec<String> = rule.segments.iter().map(|id| self.key_of(id)).collect();
        let after: Vec<String> = attachment.segments.iter().map(|it| self.key_in_git(it)).collect();
        step.effect = effect(&as_it_is, &as_it_should_be);
        step.changes =
            set_change("/segments".to_owned(), &strs(&before), &strs(&after)).into_iter().collect();
        step.before = Some(json!({ "segments": before }));
        step.after = Some(json!({ "segments": after }));
        step.refusal = refusal
            .or_else(|| self.detaches_foreign(name, rule, &as_it_should_be))
            .or_else(|| self.opens_the_rule(attachment, rule));
        step.work = Work::Attach { rule: rule.clone(), segments };
        Some(step)
    }

    /// The live segment that a document is or will be.
    fn reference(&self, name: &str) -> Result<SegmentRef, Refusal> {
        let Some(segment) = self.desired.segments.get(name) else {
            let message = format!("the target has no segment `{name}`");
            return Err(Refusal::new(Code::MissingReference, message));
        };
        match self.matching.of.get(name) {
            Some(Match::Managed(at) | Match::Foreign(at)) => {
                Ok(SegmentRef::Live(self.live.segments[*at].id.clone()))
            }
            Some(Match::Twins(places)) => {
                let message = format!("{} live segments are named `{}`", places.len(), segment.key);
                Err(Refusal::new(Code::Twins, message))
            }
            _ if segment.external => {
                let message = format!("there is no live segment `{}`", segment.key);
                Err(Refusal::new(Code::ExternalNotFound, message))
            }
            _ => Ok(SegmentRef::Made(name.to_owned())),
        }
    }

    fn key_of(&self, id: &str) -> String {
        self.live.segment(id).map_or_else(|| format!("#{id}"), |segment| segment.key.clone())
    }

    fn key_in_git(&self, name: &str) -> String {
        self.desired.segments.get(name).map_or_else(|| name.to_owned(), |it| it.key.clone())
    }

    /// A rule may lose a segment that this workspace does not manage only by adoption.
    fn detaches_foreign(
        &self,
        name: &str,
        rule: &LiveRule,
        wanted: &BTreeSet<SegmentRef>,
    ) -> Option<Refusal> {
        let lost =
            rule.segments.iter().filter(|id| !wanted.contains(&SegmentRef::Live((*id).clone())));
        let foreign: Vec<String> = lost
            .filter(|id| {
                let place = self.live.place(id);
                let ours = place.is_some_and(|at| self.matching.ours.contains(&at));
                let mark = place.and_then(|at| self.live.segments[at].mark.as_ref());
                let owner = mark.map(|mark| mark.workspace.as_str());
                !ours && !self.may_adopt(ObjectKind::Attachment, name, owner)
            })
            .map(|id| format!("`{}`", self.key_of(id)))
            .collect();
        if foreign.is_empty() {
            return None;
        }
        let message =
            format!("it would take {} off the rule, not managed here", foreign.join(", "));
        let refusal = Refusal::new(Code::WouldDetachForeign, message);
        Some(refusal.help(format!(
            "name it in `segments`, by a document with `external: true`, or plan with `--adopt {name}`"
        )))
    }

    /// A rule may come to match everyone only where its document allows it.
    fn opens_the_rule(&self, attachment: &DesiredAttachment, rule: &LiveRule) -> Option<Refusal> {
        let code = Code::MatchesEveryone;
        let open =
            rule.conditions.is_empty() && attachment.segments.iter().all(|it| self.lets_all_in(it));
        if !open || attachment.allow.contains(code.name()) {
            return None;
        }
        let message = if attachment.segments.is_empty() {
            "the rule has no condition of its own, so it would match everyone"
        } else {
            "neither the rule nor any of its segments has a condition, so it would match everyone"
        };
        Some(
            Refusal::new(code, message)
                .help("where it is meant, write `allow: [matches-everyone]`"),
        )
    }

    /// Whether the segment of a document matches everyone: as Git says it or, where it is owned
    /// elsewhere, as it is.
    fn lets_all_in(&self, name: &str) -> bool {
        let Some(segment) = self.desired.segments.get(name) else { return false };
        let live = self.matching.live_of(name).map(|at| &self.live.segments[at].document);
        let document = live.filter(|_| segment.external).unwrap_or(&segment.document);
        provider::matches_everyone(self.desired.provider, document)
    }
}

/// Segments of a rule hold all at once, so one more narrows and one less widens.
fn effect(before: &BTreeSet<SegmentRef>, after: &BTreeSet<SegmentRef>) -> Option<Effect> {
    match (before.is_subset(after), after.is_subset(before)) {
        (true, true) => None,
        (true, false) => Some(Effect::Narrows),
        (false, true) => Some(Effect::Widens),
        (false, false) => Some(Effect::Replaces),
    }
}

fn strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}
