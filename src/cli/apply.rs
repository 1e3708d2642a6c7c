//! `segctl apply`: plans, asks, does it, and proves it.

use std::io::{BufRead as _, IsTerminal as _};

use clap::Args;
use tokio::sync::oneshot;

use super::args::{Decisions, Global, Output, Source};
use super::context::Context;
use super::exit::Exit;
use super::interrupt::Interrupt;
use super::plan::{check, policy};
use super::{output, target};
use crate::apply::{self, Outcome, Progress};
use crate::desired::Desired;
use crate::diagnostic::Code;
use crate::document::Target;
use crate::plan::{Plan, Step};
use crate::provider::{Failure, Reader as _, Requests};
use crate::reconcile::reconcile;
use crate::report::{Planned, TargetReport, text};

/// Options of `apply`.
#[derive(Args, Debug)]
pub(super) struct ApplyArgs {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    decisions: Decisions,
    /// Do not ask
    #[arg(long)]
    auto_approve: bool,
    /// Do what can be done although some steps are refused
    #[arg(long, env = "SEGCTL_KEEP_GOING")]
    keep_going: bool,
    /// Apply a plan that changes more than the guard of the target allows
    #[arg(long)]
    force_guard: bool,
}

pub(super) async fn run(global: &Global, args: &ApplyArgs) -> Exit {
    let checked = Context::load(&args.source).and_then(|context| {
        check(&context, &args.decisions)?;
        check_usage(&context, global, args)?;
        Ok(context)
    });
    let context = match checked {
        Ok(context) => context,
        Err(message) => return output::usage(global, "apply", &message),
    };
    let mut report = context.report("apply");
    output::diagnostics(global, &report);
    if context.has_errors() {
        output::envelope(global, &report);
        return Exit::Invalid;
    }
    let interrupt = Interrupt::listen();
    let mut exit = Exit::Ok;
    for (target, desired) in context.selected(&args.source.target) {
        let run = Run { global, args, context: &context, target, desired, interrupt: &interrupt };
        let (target, ended) = run.target().await;
        report.targets.push(target);
        exit = exit.worse(ended);
    }
    report.ok = matches!(exit, Exit::Ok | Exit::Changes);
    output::envelope(global, &report);
    output::requests(global, &report);
    exit
}

fn check_usage(context: &Context, global: &Global, args: &ApplyArgs) -> Result<(), String> {
    if context.targets.len() > 1 && args.source.target.is_empty() {
        let names: Vec<&str> = context.targets.iter().map(|(it, _)| it.name.as_str()).collect();
        return Err(format!("the workspace has several targets: say -t {}", names.join(" or -t ")));
    }
    let can_ask = std::io::stdin().is_terminal()
        && std::io::stderr().is_terminal()
        && global.output == Output::Text;
    if !args.auto_approve && !can_ask {
        return Err("there is no terminal to ask on: give --auto-approve".to_owned());
    }
    Ok(())
}

/// The apply of one target.
struct Run<'a> {
    global: &'a Global,
    args: &'a ApplyArgs,
    context: &'a Context,
    target: &'a Target,
    desired: &'a Desired,
    interrupt: &'a Interrupt,
}

impl Run<'_> {
    async fn target(&self) -> (TargetReport, Exit) {
        let mut report = TargetReport {
            name: self.target.name.clone(),
            provider: self.target.provider,
            url: self.target.url.clone(),
            result: Err(Failure::new(Code::Interrupted, "not begun")),
            requests: Requests::default(),
        };
        let exit = match self.steps(&mut report).await {
            Ok(exit) => exit,
            Err(failure) => {
                if self.text() {
                    output::log(&format!("Target {}\n{}", report.name, text::failure(&failure)));
                }
                let exit = Exit::of_failure(&failure);
                report.result = Err(failure);
                exit
            }
        };
        (report, exit)
    }

    fn text(&self) -> bool {
        self.global.output == Output::Text
    }

    async fn steps(&self, report: &mut TargetReport) -> Result<Exit, Failure> {
        let decisions = &self.args.decisions;
        let connect = target::connect(self.target, &self.context.root, decisions.parallelism);
        let connection = self.interrupt.or(connect).await?;
        let reader = &connection.reader;
        let policy = policy(self.context, decisions, self.target, self.desired)?;
        let planned = self.interrupt.or(reconcile(self.desired, &policy, reader)).await;
        report.requests = reader.requests();
        let (mut live, plan) = planned?;
        let planned = Planned { server_version: live.version.clone(), plan, applied: None };
        if self.text() {
            output::result(&text::plan(report, &planned));
        }
        let plan = planned.plan.clone();
        report.result = Ok(planned);
        if plan.refused().next().is_some() && !self.args.keep_going {
            if self.text() {
                output::log(
                    "Nothing was applied: a step is refused (--keep-going does the others).\n",
                );
            }
            return Ok(Exit::Invalid);
        }
        if !plan.guard.is_empty() && !self.args.force_guard {
            if self.text() {
                output::log(
                    "Nothing was applied: the guard is tripped (--force-guard applies all the same).\n",
                );
            }
            return Ok(Exit::Guard);
        }
        if plan.planned().next().is_none() {
            return Ok(if plan.is_empty() { Exit::Ok } else { Exit::Invalid });
        }
        if !self.args.auto_approve {
            if !self.interrupt.or(approved()).await? {
                output::log("Nothing was applied.\n");
                return Ok(Exit::Failure);
            }
            // People take minutes to read a plan.
            let again = self.interrupt.or(reconcile(self.desired, &policy, reader)).await;
            report.requests = reader.requests();
            let (now, again) = again?;
            if !same(&plan, &again) {
                let stale = "the live system moved while the plan was read; nothing was applied";
                return Err(Failure::new(Code::Stale, stale).help("run apply again"));
            }
            live = now;
        }
        let progress =
            Printer { quiet: self.global.quiet || !self.text(), interrupt: self.interrupt };
        let applied = apply::apply(&plan, self.desired, &live, &policy, reader, &progress).await;
        report.requests = reader.requests();
        if self.text() {
            output::result(&text::applied(&plan, &applied));
        }
        let exit = Exit::of_applied(&applied, self.interrupt.asked());
        if let Ok(planned) = &mut report.result {
            planned.applied = Some(applied);
        }
        let changes = decisions.detailed_exitcode && exit == Exit::Ok;
        Ok(if changes { Exit::Changes } else { exit })
    }
}

/// Asks on the terminal; only `yes` is yes.
///
/// The answer is read by a thread of its own, which Ctrl-C leaves behind.
async fn approved() -> Result<bool, Failure> {
    output::log("\nApply these steps? Only `yes` is accepted: ");
    let (answered, answer) = oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        // Nobody listens any more after Ctrl-C.
        let _ = answered.send(read.is_ok() && line.trim() == "yes");
    });
    Ok(answer.await.unwrap_or(false))
}

/// Whether two plans of one target would do the same.
fn same(one: &Plan, other: &Plan) -> bool {
    let steps = |plan: &Plan| -> Vec<_> {
        let key = |step: &Step| (step.id.clone(), step.before.clone(), step.after.clone());
        plan.planned().map(key).collect()
    };
    steps(one) == steps(other)
}

/// Prints each step as it ends.
struct Printer<'a> {
    quiet: bool,
    interrupt: &'a Interrupt,
}

impl Progress for Printer<'_> {
    fn ended(&self, step: &Step, outcome: &Outcome) {
        let failed = matches!(outcome, Outcome::Failed(_));
        if !self.quiet || failed {
            output::log(&text::progress(step, outcome));
        }
    }

    fn interrupted(&self) -> bool {
        self.interrupt.asked()
    }
}
