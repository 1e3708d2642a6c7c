//! What each live segment could become: which Git has already, and what the others are called.

use std::collections::{BTreeMap, BTreeSet};

use super::Scene;
use super::slug::{Wish, is_name, names};
use crate::diagnostic::{Code, did_you_mean};
use crate::document::Kind;
use crate::plan::{Standing, standings};

/// What each live segment could become, in the order of [`crate::live::Live::segments`].
#[derive(Debug)]
pub struct Survey {
    pub(super) fates: Vec<Fate>,
    keys: Vec<String>,
    marks: Vec<Option<String>>,
}

/// What a live segment could become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing: it has the document of this name.
    InGit(String),
    /// A document of this name.
    New {
        /// The name.
        name: String,
        /// Why the document can only name the segment.
        external: Option<Code>,
    },
    /// Nothing, for this reason.
    LeftOut(Code, String),
}

/// Looks at every live segment. Names do not depend on which of them are wanted later.
pub fn survey(scene: &Scene<'_>) -> Survey {
    let segments = &scene.live.segments;
    let standings = standings(scene.desired, scene.live);
    let mut taken: BTreeSet<String> = scene
        .taken
        .iter()
        .filter(|(kind, _)| *kind == Kind::Segment)
        .map(|(_, name)| name.clone())
        .collect();
    // Names in marks come first: an orphan under another name would be marked anew.
    let mut by_mark: BTreeMap<usize, String> = BTreeMap::new();
    for (at, standing) in standings.iter().enumerate() {
        if let Standing::Ours(name) = standing
            && is_name(name)
            && taken.insert(name.clone())
        {
            by_mark.insert(at, name.clone());
        }
    }
    let needs_name = |at: &usize| {
        matches!(standings[*at], Standing::Ours(_) | Standing::Foreign) && !by_mark.contains_key(at)
    };
    let nameless: Vec<usize> = (0..segments.len()).filter(needs_name).collect();
    let wishes: Vec<Wish> = nameless
        .iter()
        .map(|at| Wish { text: segments[*at].key.clone(), identity: segments[*at].key.clone() })
        .collect();
    let named = names("segment", &wishes, &taken);
    let mut fresh: BTreeMap<usize, String> = nameless.into_iter().zip(named).collect();

    let fates = standings.into_iter().enumerate().map(|(at, standing)| match standing {
        Standing::InGit(name) => Fate::InGit(name),
        Standing::Twin => twin(scene, &segments[at].key),
        Standing::Ours(_) | Standing::Foreign => {
            let marked = by_mark.remove(&at);
            // Managed here under a name that no document can have.
            let is_lost = matches!(standing, Standing::Ours(_)) && marked.is_none();
            match marked.or_else(|| fresh.remove(&at)) {
                Some(name) => Fate::New { name, external: is_lost.then_some(Code::UnusableMark) },
                None => Fate::LeftOut(Code::ImportDefect, "it has no name".to_owned()),
            }
        }
    });
    Survey {
        fates: fates.collect(),
        keys: segments.iter().map(|it| it.key.clone()).collect(),
        marks: segments.iter().map(|it| it.mark.as_ref().map(|mark| mark.name.clone())).collect(),
    }
}

/// What becomes of one of several segments of one name.
pub(super) fn twin(scene: &Scene<'_>, key: &str) -> Fate {
    let twins = scene.live.segments.iter().filter(|it| it.key == key);
    let ids: Vec<&str> = twins.map(|it| it.id.as_str()).collect();
    let message = format!("{} live segments are named `{key}`: {}", ids.len(), ids.join(", "));
    Fate::LeftOut(Code::Twins, message)
}

impl Survey {
    /// The places of the segments that `wanted` names by key, by the name in their mark or by that
    /// of their document; without any names, all of them. The error lists the names of nothing.
    pub fn choose(&self, wanted: &[String]) -> Result<BTreeSet<usize>, Vec<String>> {
        if wanted.is_empty() {
            return Ok((0..self.keys.len()).collect());
        }
        let mut chosen = BTreeSet::new();
        let mut unknown = vec![];
        for name in wanted {
            let has_it = |at: &usize| self.names(*at).any(|it| it == name);
            let found: Vec<usize> = (0..self.keys.len()).filter(has_it).collect();
            if found.is_empty() {
                unknown.push(self.unknown(name));
            }
            chosen.extend(found);
        }
        if unknown.is_empty() { Ok(chosen) } else { Err(unknown) }
    }

    fn unknown(&self, name: &str) -> String {
        let known = (0..self.keys.len()).flat_map(|at| self.names(at));
        match did_you_mean(name, known) {
            Some(meant) => format!("there is no live segment `{name}`; did you mean `{meant}`?"),
            None => format!("there is no live segment `{name}`"),
        }
    }

    /// What the segment at a place may be called by.
    fn names(&self, at: usize) -> impl Iterator<Item = &str> {
        let document = match &self.fates[at] {
            Fate::InGit(name) | Fate::New { name, .. } => Some(name.as_str()),
            Fate::LeftOut(..) => None,
        };
        [Some(self.keys[at].as_str()), self.marks[at].as_deref(), document].into_iter().flatten()
    }
}
