//! Carries a plan out: what `apply` and `watch` have in common.

use super::args::{Global, Output};
use super::exit::Exit;
use super::interrupt::Interrupt;
use super::output;
use super::progress::{Shown, Steps};
use crate::apply::{Applied, Outcome, Progress, apply};
use crate::desired::Desired;
use crate::live::Live;
use crate::plan::{Plan, Policy, Step};
use crate::provider::Reader;
use crate::report::{safe, text};

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
}

impl Work<'_> {
    /// Applies the plan, prints what becomes of it in text mode, and gives the exit code.
    pub(super) async fn carry_out<R: Reader>(
        &self,
        global: &Global,
        reader: &R,
        interrupt: &Interrupt,
    ) -> (Applied, Exit) {
        let Self { plan, desired, live, policy, one_of_several } = self;
        let steps = Steps::new(Shown::of(global), plan.planned().count(), *one_of_several);
        let progress = Printer { steps: &steps, interrupt };
        let work = apply(plan, desired, live, policy, reader, &progress);
        let mut work = Box::pin(steps.during(Box::pin(work)));
        let applied = tokio::select! {
            applied = &mut work => applied,
            () = interrupt.wait() => {
                reader.hurry();
                work.await
            }
        };
        if global.output == Output::Text {
            let heading = one_of_several.map(|name| format!("Target {}\n", safe(name)));
            let heading = heading.unwrap_or_default();
            output::result(&format!("{heading}{}", text::applied(plan, &applied)));
        }
        let exit = Exit::of_applied(plan, &applied, interrupt.asked());
        (applied, exit)
    }
}

/// Shows the steps as they begin and end.
struct Printer<'a> {
    steps: &'a Steps,
    interrupt: &'a Interrupt,
}

impl Progress for Printer<'_> {
    fn began(&self, step: &Step) {
        self.steps.began(step);
    }

    fn ended(&self, step: &Step, outcome: &Outcome) {
        self.steps.ended(step, outcome);
    }

    fn interrupted(&self) -> bool {
        self.interrupt.asked()
    }
}
