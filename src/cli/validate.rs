//! `segctl validate`: everything that can be known without a network.

use clap::Args;

use super::args::{Global, Output, Source};
use super::context::Context;
use super::exit::Exit;
use super::{output, reports};

/// Options of `validate`.
#[derive(Args, Debug)]
#[command(after_help = "\
All errors and lints are said at once, each with its place and what to do about it. No network \
is used, and no secret is needed.

Policies of segctl.yaml (`spec.policies`) are held too, as far as documents alone show them. A \
comment `# segctl: ignore[CODE] reason` takes a lint, a warning or a finding of a policy out; -v \
lists what was taken out.

Exit codes: 0 valid, 3 something is wrong.

Examples:
  segctl validate                      the workspace that this folder is in
  segctl validate -f flags             the workspace in the folder `flags`
  segctl validate -o json              for programs")]
pub(super) struct ValidateArgs {
    #[command(flatten)]
    source: Source,
}

pub(super) fn run(global: &Global, args: &ValidateArgs) -> Exit {
    let context = match Context::load(&args.source) {
        Ok(context) => context,
        Err(message) => return output::usage(global, "validate", &message),
    };
    if let Some(exit) = reports::refuse_in(global, &context) {
        return exit;
    }
    let mut report = context.report("validate");
    output::diagnostics(global, &report);
    output::suppressed(global, &report);
    output::finish(global, &mut report);
    if !report.ok {
        return Exit::Invalid;
    }
    if global.output == Output::Text && !global.quiet {
        let targets: Vec<&str> = context.targets.iter().map(|(it, _)| it.name.as_str()).collect();
        let documents = context.documents;
        let plural = if documents == 1 { "" } else { "s" };
        output::result(&format!(
            "Valid: {documents} document{plural} for {}.\n",
            targets.join(", ")
        ));
    }
    Exit::Ok
}
