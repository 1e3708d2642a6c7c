//! Random states: what Git says, and what is live.

use crate::vendors::vendor::Vendor;
use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// How many documents there can be.
const DOCUMENTS: u8 = 4;

/// What a document is in the live system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// As it was written, with that content.
    Written(u8),
    /// Written with the one content, and changed to the other by a person.
    Edited(u8, u8),
    /// Written under a `metadata.name` that is not in Git.
    OfOldName(u8),
    /// Written with another key.
    OfOldKey(u8),
    /// A foreign object has its key.
    Foreign(u8),
    /// Another workspace manages what has its key.
    Theirs(u8),
}

/// What Git says, and what is live.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// The content of each document, by number.
    pub(super) documents: BTreeMap<u8, u8>,
    /// What is live, by the number of the document.
    pub(super) standing: BTreeMap<u8, Standing>,
    /// Which live segments are on the first two rules; the third has the neighbour.
    pub(super) attached: [BTreeSet<u8>; 2],
    /// Which documents Git wants there; none where no document names the rule.
    pub(super) wanted: [Option<BTreeSet<u8>>; 2],
}

/// Random states of a vendor.
pub(super) fn states<V: Vendor>() -> impl Strategy<Value = State> {
    let documents = btree_map(0..DOCUMENTS, 0..V::CONTENTS, 0..=4);
    let standing = btree_map(0..DOCUMENTS, standing::<V>(), 0..=4);
    (documents, standing).prop_flat_map(|(documents, standing)| {
        let live: Vec<u8> = standing.keys().copied().collect();
        let in_git: Vec<u8> = documents.keys().copied().collect();
        let attached = || on_rule::<V>(live.clone());
        let wanted = || {
            let can = !in_git.is_empty() || *V::ON_RULE.start() == 0;
            let wanted = on_rule::<V>(in_git.clone());
            option::of(wanted).prop_map(move |it| it.filter(|_| can))
        };
        let rules = ([attached(), attached()], [wanted(), wanted()]);
        (Just(documents), Just(standing), rules).prop_map(
            |(documents, standing, (mut attached, wanted))| {
                for (attached, wanted) in attached.iter_mut().zip(&wanted) {
                    if wanted.is_none() {
                        attached.retain(|it| !leaves(*it, &documents, &standing));
                    }
                }
                State { documents, standing, attached, wanted }
            },
        )
    })
}

/// Whether pruning wants to delete what is live for the document of that number. On a rule that no
/// document names it would have to stay, which is an obstacle.
fn leaves(number: u8, documents: &BTreeMap<u8, u8>, standing: &BTreeMap<u8, Standing>) -> bool {
    match standing.get(&number) {
        Some(Standing::OfOldKey(_)) => true,
        Some(Standing::Foreign(_) | Standing::Theirs(_)) | None => false,
        Some(_) => !documents.contains_key(&number),
    }
}

/// Some of `numbers`, as many as a rule may have.
fn on_rule<V: Vendor>(numbers: Vec<u8>) -> BoxedStrategy<BTreeSet<u8>> {
    let (least, most) = (*V::ON_RULE.start(), *V::ON_RULE.end());
    if numbers.is_empty() {
        return Just(BTreeSet::new()).boxed();
    }
    let most = most.min(numbers.len());
    btree_set(proptest::sample::select(numbers), least.min(most)..=most).boxed()
}

fn standing<V: Vendor>() -> impl Strategy<Value = Standing> {
    let content = 0..V::CONTENTS;
    prop_oneof![
        2 => content.clone().prop_map(Standing::Written),
        2 => (content.clone(), content.clone()).prop_map(|(then, now)| Standing::Edited(then, now)),
        1 => content.clone().prop_map(Standing::OfOldName),
        1 => content.clone().prop_map(Standing::OfOldKey),
        1 => content.clone().prop_map(Standing::Foreign),
        1 => content.prop_map(Standing::Theirs),
    ]
}
