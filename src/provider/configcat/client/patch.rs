//! The JSON Patch that gives rules other segments, and has the server compare before it changes.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::super::wire::Formula;
use super::rules::{Condition, Identity, Rule, rules};
use crate::provider::meanwhile::moved;
use crate::provider::{Failure, RuleChange};

/// How much of a rule the server compares; segctl has compared all of it just before.
const TESTS_MAX: usize = 100;

/// The operations that give each rule its segments; none when all have them already. Each rule has
/// to be what was planned on.
pub(super) fn patch(formula: &Formula, changes: &[RuleChange<'_>]) -> Result<Vec<Json>, Failure> {
    let rules = rules(formula);
    let is_new = formula.targeting_rules.iter().any(|it| it.contains_key("conditions"));
    let mut operations = vec![];
    for change in changes {
        let identity = Identity::of(&change.rule.id).ok_or_else(|| moved(change.rule))?;
        let rule = rules.iter().find(|rule| rule.is(&identity));
        let rule = rule.ok_or_else(|| moved(change.rule))?;
        let wanted = Wanted::of(change);
        let now = Wanted { is_in: rule.segments(true), not_in: rule.segments(false) };
        if now == wanted {
            continue;
        }
        let planned_on = now.is_in == change.rule.segments && now.not_in == change.rule.not_in;
        if !planned_on || rule.others() != change.rule.conditions {
            return Err(moved(change.rule));
        }
        let list = if is_new { "targetingRules" } else { "rolloutRules" };
        let read = Json::Object(formula.targeting_rules[rule.at].clone());
        let mut tests = vec![];
        leaves(&read, &format!("/{list}/{}", rule.at), &mut tests);
        tests.truncate(TESTS_MAX);
        operations.extend(tests);
        operations.extend(if is_new { of_v2(rule, &wanted) } else { of_v1(rule, &wanted) });
    }
    Ok(operations)
}

/// The segments that a rule shall have.
#[derive(PartialEq, Eq)]
struct Wanted {
    is_in: BTreeSet<String>,
    not_in: BTreeSet<String>,
}

impl Wanted {
    fn of(change: &RuleChange<'_>) -> Self {
        Self {
            is_in: change.segments.iter().cloned().collect(),
            not_in: change.not_in.iter().cloned().collect(),
        }
    }

    fn has(&self, id: &str, is_in: bool) -> bool {
        if is_in { self.is_in.contains(id) } else { self.not_in.contains(id) }
    }
}

fn comparator(is_in: bool) -> &'static str {
    if is_in { "isIn" } else { "isNotIn" }
}

/// A `test` of everything under `path` that is no container and not null: what it serves and what
/// it asks for tell a rule from the one that may have taken its place.
fn leaves(value: &Json, path: &str, tests: &mut Vec<Json>) {
    match value {
        Json::Null => {}
        Json::Object(members) => {
            for (name, value) in members {
                leaves(value, &format!("{path}/{name}"), tests);
            }
        }
        Json::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                leaves(value, &format!("{path}/{at}"), tests);
            }
        }
        leaf => tests.push(json!({"op": "test", "path": path, "value": leaf})),
    }
}

/// Adds what the rule gains, and takes off what it loses, from the end: so it is never without a
/// condition, and no place moves before it is used. Its other conditions are not sent at all, so
/// that nothing of them can be lost.
fn of_v2(rule: &Rule<'_>, wanted: &Wanted) -> Vec<Json> {
    let conditions = format!("/targetingRules/{}/conditions", rule.at);
    let mut operations = vec![];
    for (ids, is_in) in [(&wanted.is_in, true), (&wanted.not_in, false)] {
        let had = rule.segments(is_in);
        for id in ids.difference(&had) {
            let condition =
                json!({"segmentCondition": {"segmentId": id, "comparator": comparator(is_in)}});
            let path = format!("{conditions}/-");
            operations.push(json!({"op": "add", "path": path, "value": condition}));
        }
    }
    for (at, condition) in rule.conditions.iter().enumerate().rev() {
        if let Condition::Segment { id, is_in } = condition
            && !wanted.has(id, *is_in)
        {
            operations.push(json!({"op": "remove", "path": format!("{conditions}/{at}")}));
        }
    }
    operations
}

/// A rule of an old config has one segment, which becomes another one.
fn of_v1(rule: &Rule<'_>, wanted: &Wanted) -> Vec<Json> {
    let path = |field: &str| format!("/rolloutRules/{}/{field}", rule.at);
    let is_in = !wanted.is_in.is_empty();
    let new = wanted.is_in.iter().chain(&wanted.not_in).next();
    json!([
        {"op": "replace", "path": path("segmentId"), "value": new},
        {"op": "replace", "path": path("segmentComparator"), "value": comparator(is_in)},
    ])
    .as_array()
    .cloned()
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::live::{LiveRule, RulePlace};

    fn set(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|&it| it.to_owned()).collect()
    }

    fn change_of(rule: &LiveRule) -> RuleChange<'_> {
        RuleChange { rule, segments: vec!["c".to_owned()], not_in: vec!["b".to_owned()] }
    }

    fn live(version: &str, not_in: &[&str]) -> LiveRule {
        let text = String::new;
        LiveRule {
            id: format!("{version}/e/1/0/true"),
            place: RulePlace { project: text(), flag: text(), environment: text() },
            unit: format!("{version}/e/1"),
            segments: set(&["a"]),
            not_in: set(not_in),
            conditions: vec![],
            closed: None,
        }
    }

    fn formula(list: &str, rule: &Json) -> Formula {
        let formula = json!({"setting": {"settingId": 1, "key": "k"}, list: [rule]});
        serde_json::from_value(formula).unwrap()
    }

    #[test]
    fn a_patch_tests_before_it_changes() {
        let of = |id: &str, how: &str| json!({"userCondition": null, "segmentCondition": {"segmentId": id, "comparator": how}});
        let rule = json!({"conditions": [of("a", "isIn"), of("b", "isNotIn")], "value": {"boolValue": true, "intValue": null}});
        let planned = live("v2", &["b"]);
        let patch = patch(&formula("settingFormulas", &rule), &[change_of(&planned)]);
        assert!(patch.is_err(), "rules of another name are none");
        let patch =
            super::patch(&formula("targetingRules", &rule), &[change_of(&planned)]).unwrap();
        assert_eq!(patch.iter().filter(|it| it["op"] == "test").count(), 5);
        let added = json!({"segmentCondition": {"segmentId": "c", "comparator": "isIn"}});
        let expected = [
            json!({"op": "test", "path": "/targetingRules/0/value/boolValue", "value": true}),
            json!({"op": "add", "path": "/targetingRules/0/conditions/-", "value": added}),
            json!({"op": "remove", "path": "/targetingRules/0/conditions/0"}),
        ];
        assert_eq!(patch[4..], expected);
    }

    #[test]
    fn a_rule_that_moved_is_not_written() {
        let rule = json!({"segmentId": "a", "segmentComparator": "isIn", "value": false});
        let planned = live("v1", &[]);
        let error = patch(&formula("rolloutRules", &rule), &[change_of(&planned)]).unwrap_err();
        assert_eq!(error.code, Code::Stale);
    }
}
