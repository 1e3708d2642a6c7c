//! The eight laws, written once for all vendors.
//!
//! The states are random, and the server is a sandbox in this process.

mod calm;
mod crashes;
mod imports;
mod states;
mod world;

pub(crate) use calm::{convergent, foreign_safe, idempotent, order_free, plan_reads, same_twice};
pub(crate) use crashes::crash_safe;
pub(crate) use imports::round_trip;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

/// How many random states a law is tried on.
const CASES: u32 = 24;

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
        max_shrink_iters: 200,
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

/// The laws as tests of one vendor: `vendor_laws!(crate::vendors::x::X);` in its folder.
macro_rules! vendor_laws {
    ($vendor:ty) => {
        mod laws {
            use crate::vendors::laws;

            #[test]
            fn idempotent() {
                laws::idempotent::<$vendor>();
            }

            #[test]
            fn convergent() {
                laws::convergent::<$vendor>();
            }

            #[test]
            fn crash_safe() {
                laws::crash_safe::<$vendor>();
            }

            #[test]
            fn order_free() {
                laws::order_free::<$vendor>();
            }

            #[test]
            fn foreign_safe() {
                laws::foreign_safe::<$vendor>();
            }

            #[test]
            fn round_trip() {
                laws::round_trip::<$vendor>();
            }

            #[test]
            fn plan_reads() {
                laws::plan_reads::<$vendor>();
            }

            #[test]
            fn same_twice() {
                laws::same_twice::<$vendor>();
            }
        }
    };
}

pub(crate) use vendor_laws;
