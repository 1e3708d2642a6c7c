//! The JSON Patch that gives rules other segments, and has the server compare before it changes.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use super::super::wire::Formula;
use super::rules::{Condition, Identity, Rule, rules};
use crate::provider::meanwhile::moved;
use crate::provider::{Failure, RuleChange};

/// How much of a rule the server compares, beside what is taken off; segctl has compared all of it
/// just before.
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
        let read = &formula.targeting_rules[rule.at];
        operations.extend(tests(read, &lost(rule, &wanted), &format!("/{list}/{}", rule.at)));
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

/// The places of the segments that a rule loses, among its conditions.
fn lost(rule: &Rule<'_>, wanted: &Wanted) -> Vec<usize> {
    let conditions = rule.conditions.iter().enumerate();
    let lost = conditions.filter(|(_, condition)| match condition {
        Condition::Segment { id, is_in } => !wanted.has(id, *is_in),
        Condition::Other(_) => false,
    });
    lost.map(|(at, _)| at).collect()
}

/// What the server is to compare of the rule at `path`: every condition that is taken off, which is
/// named by its place alone, then what the rule serves, then as many of its other conditions as
/// there may be.
fn tests(rule: &Map<String, Json>, lost: &[usize], path: &str) -> Vec<Json> {
    let conditions = rule.get("conditions").and_then(Json::as_array);
    let conditions = || conditions.into_iter().flatten().enumerate();
    let mut tests = vec![];
    let of = |at: usize| format!("{path}/conditions/{at}");
    for (at, condition) in conditions().filter(|(at, _)| lost.contains(at)) {
        leaves(condition, &of(at), &mut tests);
    }
    let needed = tests.len();
    for (name, value) in rule.iter().filter(|(name, _)| *name != "conditions") {
        leaves(value, &format!("{path}/{name}"), &mut tests);
    }
    for (at, condition) in conditions().filter(|(at, _)| !lost.contains(at)) {
        leaves(condition, &of(at), &mut tests);
    }
    tests.truncate(TESTS_MAX.max(needed));
    tests
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
    for at in lost(rule, wanted).iter().rev() {
        operations.push(json!({"op": "remove", "path": format!("{conditions}/{at}")}));
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
        assert_eq!([&patch[2..3], &patch[5..]].concat(), expected);
    }

    /// Whether each `test` of `patch` agrees with `document`.
    fn agrees(patch: &[Json], document: &Json) -> bool {
        let mut tests = patch.iter().filter(|it| it["op"] == "test");
        tests.all(|it| document.pointer(it["path"].as_str().unwrap()) == Some(&it["value"]))
    }

    #[test]
    fn what_is_taken_off_is_compared_however_much_else_there_is() {
        let of =
            |id: &str, how: &str| json!({"segmentCondition": {"segmentId": id, "comparator": how}});
        let values: Vec<String> = (0..150).map(|number| format!("v{number}")).collect();
        let user = json!({"userCondition": {"comparisonValue": {"listValue": values}}});
        let rule = |second: &Json, third: &Json| json!({"conditions": [user, second, third], "value": {"boolValue": true}});
        let (a, b) = (of("a", "isIn"), of("b", "isNotIn"));
        let read = rule(&a, &b);
        let planned = LiveRule { conditions: vec![user.clone()], ..live("v2", &["b"]) };
        // Only `a` goes, or both do.
        let both = ["c".to_owned()].to_vec();
        for (segments, not_in) in [(both.clone(), vec!["b".to_owned()]), (both, vec![])] {
            let change = RuleChange { rule: &planned, segments, not_in };
            let patch = patch(&formula("targetingRules", &read), &[change]).unwrap();
            assert!(agrees(&patch, &json!({"targetingRules": [read]})));
            assert_eq!(patch.iter().filter(|it| it["op"] == "test").count(), TESTS_MAX);
            let mut other = read.clone();
            other["value"]["boolValue"] = json!(false);
            for moved in [rule(&b, &a), other] {
                assert!(!agrees(&patch, &json!({"targetingRules": [moved]})), "{patch:?}");
            }
        }
    }

    #[test]
    fn a_rule_that_moved_is_not_written() {
        let rule = json!({"segmentId": "a", "segmentComparator": "isIn", "value": false});
        let planned = live("v1", &[]);
        let error = patch(&formula("rolloutRules", &rule), &[change_of(&planned)]).unwrap_err();
        assert_eq!(error.code, Code::Stale);
    }
}
