//! One pass: every target is looked at and brought to what the documents say.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::early::Early;
use super::{WatchArgs, now};
use crate::cli::args::{Decisions, Global, Output};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::interrupt::Interrupt;
use crate::cli::look::{policy, to_show};
use crate::cli::output;
use crate::cli::perform::{Stop, Work, stop};
use crate::cli::progress::{Shown, reading};
use crate::cli::target::{Connection, connect};
use crate::desired::Desired;
use crate::diagnostic::Code;
use crate::document::Target;
use crate::live::Scope;
use crate::plan::Plan;
use crate::provider::{AnyReader, Failure, Reader as _};
use crate::reconcile::{reconcile, reconcile_from};
use crate::report::{Planned, Reason, Report, TargetReport, json, text};

/// What passes one after the other have in common.
pub(super) struct Passes<'a> {
    global: &'a Global,
    args: &'a WatchArgs,
    interrupt: &'a Interrupt,
    /// Nothing is pruned or adopted by a watch.
    decisions: Decisions,
    /// The connection of each target, and what the workspace said of the target.
    connections: RefCell<BTreeMap<String, (String, Connection)>>,
    early: Early,
    /// The last plan of each target of which nothing was applied, as it was shown.
    shown: RefCell<BTreeMap<String, String>>,
    reason: Reason,
    files: Vec<String>,
    /// Whether the heading of this pass was printed.
    headed: Cell<bool>,
}

/// How a pass ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    /// Whether something failed that may go well another time.
    pub(super) failed: bool,
    /// Whether something waits for the user.
    pub(super) waits: bool,
}

/// Whether something failed that may go well another time. What is refused will not.
fn fell_short(target: &TargetReport) -> bool {
    match &target.result {
        Err(failure) => failure.code != Code::Interrupted,
        Ok(planned) => planned.applied.as_ref().is_some_and(|applied| {
            let proven = match &applied.proof {
                None => true,
                Some(proof) => proof.as_ref().is_ok_and(|it| it.differences.is_empty()),
            };
            !proven || applied.failures().next().is_some()
        }),
    }
}

impl<'a> Passes<'a> {
    pub(super) fn new(global: &'a Global, args: &'a WatchArgs, interrupt: &'a Interrupt) -> Self {
        Self {
            global,
            args,
            interrupt,
            decisions: Decisions { look: args.look.clone(), ..Decisions::default() },
            connections: RefCell::default(),
            early: Early::default(),
            shown: RefCell::default(),
            reason: Reason::Start,
            files: vec![],
            headed: Cell::new(false),
        }
    }

    /// Begins to look at what `good` asks for, at the targets that there is a connection to.
    pub(super) fn look_early(&self, good: &Context) {
        for (target, desired) in good.selected(&self.args.source.target) {
            if let Some(reader) = self.known(&target.name) {
                self.early.begin(&target.name, Scope::of(desired), reader);
            }
        }
    }

    /// Ends the looks that began early and that no pass takes.
    pub(super) fn forget_early(&self) {
        self.early.end();
    }

    /// Begins a pass for `reason`, after `files` changed.
    pub(super) fn begin(&mut self, reason: Reason, files: Vec<String>) {
        self.reason = reason;
        self.files = files;
        self.headed.set(false);
    }

    /// Says that the documents are invalid, and what happens now.
    pub(super) fn report_invalid(&mut self, context: &Context, good: bool) {
        self.head();
        let mut report = context.report("watch");
        report.ok = false;
        output::diagnostics(self.global, &report);
        if self.is_text() {
            output::log(text::invalid_edit(good));
        }
        self.print_json(&report);
    }

    /// Says that the workspace cannot even be loaded.
    pub(super) fn report_unusable(&mut self, message: &str, good: bool) {
        self.head();
        let failure = Failure::new(Code::Usage, message);
        if self.is_text() {
            output::error(message);
            output::log(text::invalid_edit(good));
        }
        self.print_json(&output::nothing("watch", Some(failure)));
    }

    /// Goes over the targets of `context`, side by side.
    pub(super) async fn over(&self, context: &Context) -> Ended {
        if self.reason != Reason::Interval {
            self.head();
        }
        let mut report = context.report("watch");
        let mut exit = Exit::Ok;
        let targets: Vec<_> = context.selected(&self.args.source.target).collect();
        let several = targets.len() > 1;
        let passes =
            targets.iter().map(|(target, desired)| self.target(context, target, desired, several));
        for (report_of_target, ended) in join_all(passes).await {
            report.targets.push(report_of_target);
            exit = exit.worse(ended);
        }
        report.ok = exit == Exit::Ok;
        self.print_json(&report);
        output::requests(self.global, &report);
        Ended {
            failed: report.targets.iter().any(fell_short),
            waits: matches!(exit, Exit::Invalid | Exit::Guard),
        }
    }

    async fn target(
        &self,
        context: &Context,
        target: &Target,
        desired: &Desired,
        one_of_several: bool,
    ) -> (TargetReport, Exit) {
        let mut report = TargetReport::not_begun(target);
        let look = self.steps(context, target, desired, one_of_several, &mut report);
        let exit = match look.await {
            Ok(exit) => exit,
            Err(failure) => {
                let failure = context.veil().failure(&failure);
                // The secret may be another one by now, and a server may have moved.
                self.connections.borrow_mut().remove(&target.name);
                self.head();
                if self.is_text() {
                    output::log(&format!("Target {}\n{}", report.name, text::failure(&failure)));
                }
                let exit = Exit::of_failure(&failure);
                report.result = Err(failure);
                exit
            }
        };
        (report, exit)
    }

    async fn steps(
        &self,
        context: &Context,
        target: &Target,
        desired: &Desired,
        one_of_several: bool,
        report: &mut TargetReport,
    ) -> Result<Exit, Failure> {
        let policy = policy(context, &self.decisions, target, desired)?;
        let interrupt = self.interrupt;
        let connecting = self.connection(context, target);
        let reader = interrupt.or(connecting).await?;
        let early = self.early.take(&target.name, &Scope::of(desired));
        let before = early.as_ref().map_or_else(|| reader.requests(), |look| look.before.clone());
        let looking = Box::pin(async {
            let seen = match early {
                Some(look) => look.seen().await,
                None => None,
            };
            match seen {
                Some(live) => reconcile_from(live?, desired, &policy, &reader).await,
                None => reconcile(desired, &policy, &reader).await,
            }
        });
        let looking = reading(Shown::of(self.global), &target.name, || reader.answered(), looking);
        let looked = interrupt.or(looking).await;
        report.requests = reader.requests().since(&before);
        let (live, plan) = looked?;
        let planned = to_show(context, target, desired, &live, plan.clone());
        let stopped = self.show(report, &planned);
        report.result = Ok(planned);
        if let Some(exit) = stopped {
            return Ok(exit);
        }
        let one_of_several = one_of_several.then_some(target.name.as_str());
        let veil = &context.veil();
        let work =
            Work { plan: &plan, desired, live: &live, policy: &policy, one_of_several, veil };
        let shown = report.result.as_mut().map_err(|failure| failure.clone())?;
        let exit = work.carry_out(self.global, &reader, interrupt, shown).await;
        report.requests = reader.requests().since(&before);
        Ok(exit)
    }

    /// A reader of the target, over connections that stay from pass to pass.
    async fn connection(&self, context: &Context, target: &Target) -> Result<AnyReader, Failure> {
        let said = format!("{target:?}");
        let same = |known: &(String, Connection)| known.0 == said;
        let same = self.connections.borrow().get(&target.name).is_some_and(same);
        if let Some(reader) = self.known(&target.name).filter(|_| same) {
            return Ok(reader);
        }
        self.early.forget(&target.name);
        self.connections.borrow_mut().remove(&target.name);
        let connection = connect(target, context, self.args.look.parallelism).await?;
        let reader = connection.reader.clone();
        self.connections.borrow_mut().insert(target.name.clone(), (said, connection));
        Ok(reader)
    }

    /// The reader of the target of that name that an earlier pass made.
    fn known(&self, name: &str) -> Option<AnyReader> {
        self.connections.borrow().get(name).map(|(_, connection)| connection.reader.clone())
    }

    /// Prints a plan unless it was shown before, and gives the exit code where it ends there.
    fn show(&self, report: &TargetReport, planned: &Planned) -> Option<Exit> {
        let stop = self.stop(&planned.plan);
        let name = &report.name;
        if planned.plan.is_empty() {
            self.shown.borrow_mut().remove(name);
            if self.is_text() && self.reason != Reason::Interval {
                output::result(&text::no_changes(report, planned));
            }
            return stop.map(|(exit, _)| exit);
        }
        let text = text::plan(report, planned, None);
        let Some((exit, why)) = stop else {
            self.shown.borrow_mut().remove(name);
            self.head();
            if self.is_text() {
                output::result(&text);
            }
            return None;
        };
        let again = self.shown.borrow_mut().insert(name.clone(), text.clone());
        let again = again.is_some_and(|it| it == text);
        if self.is_text() && !(again && self.reason == Reason::Interval) {
            self.head();
            output::result(&text);
            output::log(&format!("Nothing was applied: {why}\n"));
        }
        Some(exit)
    }

    /// Why nothing of `plan` is applied, where that is so.
    fn stop(&self, plan: &Plan) -> Option<(Exit, &'static str)> {
        let why = match stop(plan, self.args.keep_going, false) {
            Some(Stop::Refused) => {
                "a step is refused (--keep-going does the others); waiting for a file to change."
            }
            Some(Stop::Guarded) => {
                "the guard is tripped; `segctl apply --force-guard` applies all the same."
            }
            Some(Stop::Nothing(exit)) => return Some((exit, "nothing can be done.")),
            None if self.args.dry_run => return Some((Exit::Ok, "--dry-run is given.")),
            None => return None,
        };
        let exit = if plan.guard.is_empty() { Exit::Invalid } else { Exit::Guard };
        Some((exit, why))
    }

    fn is_text(&self) -> bool {
        self.global.output == Output::Text
    }

    /// Says once in a pass why it is.
    fn head(&self) {
        if self.is_text() && !self.global.quiet && !self.headed.get() {
            output::log(&text::pass(&now(), self.reason, &self.files));
        }
        self.headed.set(true);
    }

    fn print_json(&self, report: &Report<'_>) {
        if self.global.output == Output::Json {
            output::json_line(&json::pass(report, self.reason, &self.files));
        }
    }
}
