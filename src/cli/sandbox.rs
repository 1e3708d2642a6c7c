//! `segctl sandbox`: serves the embedded server until Ctrl-C.

use super::args::SandboxArgs;
use super::exit::Exit;
use super::output;
use crate::sandbox::{Options, Sandbox};

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
