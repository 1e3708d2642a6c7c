//! Plans and what became of them.
//!
//! Each value is taken apart whole, so that a new field cannot be forgotten here.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::conditions::each_part;
use super::emails::SIGNS;
use super::messages::Quote;
use super::{Texts, Veil, covered};
use crate::apply::{self, Applied, Outcome};
use crate::document::Provider;
use crate::live::{Live, RulePlace, Use};
use crate::plan::{
    Change, ChangeKind, Difference, Drift, Orphan, Plan, Refusal, Step, StepId, Work,
};
use crate::policy::Suppressed;
use crate::provider;

impl Veil {
    /// Covers what a plan shows. What it would send stays as it is, and is not shown.
    pub(crate) fn plan(&self, plan: &mut Plan, provider: Provider) {
        if self.lifted {
            return;
        }
        let Plan { steps, orphans, unchanged: _, foreign, guard, notes, suppressed } = plan;
        // Where the documents stand that have private values.
        let mut about: BTreeSet<(String, usize)> = BTreeSet::new();
        for step in steps {
            let is_private = self.step(step, provider);
            let origin = step.origin.iter().filter(|_| is_private);
            about.extend(origin.map(|it| (it.file.clone(), it.line)));
        }
        for orphan in orphans {
            self.orphan(orphan);
        }
        self.hide(foreign.iter_mut().chain(notes));
        for tripped in guard {
            self.hide(std::iter::once(&mut tripped.message));
            self.hide(tripped.steps.iter_mut().map(|id| &mut id.0));
        }
        let mut shown = self.suppressed(suppressed);
        for (shown, own) in shown.iter_mut().zip(&*suppressed) {
            if about.contains(&(own.file.clone(), own.line)) {
                shown.reason = covered(&own.reason);
            }
        }
        *suppressed = shown;
    }

    /// Covers what a step shows, and says whether it has private values.
    fn step(&self, step: &mut Step, provider: Provider) -> bool {
        let Step {
            id,
            action: _,
            refusal,
            refused_too,
            cause: _,
            effect: _,
            why: _,
            kind: _,
            name,
            key,
            used_by,
            warnings,
            changes,
            before,
            after,
            origin: _,
            place: _,
            depends_on,
            follows,
            work,
            spare_twin: _,
        } = step;
        self.changes(changes, [before.as_ref(), after.as_ref()], provider);
        let private = self.sides([before, after], provider);
        for warning in warnings {
            *warning = self.message_about(warning, &private);
        }
        for refusal in refusal.iter_mut().chain(refused_too) {
            self.refusal(refusal, &private);
        }
        self.hide([&mut id.0, name, key]);
        for ids in [depends_on, follows] {
            *ids = std::mem::take(ids).into_iter().map(|id| self.id(id)).collect();
        }
        self.uses(used_by);
        if let Work::Attach { rule, .. } = work {
            self.rule(&mut rule.place);
        }
        !private.is_empty()
    }

    fn orphan(&self, orphan: &mut Orphan) {
        let Orphan { name, key, id: _, used_by, protected: _, edited: _, why: _, place: _ } =
            orphan;
        self.hide([name, key]);
        self.uses(used_by);
    }

    fn refusal(&self, refusal: &mut Refusal, private: &Texts) {
        let Refusal { code: _, message, help, tells } = refusal;
        let tells = tells.as_deref().filter(|it| self.attributes.has(it));
        let shown = |text: &str| match tells {
            // It may tell values that the step does not have.
            Some(attribute) => {
                self.message(text, &|it, quote| quote == Quote::Ticks && it != attribute)
            }
            None => self.message_about(text, private),
        };
        *help = help.as_deref().map(&shown);
        *message = shown(message);
    }

    fn uses(&self, uses: &mut [Use]) {
        for Use { place, rule: _, pending: _ } in uses {
            self.rule(place);
        }
    }

    fn rule(&self, place: &mut RulePlace) {
        let RulePlace { project, flag, environment } = place;
        self.hide([project, flag, environment]);
    }

    /// Covers what was found and the reasons that people gave;
    /// [`Cover::reasons`](super::Cover::reasons) knows where they did.
    pub(super) fn suppressed(&self, all: &[Suppressed]) -> Vec<Suppressed> {
        let covered = |it: &Suppressed| Suppressed {
            found: self.text(&it.found),
            reason: self.text(&it.reason),
            ..it.clone()
        };
        all.iter().map(covered).collect()
    }

    /// Covers what people changed.
    pub(crate) fn drift(&self, drift: &mut Drift, provider: Provider) {
        if self.lifted {
            return;
        }
        let Drift { drifted, unclear, ahead } = drift;
        for difference in drifted.iter_mut().chain(unclear) {
            self.difference(difference, provider);
        }
        self.hide(ahead.iter_mut().map(|(_, name)| name));
    }

    fn difference(&self, difference: &mut Difference, provider: Provider) {
        let Difference {
            kind: _,
            name,
            key,
            cause: _,
            effect: _,
            remark,
            stays: _,
            used_by,
            changes,
            desired,
            live,
            origin: _,
        } = difference;
        self.changes(changes, [live.as_ref(), desired.as_ref()], provider);
        let private = self.sides([live, desired], provider);
        *remark = remark.as_deref().map(|remark| self.message_about(remark, &private));
        self.hide([name, key]);
        self.uses(used_by);
    }

    /// Covers what servers said of the steps of `plan`, which nothing covers yet.
    pub(crate) fn applied(&self, applied: &mut Applied, plan: &Plan, provider: Provider) {
        if self.lifted {
            return;
        }
        let Applied { outcomes, proof } = applied;
        for step in &plan.steps {
            if let Some(outcome) = outcomes.get_mut(&step.id) {
                *outcome = self.outcome(step, outcome, provider);
            }
        }
        let shown = std::mem::take(outcomes).into_iter();
        *outcomes = shown.map(|(id, outcome)| (self.id(id), outcome)).collect();
        match proof {
            None => {}
            Some(Ok(proof)) => {
                for apply::Difference { id, paths, reason } in &mut proof.differences {
                    self.hide([&mut id.0].into_iter().chain(paths).chain(reason));
                }
            }
            Some(Err(failure)) => *failure = self.failure(failure),
        }
    }

    /// What became of `step`, which nothing covers yet, without what is private.
    pub fn outcome(&self, step: &Step, outcome: &Outcome, provider: Provider) -> Outcome {
        match outcome {
            Outcome::Failed(failure) => {
                let sides = [&mut step.before.clone(), &mut step.after.clone()];
                Outcome::Failed(self.failure_about(failure, &self.sides(sides, provider)))
            }
            Outcome::Skipped(id) => Outcome::Skipped(self.id(id.clone())),
            Outcome::Done | Outcome::Refused | Outcome::Stopped => outcome.clone(),
        }
    }

    fn id(&self, mut id: StepId) -> StepId {
        self.hide([&mut id.0]);
        id
    }

    /// Covers what an import says of `live`, which may quote what is private there.
    pub fn imported<'t>(
        &self,
        messages: impl IntoIterator<Item = &'t mut String>,
        live: &Live,
        provider: Provider,
    ) {
        if self.lifted || self.attributes.is_empty() {
            return;
        }
        let mut texts = Texts::default();
        for segment in &live.segments {
            self.cover(&mut segment.document.to_json(), Some(provider), false, &mut texts);
        }
        for message in messages {
            *message = self.message_about(message, &texts);
        }
    }

    /// Covers both sides of a step, and gives the private texts in them.
    fn sides(&self, sides: [&mut Option<Json>; 2], provider: Provider) -> Texts {
        let mut texts = Texts::default();
        for side in sides.into_iter().flatten() {
            self.cover(side, Some(provider), false, &mut texts);
        }
        texts
    }

    fn changes(&self, changes: &mut [Change], sides: [Option<&Json>; 2], provider: Provider) {
        let attribute = provider::attribute(provider);
        for Change { path, kind } in changes {
            let mut sides = sides.into_iter().flatten();
            let private = sides.any(|side| self.attributes.have(side, path, attribute));
            match kind {
                ChangeKind::Value { from, to } => {
                    self.cover(from, Some(provider), private, &mut Texts::default());
                    self.cover(to, Some(provider), private, &mut Texts::default());
                }
                ChangeKind::Set { added, removed, total: _ } => {
                    for text in added.iter_mut().chain(removed) {
                        *text = if private { covered(text) } else { self.text(text) };
                    }
                }
            }
            if path.contains(SIGNS) {
                *path = each_part(path, |part| self.text(part));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::desired::Canonical;
    use crate::live::LiveSegment;

    #[test]
    fn what_an_import_says_quotes_nothing_private() {
        let vendor = Provider::ALL[0];
        let words = provider::attribute(vendor);
        let constraint = json!({words.field: "phone", words.operator: "IN", "values": ["0171"]});
        let fields = provider::segment_fields(vendor);
        let document = json!({"constraints": [constraint]}).as_object().cloned();
        let segment = LiveSegment {
            id: "1".to_owned(),
            key: "beta".to_owned(),
            document: Canonical::new(fields, document.unwrap_or_default()),
            mark: None,
            used: false,
            ready: crate::live::Ready::Yes,
            belongs_to: None,
            by_hand: false,
            written: None,
        };
        let live = Live { segments: vec![segment], ..Live::default() };
        let mut messages = ["`0171` of `beta` is odd".to_owned()];
        Veil::new(["phone".to_owned()]).imported(&mut messages, &live, vendor);
        assert_eq!(messages, [format!("`{}` of `beta` is odd", covered("0171"))]);
    }
}
