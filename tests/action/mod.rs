//! The GitHub action: its own steps, run against an embedded server and an imitation of GitHub; and
//! the workflows that users copy.

mod applying;
mod expression;
mod github;
mod gitlab;
mod installing;
mod releasing;
mod reviewing;
mod runner;
mod stage;
mod strangers;
mod workflows;
