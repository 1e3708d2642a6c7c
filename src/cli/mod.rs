//! The command line: one file per command, and what they share.

mod apply;
mod args;
mod base;
mod completions;
mod context;
mod drift;
mod exit;
mod explain;
mod fmt;
mod import;
mod import_place;
mod import_update;
mod init;
mod interrupt;
mod look;
mod man;
mod new_files;
mod output;
mod perform;
mod place;
mod plan;
mod progress;
mod providers;
mod reports;
mod sandbox;
mod saved;
mod schema;
mod select;
mod sources;
mod target;
mod validate;
mod venue;
mod watch;
mod whole;

pub use exit::Exit;
pub use explain::reference;
pub use schema::files as schema_files;

use clap::Parser as _;

use args::{Cli, Command, Output};

/// Runs the program with the arguments and the environment of the process.
pub fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to stdout and are no error.
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Ok };
            if exit == Exit::Usage && wants_json() {
                output::unreadable_command_line(&error.kind().to_string());
            }
            if error.use_stderr() {
                output::log(&error.render().ansi().to_string());
                return exit;
            }
            return if error.print().is_ok() { exit } else { Exit::Failure };
        }
    };
    output::set_color(cli.global.color);
    output::set_quiet(cli.global.quiet);
    output::set_show_values(cli.global.show_values);
    target::set_timeout(cli.global.timeout);
    if let Some(exit) = cli.refuse_form().or_else(|| reports::refuse(&cli.global, &cli.command)) {
        return exit;
    }
    let exit = match &cli.command {
        Command::Init(args) => init::run(&cli.global, args),
        Command::Fmt(args) => fmt::run(&cli.global, args),
        Command::Validate(args) => validate::run(&cli.global, args),
        Command::Plan(args) => in_runtime(plan::run(&cli.global, args)),
        Command::Apply(args) => in_runtime(apply::run(&cli.global, args)),
        Command::Watch(args) => in_runtime(watch::run(&cli.global, args)),
        Command::Drift(args) => in_runtime(drift::run(&cli.global, args)),
        Command::Import(args) => in_runtime(import::run(&cli.global, args)),
        Command::Schema(args) => schema::run(args),
        Command::Sandbox(args) => in_runtime(sandbox::run(args)),
        Command::Explain(args) => explain::run(args),
        Command::Providers => providers::run(&cli.global),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    };
    // A plan that nobody could read must not pass for one.
    if output::was_lost() { exit.worse(Exit::Failure) } else { exit }
}

impl Cli {
    /// Refuses a form in which the command has nothing to say.
    fn refuse_form(&self) -> Option<Exit> {
        let command = &self.command;
        let reports = matches!(
            command,
            Command::Validate(_) | Command::Plan(_) | Command::Apply(_) | Command::Drift(_)
        );
        let plain = matches!(self.global.output, Output::Text | Output::Json);
        if reports || (plain && self.global.report.is_empty()) {
            return None;
        }
        output::error(
            "-o markdown, github, sarif and html, and --report, are for validate, plan, apply and drift",
        );
        Some(Exit::Usage)
    }
}

/// Whether a command line that could not be read asks for JSON.
fn wants_json() -> bool {
    let words: Vec<String> =
        std::env::args_os().map(|it| it.to_string_lossy().into_owned()).collect();
    let is_flag = |word: &str| word == "-o" || word == "--output";
    let apart = words.windows(2).any(|it| is_flag(&it[0]) && it[1] == "json");
    let together = ["-ojson", "-o=json", "--output=json"];
    let named = words.iter().any(|word| together.contains(&word.as_str()));
    apart || named || std::env::var_os("SEGCTL_OUTPUT").is_some_and(|it| it == "json")
}

fn in_runtime(command: impl Future<Output = Exit>) -> Exit {
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(command),
        Err(error) => {
            output::error(&format!("the threads for requests cannot be started: {error}"));
            Exit::Failure
        }
    }
}
