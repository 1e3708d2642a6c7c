//! `segctl apply`: plans or takes a saved plan, asks, does it, and proves it.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::FalseyValueParser;
use futures_util::future::join_all;
use tokio::sync::oneshot;

use super::args::{Decisions, Ending, Global, Output, Source};
use super::context::Context;
use super::exit::Exit;
use super::interrupt::Interrupt;
use super::look::{as_shown, end, open, policy, to_show};
use super::perform::{Stop, Work, stop};
use super::progress::{Shown, reading};
use super::{output, saved, target};
use crate::desired::Desired;
use crate::diagnostic::Code;
use crate::document::Target;
use crate::live::Live;
use crate::plan::{Plan, Policy, Step};
use crate::provider::{Failure, Reader};
use crate::reconcile::reconcile;
use crate::report::{Planned, Report, TargetReport, safe, text};
use crate::saved::SavedPlan;

/// Options of `apply`.
#[derive(Args, Debug)]
#[command(after_help = "\
It shows the plan and asks; only `yes` is yes. A PLANFILE is what was looked at before, so it is shown \
and applied without a question. What it touched is read again in the end, and must \
be what Git says. Run again after any failure, it goes on where it stopped.

Where a step is refused, nothing is applied without --keep-going. Of a PLANFILE, a step whose object \
moved since is left undone with all that waits for it, and the others are done.

Exit codes: 0 applied, or nothing to do; 1 something failed; 2 applied, with --detailed-exitcode; \
3 a document is invalid or a step refused; 4 partly applied; 5 the live system moved meanwhile; \
6 the credentials are not enough; 7 the guard of the target; 130 interrupted.

Examples:
  segctl apply -t production                     show, ask, do, prove
  segctl apply plan.json                         a plan that `plan --out plan.json` saved
  segctl apply -t production --auto-approve      for CI: do not ask
  segctl apply -t eu -t us --auto-approve        several targets, side by side
  segctl apply -t production --adopt beta-users  take over a segment that people made
  segctl apply -t production --keep-going        do the rest although a step is refused")]
pub(super) struct ApplyArgs {
    /// A plan that `plan --out` saved; without it, a plan is made from the documents
    #[arg(
        value_name = "PLANFILE",
        conflicts_with_all = ["selector", "prune", "adopt", "adopt_all", "adopt_from"]
    )]
    plan_file: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    decisions: Decisions,
    #[command(flatten)]
    ending: Ending,
    /// Do not ask
    #[arg(long)]
    auto_approve: bool,
    /// Do what can be done although some steps are refused
    #[arg(long, env = "SEGCTL_KEEP_GOING", value_parser = FalseyValueParser::new())]
    keep_going: bool,
    /// Apply a plan that changes more than the guard of the target allows
    #[arg(long)]
    force_guard: bool,
}

impl ApplyArgs {
    /// The plan that is applied.
    pub(super) fn plan_file(&self) -> Option<&Path> {
        self.plan_file.as_deref()
    }
}

pub(super) async fn run(global: &Global, args: &ApplyArgs) -> Exit {
    match &args.plan_file {
        Some(file) => saved_plan(global, args, file).await,
        None => documents(global, args).await,
    }
}

/// Plans from the documents and applies.
async fn documents(global: &Global, args: &ApplyArgs) -> Exit {
    let check_usage = |context: &Context| check_usage(context, global, args);
    let context = match open(global, "apply", &args.source, &args.decisions, None, check_usage) {
        Ok(context) => context,
        Err(exit) => return exit,
    };
    let report = context.report("apply");
    let decisions = &args.decisions;
    let wanted = context.selected(&args.source.target).map(|(target, desired)| {
        let wanted = Wanted::Documents { context: &context, decisions, target, desired };
        (target, wanted)
    });
    targets(global, args, &context, report, wanted).await
}

/// Applies a plan that was saved. Its documents are those of the day it was made.
async fn saved_plan(global: &Global, args: &ApplyArgs, file: &Path) -> Exit {
    let found = match saved::find(&args.source, file) {
        Ok(found) => found,
        Err(message) => return output::usage(global, "apply", &message),
    };
    let saved::Found { context, plan } = found;
    let mut report = context.report("apply");
    output::diagnostics(global, &report);
    let checked = plan.and_then(|plan| {
        let target = saved::target_of(&plan, &context)?.clone();
        Ok((saved::within(plan, &context, &target)?, target))
    });
    match checked {
        _ if context.has_errors() => {
            output::finish(global, &mut report);
            Exit::Invalid
        }
        Err(failure) => end(global, report, failure),
        Ok((plan, target)) => {
            report.base = plan.base().map(|it| context.veil().text(it));
            let wanted = [(&target, Wanted::Saved(&plan))];
            targets(global, args, &context, report, wanted.into_iter()).await
        }
    }
}

/// Applies what is wanted of each target: side by side, unless somebody has to be asked in between.
async fn targets<'a>(
    global: &Global,
    args: &ApplyArgs,
    context: &Context,
    mut report: Report<'_>,
    wanted: impl Iterator<Item = (&'a Target, Wanted<'a>)>,
) -> Exit {
    let interrupt = Interrupt::listen();
    let wanted: Vec<_> = wanted.collect();
    let several = wanted.len() > 1;
    let run = |(target, wanted)| Run {
        global,
        args,
        context,
        target,
        wanted,
        interrupt: &interrupt,
        one_of_several: several && args.auto_approve,
    };
    let runs: Vec<Run<'_>> = wanted.into_iter().map(run).collect();
    let ended = if args.auto_approve {
        join_all(runs.iter().map(Run::target)).await
    } else {
        let mut ended = vec![];
        for run in &runs {
            ended.push(run.target().await);
        }
        ended
    };
    let mut exit = Exit::Ok;
    for (target, ended) in ended {
        report.targets.push(target);
        exit = exit.worse(ended);
    }
    report.ok = matches!(exit, Exit::Ok | Exit::Changes);
    output::finish(global, &mut report);
    output::requests(global, &report);
    exit
}

fn check_usage(context: &Context, global: &Global, args: &ApplyArgs) -> Result<(), String> {
    context.check_one_target(&args.source.target)?;
    let can_ask = std::io::stdin().is_terminal()
        && std::io::stderr().is_terminal()
        && global.output == Output::Text;
    if !args.auto_approve && !can_ask {
        return Err("there is no terminal to ask on: give --auto-approve".to_owned());
    }
    Ok(())
}

/// What a target shall become.
enum Wanted<'a> {
    /// What the documents say.
    Documents {
        context: &'a Context,
        decisions: &'a Decisions,
        target: &'a Target,
        desired: &'a Desired,
    },
    /// What a plan file says, as far as nothing moved since.
    Saved(&'a SavedPlan),
}

impl Wanted<'_> {
    fn desired(&self) -> &Desired {
        match self {
            Self::Documents { desired, .. } => desired,
            Self::Saved(plan) => &plan.desired,
        }
    }

    fn policy(&self) -> Result<Policy, Failure> {
        match self {
            Self::Documents { context, decisions, target, desired } => {
                policy(context, decisions, target, desired)
            }
            Self::Saved(plan) => Ok(plan.policy.clone()),
        }
    }

    /// The revision that the documents were held against.
    fn base(&self) -> Option<&str> {
        match self {
            Self::Documents { .. } => None,
            Self::Saved(plan) => plan.base(),
        }
    }

    /// Looks at the live system and plans.
    async fn plan<R: Reader>(&self, policy: &Policy, reader: &R) -> Result<(Live, Plan), Failure> {
        let (live, plan) = reconcile(self.desired(), policy, reader).await?;
        let plan = match self {
            Self::Documents { .. } => plan,
            Self::Saved(saved) => saved.against(plan, &live),
        };
        Ok((live, plan))
    }
}

/// The apply of one target.
struct Run<'a> {
    global: &'a Global,
    args: &'a ApplyArgs,
    context: &'a Context,
    target: &'a Target,
    wanted: Wanted<'a>,
    interrupt: &'a Interrupt,
    one_of_several: bool,
}

impl Run<'_> {
    async fn target(&self) -> (TargetReport, Exit) {
        let mut report = TargetReport::not_begun(self.target);
        let exit = match self.steps(&mut report).await {
            Ok(exit) => exit,
            Err(failure) => {
                let failure = self.context.veil().failure(&failure);
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
        let parallelism = self.args.decisions.look.parallelism;
        let connect = target::connect(self.target, self.context, parallelism);
        let connection = self.interrupt.or(connect).await?;
        let reader = &connection.reader;
        let policy = self.wanted.policy()?;
        let planned = self.interrupt.or(self.plan(&policy, reader)).await;
        report.requests = reader.requests();
        let (mut live, mut plan) = planned?;
        let planned = self.shown(&live, plan.clone());
        if self.text() {
            output::result(&text::plan(report, &planned, self.wanted.base()));
        }
        report.result = Ok(planned);
        if let Some(exit) = self.nothing_to_apply(&plan) {
            return Ok(exit);
        }
        if self.args.plan_file.is_none() && !self.args.auto_approve {
            if !self.interrupt.or(approved()).await? {
                output::log("Nothing was applied.\n");
                return Ok(Exit::Failure);
            }
            // People take minutes to read a plan.
            let again = self.interrupt.or(self.plan(&policy, reader)).await;
            report.requests = reader.requests();
            let (now, again) = again?;
            if !same(&plan, &again) {
                let stale = "the live system moved while the plan was read; nothing was applied";
                return Err(Failure::new(Code::Stale, stale).help("run apply again"));
            }
            // Equal steps can be too many now, where there is less that they are a share of.
            (live, plan) = (now, again);
            report.result = Ok(self.shown(&live, plan.clone()));
            if let Some(exit) = self.nothing_to_apply(&plan) {
                return Ok(exit);
            }
        }
        let desired = self.wanted.desired();
        let one_of_several = self.one_of_several.then_some(self.target.name.as_str());
        let veil = &self.context.veil();
        let work =
            Work { plan: &plan, desired, live: &live, policy: &policy, one_of_several, veil };
        let shown = report.result.as_mut().map_err(|failure| failure.clone())?;
        let exit = work.carry_out(self.global, reader, self.interrupt, shown).await;
        report.requests = reader.requests();
        let changes = self.args.ending.detailed_exitcode && exit == Exit::Ok;
        Ok(if changes { Exit::Changes } else { exit })
    }

    /// The plan as it is shown.
    fn shown(&self, live: &Live, plan: Plan) -> Planned {
        match self.wanted {
            Wanted::Documents { desired, .. } => {
                to_show(self.context, self.target, desired, live, plan)
            }
            // The file explains it.
            Wanted::Saved(_) => as_shown(self.context, self.target, live, plan),
        }
    }

    /// Looks at the live system and plans.
    async fn plan<R: Reader>(&self, policy: &Policy, reader: &R) -> Result<(Live, Plan), Failure> {
        let work = Box::pin(self.wanted.plan(policy, reader));
        reading(Shown::of(self.global), &self.target.name, || reader.answered(), work).await
    }

    /// How the command ends where nothing of `plan` is to be applied, and says why.
    fn nothing_to_apply(&self, plan: &Plan) -> Option<Exit> {
        let name = self.one_of_several.then(|| format!("{}: ", safe(&self.target.name)));
        let name = name.unwrap_or_default();
        let say = |why: &str| {
            if self.text() {
                output::log(&format!("{name}Nothing was applied: {why}\n"));
            }
        };
        let stop = stop(plan, self.args.keep_going, self.args.force_guard)?;
        match stop {
            Stop::Refused => say("a step is refused (--keep-going does the others)."),
            Stop::Guarded => say("the guard is tripped (--force-guard applies all the same)."),
            Stop::Nothing(_) => {}
        }
        Some(stop.exit())
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
