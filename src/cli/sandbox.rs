//! `segctl sandbox`: serves an embedded server until Ctrl-C.

use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use super::interrupt::Interrupt;
use super::output;
use super::target::with_causes;
use crate::sandbox::{Fault, Options, Sandbox, System};

/// Options of `sandbox`.
#[derive(Args, Debug)]
#[command(
    after_help = "It prints the variables that programs find it by, and serves until Ctrl-C. A target of a \
                  workspace\nneeds no such server: `url: sandbox:fixtures/flags.yaml` starts one by itself.\n\n\
                  Tokens of Unleash: *:*.sandbox-admin-token may do everything, user:sandbox-admin-token \
                  too,\nwithin the rate limit; user:sandbox-viewer-token may only look; \
                  *:production.sandbox-client-token\nis what an SDK has.\n\n\
                  Faults are written REQUESTS:SKIP:WHAT:\n  \
                  REQUESTS  any, read, write, or a method and the beginning of a path\n  \
                  SKIP      how many pass first: `3` then hits one, `3x2` two, `3x` all\n  \
                  WHAT      cut-before, cut-after, truncated, late=MILLISECONDS,\n            \
                  or a status: 500, 502,html or 429,retry-after=60\n\n\
                  Examples:\n  segctl sandbox flags.yaml --port 4242\n  \
                  segctl sandbox flags.yaml --provider confidence\n  \
                  segctl sandbox --fault write:3:cut-after              the fourth write is done, \
                  its answer lost\n  \
                  segctl sandbox --fault 'GET /api/admin/segments:0:502,html' --rate-limit 100/min"
)]
pub(super) struct SandboxArgs {
    /// The flags that a new sandbox starts with
    #[arg(value_name = "FIXTURE")]
    fixture: Option<PathBuf>,
    /// The system whose API it speaks: unleash, confidence, configcat or featuresignals
    #[arg(long, value_name = "PROVIDER", env = "SEGCTL_PROVIDER", default_value = "unleash", value_parser = system)]
    provider: System,
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
    /// Do something wrong, as written below; may be given several times
    #[arg(long, value_name = "FAULT", env = "SEGCTL_FAULT", value_delimiter = ';')]
    fault: Vec<Fault>,
    /// How many requests may be sent, instead of the system's own number; to Unleash, by personal
    /// access tokens
    #[arg(long, value_name = "N/min", env = "SEGCTL_RATE_LIMIT", value_parser = rate)]
    rate_limit: Option<u32>,
    /// How many searches for flags Unleash answers, whoever asks
    #[arg(
        long,
        value_name = "N/min",
        env = "SEGCTL_SEARCH_LIMIT",
        default_value = "15/min",
        value_parser = rate
    )]
    search_limit: u32,
}

fn system(name: &str) -> Result<System, String> {
    let names = || System::ALL.map(System::name).join(", ");
    System::of_name(name).ok_or_else(|| format!("there is no such system; there are {}", names()))
}

fn rate(text: &str) -> Result<u32, String> {
    let number = text.strip_suffix("/min").and_then(|it| it.parse().ok());
    number.ok_or_else(|| "write a number of requests a minute, such as 20000/min".to_owned())
}

pub(super) async fn run(args: &SandboxArgs) -> Exit {
    let interrupt = Interrupt::listen();
    let options = Options {
        system: args.provider,
        fixture: args.fixture.clone(),
        data: args.data.clone(),
        port: args.port,
    };
    let sandbox = match Sandbox::start(options).await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            output::error(&with_causes(&error));
            return Exit::Failure;
        }
    };
    for fault in &args.fault {
        sandbox.faults().add(fault.clone());
    }
    if let Some(requests) = args.rate_limit {
        sandbox.limit_requests(requests);
    }
    sandbox.limit_searches(args.search_limit);
    let variables = args.provider.variables(sandbox.url());
    let lines: Vec<String> =
        variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    output::verbatim(&lines.concat());
    output::log("Serving until Ctrl-C.\n");
    interrupt.wait().await;
    sandbox.stop().await;
    Exit::Ok
}
