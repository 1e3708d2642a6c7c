//! Reading an Unleash server.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use serde_json::{Map, Value as Json};

use super::super::wire::{
    ContextField, Feature, Found, Project, ProjectEnvironment, ProjectEnvironments, Projects,
    Segment, Segments, Strategy, UiConfig, Uses,
};
use super::super::{
    ARCHIVED, CONTEXT, FEATURE, FIELDS, PATCH_TEST_SINCE, PROJECT_ENVIRONMENTS, PROJECTS,
    SEGMENT_USES, SEGMENTS, UI_CONFIG,
};
use super::found::{self, fits, to_rule};
use super::{UnleashWriter, explain};
use crate::apply::WritePermit;
use crate::desired::{Canonical, Mark};
use crate::diagnostic::Code;
use crate::document::UnleashAttachment;
use crate::live::{
    Answers, EnvironmentPlace, FoundRule, Limits, Live, LiveRule, LiveSegment, Questions, Ready,
    RulePlace, Scope, Use,
};
use crate::parallel;
use crate::plan::Refusal;
use crate::provider::credentials::Credentials;
use crate::provider::http::{HttpOptions, is_missing};
use crate::provider::pace::Pace;
use crate::provider::{Answered, Connect, Failure, Http, Reader, Requests, RuleSelector, join_all};

/// How many archived flags are asked for at once: the most that the server gives.
const PAGE: &str = "100";
/// How often archived flags are read at most, when they change meanwhile.
const READINGS: usize = 2;

/// Reads one Unleash server.
#[derive(Clone, Debug)]
pub struct UnleashReader {
    http: Http,
}

impl UnleashReader {
    /// A reader of the server that `connect` names.
    pub fn new(connect: &Connect) -> Result<Self, Failure> {
        let http = Http::new(HttpOptions {
            url: connect.url.clone(),
            credentials: Credentials::fixed(connect.secret("token")?)?,
            parallelism: connect.parallelism,
            pace: Pace::Free,
            explain,
        })?;
        connect.tune(&http);
        Ok(Self { http })
    }

    async fn features(
        &self,
        scope: &Scope,
    ) -> Result<BTreeMap<(String, String), Option<Feature>>, Failure> {
        let flags: BTreeSet<(String, String)> = scope
            .rules
            .values()
            .filter_map(of_unleash)
            .map(|rule| (rule.project.clone(), rule.feature.clone()))
            .collect();
        let read = flags.into_iter().map(|(project, flag)| async move {
            match self.http.get(&FEATURE, &[&project, &flag]).await {
                Ok(feature) => Ok(((project, flag), Some(feature))),
                Err(failure) if is_missing(&failure) => Ok(((project, flag), None)),
                Err(failure) => Err(failure),
            }
        });
        Ok(join_all(read).await?.into_iter().collect())
    }
}

impl UnleashReader {
    /// The archived flags that use a segment, by the name of the segment; none when they changed
    /// while they were read, again and again.
    async fn archived(&self) -> Result<Option<BTreeMap<String, BTreeSet<String>>>, Failure> {
        for _ in 0..READINGS {
            let uses = self.archived_at_once().await?;
            if uses.is_some() {
                return Ok(uses);
            }
        }
        Ok(None)
    }

    /// The archived flags that use a segment; none when one was revived or archived between two
    /// pages, because that moves the others, and one may have moved out of both.
    async fn archived_at_once(
        &self,
    ) -> Result<Option<BTreeMap<String, BTreeSet<String>>>, Failure> {
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut names = BTreeSet::new();
        let (mut read, mut total) = (0, None);
        loop {
            let offset = read.to_string();
            let query = [("archived", "IS:true"), ("limit", PAGE), ("offset", offset.as_str())];
            let page: Found = self.http.find(&ARCHIVED, &query).await?;
            if *total.get_or_insert(page.total) != page.total {
                return Ok(None);
            }
            read += page.features.len();
            let done = page.features.is_empty() || read >= page.total;
            for flag in page.features {
                for segment in flag.segments {
                    uses.entry(segment).or_default().insert(flag.name.clone());
                }
                names.insert(flag.name);
            }
            if done {
                return Ok((names.len() == page.total).then_some(uses));
            }
        }
    }
}

/// What uses segments without being counted as use.
#[derive(Default)]
struct Uncounted {
    archived: BTreeMap<String, BTreeSet<String>>,
    defaults: BTreeMap<String, BTreeSet<EnvironmentPlace>>,
    unread: Vec<String>,
}

impl UnleashReader {
    /// Asks what is wanted of archived flags and default strategies. What may not be read, or is not there on an
    /// old server, is said and is not taken for none.
    async fn uncounted(&self, questions: &Questions) -> Result<Uncounted, Failure> {
        let archived = async {
            if questions.archived { self.archived().await } else { Ok(Some(BTreeMap::new())) }
        };
        let defaults =
            async { if questions.defaults { self.defaults().await } else { Ok(BTreeMap::new()) } };
        let (archived, defaults) = tokio::join!(archived, defaults);
        let mut found = Uncounted::default();
        match archived {
            Ok(Some(archived)) => found.archived = archived,
            Ok(None) => found.unread.push("archived flags changed while they were read".to_owned()),
            Err(failure) if is_closed(&failure) => found.unread.push(failure.message),
            Err(failure) => return Err(failure),
        }
        match defaults {
            Ok(defaults) => found.defaults = defaults,
            Err(failure) if is_closed(&failure) => found.unread.push(failure.message),
            Err(failure) => return Err(failure),
        }
        Ok(found)
    }

    /// The environments whose default strategy has a segment, by the id of the segment.
    async fn defaults(&self) -> Result<BTreeMap<String, BTreeSet<EnvironmentPlace>>, Failure> {
        let list: Projects = self.http.get(&PROJECTS, &[]).await?;
        let read = list.projects.into_iter().map(|Project { id }| async move {
            let found: ProjectEnvironments = self.http.get(&PROJECT_ENVIRONMENTS, &[&id]).await?;
            Ok((id, found.environments))
        });
        let mut defaults: BTreeMap<String, BTreeSet<EnvironmentPlace>> = BTreeMap::new();
        for (project, environments) in join_all(read).await? {
            for ProjectEnvironment { name, default_strategy } in environments {
                for segment in default_strategy.into_iter().flat_map(|it| it.segments) {
                    let place =
                        EnvironmentPlace { project: project.clone(), environment: name.clone() };
                    defaults.entry(segment.to_string()).or_default().insert(place);
                }
            }
        }
        Ok(defaults)
    }
}

/// Whether an answer means that the question may not be asked here.
fn is_closed(failure: &Failure) -> bool {
    failure.status == Some(403) || is_missing(failure)
}

impl Reader for UnleashReader {
    type Writer = UnleashWriter;

    async fn read(&self, scope: &Scope) -> Result<Live, Failure> {
        let (config, segments, features) = tokio::try_join!(
            self.http.get::<UiConfig>(&UI_CONFIG, &[]),
            self.http.get::<Segments>(&SEGMENTS, &[]),
            self.features(scope),
        )?;
        let rules = scope.rules.iter().filter_map(|(name, rule)| {
            let rule = of_unleash(rule)?;
            let feature = features.get(&(rule.project.clone(), rule.feature.clone()));
            Some((name.clone(), find_rule(rule, feature.and_then(Option::as_ref))))
        });
        Ok(Live {
            version: Some(config.version),
            limits: Limits {
                segments: config.resource_limits.segments,
                segment_values: config.resource_limits.segment_values,
                rule_segments: config.resource_limits.strategy_segments,
            },
            rules: rules.collect(),
            segments: parallel::map(segments.segments, to_live),
            ..Live::default()
        })
    }

    async fn answer(&self, questions: &Questions) -> Result<Answers, Failure> {
        let projects = async {
            if !questions.projects {
                return Ok(None);
            }
            let list: Projects = self.http.get(&PROJECTS, &[]).await?;
            Ok(Some(list.projects.into_iter().map(|it| it.id).collect()))
        };
        let legal_values = async {
            if !questions.legal_values {
                return Ok(None);
            }
            let fields: Vec<ContextField> = self.http.get(&CONTEXT, &[]).await?;
            Ok(Some(legal_values(fields)))
        };
        let uses = join_all(questions.uses.iter().map(|id| async move {
            Ok((id.clone(), to_uses(self.http.get(&SEGMENT_USES, &[id]).await?)))
        }));
        // Boxed: it is seldom needed, and every future around it would grow.
        let uncounted = Box::pin(self.uncounted(questions));
        let (projects, legal_values, uses, uncounted) =
            tokio::try_join!(projects, legal_values, uses, uncounted)?;
        let Uncounted { archived, defaults, unread } = uncounted;
        let uses = uses.into_iter().collect();
        Ok(Answers {
            projects,
            legal_values,
            uses,
            archived,
            defaults,
            unread,
            ..Answers::default()
        })
    }

    async fn find_rules(&self, segments: &BTreeSet<String>) -> Result<Vec<FoundRule>, Failure> {
        found::find(&self.http, segments).await
    }

    fn writer(&self, permit: WritePermit, live: &Live) -> UnleashWriter {
        let version = live.version.as_deref().and_then(|it| Version::parse(it).ok());
        let tests = version.is_some_and(|version| version >= PATCH_TEST_SINCE);
        UnleashWriter::new(permit, self.http.clone(), tests)
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

/// The selector, which is one of Unleash: documents of other vendors stay with their targets.
fn of_unleash(rule: &RuleSelector) -> Option<&UnleashAttachment> {
    match rule {
        RuleSelector::Unleash(rule) => Some(rule),
        _ => None,
    }
}

/// A listed segment in the form of the desired ones.
pub(super) fn to_live(segment: Segment) -> LiveSegment {
    let description = segment.description.unwrap_or_default();
    let (text, mark) = Mark::split(&description);
    let constraints = segment.constraints.into_iter().map(Json::Object).collect::<Vec<_>>();
    let document = Map::from_iter([
        ("name".to_owned(), Json::from(segment.name.clone())),
        ("description".to_owned(), Json::from(text)),
        ("project".to_owned(), segment.project.map_or(Json::Null, Json::from)),
        ("constraints".to_owned(), Json::from(constraints)),
    ]);
    LiveSegment {
        id: segment.id.to_string(),
        key: segment.name,
        document: Canonical::new(FIELDS, document),
        mark,
        // Older servers leave the count out; then every segment is taken for a used one.
        used: segment.used_in_features.is_none_or(|count| count > 0),
        ready: Ready::Yes,
        belongs_to: None,
        by_hand: false,
        written: None,
    }
}

fn to_uses(uses: Uses) -> Vec<Use> {
    let strategies = uses.strategies.into_iter().map(|it| (it, false));
    let pending = uses.change_request_strategies.into_iter().map(|it| (it, true));
    let mut all: Vec<Use> = strategies
        .chain(pending)
        .map(|(it, pending)| Use {
            place: RulePlace {
                project: it.project_id,
                flag: it.feature_name,
                environment: it.environment,
            },
            rule: it.id,
            pending,
        })
        .collect();
    all.sort();
    all
}

fn legal_values(fields: Vec<ContextField>) -> BTreeMap<String, BTreeSet<String>> {
    let closed = fields.into_iter().filter(|field| !field.legal_values.is_empty());
    closed
        .map(|it| (it.name, it.legal_values.into_iter().map(|legal| legal.value).collect()))
        .collect()
}

/// The one strategy that `rule` names, or why there is none.
fn find_rule(rule: &UnleashAttachment, feature: Option<&Feature>) -> Result<LiveRule, Refusal> {
    let missing = |what: String| Err(Refusal::new(Code::FlagNotFound, what));
    let Some(feature) = feature else {
        return missing(format!("project `{}` has no flag `{}`", rule.project, rule.feature));
    };
    let environment = feature.environments.iter().find(|it| it.name == rule.environment);
    let Some(environment) = environment else {
        let names: Vec<&str> = feature.environments.iter().map(|it| it.name.as_str()).collect();
        let what = format!("flag `{}` has no environment `{}`", rule.feature, rule.environment);
        return missing(what).map_err(|it| it.help(format!("it has {}", names.join(", "))));
    };
    let fitting: Vec<&Strategy> =
        environment.strategies.iter().filter(|it| fits(&rule.strategy, it)).collect();
    match fitting[..] {
        [strategy] if strategy.milestone_id.is_some() => {
            let what = "the strategy belongs to a release plan";
            Err(Refusal::new(Code::RuleOfReleasePlan, what))
        }
        [strategy] => Ok(to_rule(place(rule), strategy)),
        [] => {
            let what = format!("flag `{}` has no such strategy", rule.feature);
            let refusal = Refusal::new(Code::RuleNotFound, what);
            Err(refusal.help(candidates("it has", environment.strategies.iter())))
        }
        _ => {
            let what = format!("{} strategies of `{}` fit", fitting.len(), rule.feature);
            let refusal = Refusal::new(Code::RuleAmbiguous, what);
            Err(refusal.help(candidates("select one by id", fitting.into_iter())))
        }
    }
}

fn candidates<'a>(lead: &str, strategies: impl Iterator<Item = &'a Strategy>) -> String {
    let each: Vec<String> = strategies
        .map(|it| {
            let title = it.title.as_deref().filter(|title| !title.is_empty());
            let title = title.map(|title| format!(" titled `{title}`")).unwrap_or_default();
            format!("`{}`{title} (id {})", it.name, it.id)
        })
        .collect();
    if each.is_empty() { "it has none".to_owned() } else { format!("{lead}: {}", each.join(", ")) }
}

fn place(rule: &UnleashAttachment) -> RulePlace {
    RulePlace {
        project: rule.project.clone(),
        flag: rule.feature.clone(),
        environment: rule.environment.clone(),
    }
}
