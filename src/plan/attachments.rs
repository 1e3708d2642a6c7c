//! Steps for attachments: the set of segments on a rule.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::changes::set_change;
use super::matching::Match;
use super::{Action, Draft, Effect, ObjectKind, Refusal, SegmentRef, Step, Work};
use crate::desired::DesiredAttachment;
use crate::diagnostic::Code;
use crate::live::LiveRule;
use crate::provider::{self, Combine, Identity};

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
        let mut found = |names: &[String]| -> Vec<SegmentRef> {
            let mut references = vec![];
            for name in names {
                match self.reference(name) {
                    Ok(reference) => references.push(reference),
                    Err(missing) => refusal = refusal.take().or(Some(missing)),
                }
            }
            references
        };
        let (mut segments, not_in) = (found(&attachment.segments), found(&attachment.not_in));
        self.know_by_key(&mut segments, rule);
        let now = OnRule { segments: live(&rule.segments), not_in: live(&rule.not_in) };
        let then = OnRule { segments: set(&segments), not_in: set(&not_in) };
        if refusal.is_none() && now == then {
            return None;
        }

        let mut step = self.attachment_step(name, attachment);
        let combine = provider::capabilities(self.desired.provider).combine;
        step.effect = now.effect(&then, combine);
        self.show(&mut step, attachment, rule);
        step.work = Work::Attach { rule: rule.clone(), segments, not_in };
        step.refusal = refusal
            .or_else(|| rule.closed.clone())
            .or_else(|| self.detaches_foreign(name, rule, &then))
            // What cannot be at all is not worth an allowance.
            .or_else(|| provider::refuse(self.desired, self.live, &step))
            .or_else(|| self.opens_the_rule(attachment, rule, combine));
        Some(step)
    }

    /// Where a key is the id too, a rule that names the key of a segment that is gone has that
    /// segment again as soon as it is made.
    fn know_by_key(&self, segments: &mut [SegmentRef], rule: &LiveRule) {
        let vendor = provider::capabilities(self.desired.provider);
        if vendor.identity != Identity::Fixed {
            return;
        }
        for segment in segments {
            if let SegmentRef::Made(name) = segment
                && let Some(key) = self.desired.segments.get(name).map(|it| &it.key)
                && rule.segments.contains(key)
            {
                *segment = SegmentRef::Live(key.clone());
            }
        }
    }

    /// Says in `step` what stands on the rule and what shall, both by the keys that segments will
    /// have: one that gets a new key neither comes nor goes.
    fn show(&self, step: &mut Step, attachment: &DesiredAttachment, rule: &LiveRule) {
        let keys = |ids: &BTreeSet<String>| -> Vec<String> {
            ids.iter().map(|id| self.key_to_be(id)).collect()
        };
        let in_git = |names: &[String]| -> Vec<String> {
            let key = |name: &String| match self.reference(name) {
                Ok(SegmentRef::Live(id)) => self.key_to_be(&id),
                Ok(SegmentRef::Made(_)) | Err(_) => self.key_in_git(name),
            };
            names.iter().map(key).collect()
        };
        let (mut before, mut after) = (json!({}), json!({}));
        for (field, now, then) in [
            ("segments", keys(&rule.segments), in_git(&attachment.segments)),
            ("notIn", keys(&rule.not_in), in_git(&attachment.not_in)),
        ] {
            if field == "notIn" && now.is_empty() && then.is_empty() {
                continue;
            }
            step.changes.extend(set_change(format!("/{field}"), &strs(&now), &strs(&then)));
            before[field] = now.into();
            after[field] = then.into();
        }
        (step.before, step.after) = (Some(before), Some(after));
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

    /// The key that a live segment will have.
    fn key_to_be(&self, id: &str) -> String {
        let place = self.live.place(id);
        let mark = place.and_then(|at| self.live.segments[at].mark.as_ref());
        // Without a mark of ours, a document has found it by the key that it has.
        let document = mark.map(|mark| mark.name.as_str()).filter(|name| {
            place.is_some_and(|at| self.matching.of.get(*name) == Some(&Match::Managed(at)))
        });
        document.map_or_else(|| self.key_of(id), |name| self.key_in_git(name))
    }

    fn key_in_git(&self, name: &str) -> String {
        self.desired.segments.get(name).map_or_else(|| name.to_owned(), |it| it.key.clone())
    }

    /// A rule may lose a segment that this workspace does not manage only by adoption.
    fn detaches_foreign(&self, name: &str, rule: &LiveRule, wanted: &OnRule) -> Option<Refusal> {
        let gone = |ids: &BTreeSet<String>, stay: &BTreeSet<SegmentRef>| -> Vec<String> {
            let stays = |id: &&String| stay.contains(&SegmentRef::Live((*id).clone()));
            ids.iter().filter(|id| !stays(id)).cloned().collect()
        };
        let mut lost = gone(&rule.segments, &wanted.segments);
        lost.extend(gone(&rule.not_in, &wanted.not_in));
        let lost = lost.iter();
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
    fn opens_the_rule(
        &self,
        attachment: &DesiredAttachment,
        rule: &LiveRule,
        combine: Combine,
    ) -> Option<Refusal> {
        let code = Code::MatchesEveryone;
        let mut segments = attachment.segments.iter();
        let let_all_in = match combine {
            Combine::Any if attachment.segments.is_empty() => true,
            Combine::Any => segments.any(|it| self.lets_all_in(it)),
            Combine::All | Combine::One => segments.all(|it| self.lets_all_in(it)),
        };
        let open = rule.conditions.is_empty() && attachment.not_in.is_empty() && let_all_in;
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

/// What it does to the audience of `rule` to have these segments, each as it is; none where it has
/// them already.
pub(super) fn effect_on(
    rule: &LiveRule,
    segments: &[SegmentRef],
    not_in: &[SegmentRef],
    combine: Combine,
) -> Option<Effect> {
    let now = OnRule { segments: live(&rule.segments), not_in: live(&rule.not_in) };
    now.effect(&OnRule { segments: set(segments), not_in: set(not_in) }, combine)
}

/// The segments on a rule.
#[derive(PartialEq, Eq)]
struct OnRule {
    segments: BTreeSet<SegmentRef>,
    not_in: BTreeSet<SegmentRef>,
}

impl OnRule {
    /// What turning this into `then` does to the audience of the rule.
    fn effect(&self, then: &Self, combine: Combine) -> Option<Effect> {
        let narrows_by_more = change(&self.not_in, &then.not_in, Effect::Narrows, Effect::Widens);
        let of_segments = match combine {
            Combine::All => change(&self.segments, &then.segments, Effect::Narrows, Effect::Widens),
            Combine::One => {
                change(&self.segments, &then.segments, Effect::Replaces, Effect::Replaces)
            }
            // Any of several is enough; without one, nothing is asked for.
            Combine::Any if self.segments == then.segments => None,
            Combine::Any if self.segments.is_empty() => Some(Effect::Narrows),
            Combine::Any if then.segments.is_empty() => Some(Effect::Widens),
            Combine::Any => change(&self.segments, &then.segments, Effect::Widens, Effect::Narrows),
        };
        match (of_segments, narrows_by_more) {
            (Some(one), Some(other)) if one != other => Some(Effect::Replaces),
            (one, other) => one.or(other),
        }
    }
}

/// What a change of a set does, where more of it does `more` and less of it `less`.
fn change(
    before: &BTreeSet<SegmentRef>,
    after: &BTreeSet<SegmentRef>,
    more: Effect,
    less: Effect,
) -> Option<Effect> {
    match (before.is_subset(after), after.is_subset(before)) {
        (true, true) => None,
        (true, false) => Some(more),
        (false, true) => Some(less),
        (false, false) => Some(Effect::Replaces),
    }
}

fn live(ids: &BTreeSet<String>) -> BTreeSet<SegmentRef> {
    ids.iter().cloned().map(SegmentRef::Live).collect()
}

fn set(references: &[SegmentRef]) -> BTreeSet<SegmentRef> {
    references.iter().cloned().collect()
}

fn strs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}
