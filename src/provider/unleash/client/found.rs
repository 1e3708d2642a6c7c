//! Finds the strategies that have segments, without an endpoint that writes an event.

use std::collections::BTreeSet;

use super::super::wire::{Feature, Strategy, Uses};
use super::super::{FEATURE, SEGMENT_USES};
use crate::diagnostic::Code;
use crate::document::{StrategySelector, UnleashAttachment};
use crate::live::{FoundRule, FoundSelector, LiveRule, RulePlace};
use crate::plan::Refusal;
use crate::provider::http::is_missing;
use crate::provider::{Failure, Http, RuleSelector, join_all};

/// What a reader of a selector by id should know.
const BY_ID: &str =
    "selected by id, because no title or type is its own; an id belongs to one server";

/// The strategies that have any of `segments`, flags that are archived left out: one request for
/// each segment, and one for each flag that uses one.
pub(super) async fn find(
    http: &Http,
    segments: &BTreeSet<String>,
) -> Result<Vec<FoundRule>, Failure> {
    let uses = segments.iter().map(async |id| http.get::<Uses>(&SEGMENT_USES, &[id]).await);
    let uses = join_all(uses).await?.into_iter().flat_map(|it| it.strategies);
    let flags: BTreeSet<(String, String)> =
        uses.map(|it| (it.project_id, it.feature_name)).collect();
    let rules = flags.iter().map(|(project, flag)| async move {
        match http.get::<Feature>(&FEATURE, &[project, flag]).await {
            Ok(feature) => Ok(rules_of(project, flag, &feature)),
            // Archived since it was found.
            Err(failure) if is_missing(&failure) => Ok(vec![]),
            Err(failure) => Err(failure),
        }
    });
    let rules = join_all(rules).await?.into_iter().flatten();
    Ok(rules.filter(|it| !it.rule.segments.is_disjoint(segments)).collect())
}

fn rules_of(project: &str, flag: &str, feature: &Feature) -> Vec<FoundRule> {
    let mut rules = vec![];
    for environment in &feature.environments {
        for strategy in &environment.strategies {
            let place = RulePlace {
                project: project.to_owned(),
                flag: flag.to_owned(),
                environment: environment.name.clone(),
            };
            let title = title(strategy).unwrap_or(&strategy.name).to_owned();
            let selector = select(&place, strategy, &environment.strategies);
            rules.push(FoundRule { rule: to_rule(place, strategy), title, selector });
        }
    }
    rules
}

/// What names `strategy` and no other of `all`, by what people see of it where that is enough.
fn select(
    place: &RulePlace,
    strategy: &Strategy,
    all: &[Strategy],
) -> Result<FoundSelector, Refusal> {
    if strategy.milestone_id.is_some() {
        let what = "the strategy belongs to a release plan";
        return Err(Refusal::new(Code::RuleOfReleasePlan, what));
    }
    let by_title = title(strategy).map(str::to_owned);
    let by_title = StrategySelector { title: by_title, id: None, name: None };
    let by_name = Some(strategy.name.clone()).filter(|name| !name.is_empty());
    let by_name = StrategySelector { title: None, id: None, name: by_name };
    let by_id = StrategySelector { title: None, id: Some(strategy.id.clone()), name: None };
    let says_something = |it: &StrategySelector| it.title.is_some() || it.name.is_some();
    let fits_one = |it: &StrategySelector| all.iter().filter(|other| fits(it, other)).count() == 1;
    let by_words = [by_title, by_name].into_iter().find(|it| says_something(it) && fits_one(it));
    let remark = by_words.is_none().then_some(BY_ID);
    let rule = UnleashAttachment {
        project: place.project.clone(),
        feature: place.flag.clone(),
        environment: place.environment.clone(),
        strategy: by_words.unwrap_or(by_id),
    };
    Ok(FoundSelector { rule: RuleSelector::Unleash(rule), remark })
}

fn title(strategy: &Strategy) -> Option<&str> {
    strategy.title.as_deref().filter(|title| !title.is_empty())
}

/// Whether `selector` names `strategy`.
pub(super) fn fits(selector: &StrategySelector, strategy: &Strategy) -> bool {
    let StrategySelector { title, id, name } = selector;
    title.as_ref().is_none_or(|it| strategy.title.as_ref() == Some(it))
        && id.as_ref().is_none_or(|it| strategy.id == *it)
        && name.as_ref().is_none_or(|it| strategy.name == *it)
}

/// A strategy in the form of all vendors.
pub(super) fn to_rule(place: RulePlace, strategy: &Strategy) -> LiveRule {
    LiveRule {
        id: strategy.id.clone(),
        place,
        unit: strategy.id.clone(),
        not_in: BTreeSet::new(),
        segments: strategy.segments.iter().map(ToString::to_string).collect(),
        conditions: strategy.constraints.clone(),
        closed: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    /// How each of `strategies` is named, by the field of its selector.
    fn named(strategies: &Json) -> Vec<Result<String, Code>> {
        let strategies: Vec<Strategy> = serde_json::from_value(strategies.clone()).unwrap();
        let text = |it: &str| it.to_owned();
        let place =
            RulePlace { project: text("p"), flag: text("f"), environment: text("production") };
        let by = |strategy| {
            let found = select(&place, strategy, &strategies).map_err(|refusal| refusal.code)?;
            let RuleSelector::Unleash(rule) = found.rule else { return Ok(String::new()) };
            assert_eq!(strategies.iter().filter(|it| fits(&rule.strategy, it)).count(), 1);
            assert_eq!(found.remark.is_some(), rule.strategy.id.is_some());
            let StrategySelector { title, name, id } = rule.strategy;
            let by = [("title", title), ("name", name), ("id", id)];
            let by =
                by.into_iter().filter_map(|(field, value)| Some(format!("{field} {}", value?)));
            Ok(by.collect())
        };
        strategies.iter().map(by).collect()
    }

    #[test]
    fn a_strategy_is_named_by_what_people_see_where_that_is_its_own() {
        let named = named(&json!([
            {"id": "1", "name": "default", "title": "Staff"},
            {"id": "2", "name": "default", "title": "Twice"},
            {"id": "3", "name": "flexibleRollout", "title": "Twice"},
            {"id": "4", "name": "default", "title": ""},
            {"id": "5", "name": "userWithId", "title": null},
            {"id": "6", "name": "default", "title": "Release", "milestoneId": "m"},
        ]));
        let words = ["title Staff", "id 2", "name flexibleRollout", "id 4", "name userWithId"];
        let mut expected: Vec<Result<String, Code>> =
            words.iter().map(|it| Ok((*it).to_owned())).collect();
        expected.push(Err(Code::RuleOfReleasePlan));
        assert_eq!(named, expected);
    }
}
