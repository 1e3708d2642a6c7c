//! Whether the targeting of two segments lets anybody into both.
//!
//! The real server says that a segment in one country leaves the space of other countries free. How
//! far it reasons is not known; here, as far as one attribute that both demand, with other values.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// Whether some attribute is demanded by both, with no value in common.
pub(super) fn are_apart(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let (one, other) = (demands(one), demands(other));
    one.iter().any(|(attribute, values)| {
        other.get(attribute).is_some_and(|others| values.is_disjoint(others))
    })
}

/// The values of each attribute without which nobody is in the segment.
fn demands(segment: &Map<String, Value>) -> BTreeMap<&str, BTreeSet<String>> {
    let Some(targeting) = segment.get("targeting") else {
        return BTreeMap::new();
    };
    let mut names = vec![];
    required(&targeting["expression"], &mut names);
    let demands = names.into_iter().filter_map(|name| {
        let attribute = &targeting["criteria"][name]["attribute"];
        let values = match (&attribute["eqRule"]["value"], &attribute["setRule"]["values"]) {
            (Value::Object(value), _) => vec![value],
            (_, Value::Array(values)) => values.iter().filter_map(Value::as_object).collect(),
            _ => return None,
        };
        let values = values.into_iter().map(|it| Value::from(it.clone()).to_string()).collect();
        Some((attribute["attributeName"].as_str()?, values))
    });
    demands.collect()
}

/// The criteria that an expression cannot do without.
fn required<'e>(expression: &'e Value, names: &mut Vec<&'e str>) {
    names.extend(expression["ref"].as_str());
    for operand in expression["and"]["operands"].as_array().into_iter().flatten() {
        required(operand, names);
    }
}
