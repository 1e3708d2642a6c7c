//! The `segctl` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    segctl::cli::main().into()
}
