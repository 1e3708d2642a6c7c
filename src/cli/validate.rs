//! `segctl validate`: everything that can be known without a network.

use clap::Args;

use super::args::{Global, Output, Source};
use super::context::Context;
use super::exit::Exit;
use super::output;

/// Options of `validate`.
#[derive(Args, Debug)]
pub(super) struct ValidateArgs {
    #[command(flatten)]
    source: Source,
}

pub(super) fn run(global: &Global, args: &ValidateArgs) -> Exit {
    let context = match Context::load(&args.source) {
        Ok(context) => context,
        Err(message) => return output::usage(global, "validate", &message),
    };
    let report = context.report("validate");
    output::diagnostics(global, &report);
    output::envelope(global, &report);
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
