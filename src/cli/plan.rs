//! `segctl plan`: what apply would do. Sends nothing but reads.

use clap::Args;
use futures_util::future::join_all;
use globset::{Glob, GlobSet, GlobSetBuilder};

use super::args::{Decisions, Global, Output, Source};
use super::context::Context;
use super::exit::Exit;
use super::select::{Selector, selected};
use super::{output, target};
use crate::desired::Desired;
use crate::document::Target;
use crate::plan::{Adopt, Policy};
use crate::provider::{Failure, Reader as _, Requests};
use crate::reconcile::reconcile;
use crate::report::{Planned, TargetReport, text};

/// Options of `plan`.
#[derive(Args, Debug)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    decisions: Decisions,
}

pub(super) async fn run(global: &Global, args: &PlanArgs) -> Exit {
    let context =
        match Context::load(&args.source).and_then(|it| check(&it, &args.decisions).map(|()| it)) {
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
    let plans =
        targets.map(|(target, desired)| plan_target(&context, &args.decisions, target, desired));
    report.targets = join_all(plans).await;
    report.ok = report.targets.iter().all(|target| target.result.is_ok());
    let mut exit = Exit::Ok;
    for (at, target) in report.targets.iter().enumerate() {
        if at > 0 && global.output == Output::Text {
            output::result("\n");
        }
        exit = exit.worse(show(global, target, args.decisions.detailed_exitcode));
    }
    output::envelope(global, &report);
    output::requests(global, &report);
    exit
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

async fn plan_target(
    context: &Context,
    decisions: &Decisions,
    target: &Target,
    desired: &Desired,
) -> TargetReport {
    let planned = async {
        let connection = target::connect(target, &context.root, decisions.parallelism).await?;
        let policy = policy(context, decisions, target, desired)?;
        let result = reconcile(desired, &policy, &connection.reader).await;
        Ok::<_, Failure>((result, connection.reader.requests()))
    };
    let (result, requests) = match planned.await {
        Ok((result, requests)) => (result, requests),
        Err(failure) => (Err(failure), Requests::default()),
    };
    TargetReport {
        name: target.name.clone(),
        provider: target.provider,
        url: target.url.clone(),
        result: result.map(|(live, plan)| Planned {
            server_version: live.version,
            plan,
            applied: None,
        }),
        requests,
    }
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
        protect: protect(context)?,
        adopt: Adopt {
            names: decisions.adopt.iter().cloned().collect(),
            all: decisions.adopt_all,
            workspaces: decisions.adopt_from.iter().cloned().collect(),
        },
        selected: selected(desired, selector.as_ref(), &context.narrowed_to),
        guard: target.guard,
    })
}

fn protect(context: &Context) -> Result<GlobSet, Failure> {
    let patterns = context.workspace.as_ref().map_or(&[][..], |it| &it.spec.protect);
    let unreadable = |error: globset::Error| {
        let message = format!("spec.protect cannot be read: {error}");
        Failure::new(crate::diagnostic::Code::BadGlob, message)
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(unreadable)?);
    }
    set.build().map_err(unreadable)
}
