//! Which segments refer to a segment, and so hand on whom it lets in.

use std::collections::{BTreeMap, BTreeSet};

use super::matching::Matching;
use crate::desired::{Canonical, Desired};
use crate::live::{Live, LiveSegment, Use};
use crate::provider;

/// The segments that refer to each key, as they are and as documents want them.
pub(super) struct Referrers(BTreeMap<String, BTreeSet<Referrer>>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Referrer {
    key: String,
    /// Of a segment that is live.
    id: Option<String>,
    /// Whether it lets in those who are not in the segment that it refers to.
    negates: bool,
}

impl Referrers {
    pub(super) fn of(desired: &Desired, live: &Live, matching: &Matching) -> Self {
        let mut found = Self(BTreeMap::new());
        let mut add = |document: &Canonical, key: &str, id: Option<&str>| {
            let keys = provider::references(desired.provider, document);
            let negated = provider::negated(desired.provider, document);
            for referred in keys {
                let negates = negated.contains(&referred);
                let id = id.map(str::to_owned);
                let referrer = Referrer { key: key.to_owned(), id, negates };
                found.0.entry(referred).or_default().insert(referrer);
            }
        };
        for segment in &live.segments {
            add(&segment.document, &segment.key, Some(&segment.id));
        }
        for (name, segment) in desired.segments.iter().filter(|(_, it)| !it.external) {
            let id = matching.live_of(name).map(|at| live.segments[at].id.as_str());
            add(&segment.document, &segment.key, id);
        }
        found
    }

    /// The rules that use a live segment, through others too.
    pub(super) fn uses(&self, live: &Live, segment: &LiveSegment) -> Vec<Use> {
        let of = |id: &String| live.answers.uses.get(id).into_iter().flatten();
        let mut found: Vec<Use> = of(&segment.id).cloned().collect();
        for use_ in self.through(&segment.key).iter().filter_map(|it| it.id.as_ref()).flat_map(of) {
            if !found.contains(use_) {
                found.push(use_.clone());
            }
        }
        found
    }

    /// Whether a segment somewhere lets in those who are not in the one of that key.
    pub(super) fn negate(&self, key: &str) -> bool {
        self.through(key).iter().any(|it| it.negates)
    }

    /// The keys of all that refer to the segment of that key, and to those that do.
    pub(super) fn keys(&self, key: &str) -> BTreeSet<&str> {
        self.through(key).into_iter().map(|it| it.key.as_str()).collect()
    }

    /// All that refer to the segment of that key, and to those that do.
    fn through(&self, key: &str) -> BTreeSet<&Referrer> {
        let (mut found, mut open) = (BTreeSet::new(), vec![key]);
        while let Some(key) = open.pop() {
            for referrer in self.0.get(key).into_iter().flatten() {
                if found.insert(referrer) {
                    open.push(&referrer.key);
                }
            }
        }
        found
    }
}
