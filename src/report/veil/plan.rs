//! Plans and what became of them.

use super::conditions::belongs_to_private;
use super::{Texts, Veil, covered};
use crate::apply::{Applied, Outcome};
use crate::document::Provider;
use crate::plan::{Change, ChangeKind, Drift, Plan, Refusal};
use crate::policy::Suppressed;
use crate::provider;
use serde_json::Value as Json;

impl Veil {
    /// Covers what a plan shows. What it would send stays as it is.
    pub(crate) fn plan(&self, plan: &mut Plan, provider: Provider) {
        if self.lifted {
            return;
        }
        for step in &mut plan.steps {
            let sides = [step.before.as_ref(), step.after.as_ref()];
            self.changes(&mut step.changes, sides, provider);
            let private = self.sides([&mut step.before, &mut step.after], provider);
            for warning in &mut step.warnings {
                *warning = self.message(warning, &private);
            }
            if let Some(Refusal { message, help, .. }) = &mut step.refusal {
                *message = self.message(message, &private);
                *help = help.as_deref().map(|help| self.message(help, &private));
            }
        }
        for note in &mut plan.notes {
            *note = self.text(note);
        }
        plan.suppressed = self.suppressed(&plan.suppressed);
        for tripped in &mut plan.guard {
            tripped.message = self.text(&tripped.message);
        }
    }

    /// Covers the reasons that people gave.
    pub fn suppressed(&self, all: &[Suppressed]) -> Vec<Suppressed> {
        let covered = |it: &Suppressed| Suppressed { reason: self.text(&it.reason), ..it.clone() };
        all.iter().map(covered).collect()
    }

    /// Covers what people changed.
    pub(crate) fn drift(&self, drift: &mut Drift, provider: Provider) {
        if self.lifted {
            return;
        }
        for difference in drift.drifted.iter_mut().chain(&mut drift.unclear) {
            let sides = [difference.live.as_ref(), difference.desired.as_ref()];
            self.changes(&mut difference.changes, sides, provider);
            let private = self.sides([&mut difference.live, &mut difference.desired], provider);
            let remark = difference.remark.as_deref();
            difference.remark = remark.map(|remark| self.message(remark, &private));
        }
    }

    /// Covers what servers said of the steps.
    pub(crate) fn applied(&self, applied: &mut Applied) {
        for outcome in applied.outcomes.values_mut() {
            if let Outcome::Failed(failure) = outcome {
                *failure = self.failure(failure);
            }
        }
        if let Some(Err(failure)) = &mut applied.proof {
            *failure = self.failure(failure);
        }
    }

    /// Covers both sides of a step, and gives the private texts in them.
    fn sides(&self, sides: [&mut Option<Json>; 2], provider: Provider) -> Texts {
        let mut texts = Texts::new();
        for side in sides.into_iter().flatten() {
            self.cover(side, Some(provider), false, &mut texts);
        }
        texts
    }

    fn changes(&self, changes: &mut [Change], sides: [Option<&Json>; 2], provider: Provider) {
        let attribute = provider::attribute(provider);
        for change in changes {
            let mut sides = sides.into_iter().flatten();
            let private = sides
                .any(|side| belongs_to_private(side, &change.path, attribute, &self.attributes));
            match &mut change.kind {
                ChangeKind::Value { from, to } => {
                    self.cover(from, Some(provider), private, &mut Texts::new());
                    self.cover(to, Some(provider), private, &mut Texts::new());
                }
                ChangeKind::Set { added, removed, .. } => {
                    for text in added.iter_mut().chain(removed) {
                        *text = if private { covered(text) } else { self.text(text) };
                    }
                }
            }
        }
    }
}
