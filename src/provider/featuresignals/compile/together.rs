//! Conditions that leave nobody over when all of them have to hold.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::super::engine::{self, Condition, Subject};
use super::{BLOCK, condition};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{FeatureSignalsCondition, FeatureSignalsOperator};
use crate::workspace::SegmentDocument;

/// A condition and its place in the list.
type Placed<'a> = (usize, &'a FeatureSignalsCondition);

/// Says which attributes no user can have.
pub(super) fn check(
    rules: &[FeatureSignalsCondition],
    document: &SegmentDocument,
    found: &mut Vec<Diagnostic>,
) {
    let mut by_attribute: BTreeMap<&str, Vec<Placed<'_>>> = BTreeMap::new();
    for (at, rule) in rules.iter().enumerate() {
        by_attribute.entry(&rule.attribute).or_default().push((at, rule));
    }
    for (attribute, rules) in by_attribute {
        if let Some((at, _)) = contradiction(attribute, &rules) {
            let message = format!("no `{attribute}` can satisfy all rules at once");
            let place = document.span_at(&format!("{BLOCK}/rules/{at}"));
            found
                .push(Diagnostic::new(Code::NeverMatches, message).at(place, "leaves nobody over"));
        }
    }
}

/// The condition that nobody satisfies who satisfies the others on the same attribute.
fn contradiction<'a>(attribute: &str, rules: &[Placed<'a>]) -> Option<Placed<'a>> {
    missing_and_there(attribute, rules)
        .or_else(|| no_value_left(attribute, rules))
        .or_else(|| empty_range(rules))
}

/// `exists` with `"false"` beside a condition that needs the attribute. `key` is never missing.
fn missing_and_there<'a>(attribute: &str, rules: &[Placed<'a>]) -> Option<Placed<'a>> {
    let is_missing = |(_, rule): &&Placed<'a>| {
        rule.operator == FeatureSignalsOperator::Exists && first(rule) == Some("false")
    };
    let missing = rules.iter().find(is_missing)?;
    let needs_it = attribute == "key" || rules.iter().any(|rule| !is_missing(&rule));
    needs_it.then_some(*missing)
}

/// A list none of whose values satisfies the other conditions.
fn no_value_left<'a>(attribute: &str, rules: &[Placed<'a>]) -> Option<Placed<'a>> {
    use FeatureSignalsOperator as Operator;
    // A single condition leaves itself over, and one without a value is an error of its own.
    if rules.len() < 2 {
        return None;
    }
    let lists = |(_, rule): &&Placed<'a>| matches!(rule.operator, Operator::Eq | Operator::In);
    let list = rules.iter().find(lists)?;
    let values = list.1.values.as_deref().filter(|it| !it.is_empty())?;
    let conditions: Vec<Condition<'_>> = rules
        .iter()
        .map(|(_, rule)| Condition {
            attribute,
            operator: condition::name(rule.operator),
            values: rule.values.as_deref().unwrap_or_default(),
        })
        .collect();
    let is_left = |value: &String| {
        let attributes = Map::from_iter([(attribute.to_owned(), Json::from(value.as_str()))]);
        engine::matches("all", &conditions, Subject { key: value, attributes: &attributes })
    };
    (!values.iter().any(is_left)).then_some(*list)
}

/// Bounds that exclude each other, and one that nothing is beyond.
fn empty_range<'a>(rules: &[Placed<'a>]) -> Option<Placed<'a>> {
    use FeatureSignalsOperator as Operator;
    let bound = |rule: &FeatureSignalsCondition| engine::parse_number(first(rule)?);
    let mut lower = (f64::NEG_INFINITY, false);
    let mut upper = (f64::INFINITY, false);
    for placed in rules {
        let (_, rule) = placed;
        let strict = matches!(rule.operator, Operator::Gt | Operator::Lt);
        match (rule.operator, bound(rule)) {
            (Operator::Gt | Operator::Gte, Some(bound)) if bound >= lower.0 => {
                lower = (bound, strict || (bound == lower.0 && lower.1));
            }
            (Operator::Lt | Operator::Lte, Some(bound)) if bound <= upper.0 => {
                upper = (bound, strict || (bound == upper.0 && upper.1));
            }
            _ => continue,
        }
        if lower.0 > upper.0 || (lower.0 == upper.0 && (lower.1 || upper.1)) {
            return Some(*placed);
        }
    }
    None
}

fn first(rule: &FeatureSignalsCondition) -> Option<&str> {
    rule.values.as_deref()?.first().map(String::as_str)
}
