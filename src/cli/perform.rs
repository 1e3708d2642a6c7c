//! Carries a plan out: what `apply` and `watch` have in common.

use super::args::{Global, Output};
use super::exit::Exit;
use super::interrupt::Interrupt;
use super::output;
use super::progress::{Shown, Steps};
use crate::apply::{Outcome, Progress, apply};
use crate::desired::Desired;
use crate::document::Provider;
use crate::live::Live;
use crate::plan::{Plan, Policy, Step};
use crate::provider::Reader;
use crate::report::{Planned, Veil, safe, text};

/// Why nothing of a plan is to be applied.
#[derive(Clone, Copy)]
pub(super) enum Stop {
    /// A step is refused, and with it the others.
    Refused,
    /// It changes more than the guard allows.
    Guarded,
    /// There is nothing to do, or nothing but what is refused.
    Nothing(Exit),
}

impl Stop {
    /// How the command ends.
    pub(super) fn exit(self) -> Exit {
        match self {
            Self::Refused => Exit::Invalid,
            Self::Guarded => Exit::Guard,
            Self::Nothing(exit) => exit,
        }
    }
}

/// Why nothing of `plan` is to be applied, where that is so.
pub(super) fn stop(plan: &Plan, keep_going: bool, force_guard: bool) -> Option<Stop> {
    let refused = Exit::of_refusals(plan);
    if refused == Some(Exit::Invalid) && !keep_going {
        return Some(Stop::Refused);
    }
    if !plan.guard.is_empty() && !force_guard {
        return Some(Stop::Guarded);
    }
    let nothing_planned = plan.planned().next().is_none();
    nothing_planned.then(|| Stop::Nothing(refused.unwrap_or(Exit::Ok)))
}

/// A plan, and what it was made from.
pub(super) struct Work<'a> {
    pub(super) plan: &'a Plan,
    pub(super) desired: &'a Desired,
    pub(super) live: &'a Live,
    pub(super) policy: &'a Policy,
    /// The name of the target, where others are applied at the same time.
    pub(super) one_of_several: Option<&'a str>,
    /// What is not shown of it.
    pub(super) veil: &'a Veil,
}

impl Work<'_> {
    /// Applies the plan, says in `shown` what becomes of it, prints that in text mode, and gives the
    /// exit code.
    pub(super) async fn carry_out<R: Reader>(
        &self,
        global: &Global,
        reader: &R,
        interrupt: &Interrupt,
        shown: &mut Planned,
    ) -> Exit {
        let Self { plan, desired, live, policy, one_of_several, veil } = self;
        let steps = Steps::new(Shown::of(global), plan.planned().count(), *one_of_several);
        let progress = Printer { steps: &steps, interrupt, provider: desired.provider, veil };
        let work = apply(plan, desired, live, policy, reader, &progress);
        let mut work = Box::pin(steps.during(Box::pin(work)));
        let applied = tokio::select! {
            applied = &mut work => applied,
            () = interrupt.wait() => {
                reader.hurry();
                work.await
            }
        };
        let exit = Exit::of_applied(plan, &applied, interrupt.asked());
        shown.became(applied, plan, veil);
        if global.output == Output::Text {
            let heading = one_of_several.map(|name| format!("Target {}\n", safe(name)));
            let heading = heading.unwrap_or_default();
            output::result(&format!("{heading}{}", text::applied(shown)));
        }
        exit
    }
}

/// Shows the steps as they begin and end.
struct Printer<'a> {
    steps: &'a Steps,
    interrupt: &'a Interrupt,
    provider: Provider,
    veil: &'a Veil,
}

impl Progress for Printer<'_> {
    fn began(&self, step: &Step) {
        self.steps.began(step);
    }

    fn ended(&self, step: &Step, outcome: &Outcome) {
        self.steps.ended(step, &self.veil.outcome(step, outcome, self.provider));
    }

    fn interrupted(&self) -> bool {
        self.interrupt.asked()
    }
}
