//! Changing FeatureSignals.
//!
//! The server compares nothing and says next to nothing of what it refuses, so every function here
//! reads just before it writes, and reads again where an answer was lost or cannot be believed.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use super::super::wire::{Environment, Flag, OneSegment, Rule, RulesBody, State};
use super::super::{
    CREATE_SEGMENT, DELETE_SEGMENT, SEGMENT, SET_RULES, TOUCH, UPDATE_SEGMENT, compile,
};
use super::reader::{Known, Place, sortable, to_live};
use super::{catalogue, lists, rules};
use crate::apply::WritePermit;
use crate::desired::{Canonical, Mark};
use crate::diagnostic::Code;
use crate::live::{LiveEnvironment, LiveSegment};
use crate::provider::http::{Request, WritableHttp, is_missing};
use crate::provider::meanwhile::{appeared, changed, gone, is_as_read, moved};
use crate::provider::{Failure, Http, RuleChange, Writer};

/// How often a change whose answer was lost is tried again, once it is known not to be done.
const TRIES: u32 = 3;

/// Changes one project of FeatureSignals.
#[derive(Debug)]
pub struct FeatureSignalsWriter {
    http: WritableHttp,
    known: Arc<Known>,
}

impl FeatureSignalsWriter {
    pub(super) fn new(permit: WritePermit, http: Http, known: Arc<Known>) -> Self {
        Self { http: WritableHttp::new(http, permit), known }
    }

    /// The project, which was read before anything is written.
    fn place(&self) -> Result<Arc<Place>, Failure> {
        let unread = || Failure::new(Code::UnexpectedAnswer, "the project was not read");
        self.known.place().ok_or_else(unread)
    }

    /// The segment of that key as it is now; none when it is gone.
    async fn segment_now(&self, project: &str, key: &str) -> Result<Option<LiveSegment>, Failure> {
        match self.http.get::<OneSegment>(&SEGMENT, &[project, key]).await {
            Ok(one) => Ok(Some(to_live(one.segment()))),
            Err(failure) if is_missing(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

impl Writer for FeatureSignalsWriter {
    fn parallelism(&self) -> usize {
        self.http.parallelism()
    }

    async fn create(&self, document: &Canonical, mark: &Mark) -> Result<String, Failure> {
        let project = &self.place()?.project.id;
        let body = compile::body(document, mark, true);
        let key = body.key.unwrap_or_default().to_owned();
        let body = json!(body);
        for tries in 1.. {
            let sent = self.http.write(&CREATE_SEGMENT, &[project], Some(&body)).await;
            let Err(failure) = sent else { break };
            // 409 is said of any trouble of the database, so it is not believed before a look.
            let taken = failure.status == Some(409);
            if !failure.maybe_done && !taken {
                return Err(failure);
            }
            let now = self.segment_now(project, &key).await;
            match now.map_err(|_| failure.clone())? {
                Some(now) if now.mark.as_ref() == Some(mark) && now.document == *document => break,
                Some(_) => return Err(appeared(&key)),
                None if taken => return Err(not_taken(&key, failure)),
                None if tries < TRIES => {}
                None => return Err(failure),
            }
        }
        Ok(key)
    }

    async fn replace(
        &self,
        before: &LiveSegment,
        document: &Canonical,
        mark: &Mark,
    ) -> Result<(), Failure> {
        let project = &self.place()?.project.id;
        let key = before.key.as_str();
        let body = json!(compile::body(document, mark, false));
        let mut lost = None;
        for tries in 0.. {
            let now = self.segment_now(project, key).await;
            match now.map_err(|it| lost.clone().unwrap_or(it))? {
                None => return Err(gone(key)),
                Some(now) if now.mark.as_ref() == Some(mark) && now.document == *document => break,
                Some(now) if is_as_read(&now, before) => {}
                Some(_) => return Err(Failure { maybe_done: lost.is_some(), ..changed(key) }),
            }
            if let Some(failure) = lost.take_if(|_| tries >= TRIES) {
                return Err(failure);
            }
            match self.http.write(&UPDATE_SEGMENT, &[project, key], Some(&body)).await {
                Ok(_) => break,
                Err(failure) if is_missing(&failure) => return Err(gone(key)),
                Err(failure) if failure.maybe_done => lost = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    async fn delete(&self, before: &LiveSegment) -> Result<(), Failure> {
        let place = self.place()?;
        let (project, key) = (&place.project.id, before.key.as_str());
        let mut lost = None;
        for tries in 0.. {
            let now = self.segment_now(project, key).await;
            match now.map_err(|it| lost.clone().unwrap_or(it))? {
                None => break,
                // What a person made of it is not ours to delete.
                Some(now) if !is_as_read(&now, before) => return Err(changed(key)),
                Some(_) => {}
            }
            if let Some(failure) = lost.take_if(|_| tries >= TRIES) {
                return Err(failure);
            }
            self.check_unused(&place, key).await?;
            match self.http.write(&DELETE_SEGMENT, &[project, key], None).await {
                Ok(_) => break,
                Err(failure) if is_missing(&failure) => break,
                Err(failure) if failure.maybe_done => lost = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    async fn allocate(&self, _: &str) -> Result<(), Failure> {
        // A segment is ready as soon as it is there.
        Ok(())
    }

    async fn attach(&self, changes: &[RuleChange<'_>]) -> Result<(), Failure> {
        let Some(first) = changes.first() else { return Ok(()) };
        let place = self.place()?;
        let at = &first.rule.place;
        let environment = place.environments.iter().find(|it| it.slug == at.environment);
        let environment = environment.ok_or_else(|| moved(first.rule))?;
        let mut lost: Option<Failure> = None;
        for tries in 0.. {
            let state =
                catalogue::state(&self.http, &self.known, &place, &at.flag, &environment.id);
            let state = state.await.map_err(|it| lost.clone().unwrap_or(it))?;
            let state = state.ok_or_else(|| moved(first.rule))?;
            let Some(rules) = changed_rules(state, changes)? else { break };
            if let Some(failure) = lost.take_if(|_| tries >= TRIES) {
                return Err(failure);
            }
            match self.set_rules(&place.project.id, &at.flag, &environment.id, &rules).await {
                Ok(()) => break,
                Err(failure) if is_missing(&failure) => return Err(moved(first.rule)),
                Err(failure) if failure.maybe_done => lost = Some(failure),
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    async fn refresh(&self, environment: &LiveEnvironment) -> Result<(), Failure> {
        let place = self.place()?;
        let flag = self.flag_in(&place, &environment.id).await?;
        let body = json!({});
        let path = [place.project.id.as_str(), &flag, &environment.id];
        self.http.write(&TOUCH, &path, Some(&body)).await.map(drop)
    }
}

impl FeatureSignalsWriter {
    /// Nothing keeps the server from deleting what rules name, so this is looked at just before.
    async fn check_unused(&self, place: &Place, key: &str) -> Result<(), Failure> {
        for (Environment { slug, .. }, states) in place.states(&self.http).await? {
            let rules = states.iter().flat_map(|it| it.rules.iter().flatten());
            if rules.flat_map(Rule::segment_keys).any(|it| it == key) {
                let message = format!("segment `{key}` came into use in {slug} meanwhile");
                return Err(Failure::new(Code::InUse, message));
            }
        }
        Ok(())
    }

    async fn set_rules(
        &self,
        project: &str,
        flag: &str,
        environment: &str,
        rules: &[Rule],
    ) -> Result<(), Failure> {
        let text =
            serde_json::to_string(&RulesBody { rules }).map_err(|error| unwritable(&error))?;
        let path = [project, flag, environment];
        let request = Request { path: &path, text: Some(&text), ..Request::default() };
        self.http.change(&SET_RULES, &request).await.map(drop)
    }

    /// A flag that has a state in the environment: a touch of another one would make a state.
    async fn flag_in(&self, place: &Place, environment: &str) -> Result<String, Failure> {
        let mut states = lists::states(&self.http, &place.project.id, environment).await?;
        // The one that was left alone for longest: the server reads and writes a state without a
        // lock, so that a touch could undo what somebody writes at the same moment.
        states.sort_by_cached_key(|state| sortable(&state.updated_at));
        if let Some(flag) = states.iter().find_map(|state| self.known.flag_of(&state.id)) {
            return Ok(flag);
        }
        let mut flags = lists::flags(&self.http, &place.project.id).await?;
        flags.sort_by_key(Flag::is_archived);
        for flag in flags {
            let state = catalogue::state(&self.http, &self.known, place, &flag.key, environment);
            if state.await?.is_some_and(|state| !state.id.is_empty()) {
                return Ok(flag.key);
            }
        }
        let message = "the environment has no flag any more that could be touched";
        Err(Failure::new(Code::Stale, message).help("run the command again"))
    }
}

/// The rules of a state with their new segments; none when all of them have these already.
///
/// Each rule has to be what was planned on, and its neighbours go back as they came.
fn changed_rules(state: State, changes: &[RuleChange<'_>]) -> Result<Option<Vec<Rule>>, Failure> {
    let mut rules = state.rules.unwrap_or_default();
    let mut places = vec![];
    for change in changes {
        let at = rules::only(&rules::rule_of_id(&change.rule.id), &rules);
        let at = at.ok_or_else(|| moved(change.rule))?;
        let now: BTreeSet<String> = rules[at].segment_keys().into_iter().collect();
        let wanted: BTreeSet<String> = change.segments.iter().cloned().collect();
        if rules[at].conditions() != change.rule.conditions
            || (now != change.rule.segments && now != wanted)
        {
            return Err(moved(change.rule));
        }
        if now != wanted {
            places.push((at, change));
        }
    }
    if places.is_empty() {
        return Ok(None);
    }
    for (at, change) in places {
        let rule = &mut rules[at];
        // What stays keeps its order.
        let mut keys = rule.segment_keys();
        keys.retain(|key| change.segments.contains(key));
        let new = change.segments.iter().filter(|key| !keys.contains(key)).cloned();
        let new: Vec<String> = new.collect();
        keys.extend(new);
        rule.set_segment_keys(&keys).map_err(|error| unwritable(&error))?;
    }
    Ok(Some(rules))
}

/// The server says that the key is taken, and there is no such segment.
fn not_taken(key: &str, failure: Failure) -> Failure {
    let message = format!(
        "{}; but there is no segment `{key}`, so the server's database did not take it",
        failure.message
    );
    Failure { message, ..failure }
}

fn unwritable(error: &serde_json::Error) -> Failure {
    Failure::new(Code::UnexpectedAnswer, format!("the rules cannot be written: {error}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::live::{LiveRule, RulePlace};

    fn state(keys: &[&str], note: &str) -> State {
        serde_json::from_value(json!({
            "id": "s", "updated_at": "2026-04-01T00:00:00Z",
            "rules": [
                {"id": "1", "segment_keys": keys, "conditions": null, "value": "on"},
                {"id": "2", "segment_keys": ["z"], "description": note},
            ],
        }))
        .unwrap()
    }

    fn live(keys: &[&str]) -> LiveRule {
        LiveRule {
            id: "f/e/id:1".into(),
            place: RulePlace { project: "p".into(), flag: "f".into(), environment: "e".into() },
            unit: "f/e".into(),
            segments: keys.iter().map(|&key| key.to_owned()).collect(),
            not_in: BTreeSet::new(),
            conditions: vec![],
            closed: None,
        }
    }

    fn change<'a>(rule: &'a LiveRule, keys: &[&str]) -> [RuleChange<'a>; 1] {
        let segments = keys.iter().map(|&key| key.to_owned()).collect();
        [RuleChange { rule, segments, not_in: vec![] }]
    }

    #[test]
    fn only_the_segments_of_the_rule_change_and_what_stays_keeps_its_order() {
        let rule = live(&["b", "a"]);
        let rules = changed_rules(state(&["b", "a"], "new"), &change(&rule, &["a", "b", "c"]));
        let rules = serde_json::to_value(rules.unwrap().unwrap()).unwrap();
        let expected = json!([
            {"id": "1", "segment_keys": ["b", "a", "c"], "conditions": null, "value": "on"},
            {"id": "2", "segment_keys": ["z"], "description": "new"},
        ]);
        assert_eq!(rules, expected);
    }

    #[test]
    fn a_rule_that_moved_is_left_alone_and_one_that_is_there_is_done() {
        let rule = live(&["a"]);
        let moved = changed_rules(state(&["x"], ""), &change(&rule, &["b"])).unwrap_err();
        assert_eq!(moved.code, Code::Stale);
        let done = changed_rules(state(&["b"], ""), &change(&rule, &["b"])).unwrap();
        assert!(done.is_none());
    }
}
