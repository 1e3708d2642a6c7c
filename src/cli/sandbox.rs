//! `segctl sandbox`: serves the embedded server until Ctrl-C.

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::output;
use crate::sandbox::{Options, Sandbox};

/// Options of `sandbox`.
#[derive(Args, Debug)]
#[command(after_help = "\
It prints the variables that programs find it by, and serves until Ctrl-C. A target of a workspace \
needs no such server: `url: sandbox:fixtures/flags.yaml` starts one by itself.

Examples:
  segctl sandbox                       without flags, on port 4242
  segctl sandbox fixtures/flags.yaml   with the flags of a file
  segctl sandbox --port 0              on any free port")]
pub(super) struct SandboxArgs {
    /// The flags that a new sandbox starts with
    #[arg(value_name = "FIXTURE")]
    fixture: Option<PathBuf>,
    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, env = "SEGCTL_PORT", default_value_t = 4242)]
    port: u16,
    /// The file that keeps its data
    #[arg(
        long,
        value_name = "FILE",
        env = "SEGCTL_DATA",
        default_value = ".segctl/sandbox/served.db"
    )]
    data: PathBuf,
}

pub(super) async fn run(args: &SandboxArgs) -> Exit {
    let options =
        Options { fixture: args.fixture.clone(), data: args.data.clone(), port: args.port };
    let sandbox = match Sandbox::start(options).await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            output::error(&error.to_string());
            return Exit::Failure;
        }
    };
    output::result(&format!("UNLEASH_URL={}\nUNLEASH_TOKEN={}\n", sandbox.url(), Sandbox::TOKEN));
    output::log("Serving until Ctrl-C.\n");
    let stopped = tokio::signal::ctrl_c().await;
    sandbox.stop().await;
    if stopped.is_ok() { Exit::Ok } else { Exit::Failure }
}
