//! What holds for every vendor whose system cannot be run here: on the sandbox.
//!
//! Hello, friend! Are you adding a provider? Implement [`vendor::Vendor`] for it in a folder of its
//! own, and you get the eight laws of [`laws`]. Then write groups of stories in the little language
//! of [`story`]: each begins on your stage, each step is a whole desired state, and what is not ours
//! must be as it was. Unleash, which can be run, has suites of its own in `conformance` and `laws`.

mod confidence;
mod configcat;
mod featuresignals;
pub(crate) mod laws;
pub(crate) mod player;
pub(crate) mod seen;
pub(crate) mod story;
pub(crate) mod updating;
pub(crate) mod vendor;
