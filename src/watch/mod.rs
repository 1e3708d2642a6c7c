//! When to look again: files that change, a clock, and what the last look ended with.
//!
//! A file event is a nudge and no more. What changed is told by reading the files again, so an
//! event that was missed, doubled or about something else can do no harm:
//!
//! 1. [`Sentinel`] watches folders and says that something in them moved;
//! 2. [`settle()`] waits until it is quiet, and until Git has written all of a branch;
//! 3. [`Seen`] is what the files said, so that a nudge about nothing ends there;
//! 4. [`Backoff`] is how long to wait after a failure.

mod backoff;
mod git;
mod seen;
mod sentinel;
mod settle;

pub use backoff::Backoff;
pub use git::{Git, Writing, Written};
pub use seen::Seen;
pub use sentinel::Sentinel;
pub use settle::settle;
