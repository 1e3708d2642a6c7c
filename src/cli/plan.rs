//! `segctl plan`: what apply would do. Sends nothing but reads.

use std::path::{Path, PathBuf};

use clap::Args;
use futures_util::future::join_all;

use super::args::{Decisions, Ending, Global, Output, Source};
use super::context::Context;
use super::exit::Exit;
use super::look::{Looked, as_shown, explain, look_at, open, show};
use super::progress::Shown;
use super::{output, saved};
use crate::desired::Desired;
use crate::document::Target;
use crate::plan::Plan;
use crate::report::{TargetReport, text};
use crate::saved::save;

/// Options of `plan`.
#[derive(Args, Debug)]
#[command(after_help = "\
Each line begins with what would be done: + create, ~ change, - delete. Nothing is written.

Exit codes: 0 planned, 1 something failed, 2 with --detailed-exitcode when there are changes, 3 a \
document is invalid or a step refused, 6 the credentials are not enough.

Examples:
  segctl plan                                  all targets
  segctl plan -t production                    one target
  segctl plan -t production --out plan.json    save it, for `segctl apply plan.json`
  segctl plan -l team=growth                   only documents with this label
  segctl plan -f segments/beta-users.yaml      only the documents of this file
  segctl plan --base origin/main               say why each step is there
  segctl plan --prune                          also delete what is no longer in Git
  segctl plan --detailed-exitcode              for CI: 2 when there are changes")]
pub(super) struct PlanArgs {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    decisions: Decisions,
    #[command(flatten)]
    ending: Ending,
    /// Save the plan of one target, for `apply PLANFILE`
    #[arg(long, value_name = "PLANFILE", env = "SEGCTL_OUT")]
    out: Option<PathBuf>,
    /// Say of each step whether the documents changed since this Git revision, a person changed the
    /// live system, or an earlier merge is not applied yet
    #[arg(long, value_name = "REV", env = "SEGCTL_BASE")]
    base: Option<String>,
}

impl PlanArgs {
    /// Where the plan is saved.
    pub(super) fn out(&self) -> Option<&Path> {
        self.out.as_deref()
    }
}

pub(super) async fn run(global: &Global, args: &PlanArgs) -> Exit {
    let check_out = |context: &Context| check_out(context, args);
    let base = args.base.as_deref();
    let context = match open(global, "plan", &args.source, &args.decisions, base, check_out) {
        Ok(context) => context,
        Err(exit) => return exit,
    };
    let targets = context.selected(&args.source.target);
    let plans =
        targets.map(|(target, desired)| plan_target(global, &context, args, target, desired));
    let (targets, saved): (Vec<_>, Vec<_>) = join_all(plans).await.into_iter().unzip();
    let mut report = context.report("plan");
    report.targets = targets;
    let mut exit = show(global, &report.targets, |target, planned| {
        (text::plan(target, planned, base), exit_of(&planned.plan, args.ending.detailed_exitcode))
    });
    if let Some(file) = &args.out {
        let text = saved.into_iter().flatten().next();
        let written = text.ok_or_else(|| saved::nothing_to_save(file));
        match written.and_then(|text| saved::write(file, &text)) {
            Ok(()) if global.output == Output::Text && !global.quiet => {
                output::log(&format!("Saved: apply it with `segctl apply {}`.\n", file.display()));
            }
            Ok(()) => {}
            Err(failure) => {
                output::log(&text::failure(&failure));
                if exit == Exit::Ok || exit == Exit::Changes {
                    exit = Exit::of_failure(&failure);
                }
                report.failure = Some(failure);
            }
        }
    }
    report.ok =
        report.failure.is_none() && report.targets.iter().all(|target| target.result.is_ok());
    output::finish(global, &mut report);
    output::requests(global, &report);
    exit
}

fn check_out(context: &Context, args: &PlanArgs) -> Result<(), String> {
    let several = context.selected(&args.source.target).nth(1).is_some();
    if args.out.is_some() && several {
        return Err("--out saves the plan of one target: say -t".to_owned());
    }
    Ok(())
}

/// The exit code for a plan that is only shown.
fn exit_of(plan: &Plan, detailed: bool) -> Exit {
    if plan.refused().next().is_some() {
        Exit::Invalid
    } else if detailed && !plan.is_empty() {
        Exit::Changes
    } else {
        Exit::Ok
    }
}

/// The plan of a target and, with `--out`, the text of its file.
async fn plan_target(
    global: &Global,
    context: &Context,
    args: &PlanArgs,
    target: &Target,
    desired: &Desired,
) -> (TargetReport, Option<String>) {
    let mut saved = None;
    let report = look_at(Shown::of(global), context, &args.decisions, target, desired, |looked| {
        let Looked { policy, live, mut plan } = looked;
        explain(context, target, desired, &live, &mut plan);
        if args.out.is_some() {
            let base = args.base.as_deref();
            saved = Some(save(target, desired, &policy, &live, &plan, base));
        }
        as_shown(context, target, &live, plan)
    });
    (report.await, saved)
}
