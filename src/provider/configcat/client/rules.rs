//! The rules of a flag: which one is meant, what stands on it, and what identifies it.
//!
//! Rules have neither ids nor names, so a rule is known by its place and by what it serves.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value as Json};

use super::super::wire::{Formula, Version};
use super::place::Board;
use crate::diagnostic::Code;
use crate::document::{ConfigCatAttachment, ConfigCatRule, ServedValue};
use crate::live::{FoundRule, FoundSelector, LiveRule};
use crate::plan::Refusal;
use crate::provider::RuleSelector;

/// What a reader of a selector by position should know.
const BY_POSITION: &str =
    "selected by position, because another rule serves the same; a position changes with the rules";

/// A rule as it was read.
#[derive(Clone, Debug)]
pub(super) struct Rule<'f> {
    /// The place among all rules of the flag, from 0.
    pub(super) at: usize,
    /// The plain value that it serves; none for one that serves by percentage.
    pub(super) serves: Option<ServedValue>,
    /// Its conditions.
    pub(super) conditions: Vec<Condition<'f>>,
}

/// One condition of a rule.
#[derive(Clone, Debug)]
pub(super) enum Condition<'f> {
    /// A user is in a segment, or is not.
    Segment {
        /// The segment.
        id: &'f str,
        /// Whether a user must be in it.
        is_in: bool,
    },
    /// Anything else.
    Other(Json),
}

/// What identifies a rule: the flag and the environment, the place, and what it serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Identity {
    /// `v1` or `v2`.
    pub(in super::super) version: String,
    /// The id of the environment.
    pub(in super::super) environment: String,
    /// The id of the setting.
    pub(in super::super) setting: String,
    /// The place among all rules of the flag, from 0.
    pub(in super::super) at: usize,
    /// The plain value that it serves, as JSON; empty for percentages.
    pub(in super::super) serves: String,
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, environment, setting, at, serves } = self;
        write!(formatter, "{version}/{environment}/{setting}/{at}/{serves}")
    }
}

impl Identity {
    /// The identity that [`LiveRule::id`] holds.
    pub(in super::super) fn of(id: &str) -> Option<Self> {
        let mut parts = id.splitn(5, '/');
        let mut next = || parts.next().map(str::to_owned);
        let (version, environment, setting) = (next()?, next()?, next()?);
        Some(Self { version, environment, setting, at: next()?.parse().ok()?, serves: next()? })
    }
}

/// The rules of a flag, without the percentages for all others at its end.
pub(super) fn rules(formula: &Formula) -> Vec<Rule<'_>> {
    let all = formula.targeting_rules.iter().enumerate();
    all.map(|(at, fields)| Rule::read(at, fields)).filter(|it| !it.conditions.is_empty()).collect()
}

impl<'f> Rule<'f> {
    fn read(at: usize, fields: &'f Map<String, Json>) -> Self {
        let conditions = match fields.get("conditions").and_then(Json::as_array) {
            Some(conditions) => conditions.iter().map(of_v2).collect(),
            None => of_v1(fields).into_iter().collect(),
        };
        Self { at, serves: fields.get("value").and_then(plain), conditions }
    }

    /// The segments that a user must be in, or must not be in.
    pub(super) fn segments(&self, wanted: bool) -> BTreeSet<String> {
        let ids = self.conditions.iter().filter_map(|it| match it {
            Condition::Segment { id, is_in } if *is_in == wanted => Some((*id).to_owned()),
            _ => None,
        });
        ids.collect()
    }

    /// The conditions that are not about segments.
    pub(super) fn others(&self) -> Vec<Json> {
        let others = self.conditions.iter().filter_map(|it| match it {
            Condition::Other(other) => Some(other.clone()),
            Condition::Segment { .. } => None,
        });
        others.collect()
    }

    /// The text of what it serves.
    fn served(&self) -> String {
        self.serves.as_ref().map(ServedValue::text).unwrap_or_default()
    }

    /// Whether it is the rule that was read under `identity`.
    pub(super) fn is(&self, identity: &Identity) -> bool {
        self.at == identity.at && self.served() == identity.serves
    }
}

fn of_v2(condition: &Json) -> Condition<'_> {
    let segment = condition.get("segmentCondition").filter(|it| !it.is_null());
    let id = segment.and_then(|it| it.get("segmentId")?.as_str());
    match (id, segment.and_then(|it| it.get("comparator")?.as_str())) {
        (Some(id), Some("isIn")) => Condition::Segment { id, is_in: true },
        (Some(id), Some("isNotIn")) => Condition::Segment { id, is_in: false },
        _ => Condition::Other(without_nulls(condition)),
    }
}

/// A rule of an old config has one condition, in fields of its own.
fn of_v1(fields: &Map<String, Json>) -> Option<Condition<'_>> {
    let text = |name: &str| fields.get(name).and_then(Json::as_str);
    if let (Some(id), Some(comparator)) = (text("segmentId"), text("segmentComparator")) {
        return Some(Condition::Segment { id, is_in: comparator == "isIn" });
    }
    let comparison = ["comparisonAttribute", "comparator", "comparisonValue"];
    let said =
        comparison.into_iter().filter_map(|name| Some((name.to_owned(), text(name)?.into())));
    let said: Map<String, Json> = said.collect();
    (!said.is_empty()).then_some(Condition::Other(Json::Object(said)))
}

fn without_nulls(value: &Json) -> Json {
    match value {
        Json::Object(fields) => {
            let said = fields.iter().filter(|(_, value)| !value.is_null());
            said.map(|(name, value)| (name.clone(), without_nulls(value))).collect()
        }
        Json::Array(items) => items.iter().map(without_nulls).collect(),
        _ => value.clone(),
    }
}

/// The plain value that a rule serves: old configs have it as it is, new ones by its kind.
fn plain(value: &Json) -> Option<ServedValue> {
    let kinds = ["boolValue", "stringValue", "intValue", "doubleValue"];
    let value = match value {
        Json::Null => return None,
        Json::Object(fields) => {
            let mut said = kinds.iter().filter_map(|kind| fields.get(*kind));
            said.find(|it| !it.is_null())?.clone()
        }
        _ => value.clone(),
    };
    Some(ServedValue(value))
}

/// The rules that `selector` may mean: those that serve its value, or the one at its position.
fn fitting<'r, 'f>(selector: &ConfigCatRule, rules: &'r [Rule<'f>]) -> Vec<&'r Rule<'f>> {
    let serves = |rule: &&Rule<'_>| match (&selector.serves, &rule.serves) {
        (None, _) => true,
        (Some(wanted), Some(value)) => wanted.means(value),
        (Some(_), None) => false,
    };
    let serving: Vec<&Rule<'_>> = rules.iter().filter(serves).collect();
    match selector.position {
        None => serving,
        Some(position) => {
            let at = usize::try_from(position).unwrap_or(usize::MAX).checked_sub(1);
            at.and_then(|at| serving.get(at).copied()).into_iter().collect()
        }
    }
}

/// The one rule that `attachment` names, or why there is none.
pub(super) fn find(
    board: Board<'_>,
    attachment: &ConfigCatAttachment,
    formula: &Formula,
    closed: Option<Refusal>,
) -> Result<LiveRule, Refusal> {
    let rules = rules(formula);
    let setting = &formula.setting.key;
    let fitting = fitting(&attachment.rule, &rules);
    match fitting[..] {
        [rule] => Ok(LiveRule { closed, ..to_live(board, formula, rule) }),
        [] => {
            let what = format!("`{setting}` has no such rule in {}", board.environment.name);
            let refusal = Refusal::new(Code::RuleNotFound, what);
            Err(refusal.help(candidates("it has", rules.iter())))
        }
        _ => {
            let what = format!("{} rules of `{setting}` fit", fitting.len());
            let refusal = Refusal::new(Code::RuleAmbiguous, what);
            let lead = "say `position` too, counted among these";
            Err(refusal.help(candidates(lead, fitting.into_iter())))
        }
    }
}

fn candidates<'r>(lead: &str, rules: impl Iterator<Item = &'r Rule<'r>>) -> String {
    let each: Vec<String> = rules
        .map(|rule| match rule.served() {
            serves if serves.is_empty() => format!("rule {} by percentage", rule.at + 1),
            serves => format!("rule {} that serves {serves}", rule.at + 1),
        })
        .collect();
    if each.is_empty() { "it has none".to_owned() } else { format!("{lead}: {}", each.join(", ")) }
}

/// A rule in the form of all vendors.
fn to_live(board: Board<'_>, formula: &Formula, rule: &Rule<'_>) -> LiveRule {
    let version = match board.config.evaluation_version {
        Version::V1 => "v1",
        Version::V2 => "v2",
    };
    let identity = Identity {
        version: version.to_owned(),
        environment: board.environment.environment_id.clone(),
        setting: formula.setting.setting_id.to_string(),
        at: rule.at,
        serves: rule.served(),
    };
    let Identity { version, environment, setting, .. } = &identity;
    LiveRule {
        unit: format!("{version}/{environment}/{setting}"),
        id: identity.to_string(),
        place: board.rule_place(formula),
        segments: rule.segments(true),
        not_in: rule.segments(false),
        conditions: rule.others(),
        closed: None,
    }
}

/// The rules of a flag that have any of `segments`, each with what names it alone.
pub(super) fn having(
    board: Board<'_>,
    formula: &Formula,
    segments: &BTreeSet<String>,
) -> Vec<FoundRule> {
    let all = rules(formula);
    let found = all.iter().map(|rule| (rule, to_live(board, formula, rule)));
    let has_any = |live: &LiveRule| {
        !live.segments.is_disjoint(segments) || !live.not_in.is_disjoint(segments)
    };
    let found = found.filter(|(_, live)| has_any(live)).map(|(rule, live)| {
        let selector = selector(rule, &all);
        let remark = selector.position.is_some().then_some(BY_POSITION);
        let attachment = ConfigCatAttachment {
            config: board.config.name.clone(),
            environment: board.environment.name.clone(),
            setting: formula.setting.key.clone(),
            rule: selector,
            not_in: vec![],
        };
        let selector = FoundSelector { rule: RuleSelector::ConfigCat(attachment), remark };
        FoundRule { title: format!("rule {}", rule.at + 1), rule: live, selector: Ok(selector) }
    });
    found.collect()
}

/// What names `rule` and no other of `all`: what it serves and, where that is not its own, its
/// position among those that serve it.
fn selector(rule: &Rule<'_>, all: &[Rule<'_>]) -> ConfigCatRule {
    let by_value = ConfigCatRule { serves: rule.serves.clone(), position: None };
    let beside = fitting(&by_value, all);
    if beside.len() == 1 && rule.serves.is_some() {
        return by_value;
    }
    let at = beside.iter().position(|it| it.at == rule.at).unwrap_or_default();
    ConfigCatRule { position: u32::try_from(at + 1).ok(), ..by_value }
}
