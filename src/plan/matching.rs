//! Which live segment is which document: by the mark first, then by the key.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::desired::{Desired, DesiredSegment};
use crate::live::{Live, LiveSegment};
use crate::provider::{self, Identity};

/// What a document is in the live system; numbers are places in [`Live::segments`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// Nothing.
    Absent,
    /// An object that this workspace manages.
    Managed(usize),
    /// An object with its key that this workspace does not manage.
    Foreign(usize),
    /// Several objects with its key.
    Twins(Vec<usize>),
}

/// Documents and live segments, brought together.
#[derive(Debug)]
pub(super) struct Matching {
    /// What each document is, by name.
    pub(super) of: BTreeMap<String, Match>,
    /// Managed segments whose name is no longer in Git.
    pub(super) orphans: Vec<usize>,
    /// Segments that equal a kept one down to the mark, and the kept one.
    pub(super) spare: Vec<(usize, usize)>,
    /// What this workspace manages; a copy that a person made is none of it.
    pub(super) ours: HashSet<usize>,
    /// Live segments by key.
    pub(super) by_key: HashMap<String, Vec<usize>>,
}

impl Matching {
    /// Brings `desired` and `live` together.
    pub(super) fn of(desired: &Desired, live: &Live) -> Self {
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_mark: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, segment) in live.segments.iter().enumerate() {
            by_key.entry(segment.key.clone()).or_default().push(at);
            if let Some(mark) = &segment.mark
                && mark.workspace == desired.workspace
            {
                by_mark.entry(&mark.name).or_default().push(at);
            }
        }
        let mut spare = vec![];
        let mut superseded = BTreeSet::new();
        let mut owned: BTreeMap<&str, usize> = BTreeMap::new();
        let is_fixed = provider::capabilities(desired.provider).identity == Identity::Fixed;
        for (name, mut places) in by_mark {
            let key = desired.segments.get(name).map(|it| it.key.as_str());
            if is_fixed {
                superseded.extend(take_superseded(&mut places, key, live));
            }
            if !places.is_empty() {
                owned.insert(name, keep_one(&places, key, live, &mut spare));
            }
        }

        let owner: HashMap<usize, &str> = owned.iter().map(|(name, at)| (*at, *name)).collect();
        let mut of = BTreeMap::new();
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        for (name, segment) in &desired.segments {
            let found = match owned.get(name.as_str()) {
                Some(at) if !segment.external => Match::Managed(*at),
                _ => by_key_only(segment, desired, &by_key, &owner, &superseded),
            };
            let spoken_for: &[usize] = match &found {
                Match::Managed(at) => &[*at],
                // Owned elsewhere by now, whatever its mark says: nobody's orphan.
                Match::Foreign(at) if segment.external => &[*at],
                Match::Twins(places) if segment.external => places,
                Match::Foreign(_) | Match::Twins(_) | Match::Absent => &[],
            };
            taken.extend(spoken_for);
            of.insert(name.clone(), found);
        }
        let ours = owned.values().chain(&superseded).copied();
        let orphans = ours.clone().filter(|at| !taken.contains(at));
        // A document that turned external gives its segment up; it is nobody's orphan.
        let given_up = |at: &usize| {
            let name = live.segments[*at].mark.as_ref().map(|mark| mark.name.as_str());
            name.and_then(|name| desired.segments.get(name)).is_some_and(|it| it.external)
        };
        let mut orphans: Vec<usize> = orphans.filter(|at| !given_up(at)).collect();
        orphans.sort_unstable();
        let ours = ours.chain(spare.iter().map(|(at, _)| *at)).collect();
        Self { of, orphans, spare, ours, by_key }
    }

    /// The live segment of a document, when there is exactly one.
    pub(super) fn live_of(&self, name: &str) -> Option<usize> {
        match self.of.get(name)? {
            Match::Managed(at) | Match::Foreign(at) => Some(*at),
            Match::Absent | Match::Twins(_) => None,
        }
    }
}

/// Takes those out of `places`, the segments with one mark, that have another key than `key`.
///
/// Without a document, the first stays. A segment that does not fit its mark, beside one that does,
/// is a copy and nobody's.
fn take_superseded(places: &mut Vec<usize>, key: Option<&str>, live: &Live) -> Vec<usize> {
    let first = places.first().map(|at| live.segments[*at].key.clone());
    let Some(key) = key.map(str::to_owned).or(first) else { return vec![] };
    let (current, other): (Vec<usize>, Vec<usize>) =
        places.drain(..).partition(|at| live.segments[*at].key == key);
    let genuine: Vec<usize> =
        other.iter().copied().filter(|at| live.segments[*at].fits_its_mark()).collect();
    let is_alone = current.is_empty() && genuine.is_empty();
    *places = current;
    if is_alone { other } else { genuine }
}

/// Of the segments with one mark, the one that is meant.
///
/// A segment whose content is not what its mark says, beside one whose content is, was copied by a
/// person and is left alone. Two that are equal throughout were made by two runs at once: the one
/// in use is kept, else the oldest, and the others are spare.
fn keep_one(
    places: &[usize],
    key: Option<&str>,
    live: &Live,
    spare: &mut Vec<(usize, usize)>,
) -> usize {
    let segment = |at: usize| &live.segments[at];
    let genuine: Vec<usize> =
        places.iter().copied().filter(|at| segment(*at).fits_its_mark()).collect();
    let candidates = if genuine.is_empty() { places } else { &genuine };
    let rank = |at: &usize| {
        let it: &LiveSegment = segment(*at);
        let by_default = live.answers.defaults.contains_key(&it.id);
        (key != Some(it.key.as_str()), !it.used, !by_default, *at)
    };
    let kept = candidates.iter().copied().min_by_key(rank).unwrap_or(places[0]);
    let same = |at: &usize| {
        *at != kept
            && segment(*at).mark == segment(kept).mark
            && segment(*at).document == segment(kept).document
    };
    spare.extend(genuine.iter().copied().filter(same).map(|at| (at, kept)));
    kept
}

/// Finds a document by its key, among segments that no document owns by mark.
fn by_key_only(
    segment: &DesiredSegment,
    desired: &Desired,
    by_key: &HashMap<String, Vec<usize>>,
    owner: &HashMap<usize, &str>,
    superseded: &BTreeSet<usize>,
) -> Match {
    let owned_by_document = |name: &str| desired.segments.get(name).is_some_and(|it| !it.external);
    let belongs_to_another = |at: &usize| owner.get(at).is_some_and(|name| owned_by_document(name));
    let places = by_key.get(&segment.key).map_or(&[][..], Vec::as_slice);
    let free: Vec<usize> = if segment.external {
        places.to_vec()
    } else {
        places.iter().copied().filter(|at| !belongs_to_another(at)).collect()
    };
    match free[..] {
        [] => Match::Absent,
        // Ours under a name that is no longer in Git, or of a document that has another key now.
        [at] if !segment.external && (owner.contains_key(&at) || superseded.contains(&at)) => {
            Match::Managed(at)
        }
        [at] => Match::Foreign(at),
        _ => Match::Twins(free),
    }
}
