//! `segctl completions SHELL`: what a shell needs to complete commands and options.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::args::Cli;
use super::exit::Exit;
use super::output;

/// Options of `completions`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  segctl completions bash > ~/.local/share/bash-completion/completions/segctl\n  \
                  segctl completions zsh > ~/.zfunc/_segctl\n  \
                  segctl completions fish > ~/.config/fish/completions/segctl.fish"
)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs) -> Exit {
    let mut script = vec![];
    clap_complete::generate(args.shell, &mut Cli::command(), "segctl", &mut script);
    output::verbatim(&String::from_utf8_lossy(&script));
    Exit::Ok
}
