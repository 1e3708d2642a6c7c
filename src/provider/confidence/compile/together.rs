//! What is wrong with the segments of a target beside each other.

use std::collections::{BTreeMap, BTreeSet};

use super::super::sharing;
use super::{decimal, references};
use crate::desired::Allocation;
use crate::diagnostic::{Code, Diagnostic};
use crate::provider::Together;

/// All of the population, in buckets.
const ALL: u64 = 1_000_000;

/// Finds circles of segments, and groups that would take more than there is.
pub(crate) fn check_together(segments: &[Together<'_>], found: &mut Vec<Diagnostic>) {
    let managed: Vec<&Together<'_>> = segments.iter().filter(|it| !it.segment.external).collect();
    circles(&managed, found);
    crowds(&managed, found);
}

/// A segment that refers to itself, by way of others, is false for everyone.
fn circles(segments: &[&Together<'_>], found: &mut Vec<Diagnostic>) {
    let mut refers: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for it in segments {
        let keys = references(&it.segment.document);
        if !keys.is_empty() {
            refers.insert(&it.segment.key, keys);
        }
    }
    // What leads nowhere is in no circle; what is left over at the end is, or leads into one.
    loop {
        let known: BTreeSet<String> = refers.keys().map(|&it| it.to_owned()).collect();
        let before = refers.len();
        refers.retain(|_, keys| keys.iter().any(|key| known.contains(key)));
        if refers.len() == before {
            break;
        }
    }
    for it in segments.iter().filter(|it| refers.contains_key(it.segment.key.as_str())) {
        let message = format!("`{}` refers to itself, by way of other segments", it.segment.key);
        let circle = Diagnostic::new(Code::SegmentCycle, message).at(it.place, "");
        found.push(circle.help("a circle of segments matches nobody, and its `not` everyone"));
    }
}

/// Segments with one tag, all of which exclude each other, cannot have more than all.
fn crowds(segments: &[&Together<'_>], found: &mut Vec<Diagnostic>) {
    let mut groups: BTreeMap<&str, Vec<&Together<'_>>> = BTreeMap::new();
    for it in segments.iter().filter(|it| it.segment.allocation != Allocation::No) {
        let fields = it.segment.document.document();
        let carried = sharing::tags(fields, "exclusivityTags");
        for tag in carried.intersection(&sharing::tags(fields, "exclusiveTo")) {
            groups.entry(tag).or_default().push(it);
        }
    }
    for (tag, members) in groups {
        let fields = |it: &Together<'_>| sharing::wanted(it.segment.document.document());
        let compete = members.iter().enumerate().all(|(at, one)| {
            members[..at].iter().all(|other| {
                let [one, other] = [one, other].map(|it| it.segment.document.document());
                sharing::compete(one, other)
            })
        });
        let total: u64 = members.iter().map(|it| fields(it)).sum();
        let code = Code::ProportionsExceed;
        let allowed = members.iter().any(|it| it.segment.allow.contains(code.name()));
        if total > ALL && compete && !allowed {
            let share = decimal::share(total);
            let message = format!("the segments of the tag `{tag}` take {share} together");
            let mut crowd = Diagnostic::new(code, message);
            for it in &members {
                crowd = crowd.at(it.place, sharing::proportion(it.segment.document.document()));
            }
            found
                .push(crowd.help("where it is meant, write `allow: [proportions-exceed]` in spec"));
        }
    }
}
