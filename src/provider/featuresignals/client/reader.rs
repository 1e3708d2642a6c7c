//! Reading FeatureSignals.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::DateTime;
use serde_json::{Map, Value as Json};

use super::super::FIELDS;
use super::super::wire::{Environment, Project, Rule, Segment, State};
use super::catalogue::{self, Catalogue};
use super::sign_in::Member;
use super::{FeatureSignalsWriter, explain, lists, rules};
use crate::apply::WritePermit;
use crate::desired::{Canonical, Mark};
use crate::diagnostic::Code;
use crate::document::FeatureSignalsAttachment;
use crate::live::{
    Answers, FoundRule, Live, LiveEnvironment, LiveRule, LiveSegment, Questions, Ready, Scope,
};
use crate::parallel;
use crate::plan::Refusal;
use crate::provider::credentials::Credentials;
use crate::provider::http::HttpOptions;
use crate::provider::pace::Pace;
use crate::provider::{Answered, Connect, Failure, Http, Reader, Requests, RuleSelector, join_all};

/// The limit is the organization's, so people who use the dashboard count too.
const PACE: Pace = Pace::Told { remaining: "x-ratelimit-remaining", reset: "x-ratelimit-reset" };

/// Reads one project of FeatureSignals.
#[derive(Clone, Debug)]
pub struct FeatureSignalsReader {
    http: Http,
    /// The project, by slug or id; without it, the only one.
    project: Option<String>,
    /// Whether environments are to be touched after their segments changed.
    refresh: bool,
    known: Arc<Known>,
}

/// What was learnt of the system while it was read.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Learnt>);

#[derive(Debug, Default)]
struct Learnt {
    place: Option<Arc<Place>>,
    /// The flag of each state, by the id of the state: it never becomes another.
    flags: BTreeMap<String, String>,
    /// The archived flags that use a segment, by the key of the segment.
    archived: BTreeMap<String, BTreeSet<String>>,
}

/// The project that is read, with its environments.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) project: Project,
    pub(super) environments: Vec<Environment>,
}

impl Known {
    fn learnt(&self) -> std::sync::MutexGuard<'_, Learnt> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The project and its environments, once they were read.
    pub(super) fn place(&self) -> Option<Arc<Place>> {
        self.learnt().place.clone()
    }

    /// The state of that id is one of `flag`.
    pub(super) fn learn(&self, state: &str, flag: &str) {
        // A state that was never written has no id.
        if !state.is_empty() {
            self.learnt().flags.insert(state.to_owned(), flag.to_owned());
        }
    }

    /// The flag whose state has that id.
    pub(super) fn flag_of(&self, state: &str) -> Option<String> {
        self.learnt().flags.get(state).cloned()
    }
}

impl Place {
    fn environment(&self, slug: &str) -> Option<&Environment> {
        self.environments.iter().find(|it| it.slug == slug)
    }
}

impl FeatureSignalsReader {
    /// A reader of the system that `connect` names.
    pub fn new(connect: &Connect) -> Result<Self, Failure> {
        let http = Http::new(HttpOptions {
            url: connect.url.clone(),
            credentials: Credentials::renewed(Member::of(connect)?),
            parallelism: connect.parallelism,
            pace: PACE,
            explain,
        })?;
        connect.tune(&http);
        Ok(Self {
            http,
            project: connect.options.project.clone(),
            refresh: connect.options.refresh.unwrap_or(true),
            known: Arc::default(),
        })
    }

    /// Reads which project it is, and which environments it has. An environment that is not in the
    /// list must not be asked for: the server would say that it has no rules.
    async fn look_round(&self) -> Result<Arc<Place>, Failure> {
        let projects = lists::projects(&self.http).await?;
        let project = choose(projects, self.project.as_deref())?;
        let environments = lists::environments(&self.http, &project.id).await?;
        let place = Arc::new(Place { project, environments });
        self.known.learnt().place = Some(Arc::clone(&place));
        Ok(place)
    }

    async fn place(&self) -> Result<Arc<Place>, Failure> {
        match self.known.place() {
            Some(place) => Ok(place),
            None => self.look_round().await,
        }
    }

    /// The rules that attachments name.
    async fn rules(
        &self,
        scope: &Scope,
        place: &Place,
    ) -> Result<BTreeMap<String, Result<LiveRule, Refusal>>, Failure> {
        let named: Vec<(&String, &FeatureSignalsAttachment)> =
            scope.rules.iter().filter_map(|(name, rule)| Some((name, own(rule)?))).collect();
        let pairs: BTreeSet<(&str, &str)> = named
            .iter()
            .filter_map(|(_, it)| {
                Some((it.flag.as_str(), &*place.environment(&it.environment)?.id))
            })
            .collect();
        let read = pairs.into_iter().map(|(flag, environment)| async move {
            let state = catalogue::state(&self.http, &self.known, place, flag, environment).await?;
            Ok(((flag, environment), state))
        });
        let states: BTreeMap<(&str, &str), Option<State>> =
            join_all(read).await?.into_iter().collect();
        let found = named.into_iter().map(|(name, it)| {
            let environment = place.environment(&it.environment);
            let state = environment
                .and_then(|environment| states.get(&(it.flag.as_str(), environment.id.as_str())));
            (name.clone(), find_rule(it, place, environment, state.and_then(Option::as_ref)))
        });
        Ok(found.collect())
    }

    async fn catalogue(&self, segments: &BTreeSet<String>) -> Result<Catalogue, Failure> {
        let place = self.place().await?;
        let catalogue = Catalogue::read(&self.http, &self.known, &place, segments).await?;
        let mut learnt = self.known.learnt();
        learnt.archived.retain(|key, _| !segments.contains(key));
        learnt.archived.extend(catalogue.archived.clone());
        Ok(catalogue)
    }
}

impl Reader for FeatureSignalsReader {
    type Writer = FeatureSignalsWriter;

    async fn read(&self, scope: &Scope) -> Result<Live, Failure> {
        let place = self.look_round().await?;
        let (segments, states, rules) = tokio::try_join!(
            lists::segments(&self.http, &place.project.id),
            place.states(&self.http),
            self.rules(scope, &place),
        )?;
        let environments: Vec<LiveEnvironment> =
            states.iter().map(|(it, states)| environment(it, states)).collect();
        let used: BTreeSet<&String> = environments.iter().flat_map(|it| &it.segments).collect();
        let segments = parallel::map(segments, |segment| {
            let used = used.contains(&segment.key);
            LiveSegment { used, ..to_live(segment) }
        });
        Ok(Live {
            // There is one version of the API, and none of the server is told.
            version: Some("v1".to_owned()),
            segments,
            rules,
            environments,
            refresh: self.refresh,
            ..Live::default()
        })
    }

    async fn answer(&self, questions: &Questions) -> Result<Answers, Failure> {
        let asked = &questions.uses;
        // A segment that no rule names is not asked about, nor is there an archived flag with it.
        let uses = if asked.is_empty() {
            BTreeMap::new()
        } else {
            self.catalogue(asked).await?.uses(asked)
        };
        let archived = self.known.learnt().archived.clone();
        Ok(Answers { uses, archived, ..Answers::default() })
    }

    async fn find_rules(&self, segments: &BTreeSet<String>) -> Result<Vec<FoundRule>, Failure> {
        if segments.is_empty() {
            return Ok(vec![]);
        }
        Ok(self.catalogue(segments).await?.rules)
    }

    fn writer(&self, permit: WritePermit, _: &Live) -> FeatureSignalsWriter {
        FeatureSignalsWriter::new(permit, self.http.clone(), Arc::clone(&self.known))
    }

    fn requests(&self) -> Requests {
        self.http.requests()
    }

    fn hurry(&self) {
        self.http.hurry();
    }

    fn answered(&self) -> Answered {
        self.http.answered()
    }
}

/// The project that is meant.
fn choose(projects: Vec<Project>, wanted: Option<&str>) -> Result<Project, Failure> {
    let names: Vec<String> = projects.iter().map(|it| format!("`{}`", it.slug)).collect();
    let help = format!("it has {}", names.join(", "));
    let unknown = |message: String| Failure::new(Code::UnknownProject, message).help(help.clone());
    let mut fitting = projects.into_iter().filter(|project| {
        wanted.is_none_or(|wanted| project.slug == wanted || project.id == wanted)
    });
    match (fitting.next(), fitting.next(), wanted) {
        (Some(project), None, _) => Ok(project),
        (_, _, Some(wanted)) => Err(unknown(format!("the organization has no project `{wanted}`"))),
        (None, ..) => Err(unknown("the organization has no project".to_owned())),
        _ => {
            let message = "the organization has several projects, and the target names none";
            Err(unknown(message.to_owned()))
        }
    }
}

/// The selector, where it is one of this vendor: documents of others stay with their targets.
fn own(rule: &RuleSelector) -> Option<&FeatureSignalsAttachment> {
    match rule {
        RuleSelector::FeatureSignals(rule) => Some(rule),
        _ => None,
    }
}

/// The one rule that an attachment names, or why there is none.
fn find_rule(
    attachment: &FeatureSignalsAttachment,
    place: &Place,
    environment: Option<&Environment>,
    state: Option<&State>,
) -> Result<LiveRule, Refusal> {
    let (flag, project) = (&attachment.flag, &place.project.slug);
    let Some(environment) = environment else {
        let what = format!("project `{project}` has no environment `{}`", attachment.environment);
        let slugs: Vec<&str> = place.environments.iter().map(|it| it.slug.as_str()).collect();
        let refusal = Refusal::new(Code::FlagNotFound, what);
        return Err(refusal.help(format!("it has {}", slugs.join(", "))));
    };
    let Some(state) = state else {
        let what = format!("project `{project}` has no flag `{flag}`");
        return Err(Refusal::new(Code::FlagNotFound, what));
    };
    let rules = state.rules.as_deref().unwrap_or_default();
    rules::find(place.rule_place(flag, environment), &attachment.rule, rules)
}

/// A listed segment in the form of the desired ones. Its key is its identity: rules name it by that,
/// also once another segment has it.
pub(super) fn to_live(segment: Segment) -> LiveSegment {
    let (text, mark) = Mark::split(&segment.description);
    let rules = segment.rules.unwrap_or_default().into_iter().map(Json::Object);
    let document = Map::from_iter([
        ("key".to_owned(), Json::from(segment.key.clone())),
        ("name".to_owned(), Json::from(segment.name)),
        ("description".to_owned(), Json::from(text)),
        ("match_type".to_owned(), Json::from(segment.match_type)),
        ("rules".to_owned(), rules.collect()),
    ]);
    LiveSegment {
        id: segment.key.clone(),
        key: segment.key,
        document: Canonical::new(FIELDS, document),
        mark,
        used: true,
        ready: Ready::Yes,
        belongs_to: None,
        by_hand: false,
        written: sortable(&segment.updated_at),
    }
}

/// An environment, by the states of its flags.
fn environment(environment: &Environment, states: &[State]) -> LiveEnvironment {
    let rules = states.iter().flat_map(|state| state.rules.iter().flatten());
    LiveEnvironment {
        id: environment.id.clone(),
        name: environment.slug.clone(),
        written: states.iter().filter_map(|state| sortable(&state.updated_at)).max(),
        segments: rules.flat_map(Rule::segment_keys).collect(),
        by: None,
    }
}

/// A time as a text whose order is that of time: the server leaves zeros at the end of a fraction
/// out, so that `.1Z` would come after `.15Z`.
pub(super) fn sortable(time: &str) -> Option<String> {
    let time = DateTime::parse_from_rfc3339(time).ok()?.to_utc();
    Some(time.format("%Y-%m-%dT%H:%M:%S%.9fZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::sortable;

    #[test]
    fn times_sort_as_time_goes_by() {
        let times = ["2026-04-01T00:00:00Z", "2026-04-01T00:00:00.1Z", "2026-04-01T00:00:00.15Z"];
        let sorted = times.map(|time| sortable(time).unwrap());
        assert!(sorted.is_sorted() && !times.is_sorted());
        assert_eq!(sortable("0001-01-01T00:00:00Z").unwrap(), "0001-01-01T00:00:00.000000000Z");
        assert_eq!(sortable("soon"), None);
    }
}
