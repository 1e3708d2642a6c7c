//! Whether a step lets more people in, or may: what a policy on widening asks.

use super::attachments::effect_on;
use super::forbidden::Look;
use super::{Effect, ObjectKind, SegmentRef, Step, Work};
use crate::provider::{self, Combine};

impl Look<'_> {
    /// Why a step that lets more people in, or may, is forbidden. Only what is proven to let in
    /// nobody new is none.
    pub(super) fn widens(&self, step: &Step) -> Option<String> {
        if self.opens_to_everyone(step) {
            let what = if step.kind == ObjectKind::Segment { "segment" } else { "rule" };
            return Some(format!("a policy forbids that a {what} comes to match everyone"));
        }
        let effect = match &step.work {
            Work::Replace { .. } if !step.changes_who(self.desired.provider) => return None,
            Work::Replace { .. } => step.effect,
            // What becomes of its segments is judged at their own steps.
            Work::Attach { rule, segments, not_in } => {
                Some(effect_on(rule, segments, not_in, self.combine())?)
            }
            // Nobody is in a segment before it is allocated, and rules may have it already.
            Work::Allocate { segment: SegmentRef::Live(_) } => None,
            Work::Create { .. } if self.is_awaited(&step.key) => None,
            _ => return None,
        };
        let said = match effect {
            Some(Effect::Narrows) => return None,
            Some(Effect::Widens) => "a policy forbids steps that widen an audience",
            Some(Effect::Replaces) => "a policy forbids steps that let other people in",
            None => {
                "a policy forbids steps that may widen an audience; what this one does is not proven"
            }
        };
        Some(said.to_owned())
    }

    fn combine(&self) -> Combine {
        provider::capabilities(self.desired.provider).combine
    }

    /// Whether rules name a segment that is not there yet.
    fn is_awaited(&self, key: &str) -> bool {
        self.live.environments.iter().any(|it| it.segments.contains(key))
    }

    fn opens_to_everyone(&self, step: &Step) -> bool {
        match &step.work {
            Work::Replace { id, document, .. } => {
                let is = |it| provider::matches_everyone(self.desired.provider, it);
                is(document) && !self.live.segment(id).is_some_and(|it| is(&it.document))
            }
            Work::Attach { rule, segments, not_in } => {
                let now = rule.segments.iter().map(|id| self.is_everyone_now(id));
                rule.conditions.is_empty()
                    && not_in.is_empty()
                    && self.lets_all_in(segments.iter().map(|it| self.will_be_everyone(it)))
                    && !(rule.not_in.is_empty() && self.lets_all_in(now))
            }
            _ => false,
        }
    }

    /// Whether a rule without a condition of its own matches everyone, by whether each of its
    /// segments does.
    fn lets_all_in(&self, mut segments: impl ExactSizeIterator<Item = bool>) -> bool {
        match self.combine() {
            Combine::Any => segments.len() == 0 || segments.any(|it| it),
            Combine::All | Combine::One => segments.all(|it| it),
        }
    }

    fn is_everyone_now(&self, id: &str) -> bool {
        let segment = self.live.segment(id);
        segment.is_some_and(|it| provider::matches_everyone(self.desired.provider, &it.document))
    }

    /// Whether a segment matches everyone: as Git says it or, where Git does not, as it is.
    fn will_be_everyone(&self, segment: &SegmentRef) -> bool {
        let of_git = self.desired.segments.iter().find(|(name, it)| match segment {
            SegmentRef::Made(made) => *name == made,
            SegmentRef::Live(id) => {
                let at = self.matching.live_of(name);
                !it.external && at.is_some_and(|at| self.live.segments[at].id == *id)
            }
        });
        match (of_git, segment) {
            (Some((_, it)), _) => provider::matches_everyone(self.desired.provider, &it.document),
            (None, SegmentRef::Live(id)) => self.is_everyone_now(id),
            (None, SegmentRef::Made(_)) => false,
        }
    }
}
