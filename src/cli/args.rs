//! The arguments of every command.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::apply::ApplyArgs;
use super::completions::CompletionsArgs;
use super::drift::DriftArgs;
use super::explain::ExplainArgs;
use super::fmt::FmtArgs;
use super::import::ImportArgs;
use super::init::InitArgs;
use super::man::ManArgs;
use super::plan::PlanArgs;
use super::sandbox::SandboxArgs;
use super::schema::SchemaArgs;
use super::validate::ValidateArgs;
use super::watch::WatchArgs;
use crate::document::Provider;

/// Keeps the audience segments of a feature-flag system equal to YAML files in Git.
#[derive(Debug, Parser)]
#[command(
    name = "segctl",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  segctl init                          write a workspace that works as it is\n  \
                  segctl validate                      check every document, offline\n  \
                  segctl plan -t production            show what apply would do\n  \
                  segctl apply -t production           ask, then do it, then prove it\n  \
                  segctl explain matches-everyone      what a code means\n\n\
                  Exit codes: 0 done, 1 failure, 2 changes (with --detailed-exitcode), 3 invalid or \
                  refused,\n4 partly applied, 5 stale, 6 authentication, 7 guard,\n64 usage, 130 interrupted"
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Options of every command.
#[derive(Args, Debug)]
pub(super) struct Global {
    /// What to print.
    #[arg(short, long, global = true, value_enum, env = "SEGCTL_OUTPUT", default_value = "text")]
    pub(super) output: Output,
    /// When to use colours.
    #[arg(long, global = true, value_enum, env = "SEGCTL_COLOR", default_value = "auto")]
    pub(super) color: Color,
    /// Print less: only the result, errors and refusals.
    #[arg(short, long, global = true, env = "SEGCTL_QUIET", value_parser = FalseyValueParser::new())]
    pub(super) quiet: bool,
    /// Say more to whoever looks for a cause: the requests to each server, by endpoint, and each
    /// finding that a comment in a document ignores.
    #[arg(short, long, global = true, env = "SEGCTL_VERBOSE", value_parser = FalseyValueParser::new())]
    pub(super) verbose: bool,
    /// Show values that look like people in clear: e-mail addresses, and values of the attributes
    /// that `spec.privacy` names. Without it they are short hashes.
    #[arg(long, global = true, env = "SEGCTL_SHOW_VALUES", value_parser = FalseyValueParser::new())]
    pub(super) show_values: bool,
    /// Write the result in another form to a file, also when the command fails; of validate, plan,
    /// apply and drift. It replaces what is there, unless that is a file of the workspace.
    #[arg(
        long,
        global = true,
        value_name = "FORMAT=FILE",
        env = "SEGCTL_REPORT",
        value_delimiter = ',',
        value_parser = ReportFile::parse
    )]
    pub(super) report: Vec<ReportFile>,
    /// Where readers of a report find the whole of it: a Markdown that had to be cut links there.
    /// In GitHub Actions it is the page of the run.
    #[arg(long, global = true, value_name = "URL", env = "SEGCTL_ARTIFACT_URL")]
    pub(super) artifact_url: Option<String>,
    /// How many seconds a server has to answer a request.
    #[arg(
        long,
        global = true,
        value_name = "SECONDS",
        env = "SEGCTL_TIMEOUT",
        default_value_t = 60,
        value_parser = clap::value_parser!(u64).range(1..=3600)
    )]
    pub(super) timeout: u64,
}

/// What to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    /// For people.
    Text,
    /// One JSON object, also when the command fails. What explain, schema, completions and man
    /// print has a form of its own.
    Json,
    /// For a comment on a pull request; of validate, plan, apply and drift.
    Markdown,
    /// Annotations of GitHub Actions; of validate, plan, apply and drift.
    Github,
    /// SARIF 2.1.0, for code scanning; of validate, plan, apply and drift.
    Sarif,
    /// One page that loads nothing; of validate, plan, apply and drift.
    Html,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal that wants them.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a new workspace that works as it is, on an embedded server
    Init(InitArgs),
    /// Check every document, offline, and say all that is wrong
    Validate(ValidateArgs),
    /// Bring documents into canonical form; comments and meaning stay
    Fmt(FmtArgs),
    /// Show what apply would do; sends nothing but reads
    Plan(PlanArgs),
    /// Bring the live system to what the documents say, then prove it
    Apply(ApplyArgs),
    /// Apply whenever a file changes, until Ctrl-C
    Watch(WatchArgs),
    /// Show what people changed in the live system; sends nothing but reads
    Drift(DriftArgs),
    /// Write documents of what is live and not in Git; sends nothing but reads
    Import(ImportArgs),
    /// Print the JSON schema of documents or of the JSON output
    Schema(SchemaArgs),
    /// Serve an embedded system on this machine, to try things out
    Sandbox(SandboxArgs),
    /// Say what a code means and what to do about it
    Explain(ExplainArgs),
    /// Say what each vendor's system lets segctl do
    #[command(after_help = "\
Examples:
  segctl providers                     versions, limits, and what is missing
  segctl providers -o json             for programs")]
    Providers,
    /// Print what a shell needs to complete commands and options
    Completions(CompletionsArgs),
    /// Print the manual pages
    Man(ManArgs),
}

/// Which documents and targets.
#[derive(Args, Debug)]
pub(super) struct Source {
    /// A workspace folder or file, or documents of it to narrow the steps to
    #[arg(short, long, value_name = "PATH", env = "SEGCTL_FILE", value_delimiter = ',')]
    pub(super) file: Vec<PathBuf>,
    /// The workspace file, instead of the nearest segctl.yaml
    #[arg(long, value_name = "FILE", env = "SEGCTL_CONFIG")]
    pub(super) config: Option<PathBuf>,
    /// Only these targets
    #[arg(short, long, value_name = "NAME", env = "SEGCTL_TARGET", value_delimiter = ',')]
    pub(super) target: Vec<String>,
    /// Without a workspace file: the vendor
    #[arg(long, value_name = "VENDOR", env = "SEGCTL_PROVIDER", value_parser = provider)]
    pub(super) provider: Option<Provider>,
    /// Without a workspace file: the address of the live system
    #[arg(long, value_name = "URL", env = "SEGCTL_URL")]
    pub(super) url: Option<String>,
    /// Without a workspace file: the name of the owner in marks
    #[arg(long, value_name = "NAME", env = "SEGCTL_WORKSPACE")]
    pub(super) workspace: Option<String>,
}

fn provider(name: &str) -> Result<Provider, String> {
    serde_json::from_value(name.into()).map_err(|_| {
        let names = Provider::ALL.map(Provider::block);
        format!("it can be: {}", names.join(", "))
    })
}

/// What is decided when planning.
#[derive(Args, Debug, Default)]
pub(super) struct Decisions {
    #[command(flatten)]
    pub(super) look: Look,
    /// Delete managed segments that are no longer in Git
    #[arg(long)]
    pub(super) prune: bool,
    /// Take over the live object of these documents; `segment/NAME` where a name is not enough
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) adopt: Vec<String>,
    /// Take over every live object that nobody manages and a document names
    #[arg(long)]
    pub(super) adopt_all: bool,
    /// Take over what another workspace manages
    #[arg(long, value_name = "WORKSPACE", value_delimiter = ',')]
    pub(super) adopt_from: Vec<String>,
}

/// How a target is looked at.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Look {
    /// Only documents with these labels: `team=growth`, `env!=test`, `team`, `!team`
    #[arg(short = 'l', long, value_name = "LABELS", env = "SEGCTL_SELECTOR")]
    pub(super) selector: Option<String>,
    /// How many requests are in flight at once
    #[arg(long, value_name = "N", env = "SEGCTL_PARALLELISM", value_parser = clap::value_parser!(u8).range(1..=32))]
    pub(super) parallelism: Option<u8>,
}

/// A file and the form of what is written there.
#[derive(Clone, Debug)]
pub(super) struct ReportFile {
    pub(super) output: Output,
    pub(super) path: PathBuf,
}

impl ReportFile {
    fn parse(text: &str) -> Result<Self, String> {
        let known = || {
            let all = Output::value_variants().iter().filter_map(Output::to_possible_value);
            let names: Vec<String> = all.map(|it| it.get_name().to_owned()).collect();
            format!("write FORMAT=FILE; a format is one of {}", names.join(", "))
        };
        let (format, path) = text.split_once('=').ok_or_else(known)?;
        let output = Output::from_str(format, false).map_err(|_| known())?;
        if path.is_empty() { Err(known()) } else { Ok(Self { output, path: path.into() }) }
    }
}

/// How the command ends.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Ending {
    /// Exit with 2 when there are changes or drift
    #[arg(long, env = "SEGCTL_DETAILED_EXITCODE", value_parser = FalseyValueParser::new())]
    pub(super) detailed_exitcode: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    /// The lines of the block `Examples:` of a help text.
    fn examples(help: &str) -> Vec<&str> {
        let block = help.split("Examples:\n").nth(1).unwrap_or_default();
        block.lines().take_while(|line| line.starts_with("  ")).map(str::trim).collect()
    }

    /// The command of an example, without the remark beside it and what a shell makes of it.
    fn command(example: &str) -> &str {
        let ends = ["  ", " | ", " > "];
        let end = ends.iter().filter_map(|it| example.find(it)).min();
        &example[..end.unwrap_or(example.len())]
    }

    /// The words of a command, as a shell cuts them: what stands in single quotes is one word.
    fn words(command: &str) -> Vec<String> {
        let parts = command.split('\'').enumerate();
        parts
            .flat_map(|(at, part)| match at % 2 {
                0 => part.split_whitespace().map(str::to_owned).collect(),
                _ => vec![part.to_owned()],
            })
            .collect()
    }

    #[test]
    fn every_command_shows_examples_that_parse() {
        let mut root = Cli::command();
        root.build();
        let subcommands: Vec<_> = root.get_subcommands().cloned().collect();
        let known = subcommands.into_iter().filter(|it| it.get_name() != "help");
        for shown in known.chain([Cli::command()]) {
            let name = shown.get_name().to_owned();
            let help = shown.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples = examples(&help);
            assert!(!examples.is_empty(), "`{name} --help` has no block `Examples:`");
            for example in examples {
                let parsed = Cli::command().try_get_matches_from(words(command(example)));
                let matches = parsed.unwrap_or_else(|error| panic!("{example}: {error}"));
                let chosen = matches.subcommand_name();
                assert!(name == "segctl" || chosen == Some(&name), "{example} is of `{name}`");
            }
        }
    }
}
