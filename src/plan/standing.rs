//! How live segments stand to the documents, for whoever writes documents of them.

use super::matching::{Match, Matching};
use crate::desired::Desired;
use crate::live::Live;

/// What a live segment is to the documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The segment of the document of this name.
    InGit(String),
    /// Managed by this workspace, under this name, of which there is no document.
    Ours(String),
    /// One that a document of its key would lead to.
    Foreign,
    /// One of several with its key, among which no document could choose.
    Twin,
}

/// How each of the live segments stands to the documents, in their order.
pub fn standings(desired: &Desired, live: &Live) -> Vec<Standing> {
    let desired = &*desired.kept_by(live);
    let matching = Matching::of(desired, live);
    let is_twin = |key: &str| matching.by_key.get(key).is_some_and(|places| places.len() > 1);
    let fresh = live.segments.iter().enumerate().map(|(at, segment)| {
        let is_spare = matching.spare.iter().any(|(spare, _)| *spare == at);
        match &segment.mark {
            Some(mark) if matching.ours.contains(&at) && !is_spare => {
                Standing::Ours(mark.name.clone())
            }
            _ if is_twin(&segment.key) => Standing::Twin,
            _ => Standing::Foreign,
        }
    });
    let mut standings: Vec<Standing> = fresh.collect();
    for (name, found) in &matching.of {
        if let Match::Managed(at) | Match::Foreign(at) = found {
            standings[*at] = Standing::InGit(name.clone());
        }
    }
    standings
}
