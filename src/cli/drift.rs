//! `segctl drift`: what people changed in the live system. Sends nothing but reads.

use clap::Args;
use futures_util::future::join_all;

use super::args::{Decisions, Ending, Global, Look, Source};
use super::exit::Exit;
use super::look::{Looked, look_at, open, show, to_show};
use super::output;
use super::progress::Shown;
use crate::plan::{Drift, locate_drift};
use crate::report::text;

/// Options of `drift`.
#[derive(Args, Debug)]
#[command(after_help = "\
The hash in the mark of each object tells what a person changed since segctl wrote it, apart from \
what Git has not yet applied. `segctl apply` undoes drift.

Exit codes: 0 read, 1 something failed, 2 with --detailed-exitcode when something drifted, 3 a \
document is invalid, 6 the credentials are not enough.

Examples:
  segctl drift                                      all targets
  segctl drift -t production --detailed-exitcode    for a nightly job: 2 when something drifted")]
pub(super) struct DriftArgs {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    look: Look,
    #[command(flatten)]
    ending: Ending,
}

pub(super) async fn run(global: &Global, args: &DriftArgs) -> Exit {
    // Nothing is adopted or pruned, so all that a person changed still shows.
    let decisions = Decisions { look: args.look.clone(), ..Decisions::default() };
    let context = match open(global, "drift", &args.source, &decisions, None, |_| Ok(())) {
        Ok(context) => context,
        Err(exit) => return exit,
    };
    let targets = context.selected(&args.source.target).map(|(target, desired)| {
        let context = &context;
        let shown = move |Looked { live, plan, .. }| {
            let mut drift = Drift::of(&plan, desired, &live);
            locate_drift(&mut drift, target.provider, &target.name, &context.files);
            let planned = to_show(context, target, desired, &live, plan);
            planned.with_drift(drift, &context.veil())
        };
        look_at(Shown::of(global), context, &decisions, target, desired, shown)
    });
    let mut report = context.report("drift");
    report.targets = join_all(targets).await;
    let exit = show(global, &report.targets, |target, planned| {
        let drift = planned.drift.as_ref();
        let text = drift.map_or_else(String::new, |drift| text::drift(target, planned, drift));
        let differs = drift.is_some_and(|drift| !drift.is_empty());
        (text, if differs && args.ending.detailed_exitcode { Exit::Changes } else { Exit::Ok })
    });
    report.ok = report.targets.iter().all(|target| target.result.is_ok());
    output::finish(global, &mut report);
    output::requests(global, &report);
    exit
}
