//! How a target is looked at: what `plan`, `apply` and `drift` have in common.

use super::args::{Decisions, Global, Output, Source};
use super::context::Context;
use super::exit::Exit;
use super::interrupt::Interrupt;
use super::progress::{Shown, reading};
use super::select::selected;
use super::{output, reports, target};
use crate::desired::Desired;
use crate::diagnostic::Code;
use crate::document::Target;
use crate::live::Live;
use crate::plan::{Adopt, Before, Forbidden, Plan, Policy, Protect, attribute, locate};
use crate::provider::{Failure, Reader as _, Requests};
use crate::reconcile::reconcile;
use crate::report::{Planned, Report, TargetReport, text};
use crate::workspace::Selector;

/// Loads what `source` names and checks the decisions about it; `check_more` is what else may be
/// wrong with the command line, `base` the revision that the documents are held against. All that is
/// wrong is printed, and the exit code given.
pub(super) fn open(
    global: &Global,
    command: &'static str,
    source: &Source,
    decisions: &Decisions,
    base: Option<&str>,
    check_more: impl FnOnce(&Context) -> Result<(), String>,
) -> Result<Context, Exit> {
    let checked = Context::load(source).and_then(|context| {
        check(&context, decisions)?;
        check_more(&context)?;
        Ok(context)
    });
    let mut context = checked.map_err(|message| output::usage(global, command, &message))?;
    if let Some(exit) = reports::refuse_in(global, &context) {
        return Err(exit);
    }
    let held = base.map_or(Ok(()), |name| context.hold_against(source, name));
    let mut report = context.report(command);
    output::diagnostics(global, &report);
    if let Err(failure) = held {
        return Err(end(global, report, failure));
    }
    if context.has_errors() {
        output::finish(global, &mut report);
        return Err(Exit::Invalid);
    }
    Ok(context)
}

/// Ends a command that cannot be begun.
pub(super) fn end(global: &Global, report: Report<'_>, failure: Failure) -> Exit {
    if global.output == Output::Text {
        output::log(&text::failure(&failure));
    }
    let exit = Exit::of_failure(&failure);
    output::finish(global, &mut Report { ok: false, failure: Some(failure), ..report });
    exit
}

/// Prints each target in text mode, and gives the exit code; `shown` is the text and the code of
/// one that could be read.
pub(super) fn show(
    global: &Global,
    targets: &[TargetReport],
    shown: impl Fn(&TargetReport, &Planned) -> (String, Exit),
) -> Exit {
    let text_mode = global.output == Output::Text;
    let mut exit = Exit::Ok;
    for (at, target) in targets.iter().enumerate() {
        if at > 0 && text_mode {
            output::result("\n");
        }
        let ended = match &target.result {
            Ok(planned) => {
                let (text, ended) = shown(target, planned);
                if text_mode {
                    output::result(&text);
                }
                ended
            }
            Err(failure) => {
                if text_mode {
                    output::log(&format!("Target {}\n{}", target.name, text::failure(failure)));
                }
                Exit::of_failure(failure)
            }
        };
        exit = exit.worse(ended);
    }
    exit
}

/// A target that was looked at.
pub(super) struct Looked {
    pub(super) policy: Policy,
    pub(super) live: Live,
    pub(super) plan: Plan,
}

/// Looks at `target` and plans, and gives what `then` makes of it as a report.
pub(super) async fn look_at(
    shown: Shown,
    context: &Context,
    decisions: &Decisions,
    target: &Target,
    desired: &Desired,
    then: impl FnOnce(Looked) -> Planned,
) -> TargetReport {
    let mut requests = Requests::default();
    let looked = async {
        let connection = target::connect(target, context, decisions.look.parallelism).await?;
        let policy = policy(context, decisions, target, desired)?;
        let reader = &connection.reader;
        let work = Box::pin(reconcile(desired, &policy, reader));
        let result = reading(shown, &target.name, || reader.answered(), work).await;
        requests = reader.requests();
        let (live, plan) = result?;
        Ok(then(Looked { policy, live, plan }))
    };
    let result = Interrupt::listen().or(looked).await;
    let result = result.map_err(|failure| context.veil().failure(&failure));
    TargetReport { requests, ..TargetReport::of(target, result) }
}

/// A plan as it is shown, explained.
pub(super) fn to_show(
    context: &Context,
    target: &Target,
    desired: &Desired,
    live: &Live,
    mut plan: Plan,
) -> Planned {
    explain(context, target, desired, live, &mut plan);
    as_shown(context, target, live, plan)
}

/// Says why each step of a plan is there, and which line says so.
pub(super) fn explain(
    context: &Context,
    target: &Target,
    desired: &Desired,
    live: &Live,
    plan: &mut Plan,
) {
    let base = context.base.as_ref().map(|base| (base.of(target, desired), base.is_whole(target)));
    let before = base.as_ref().map(|(desired, is_whole)| Before { desired, is_whole: *is_whole });
    attribute(plan, desired, before, live);
    locate(plan, target.provider, &target.name, &context.files);
}

/// A plan as it is shown, with what it was explained by.
pub(super) fn as_shown(context: &Context, target: &Target, live: &Live, plan: Plan) -> Planned {
    let (veil, own) = (context.veil(), plan.suppressed.clone());
    let mut planned = Planned::new(live.version.clone(), plan, target.provider, &veil);
    // Where the documents are at hand, they tell more of what comments are about than the steps.
    veil.over(&context.files).reasons(&mut planned.plan.suppressed, &own);
    planned
}

/// Decisions that exclude each other.
fn check(context: &Context, decisions: &Decisions) -> Result<(), String> {
    let narrowed = decisions.look.selector.is_some() || !context.narrowed_to.is_empty();
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
    if let Some(selector) = &decisions.look.selector {
        Selector::parse(selector).map_err(|error| format!("-l: {error}"))?;
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
    let selector = decisions.look.selector.as_deref().and_then(|it| Selector::parse(it).ok());
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
        forbidden: forbidden(context, target, desired),
    })
}

/// What the workspace forbids to the steps of `target`, and the documents that ignore it.
pub(super) fn forbidden(context: &Context, target: &Target, desired: &Desired) -> Forbidden {
    let ignored = context.ignores.of_plans(&context.files, desired);
    Forbidden { policies: context.policies.of_target(&target.name), ignored }
}
