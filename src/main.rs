//! The `segctl` program.

use std::process::ExitCode;

/// Reading thousands of documents is mostly making small texts and letting go of them, and the
/// allocators of the systems are slow at that: see `docs/performance.md`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    segctl::cli::main().into()
}
