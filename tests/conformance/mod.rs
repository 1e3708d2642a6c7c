//! What a provider must do, as stories of desired states.
//!
//! Hello, friend! Are you adding a provider? Then this suite is for you. Each group of
//! [`groups`] starts on the same stage: a flag, its strategies and a segment, none of which segctl
//! manages. Each step is a whole desired state, and the suite leads your system from one to the
//! next. Read the groups in their order: the first ones need little, and each adds one demand.
//!
//! Per step the suite
//!
//! 1. does what people do behind segctl's back, where the step says so;
//! 2. plans twice: both plans must be the same, and be what the step expects;
//! 3. applies: every step must be done, and the proof must agree;
//! 4. plans again: nothing may be left to do;
//! 5. looks at everything that is not ours: it must be as it was.
//!
//! A step that fails ends its group; the other groups go on. What a server cannot do is written
//! into the step as an exception for its kind, never skipped in silence.

mod documents;
mod edits;
mod facts;
mod groups;
mod import;
mod runner;
mod script;
mod stage;
mod witness;

pub(crate) use groups::limits::{SMALL_FIXTURE, SMALL_SERVER};
pub(crate) use import::round_trip;
pub(crate) use stage::FIXTURE;

use crate::protocol::{Kind, Subject};
use crate::support::admin::Admin;
use script::Group;

/// How much of a failure is shown, in characters: some texts of these groups are long.
const SHOWN: usize = 1_500;

/// The groups, in the order in which a provider should meet them.
pub(crate) fn groups() -> Vec<Group> {
    let chapters = [
        groups::basics::groups(),
        groups::operators::groups(),
        groups::texts::groups(),
        groups::values::groups(),
        groups::renames::groups(),
        groups::drift::groups(),
        groups::ownership::groups(),
        groups::twins::groups(),
        groups::attaching::groups(),
        groups::rules::groups(),
        groups::deleting::groups(),
        groups::targets::groups(),
    ];
    let groups: Vec<Group> = chapters.into_iter().flatten().collect();
    assert!(groups.len() >= 60, "{} groups are no suite", groups.len());
    groups
}

/// Groups for a server whose limits are those of [`SMALL_SERVER`].
pub(crate) fn limited_groups() -> Vec<Group> {
    groups::limits::groups()
}

/// Plays the groups and gives what failed. It removes all segments and flags of the server.
pub(crate) async fn run(subject: &Subject, groups: &[Group]) -> Vec<String> {
    let mut failures = vec![];
    for group in groups {
        if let Err(failure) = runner::play(group, subject).await {
            let shown: String = failure.chars().take(SHOWN).collect();
            failures.push(format!("  {}: {shown}", group.name));
        }
    }
    Admin::new(&subject.url, &subject.token).wipe().await;
    failures
}

/// Panics with everything that failed.
pub(crate) fn report(kind: Kind, failures: &[String]) {
    assert!(
        failures.is_empty(),
        "{} groups failed on {kind:?}:\n{}",
        failures.len(),
        failures.join("\n"),
    );
}
