//! Exit codes, which are part of the interface.

use std::process::ExitCode;

use crate::apply::Applied;
use crate::diagnostic::{Class, Code};
use crate::plan::Plan;
use crate::provider::Failure;

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: it did what it should; with no changes, or without `--detailed-exitcode`.
    Ok,
    /// 1: something failed.
    Failure,
    /// 2: there are changes; only with `--detailed-exitcode`.
    Changes,
    /// 3: documents are invalid, or a step is refused.
    Invalid,
    /// 4: some steps were applied and others not, or the live system still differs; or something
    /// was left out of an import.
    Partly,
    /// 5: the live system moved since the plan was made.
    Stale,
    /// 6: authentication or permission.
    Auth,
    /// 7: the plan changes more than the guard allows.
    Guard,
    /// 64: the command line is wrong.
    Usage,
    /// 130: interrupted.
    Interrupted,
}

impl Exit {
    /// Every code with what it means, for the documentation.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::Ok, "done; also with changes, unless `--detailed-exitcode` is given"),
        (
            Self::Failure,
            "something failed: the network, the server, a file; or `fmt --check` found something",
        ),
        (Self::Changes, "there are changes (only with `--detailed-exitcode`)"),
        (Self::Invalid, "documents are invalid, or a step is refused"),
        (
            Self::Partly,
            "partly applied, or applied and not converged; or something was left out of an import",
        ),
        (Self::Stale, "the live system moved after the plan was made"),
        (Self::Auth, "authentication or permission"),
        (Self::Guard, "the plan changes more of a target than its guard allows"),
        (Self::Usage, "the command line is wrong"),
        (Self::Interrupted, "interrupted"),
    ];

    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Failure => 1,
            Self::Changes => 2,
            Self::Invalid => 3,
            Self::Partly => 4,
            Self::Stale => 5,
            Self::Auth => 6,
            Self::Guard => 7,
            Self::Usage => 64,
            Self::Interrupted => 130,
        }
    }

    /// The code for a target that could not be read.
    pub(super) fn of_failure(failure: &Failure) -> Self {
        match failure.code {
            _ if failure.is_auth() => Self::Auth,
            Code::Stale => Self::Stale,
            Code::BadPlanFile | Code::PlanElsewhere => Self::Invalid,
            Code::Interrupted => Self::Interrupted,
            code if code.class() == Class::Policy => Self::Invalid,
            _ => Self::Failure,
        }
    }

    /// The code for the refused steps of a plan; none when it has none.
    pub(super) fn of_refusals(plan: &Plan) -> Option<Self> {
        let mut codes = plan.refused().filter_map(|step| step.refusal.as_ref()).map(|it| it.code);
        let first = codes.next()?;
        let stale = first == Code::Stale && codes.all(|code| code == Code::Stale);
        Some(if stale { Self::Stale } else { Self::Invalid })
    }

    /// The code for what became of a plan.
    pub(super) fn of_applied(plan: &Plan, applied: &Applied, interrupted: bool) -> Self {
        let failures: Vec<&Failure> = applied.failures().collect();
        let stale = failures.iter().any(|it| it.code == Code::Stale);
        if interrupted {
            Self::Interrupted
        } else if let Some(exit) = Self::of_refusals(plan) {
            exit
        } else if stale {
            Self::Stale
        } else if applied.converged() {
            Self::Ok
        } else if applied.done() > 0 {
            Self::Partly
        } else if failures.iter().any(|it| it.is_auth()) {
            Self::Auth
        } else {
            Self::Failure
        }
    }

    /// Of two codes, the one that the documented order puts first.
    #[must_use]
    pub(super) fn worse(self, other: Self) -> Self {
        const ORDER: [Exit; 10] = [
            Exit::Interrupted,
            Exit::Usage,
            Exit::Invalid,
            Exit::Stale,
            Exit::Guard,
            Exit::Partly,
            Exit::Auth,
            Exit::Failure,
            Exit::Changes,
            Exit::Ok,
        ];
        let rank = |exit| ORDER.iter().position(|it| *it == exit);
        if rank(self) <= rank(other) { self } else { other }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
