//! Reading `ConfigCat`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value as Json};

use super::super::compile::meaning;
use super::super::wire::{Segment, SegmentRow, Values};
use super::super::{FIELDS, SEGMENT, SEGMENTS};
use super::place::{self, Board, Place, read_all};
use super::{ConfigCatWriter, explain, rules};
use crate::apply::WritePermit;
use crate::desired::{Canonical, Mark};
use crate::diagnostic::Code;
use crate::document::ConfigCatAttachment;
use crate::live::{
    Answers, FoundRule, Limits, Live, LiveRule, LiveSegment, Questions, Ready, Scope, Use,
};
use crate::parallel;
use crate::plan::Refusal;
use crate::provider::credentials::Credentials;
use crate::provider::http::{HttpOptions, is_missing};
use crate::provider::pace::Pace;
use crate::provider::{Answered, Connect, Failure, Http, Reader, Requests, RuleSelector, join_all};

/// How many requests are left is the account's, so people who use the API count too.
const PACE: Pace = Pace::Told { remaining: "x-rate-limit-remaining", reset: "x-rate-limit-reset" };

/// Reads one product of `ConfigCat`.
#[derive(Clone, Debug)]
pub struct ConfigCatReader {
    http: Http,
    /// The product, by name or id; without it, the only one.
    product: Option<String>,
    /// The note of each change of a flag; empty for none.
    reason: String,
    known: Arc<Known>,
}

/// What was learnt of the system while it was read.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Learnt>);

#[derive(Debug, Default)]
struct Learnt {
    product: Option<String>,
    /// Whole segments by id: the list leaves out what they compare with.
    segments: HashMap<String, Segment>,
}

impl Known {
    fn learnt(&self) -> MutexGuard<'_, Learnt> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The id of the product, once it was read.
    pub(super) fn product(&self) -> Option<String> {
        self.learnt().product.clone()
    }

    /// The segment of that row, where it did not move since it was read.
    fn segment(&self, row: &SegmentRow) -> Option<Segment> {
        let learnt = self.learnt();
        let known = learnt.segments.get(&row.segment_id)?;
        (!row.updated_at.is_empty() && known.updated_at == row.updated_at).then(|| known.clone())
    }

    /// The segment is about to change, whatever its time says.
    pub(super) fn forget(&self, id: &str) {
        self.learnt().segments.remove(id);
    }
}

impl ConfigCatReader {
    /// A reader of the system that `connect` names.
    pub fn new(connect: &Connect) -> Result<Self, Failure> {
        let (user, password) = (connect.secret("username")?, connect.secret("password")?);
        let pair = format!("{}:{}", user.expose_secret().trim(), password.expose_secret().trim());
        let basic = SecretString::from(format!("Basic {}", STANDARD.encode(pair)));
        let http = Http::new(HttpOptions {
            url: connect.url.clone(),
            credentials: Credentials::fixed(&basic)?,
            parallelism: connect.parallelism,
            pace: PACE,
            explain,
        })?;
        connect.tune(&http);
        Ok(Self {
            http,
            product: connect.options.product.clone(),
            reason: connect.options.reason.clone().unwrap_or_else(|| connect.author.clone()),
            known: Arc::default(),
        })
    }

    async fn product(&self) -> Result<super::super::wire::Product, Failure> {
        let product = place::product(&self.http, self.product.as_deref()).await?;
        self.known.learnt().product = Some(product.product_id.clone());
        Ok(product)
    }

    async fn place(&self) -> Result<Place, Failure> {
        Place::read(&self.http, self.product().await?).await
    }

    /// Every segment whole: the list says which there are, and each is read unless it is known.
    async fn segments(&self, product: &str) -> Result<Vec<LiveSegment>, Failure> {
        let rows: Vec<SegmentRow> = self.http.get(&SEGMENTS, &[product]).await?;
        let read = rows.into_iter().map(|row| async move {
            let segment = match self.known.segment(&row) {
                Some(segment) => segment,
                None => match self.http.get::<Segment>(&SEGMENT, &[&row.segment_id]).await {
                    Ok(segment) => segment,
                    // Deleted since it was listed.
                    Err(failure) if is_missing(&failure) => return Ok(None),
                    Err(failure) => return Err(failure),
                },
            };
            Ok(Some((row, segment)))
        });
        let read: Vec<(SegmentRow, Segment)> =
            join_all(read).await?.into_iter().flatten().collect();
        let known = read.iter().map(|(row, it)| (row.segment_id.clone(), it.clone()));
        self.known.learnt().segments = known.collect();
        Ok(parallel::map(read, |(row, segment)| LiveSegment {
            // Without the count, it is taken for used.
            used: row.usage.is_none_or(|count| count > 0),
            ..to_live(segment)
        }))
    }

    /// The rules that attachments name, and the limit of conditions on one.
    async fn rules(&self, scope: &Scope, place: &Place) -> Result<Found, Failure> {
        let named: Vec<(&String, &ConfigCatAttachment)> =
            scope.rules.iter().filter_map(|(name, rule)| Some((name, own(rule)?))).collect();
        let mut boards: BTreeMap<(&str, &str), Board<'_>> = BTreeMap::new();
        for board in named.iter().filter_map(|(_, it)| place.board(it).ok()) {
            boards.insert(key(board), board);
        }
        let read = read_all(&self.http, boards.into_values()).await?;
        let limits = read.iter().filter_map(|(_, values)| values.feature_flag_limitations);
        let limit = limits.filter_map(|it| it.max_condition_per_targeting_rule_count).min();
        let read: BTreeMap<(&str, &str), (Board<'_>, Values)> =
            read.into_iter().map(|(board, values)| (key(board), (board, values))).collect();
        let found = named.into_iter().map(|(name, it)| {
            let rule = place.board(it).and_then(|board| {
                let values = read.get(&key(board)).map(|(_, values)| values);
                self.find_rule(it, place, board, values)
            });
            (name.clone(), rule)
        });
        Ok(Found { rules: found.collect(), conditions: limit })
    }

    /// The one rule that an attachment names, or why there is none.
    fn find_rule(
        &self,
        attachment: &ConfigCatAttachment,
        place: &Place,
        board: Board<'_>,
        values: Option<&Values>,
    ) -> Result<LiveRule, Refusal> {
        let formulas = values.map_or(&[][..], |it| &it.setting_values);
        let formula = formulas.iter().find(|it| it.setting.key == attachment.setting);
        let Some(formula) = formula else {
            let (config, setting) = (&board.config.name, &attachment.setting);
            let what = format!("config `{config}` has no setting `{setting}`");
            return Err(Refusal::new(Code::FlagNotFound, what));
        };
        let name = &board.environment.name;
        let closed = if values.is_some_and(|it| it.read_only) {
            let message = format!("the credentials may only read in {name}");
            Some(Refusal::new(Code::EnvironmentReadOnly, message))
        } else if place.needs_reason(board.environment) && self.reason.trim().is_empty() {
            let message = format!("each change in {name} needs a reason, and the target has none");
            let refusal = Refusal::new(Code::ReasonRequired, message);
            Some(refusal.help("write another `reason` on the target, or leave it out"))
        } else {
            None
        };
        rules::find(board, attachment, formula, closed)
    }

    /// Every rule of the product that has any of `segments`.
    async fn having(&self, segments: &BTreeSet<String>) -> Result<Vec<FoundRule>, Failure> {
        if segments.is_empty() {
            return Ok(vec![]);
        }
        let place = self.place().await?;
        let read = read_all(&self.http, place.boards()).await?;
        let found = read.iter().flat_map(|(board, values)| {
            values.setting_values.iter().flat_map(|it| rules::having(*board, it, segments))
        });
        Ok(found.collect())
    }
}

/// The rules of a scope, and the most conditions that one may have.
#[derive(Default)]
struct Found {
    rules: BTreeMap<String, Result<LiveRule, Refusal>>,
    conditions: Option<usize>,
}

/// What tells a board from others.
fn key(board: Board<'_>) -> (&str, &str) {
    (&board.config.config_id, &board.environment.environment_id)
}

/// The selector, where it is one of this vendor: documents of others stay with their targets.
fn own(rule: &RuleSelector) -> Option<&ConfigCatAttachment> {
    match rule {
        RuleSelector::ConfigCat(rule) => Some(rule),
        _ => None,
    }
}

impl Reader for ConfigCatReader {
    type Writer = ConfigCatWriter;

    async fn read(&self, scope: &Scope) -> Result<Live, Failure> {
        let product = self.product().await?;
        let id = product.product_id.clone();
        let rules = async {
            if scope.rules.is_empty() {
                return Ok(Found::default());
            }
            let place = Place::read(&self.http, product).await?;
            self.rules(scope, &place).await
        };
        let (segments, found) = tokio::try_join!(self.segments(&id), rules)?;
        Ok(Live {
            // There is one version of the API of segments, and none of the server is told.
            version: Some("v1".to_owned()),
            limits: Limits { rule_segments: found.conditions, ..Limits::default() },
            segments,
            rules: found.rules,
            ..Live::default()
        })
    }

    async fn answer(&self, questions: &Questions) -> Result<Answers, Failure> {
        let found = self.having(&questions.uses).await?;
        let of = |id: &String| {
            let has = |rule: &LiveRule| rule.segments.contains(id) || rule.not_in.contains(id);
            let mut uses: Vec<Use> = found
                .iter()
                .filter(|it| has(&it.rule))
                .map(|it| Use {
                    place: it.rule.place.clone(),
                    rule: Some(it.rule.id.clone()),
                    pending: false,
                })
                .collect();
            uses.sort();
            (id.clone(), uses)
        };
        Ok(Answers { uses: questions.uses.iter().map(of).collect(), ..Answers::default() })
    }

    async fn find_rules(&self, segments: &BTreeSet<String>) -> Result<Vec<FoundRule>, Failure> {
        self.having(segments).await
    }

    fn writer(&self, permit: WritePermit, _: &Live) -> ConfigCatWriter {
        let (http, known) = (self.http.clone(), Arc::clone(&self.known));
        ConfigCatWriter::new(permit, http, known, self.reason.clone())
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

/// A segment in the form of the desired ones.
pub(super) fn to_live(segment: Segment) -> LiveSegment {
    let description = segment.description.unwrap_or_default();
    let (text, mark) = Mark::split(&description);
    let comparator = segment.comparator.unwrap_or_default();
    let (value, values) = meaning(&comparator, &segment.comparison_value.unwrap_or_default());
    let document = Map::from_iter([
        ("name".to_owned(), Json::from(segment.name.clone())),
        ("description".to_owned(), Json::from(text)),
        ("comparisonAttribute".to_owned(), segment.comparison_attribute.into()),
        ("comparator".to_owned(), Json::from(comparator)),
        ("comparisonValue".to_owned(), value),
        ("comparisonValues".to_owned(), values),
    ]);
    LiveSegment {
        id: segment.segment_id,
        key: segment.name,
        document: Canonical::new(FIELDS, document),
        mark,
        used: true,
        ready: Ready::Yes,
        belongs_to: None,
        by_hand: false,
        written: None,
    }
}
