//! What segctl takes for granted about Unleash, as raw requests and answers.
//!
//! The probes run against real servers and against segctl's sandbox. They keep the two together: a
//! sandbox that behaves otherwise fails here, and so does a new release of Unleash.
//! Read the chapters in the order of [`chapters`]; each starts on a server without segments and
//! flags.

use crate::support::admin::Admin;
use segctl::sandbox::Sandbox;
use story::Story;

mod chapters;
mod matching;
mod probe;
mod story;

/// A server under test.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) url: String,
    /// An admin token.
    pub(crate) token: String,
    /// A backend token for the environment `development`.
    pub(crate) client_token: String,
    pub(crate) kind: Kind,
}

/// What a server is. The sandbox must answer like version 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Real8,
    Real6,
    Sandbox,
}

/// Sends every probe and panics with the list of all that were not answered as expected.
///
/// It removes all segments and flags of the server.
pub(crate) async fn run(subject: &Subject) {
    let admin = Admin::new(&subject.url, &subject.token);
    let viewer = match subject.kind {
        Kind::Sandbox => Sandbox::VIEWER_TOKEN.to_owned(),
        Kind::Real8 | Kind::Real6 => admin.viewer().await,
    };
    let mut failures = Vec::new();
    let mut count = 0;
    for (title, probes) in &chapters::chapters() {
        admin.wipe().await;
        let mut story = Story::new(subject, &viewer);
        for probe in probes {
            count += 1;
            if let Err(failure) = story.tell(probe).await {
                failures.push(format!("  {title}: {failure}"));
            }
        }
    }
    admin.wipe().await;
    assert!(
        failures.is_empty(),
        "{} of {count} probes failed on {:?}:\n{}",
        failures.len(),
        subject.kind,
        failures.join("\n"),
    );
}
