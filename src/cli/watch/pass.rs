//! One pass: every target is looked at and brought to what the documents say.

use std::collections::BTreeMap;

use super::early::Early;
use super::{WatchArgs, now};
use crate::cli::args::{Decisions, Global, Output};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::interrupt::Interrupt;
use crate::cli::look::policy;
use crate::cli::output;
use crate::cli::perform::{Stop, Work, stop};
use crate::cli::progress::{Shown, reading};
use crate::cli::target::{Connection, connect};
use crate::desired::Desired;
use crate::diagnostic::Code;
use crate::document::Target;
use crate::live::Scope;
use crate::plan::Plan;
use crate::provider::{Failure, Reader as _};
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
    connections: BTreeMap<String, (String, Connection)>,
    early: Early,
    /// The last plan of each target of which nothing was applied, as it was shown.
    shown: BTreeMap<String, String>,
    reason: Reason,
    files: Vec<String>,
    /// Whether the heading of this pass was printed.
    headed: bool,
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
            connections: BTreeMap::new(),
            early: Early::default(),
            shown: BTreeMap::new(),
            reason: Reason::Start,
            files: vec![],
            headed: false,
        }
    }

    /// Begins to look at what `good` asks for, at the targets that there is a connection to.
    pub(super) fn look_early(&self, good: &Context) {
        for (target, desired) in good.selected(&self.args.source.target) {
            if let Some((_, connection)) = self.connections.get(&target.name) {
                self.early.begin(&target.name, Scope::of(desired), connection.reader.clone());
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
        self.headed = false;
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

    /// Goes over the targets of `context`, one after the other.
    pub(super) async fn over(&mut self, context: &Context) -> Ended {
        if self.reason != Reason::Interval {
            self.head();
        }
        let mut report = context.report("watch");
        let mut exit = Exit::Ok;
        for (target, desired) in context.selected(&self.args.source.target) {
            let (report_of_target, ended) = self.target(context, target, desired).await;
            report.targets.push(report_of_target);
            exit = exit.worse(ended);
            if self.interrupt.asked() {
                break;
            }
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
        &mut self,
        context: &Context,
        target: &Target,
        desired: &Desired,
    ) -> (TargetReport, Exit) {
        let mut report = TargetReport::not_begun(target);
        let exit = match self.steps(context, target, desired, &mut report).await {
            Ok(exit) => exit,
            Err(failure) => {
                // The secret may be another one by now, and a server may have moved.
                self.connections.remove(&target.name);
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
        &mut self,
        context: &Context,
        target: &Target,
        desired: &Desired,
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
        let planned = interrupt.or(looking).await;
        report.requests = reader.requests().since(&before);
        let (live, plan) = planned?;
        let planned =
            Planned { server_version: live.version.clone(), plan, applied: None, drift: None };
        let plan = planned.plan.clone();
        let stopped = self.show(report, &planned);
        report.result = Ok(planned);
        if let Some(exit) = stopped {
            return Ok(exit);
        }
        let work = Work { plan: &plan, desired, live: &live, policy: &policy };
        let (applied, exit) = work.carry_out(self.global, &reader, interrupt).await;
        report.requests = reader.requests().since(&before);
        if let Ok(planned) = &mut report.result {
            planned.applied = Some(applied);
        }
        Ok(exit)
    }

    /// A reader of the target, over connections that stay from pass to pass.
    async fn connection(
        &mut self,
        context: &Context,
        target: &Target,
    ) -> Result<impl crate::provider::Reader + use<>, Failure> {
        let said = format!("{target:?}");
        let same = self.connections.get(&target.name).is_some_and(|(known, _)| *known == said);
        if !same {
            self.early.end();
            self.connections.remove(&target.name);
            let connection = connect(target, context, self.args.look.parallelism).await?;
            self.connections.insert(target.name.clone(), (said, connection));
        }
        match self.connections.get(&target.name) {
            Some((_, connection)) => Ok(connection.reader.clone()),
            None => Err(Failure::new(Code::Unreachable, "the connection is gone")),
        }
    }

    /// Prints a plan unless it was shown before, and gives the exit code where it ends there.
    fn show(&mut self, report: &TargetReport, planned: &Planned) -> Option<Exit> {
        let stop = self.stop(&planned.plan);
        let name = &report.name;
        if planned.plan.is_empty() {
            self.shown.remove(name);
            if self.is_text() && self.reason != Reason::Interval {
                output::result(&text::no_changes(report, planned));
            }
            return stop.map(|(exit, _)| exit);
        }
        let text = text::plan(report, planned);
        let Some((exit, why)) = stop else {
            self.shown.remove(name);
            self.head();
            if self.is_text() {
                output::result(&text);
            }
            return None;
        };
        let again = self.shown.insert(name.clone(), text.clone()).is_some_and(|it| it == text);
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
    fn head(&mut self) {
        if self.is_text() && !self.global.quiet && !self.headed {
            output::log(&text::pass(&now(), self.reason, &self.files));
        }
        self.headed = true;
    }

    fn print_json(&self, report: &Report<'_>) {
        if self.global.output == Output::Json {
            output::json_line(&json::pass(report, self.reason, &self.files));
        }
    }
}
