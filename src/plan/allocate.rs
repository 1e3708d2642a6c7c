//! Steps that make segments ready for use, where that is a step of its own.

use super::matching::Match;
use super::{Action, Cause, Draft, ObjectKind, SegmentRef, Work};
use crate::desired::Allocation;
use crate::live::Ready;

impl Draft<'_> {
    /// Plans an allocation for each segment that needs one: after it is made, or as it is.
    pub(super) fn allocations(&mut self) {
        let mut allocations = vec![];
        for step in &self.steps {
            let needs = |name: &str| self.desired.segments[name].allocation;
            let segment = match &step.work {
                Work::Create { .. } if needs(&step.name) == Allocation::Needed => {
                    SegmentRef::Made(step.name.clone())
                }
                // What did not share users before, and does so now, has to be allocated afterwards.
                Work::Replace { id, .. }
                    if needs(&step.name) == Allocation::Needed
                        || self.waits_for_allocation(&step.name, id) =>
                {
                    SegmentRef::Live(id.clone())
                }
                _ => continue,
            };
            allocations.push((step.name.clone(), segment, Some(step.id.clone())));
        }
        for (kind, name) in &self.unchanged {
            if *kind == ObjectKind::Segment
                && let Some(Match::Managed(at)) = self.matching.of.get(name)
                && self.waits_for_allocation(name, &self.live.segments[*at].id)
            {
                let segment = SegmentRef::Live(self.live.segments[*at].id.clone());
                allocations.push((name.clone(), segment, None));
            }
        }
        for (name, segment, after) in allocations {
            let desired = &self.desired.segments[&name];
            let mut step = self.step(ObjectKind::Segment, &name, Action::Allocate, &desired.key);
            step.cause = Some(Cause::Git);
            step.origin = Some(desired.origin.clone());
            step.depends_on.extend(after);
            step.work = Work::Allocate { segment };
            self.unchanged.retain(|it| *it != (ObjectKind::Segment, name.clone()));
            self.steps.push(step);
        }
    }

    /// Whether the live segment `id` of a document is to be allocated.
    fn waits_for_allocation(&self, name: &str, id: &str) -> bool {
        let wanted = self.desired.segments[name].allocation != Allocation::No;
        let ready = self.live.segment(id).map(|it| it.ready);
        wanted && ready == Some(Ready::Unallocated)
    }
}
