//! What a first look leaves open: asked only when a step needs to know.

use super::matching::Matching;
use super::{Draft, SegmentRef, Work};
use crate::desired::Desired;
use crate::live::{Live, LiveSegment, Questions};
use crate::provider;

/// What must be known before `draft`, the plan without answers, can be trusted.
///
/// A plan without steps and orphans asks nothing.
pub(super) fn questions(draft: &Draft<'_>) -> Questions {
    let Draft { live, matching, orphans, .. } = draft;
    let mut questions = Questions::default();
    let provider = draft.desired.provider;
    for step in &draft.steps {
        let mut ask = |step, document, before: Option<&LiveSegment>| {
            let before = before.map(|it| &it.document);
            questions.extend(provider::questions(provider, step, document, before));
        };
        match &step.work {
            Work::Create { document, .. } => ask(step, document, None),
            Work::Replace { id, document, .. } => ask(step, document, live.segment(id)),
            Work::Allocate { segment: SegmentRef::Live(id) } => {
                if let Some(segment) = live.segment(id) {
                    ask(step, &segment.document, Some(segment));
                }
            }
            // A flag that is revived without its segment would match everyone, and none can be
            // switched on where a default strategy names a segment that is gone.
            Work::Delete { .. } => {
                questions.archived = true;
                questions.defaults = true;
            }
            _ => {}
        }
        if let Work::Replace { id, .. } | Work::Delete { id } = &step.work
            && live.segment(id).is_some_and(|segment| segment.used)
        {
            questions.uses.insert(id.clone());
        }
    }
    let used = orphans.iter().filter(|it| live.segment(&it.id).is_some_and(|it| it.used));
    questions.uses.extend(used.map(|orphan| orphan.id.clone()));
    questions.uses.extend(of_twins(matching, live).uses);
    // Some systems show all uses at the first look.
    questions.uses.retain(|id| !live.answers.uses.contains_key(id));
    questions
}

/// What must be known before a twin of our own may be deleted.
pub fn twin_questions(desired: &Desired, live: &Live) -> Questions {
    of_twins(&Matching::of(desired, live), live)
}

/// Both of each pair are asked about, because the answers may change which of them stays.
fn of_twins(matching: &Matching, live: &Live) -> Questions {
    let both = matching.spare.iter().flat_map(|(spare, kept)| [*spare, *kept]);
    let used = both.map(|at| &live.segments[at]).filter(|segment| segment.used);
    Questions {
        archived: !matching.spare.is_empty(),
        defaults: !matching.spare.is_empty(),
        uses: used.map(|segment| segment.id.clone()).collect(),
        ..Questions::default()
    }
}
