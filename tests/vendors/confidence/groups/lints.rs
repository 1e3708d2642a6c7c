//! What is known to be wrong before any server is asked.

use super::{STAGE, attach_to, block, country, exclusive, with_rule};
use crate::vendors::story::{Group, group, step};
use serde_json::{Value, json};

pub(super) fn groups() -> Vec<Group> {
    let eq = |value: Value| with_rule("eqRule", &json!({"value": value}));
    let set = |values: Value| with_rule("setRule", &json!({"values": values}));
    let some =
        json!({"attribute": {"attributeName": "a", "eqRule": {"value": {"boolValue": true}}}});
    let of = |targeting: Value| block("wrong", &json!({"targeting": targeting}));
    let share = |share: &str| block("wrong", &json!({"allocation": {"proportion": share}}));
    let cases: Vec<(&str, String, Vec<&'static str>)> = vec![
        ("everyone", block("wrong", &json!({})), vec!["matches-everyone"]),
        ("a typing error", block("wrong", &json!({"targetting": {}})), vec!["unknown-field"]),
        ("a short id", country("abc", "SE"), vec!["bad-value"]),
        ("a wrong id", block("wrong", &json!({"id": "Beta_Users"})), vec!["bad-value"]),
        ("a list of criteria", of(json!({"criteria": [{}]})), vec!["wrong-type"]),
        (
            "an expression over nothing",
            of(json!({"criteria": {"a": some}, "expression": {"or": {"operands":
                [{"ref": "a"}, {"ref": "b"}]}}})),
            vec!["undefined-criterion"],
        ),
        (
            "a criterion that is not used",
            of(json!({"criteria": {"a": some, "b": some}, "expression": {"ref": "a"}})),
            vec!["unused-criterion"],
        ),
        (
            "criteria without an expression",
            of(json!({"criteria": {"a": some}})),
            vec!["matches-everyone", "missing-expression"],
        ),
        (
            "a criterion without a rule",
            of(json!({"criteria": {"a": {"attribute": {"attributeName": "x"}}},
                "expression": {"ref": "a"}})),
            vec!["criterion-without-rule"],
        ),
        (
            "not of nothing",
            of(json!({"expression": {"not": {"ref": "a"}}})),
            vec!["matches-everyone", "negates-nothing", "undefined-criterion"],
        ),
        ("an empty set", set(json!([])).pipe(of), vec!["empty-rule", "never-matches"]),
        ("an empty range", with_rule("rangeRule", &json!({})).pipe(of), vec!["empty-rule"]),
        (
            "two starts",
            with_rule(
                "rangeRule",
                &json!({"startInclusive": {"numberValue": 1},
                "startExclusive": {"numberValue": 2}}),
            )
            .pipe(of),
            vec!["bad-value"],
        ),
        (
            "several types",
            set(json!([{"stringValue": "1"}, {"numberValue": 1}])).pipe(of),
            vec!["mixed-types"],
        ),
        (
            "equal versions",
            eq(json!({"versionValue": {"version": "1.2"}})).pipe(of),
            vec!["version-equality"],
        ),
        ("the text null", eq(json!({"stringValue": "null"})).pipe(of), vec!["null-text"]),
        ("half a time", eq(json!({"timestampValue": "2024-01-31"})).pipe(of), vec!["bad-value"]),
        ("no share", share("0"), vec!["never-matches"]),
        ("more than all", share("1.1"), vec!["bad-value"]),
        ("a fine share", share("0.1234567"), vec!["fine-proportion"]),
        (
            "a label of segctl's own",
            block(
                "wrong",
                &json!({"labels": {"segctl-name": "x"}, "targeting":
                eq(json!({"boolValue": true}))}),
            ),
            vec!["reserved-text"],
        ),
        (
            "a label of the server's own",
            block(
                "wrong",
                &json!({"labels": {"uiCreated": "true"}, "targeting":
                eq(json!({"boolValue": true}))}),
            ),
            vec!["reserved-text"],
        ),
        (
            "a circle",
            of(json!({"criteria": {"a": {"segment": {"segment": "segments/wrong"}}},
                "expression": {"ref": "a"}})),
            vec!["segment-cycle"],
        ),
    ];
    let mut groups: Vec<Group> = cases
        .into_iter()
        .map(|(name, document, codes)| {
            group(name, STAGE, [step("it is refused", [document]).invalid(codes)])
        })
        .collect();
    let crowd = [exclusive("home-one", "0.6"), exclusive("home-two", "0.5")];
    let too_many = step("they are too many", crowd).invalid(["proportions-exceed"]);
    groups.push(group("a crowd", STAGE, [too_many]));
    let rule = json!({"flag": "checkout", "rule": {"labels": {"slot": "first"}}});
    for count in [0, 2] {
        let names: Vec<String> = (0..count).map(|at| format!("segment-{at}")).collect();
        let mut documents: Vec<String> = names.iter().map(|name| country(name, "SE")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        documents.push(attach_to(&rule, &names));
        let refused = step("it is refused", documents).invalid(["bad-value"]);
        groups.push(group(format!("{count} segments on a rule"), STAGE, [refused]));
    }
    groups
}

/// Hands a value on.
trait Pipe: Sized {
    fn pipe<T>(self, then: impl FnOnce(Self) -> T) -> T {
        then(self)
    }
}

impl Pipe for Value {}
