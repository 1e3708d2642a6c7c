//! Which flag a rule is of: the list of all rules in an environment does not say so.

use std::collections::{BTreeMap, BTreeSet};

use super::super::STATE;
use super::super::wire::{Environment, Flag, Rule, State};
use super::reader::{Known, Place};
use super::{lists, rules};
use crate::diagnostic::Code;
use crate::live::{FoundRule, RulePlace, Use};
use crate::provider::http::is_missing;
use crate::provider::{Failure, Http, join_all};

/// The rules that have segments, by the flags they are of.
pub(super) struct Catalogue {
    /// Of flags that are not archived.
    pub(super) rules: Vec<FoundRule>,
    /// The archived flags that use a segment, by the key of the segment.
    pub(super) archived: BTreeMap<String, BTreeSet<String>>,
}

impl Catalogue {
    /// Every rule that has any of `segments`.
    ///
    /// A state is known by its id, which the read of one flag gives too. So flags are read until each
    /// state is found, and what was found is kept for the next time.
    pub(super) async fn read(
        http: &Http,
        known: &Known,
        place: &Place,
        segments: &BTreeSet<String>,
    ) -> Result<Self, Failure> {
        let states = place.states(http).await?;
        let uses = |state: &State| {
            let mut keys = state.rules.iter().flatten().flat_map(Rule::segment_keys);
            keys.any(|key| segments.contains(&key))
        };
        let wanted: Vec<(&Environment, State)> = states
            .into_iter()
            .flat_map(|(environment, states)| states.into_iter().map(move |it| (environment, it)))
            .filter(|(_, state)| uses(state))
            .collect();
        let mut catalogue = Self { rules: vec![], archived: BTreeMap::new() };
        if wanted.is_empty() {
            return Ok(catalogue);
        }
        let flags = lists::flags(http, &place.project.id).await?;
        find_flags(http, known, place, &flags, &wanted).await?;
        let archived: BTreeSet<&str> =
            flags.iter().filter(|it| it.is_archived()).map(|it| it.key.as_str()).collect();
        for (environment, state) in wanted {
            let flag = known.flag_of(&state.id).ok_or_else(moved)?;
            let rules = state.rules.unwrap_or_default();
            if archived.contains(flag.as_str()) {
                for key in rules.iter().flat_map(Rule::segment_keys) {
                    catalogue.archived.entry(key).or_default().insert(flag.clone());
                }
                continue;
            }
            let place = place.rule_place(&flag, environment);
            catalogue.rules.extend(rules::having(&place, &rules, segments));
        }
        Ok(catalogue)
    }

    /// The uses of each of `segments`.
    pub(super) fn uses(&self, segments: &BTreeSet<String>) -> BTreeMap<String, Vec<Use>> {
        let of = |key: &String| {
            let rules = self.rules.iter().filter(|found| found.rule.segments.contains(key));
            let mut uses: Vec<Use> = rules
                .map(|found| Use {
                    place: found.rule.place.clone(),
                    rule: Some(found.rule.id.clone()).filter(|id| !id.is_empty()),
                    pending: false,
                })
                .collect();
            uses.sort();
            (key.clone(), uses)
        };
        segments.iter().map(of).collect()
    }
}

/// Reads flags until it is known of which each of `states` is.
async fn find_flags(
    http: &Http,
    known: &Known,
    place: &Place,
    flags: &[Flag],
    states: &[(&Environment, State)],
) -> Result<(), Failure> {
    for some in flags.chunks(http.parallelism()) {
        let open: BTreeSet<&String> = states
            .iter()
            .filter(|(_, state)| known.flag_of(&state.id).is_none())
            .map(|(environment, _)| &environment.id)
            .collect();
        let mut reads = vec![];
        for flag in some {
            for environment in &open {
                reads.push(state(http, known, place, &flag.key, environment));
            }
        }
        join_all(reads).await?;
    }
    let found = states.iter().all(|(_, state)| known.flag_of(&state.id).is_some());
    if found { Ok(()) } else { Err(moved()) }
}

/// The state of a flag in an environment; none when there is no such flag.
pub(super) async fn state(
    http: &Http,
    known: &Known,
    place: &Place,
    flag: &str,
    environment: &str,
) -> Result<Option<State>, Failure> {
    match http.get::<State>(&STATE, &[&place.project.id, flag, environment]).await {
        Ok(state) => {
            known.learn(&state.id, flag);
            Ok(Some(state))
        }
        Err(failure) if is_missing(&failure) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn moved() -> Failure {
    let message = "flags changed while it was looked up which of them use segments";
    Failure::new(Code::UnexpectedAnswer, message).help("run the command again")
}

impl Place {
    /// Where the rules of a flag stand.
    pub(super) fn rule_place(&self, flag: &str, environment: &Environment) -> RulePlace {
        RulePlace {
            project: self.project.slug.clone(),
            flag: flag.to_owned(),
            environment: environment.slug.clone(),
        }
    }

    /// The states of all flags, by environment.
    pub(super) async fn states(
        &self,
        http: &Http,
    ) -> Result<Vec<(&Environment, Vec<State>)>, Failure> {
        join_all(self.environments.iter().map(|environment| async move {
            Ok((environment, lists::states(http, &self.project.id, &environment.id).await?))
        }))
        .await
    }
}
