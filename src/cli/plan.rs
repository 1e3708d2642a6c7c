//! `segctl plan`: what apply would do. Sends nothing but reads.

use std::path::PathBuf;

use clap::Args;
use futures_util::future::join_all;

use super::args::{Decisions, Global, Output, Source};
use super::context::Context;
use super::exit::Exit;
use super::select::{Selector, selected};
use super::{output, saved, target};
use crate::desired::Desired;
use crate::diagnostic::Code;
use crate::document::Target;
use crate::plan::{Adopt, Policy, Protect};
use crate::provider::{Failure, Reader as _, Requests};
use crate::reconcile::reconcile;
use crate::report::{Planned, TargetReport, text};
use crate::saved::save;

/// Options of `plan`.
#[derive(Args, Debug)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    decisions: Decisions,
    /// Save the plan of one target, for `apply PLANFILE`
    #[arg(long, value_name = "PLANFILE", env = "SEGCTL_OUT")]
    out: Option<PathBuf>,
}

pub(super) async fn run(global: &Global, args: &PlanArgs) -> Exit {
    let checked = Context::load(&args.source).and_then(|context| {
        check(&context, &args.decisions)?;
        check_out(&context, args)?;
        Ok(context)
    });
    let context = match checked {
        Ok(context) => context,
        Err(message) => return output::usage(global, "plan", &message),
    };
    let mut report = context.report("plan");
    output::diagnostics(global, &report);
    if context.has_errors() {
        output::envelope(global, &report);
        return Exit::Invalid;
    }
    let targets = context.selected(&args.source.target);
    let plans = targets.map(|(target, desired)| plan_target(&context, args, target, desired));
    let (targets, saved): (Vec<_>, Vec<_>) = join_all(plans).await.into_iter().unzip();
    report.targets = targets;
    let mut exit = Exit::Ok;
    for (at, target) in report.targets.iter().enumerate() {
        if at > 0 && global.output == Output::Text {
            output::result("\n");
        }
        exit = exit.worse(show(global, target, args.decisions.detailed_exitcode));
    }
    if let (Some(file), Some(text)) = (&args.out, saved.into_iter().flatten().next()) {
        match saved::write(file, &text) {
            Ok(()) if global.output == Output::Text && !global.quiet => {
                output::log(&format!("Saved: apply it with `segctl apply {}`.\n", file.display()));
            }
            Ok(()) => {}
            Err(failure) => {
                output::log(&text::failure(&failure));
                exit = exit.worse(Exit::of_failure(&failure));
                report.failure = Some(failure);
            }
        }
    }
    report.ok =
        report.failure.is_none() && report.targets.iter().all(|target| target.result.is_ok());
    output::envelope(global, &report);
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

/// Prints the plan of a target in text mode, and gives its exit code.
fn show(global: &Global, target: &TargetReport, detailed: bool) -> Exit {
    let text_mode = global.output == Output::Text;
    match &target.result {
        Ok(planned) => {
            if text_mode {
                output::result(&text::plan(target, planned));
            }
            if planned.plan.refused().next().is_some() {
                Exit::Invalid
            } else if detailed && !planned.plan.is_empty() {
                Exit::Changes
            } else {
                Exit::Ok
            }
        }
        Err(failure) => {
            if text_mode {
                output::log(&format!("Target {}\n{}", target.name, text::failure(failure)));
            }
            Exit::of_failure(failure)
        }
    }
}

/// The plan of a target and, with `--out`, the text of its file.
async fn plan_target(
    context: &Context,
    args: &PlanArgs,
    target: &Target,
    desired: &Desired,
) -> (TargetReport, Option<String>) {
    let decisions = &args.decisions;
    let mut saved = None;
    let mut requests = Requests::default();
    let planned = async {
        let connection = target::connect(target, &context.root, decisions.parallelism).await?;
        let policy = policy(context, decisions, target, desired)?;
        let result = reconcile(desired, &policy, &connection.reader).await;
        requests = connection.reader.requests();
        let (live, plan) = result?;
        if args.out.is_some() {
            saved = Some(save(target, desired, &policy, &live, &plan));
        }
        Ok(Planned { server_version: live.version, plan, applied: None })
    };
    let result = planned.await;
    let report = TargetReport {
        name: target.name.clone(),
        provider: target.provider,
        url: target.url.clone(),
        result,
        requests,
    };
    (report, saved)
}

/// Decisions that exclude each other.
pub(super) fn check(context: &Context, decisions: &Decisions) -> Result<(), String> {
    let narrowed = decisions.selector.is_some() || !context.narrowed_to.is_empty();
    if decisions.prune && !context.has_file {
        return Err("--prune needs a segctl.yaml".to_owned());
    }
    if decisions.prune && narrowed {
        return Err(
            "--prune judges all documents, so it excludes -l and -f of single ones".to_owned()
        );
    }
    if decisions.prune
        && let Some(pattern) = context.unmatched.first()
    {
        return Err(format!(
            "--prune would take what stood under `{pattern}` for removed, and it matches no file; \
             say spec.documents"
        ));
    }
    if let Some(selector) = &decisions.selector {
        Selector::parse(selector)?;
    }
    match decisions.adopt.iter().find(|name| !context.has_document(name)) {
        Some(unknown) => Err(format!("--adopt: there is no document `{unknown}`")),
        None => Ok(()),
    }
}

/// What the user decided for one target.
pub(super) fn policy(
    context: &Context,
    decisions: &Decisions,
    target: &Target,
    desired: &Desired,
) -> Result<Policy, Failure> {
    let selector = decisions.selector.as_deref().and_then(|it| Selector::parse(it).ok());
    Ok(Policy {
        target: target.name.clone(),
        prune: decisions.prune,
        protect: Protect::new(context.workspace.as_ref().map_or(&[][..], |it| &it.spec.protect))
            .map_err(|error| Failure::new(Code::BadGlob, error))?,
        adopt: Adopt {
            names: decisions.adopt.iter().cloned().collect(),
            all: decisions.adopt_all,
            workspaces: decisions.adopt_from.iter().cloned().collect(),
        },
        selected: selected(desired, selector.as_ref(), &context.narrowed_to),
        guard: target.guard,
    })
}
