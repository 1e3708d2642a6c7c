//! Conditions that leave nobody over when all of them have to hold.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::super::engine::{self, Condition, Subject};
use super::{BLOCK, condition};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::{FeatureSignalsCondition, FeatureSignalsOperator};
use crate::workspace::SegmentDocument;

/// A longer list is not looked through: each of its values would be tried on each of the rules.
const VALUES_TRIED: usize = 1_000;

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
    let values = list.1.values.as_deref()?;
    if !(1..=VALUES_TRIED).contains(&values.len()) {
        return None;
    }
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

/// A bound of numbers, and whether the number itself is beyond it.
#[derive(Clone, Copy)]
struct Bound {
    number: f64,
    is_strict: bool,
}

impl Bound {
    /// Takes over another bound where that excludes more; `beyond` is the side that excludes more.
    fn tighten(&mut self, other: Self, beyond: Ordering) {
        match other.number.partial_cmp(&self.number) {
            Some(Ordering::Equal) => self.is_strict |= other.is_strict,
            side if side == Some(beyond) => *self = other,
            _ => {}
        }
    }
}

/// Bounds that exclude each other, and one that nothing is beyond.
fn empty_range<'a>(rules: &[Placed<'a>]) -> Option<Placed<'a>> {
    use FeatureSignalsOperator as Operator;
    let mut lower = Bound { number: f64::NEG_INFINITY, is_strict: false };
    let mut upper = Bound { number: f64::INFINITY, is_strict: false };
    for placed in rules {
        let (_, rule) = placed;
        let Some(number) = first(rule).and_then(engine::parse_number) else { continue };
        let is_strict = matches!(rule.operator, Operator::Gt | Operator::Lt);
        let bound = Bound { number, is_strict };
        match rule.operator {
            Operator::Gt | Operator::Gte => lower.tighten(bound, Ordering::Greater),
            Operator::Lt | Operator::Lte => upper.tighten(bound, Ordering::Less),
            _ => continue,
        }
        let is_empty = match lower.number.partial_cmp(&upper.number) {
            Some(Ordering::Equal) => lower.is_strict || upper.is_strict,
            side => side == Some(Ordering::Greater),
        };
        if is_empty {
            return Some(*placed);
        }
    }
    None
}

fn first(rule: &FeatureSignalsCondition) -> Option<&str> {
    rule.values.as_deref()?.first().map(String::as_str)
}
