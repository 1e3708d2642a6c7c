//! The rules of a state: which one is meant, and what identifies it.

use std::collections::BTreeSet;

use super::super::wire::Rule;
use crate::diagnostic::Code;
use crate::document::{FeatureSignalsAttachment, FeatureSignalsRule};
use crate::live::{FoundRule, FoundSelector, LiveRule, RulePlace};
use crate::plan::Refusal;
use crate::provider::RuleSelector;

/// What a reader of a selector by id should know.
const BY_ID: &str = "selected by id, because its description is not its own";

/// Whether `selector` names `rule`.
pub(super) fn fits(selector: &FeatureSignalsRule, rule: &Rule) -> bool {
    let FeatureSignalsRule { id, description } = selector;
    id.as_ref().is_none_or(|it| rule.id() == *it)
        && description.as_ref().is_none_or(|it| rule.description() == *it)
}

/// The place of the only rule that `selector` names.
pub(super) fn only(selector: &FeatureSignalsRule, rules: &[Rule]) -> Option<usize> {
    let mut fitting = (0..rules.len()).filter(|at| fits(selector, &rules[*at]));
    fitting.next().filter(|_| fitting.next().is_none())
}

fn by_id(id: String) -> FeatureSignalsRule {
    FeatureSignalsRule { id: Some(id), description: None }
}

fn by_description(description: String) -> FeatureSignalsRule {
    FeatureSignalsRule { id: None, description: Some(description) }
}

/// What names `rule` and no other of `rules`. The server checks neither ids nor descriptions, so both
/// can be empty or stand twice.
fn names(rule: &Rule, rules: &[Rule]) -> [Option<FeatureSignalsRule>; 2] {
    let own = |text: String, selector: fn(String) -> FeatureSignalsRule| {
        let selector = Some(text).filter(|it| !it.is_empty()).map(selector)?;
        only(&selector, rules).map(|_| selector)
    };
    [own(rule.id(), by_id), own(rule.description(), by_description)]
}

/// What identifies a rule among all of its project, where anything does.
pub(super) fn identity(place: &RulePlace, rule: &Rule, rules: &[Rule]) -> Option<String> {
    let [id, description] = names(rule, rules);
    let name = id.or(description)?;
    let unit = unit(place);
    match name {
        FeatureSignalsRule { id: Some(id), .. } => Some(format!("{unit}/id:{id}")),
        FeatureSignalsRule { description, .. } => {
            description.map(|text| format!("{unit}/description:{text}"))
        }
    }
}

/// The selector that an identity holds; it names nothing where the text is none.
pub(in super::super) fn rule_of_id(id: &str) -> FeatureSignalsRule {
    let name = id.splitn(3, '/').nth(2).and_then(|it| it.split_once(':'));
    match name {
        Some(("id", id)) => by_id(id.to_owned()),
        Some(("description", text)) => by_description(text.to_owned()),
        _ => FeatureSignalsRule { id: None, description: None },
    }
}

/// What one request changes: the rules of a flag in an environment.
pub(super) fn unit(place: &RulePlace) -> String {
    format!("{}/{}", place.flag, place.environment)
}

/// A rule in the form of all vendors.
fn to_live(place: RulePlace, id: String, rule: &Rule) -> LiveRule {
    LiveRule {
        id,
        unit: unit(&place),
        place,
        segments: rule.segment_keys().into_iter().collect(),
        not_in: BTreeSet::new(),
        conditions: rule.conditions(),
        closed: None,
    }
}

/// The one rule that `selector` names, or why there is none.
pub(super) fn find(
    place: RulePlace,
    selector: &FeatureSignalsRule,
    rules: &[Rule],
) -> Result<LiveRule, Refusal> {
    let fitting: Vec<&Rule> = rules.iter().filter(|rule| fits(selector, rule)).collect();
    let RulePlace { flag, environment, .. } = &place;
    match fitting[..] {
        [rule] => match identity(&place, rule, rules) {
            Some(id) => Ok(to_live(place, id, rule)),
            None => Err(nameless(&place)),
        },
        [] => {
            let what = format!("flag `{flag}` has no such rule in {environment}");
            let refusal = Refusal::new(Code::RuleNotFound, what);
            Err(refusal.help(candidates("it has", rules.iter())))
        }
        _ => {
            let what = format!("{} rules of `{flag}` in {environment} fit", fitting.len());
            let refusal = Refusal::new(Code::RuleAmbiguous, what);
            Err(refusal.help(candidates("select one by id", fitting.into_iter())))
        }
    }
}

fn nameless(place: &RulePlace) -> Refusal {
    let what = format!(
        "a rule of `{}` in {} has neither an id nor a description of its own",
        place.flag, place.environment
    );
    Refusal::new(Code::RuleAmbiguous, what).help("give it a description in the dashboard")
}

/// The rules of a state that have any of `segments`.
pub(super) fn having(
    place: &RulePlace,
    rules: &[Rule],
    segments: &BTreeSet<String>,
) -> Vec<FoundRule> {
    let has_any = |rule: &&Rule| rule.segment_keys().iter().any(|key| segments.contains(key));
    let found = rules.iter().filter(has_any).map(|rule| {
        let [id, description] = names(rule, rules);
        let remark = description.is_none().then_some(BY_ID);
        let selector = description.or(id).ok_or_else(|| nameless(place)).map(|name| {
            let rule = FeatureSignalsAttachment {
                flag: place.flag.clone(),
                environment: place.environment.clone(),
                rule: name,
            };
            FoundSelector { rule: RuleSelector::FeatureSignals(rule), remark }
        });
        let title = Some(rule.description()).filter(|it| !it.is_empty());
        let id = identity(place, rule, rules).unwrap_or_default();
        FoundRule {
            title: title.unwrap_or_else(|| rule.id()),
            rule: to_live(place.clone(), id, rule),
            selector,
        }
    });
    found.collect()
}

fn candidates<'a>(lead: &str, rules: impl Iterator<Item = &'a Rule>) -> String {
    let each: Vec<String> = rules
        .map(|rule| {
            let (id, text) = (rule.id(), rule.description());
            if text.is_empty() { format!("id `{id}`") } else { format!("`{text}` (id `{id}`)") }
        })
        .collect();
    if each.is_empty() { "it has none".to_owned() } else { format!("{lead}: {}", each.join(", ")) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn place() -> RulePlace {
        RulePlace { project: "p".into(), flag: "f".into(), environment: "e".into() }
    }

    fn rules() -> Vec<Rule> {
        let rules = json!([
            {"id": "1", "description": "Staff: all", "segment_keys": ["a"]},
            {"id": "2", "description": "Twice", "segment_keys": ["a"]},
            {"id": "3", "description": "Twice", "segment_keys": ["a"]},
            {"id": "", "description": "Nameless", "segment_keys": ["a"]},
            {"id": "", "segment_keys": ["a"]},
            {"id": "4", "segment_keys": ["b"]},
        ]);
        serde_json::from_value(rules).unwrap()
    }

    #[test]
    fn a_rule_is_named_by_what_people_see_where_that_is_its_own() {
        let named: Vec<String> = having(&place(), &rules(), &["a".to_owned()].into())
            .into_iter()
            .map(|found| match found.selector {
                Ok(FoundSelector { rule: RuleSelector::FeatureSignals(it), .. }) => {
                    it.rule.description.or(it.rule.id).unwrap()
                }
                Ok(_) => String::new(),
                Err(refusal) => refusal.code.name().to_owned(),
            })
            .collect();
        assert_eq!(named, ["Staff: all", "2", "3", "Nameless", "rule-ambiguous"]);
    }

    #[test]
    fn an_identity_leads_back_to_its_rule() {
        let rules = rules();
        for (at, rule) in rules.iter().enumerate() {
            let Some(id) = identity(&place(), rule, &rules) else {
                assert_eq!(at, 4);
                continue;
            };
            assert_eq!(only(&rule_of_id(&id), &rules), Some(at), "{id}");
        }
    }
}
