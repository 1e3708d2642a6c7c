//! Rules of flags: the one that an attachment names, and what names one alone.

use std::collections::{BTreeMap, BTreeSet};

use super::super::wire::{Flag, Rule};
use crate::diagnostic::Code;
use crate::document::{ConfidenceAttachment, ConfidenceRule};
use crate::live::{FoundRule, FoundSelector, LiveRule, RulePlace, Use};
use crate::plan::Refusal;
use crate::provider::RuleSelector;

/// The label that the platform puts on rules of experiments and rollouts.
const OF_WORKFLOW: &str = "workflowInstance";
/// What a reader of a selector by name should know.
const BY_NAME: &str =
    "selected by name, because no labels are its own; a name belongs to one account";

/// The rule that `wanted` names, or why there is none.
pub(super) fn find(
    wanted: &ConfidenceAttachment,
    flags: &BTreeMap<&str, &Flag>,
) -> Result<LiveRule, Refusal> {
    let Some(flag) = flags.get(wanted.flag.as_str()) else {
        let message = format!("there is no flag `{}`", wanted.flag);
        return Err(Refusal::new(Code::FlagNotFound, message));
    };
    if flag.is_archived() {
        let message = format!("flag `{}` is archived, and refuses every change", wanted.flag);
        return Err(Refusal::new(Code::FlagArchived, message));
    }
    let fitting: Vec<&Rule> = flag.rules.iter().filter(|it| fits(&wanted.rule, it)).collect();
    match fitting[..] {
        [rule] => match rule.labels.get(OF_WORKFLOW) {
            Some(workflow) => {
                let message = format!("the rule belongs to {workflow}");
                Err(Refusal::new(Code::BelongsToSystem, message))
            }
            None => Ok(to_live(flag, rule)),
        },
        [] => {
            let message = format!("flag `{}` has no such rule", wanted.flag);
            Err(Refusal::new(Code::RuleNotFound, message).help(candidates(&flag.rules)))
        }
        _ => {
            let message = format!("{} rules of `{}` fit", fitting.len(), wanted.flag);
            Err(Refusal::new(Code::RuleAmbiguous, message).help(candidates(fitting)))
        }
    }
}

fn candidates<'r>(rules: impl IntoIterator<Item = &'r Rule>) -> String {
    let each = rules.into_iter().map(|rule| {
        let labels: Vec<String> =
            rule.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let labels = if labels.is_empty() { "without labels".into() } else { labels.join(",") };
        format!("`{}` ({labels})", rule.name)
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() { "it has none".into() } else { format!("it has {}", each.join(", ")) }
}

/// Whether `selector` names `rule`.
fn fits(selector: &ConfidenceRule, rule: &Rule) -> bool {
    let ConfidenceRule { labels, name } = selector;
    name.as_ref().is_none_or(|it| *it == rule.name)
        && labels.iter().flatten().all(|(name, value)| rule.labels.get(name) == Some(value))
}

/// A rule in the form of all vendors.
pub(super) fn to_live(flag: &Flag, rule: &Rule) -> LiveRule {
    let segment = Some(rule.segment_id().to_owned()).filter(|it| !it.is_empty());
    LiveRule {
        id: rule.name.clone(),
        place: place(flag, rule),
        unit: flag.id().to_owned(),
        segments: segment.into_iter().collect(),
        not_in: BTreeSet::new(),
        conditions: vec![],
        closed: None,
    }
}

fn place(flag: &Flag, rule: &Rule) -> RulePlace {
    let environments: Vec<&str> =
        rule.environments.iter().map(|it| it.trim_start_matches("environments/")).collect();
    let environment = match environments[..] {
        [] => "all environments".to_owned(),
        _ => environments.join(", "),
    };
    RulePlace { project: String::new(), flag: flag.id().to_owned(), environment }
}

/// The rules of live flags that have any of `segments`.
pub(super) fn with(flags: &[Flag], segments: &BTreeSet<String>) -> Vec<FoundRule> {
    let live = flags.iter().filter(|flag| !flag.is_archived());
    let rules = live.flat_map(|flag| flag.rules.iter().map(move |rule| (flag, rule)));
    let found = rules.filter(|(_, rule)| segments.contains(rule.segment_id()));
    found
        .map(|(flag, rule)| FoundRule {
            rule: to_live(flag, rule),
            title: rule.labels.values().next().map_or(rule.id(), String::as_str).to_owned(),
            selector: select(flag, rule),
        })
        .collect()
}

/// What names `rule` and no other of its flag.
fn select(flag: &Flag, rule: &Rule) -> Result<FoundSelector, Refusal> {
    if let Some(workflow) = rule.labels.get(OF_WORKFLOW) {
        let message = format!("the rule belongs to {workflow}");
        return Err(Refusal::new(Code::BelongsToSystem, message));
    }
    let by_labels = Some(rule.labels.clone()).filter(|it| !it.is_empty());
    let by_labels = by_labels
        .map(|labels| ConfidenceRule { labels: Some(labels), name: None })
        .filter(|it| flag.rules.iter().filter(|rule| fits(it, rule)).count() == 1);
    let remark = by_labels.is_none().then_some(BY_NAME);
    let by_name = || ConfidenceRule { labels: None, name: Some(rule.name.clone()) };
    let rule = by_labels.unwrap_or_else(by_name);
    let rule = ConfidenceAttachment { flag: flag.id().to_owned(), rule };
    Ok(FoundSelector { rule: RuleSelector::Confidence(rule), remark })
}

/// Which rules of live flags use each segment, and which archived flags do.
pub(super) fn uses(
    flags: &[Flag],
) -> (BTreeMap<String, Vec<Use>>, BTreeMap<String, BTreeSet<String>>) {
    let mut uses: BTreeMap<String, Vec<Use>> = BTreeMap::new();
    let mut archived: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for flag in flags {
        for rule in &flag.rules {
            let segment = rule.segment_id().to_owned();
            if flag.is_archived() {
                archived.entry(segment).or_default().insert(flag.id().to_owned());
            } else {
                let used =
                    Use { place: place(flag, rule), rule: Some(rule.name.clone()), pending: false };
                uses.entry(segment).or_default().push(used);
            }
        }
    }
    (uses, archived)
}
