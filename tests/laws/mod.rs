//! The laws that hold whatever Git says and whatever is live, each a test by its name.
//!
//! The states are random, and the server is a sandbox, mostly in this process.

mod attribution;
mod calm;
mod crashes;
mod faults;
mod imports;
mod meanwhile;
mod real;
mod scenery;
mod states;
mod world;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

/// How many random states a law is tried on.
const CASES: u32 = 32;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime for requests")
});

/// Panics with the smallest case that it finds for which `law` does not hold.
fn holds<S, L, F>(cases: S, law: L)
where
    S: Strategy,
    L: Fn(S::Value) -> F,
    F: Future<Output = Result<(), String>>,
{
    let config = Config {
        cases: CASES,
        max_shrink_iters: 300,
        // The smallest case is printed, and becomes a test of its own where it is worth one.
        failure_persistence: None,
        ..Config::default()
    };
    let tried = TestRunner::new(config).run(&cases, |case| {
        let outcome = RUNTIME.block_on(law(case));
        outcome.map_err(TestCaseError::fail)
    });
    if let Err(broken) = tried {
        panic!("{broken}");
    }
}
