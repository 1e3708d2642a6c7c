//! Every operator, each with the values that it takes.

use crate::conformance::documents::audience;
use crate::conformance::script::{Expected, Group, group, step};
use crate::protocol::Kind;
use serde_json::json;

const LISTS: [&str; 5] = ["IN", "NOT_IN", "STR_STARTS_WITH", "STR_ENDS_WITH", "STR_CONTAINS"];

const NUMBERS: [&str; 5] = ["NUM_EQ", "NUM_GT", "NUM_GTE", "NUM_LT", "NUM_LTE"];

const DATES: [&str; 2] = ["DATE_AFTER", "DATE_BEFORE"];

const SEMVERS: [&str; 3] = ["SEMVER_EQ", "SEMVER_GT", "SEMVER_LT"];

/// Unleash 6 does not know them.
const NEWER: [(&str, [&str; 3]); 3] = [
    ("SEMVER_GTE", ["1.2.3", "2.0.0-rc.1", "0.0.0"]),
    ("SEMVER_LTE", ["1.2.3", "2.0.0-rc.1", "0.0.0"]),
    ("REGEX", ["^a+$", "[0-9]{3}", r"\d+ é,'"]),
];

pub(in crate::conformance) fn groups() -> Vec<Group> {
    vec![lists(), singles(), newer(), modifiers(), wrong()]
}

fn name(operator: &str) -> String {
    operator.to_lowercase().replace('_', "-")
}

fn list(operator: &str, count: usize) -> String {
    let values: Vec<String> = (1..=count).map(|n| format!("value {n}")).collect();
    let constraint = json!({"contextName": "userId", "operator": operator, "values": values});
    audience(&name(operator), &constraint.to_string())
}

fn single(operator: &str, field: &str, value: &str) -> String {
    let constraint = json!({"contextName": field, "operator": operator, "value": value});
    audience(&name(operator), &constraint.to_string())
}

fn lists() -> Group {
    let all = |count| LISTS.map(|operator| list(operator, count));
    group(
        "operators that take a list",
        [
            step("of one value", all(1)).creates(5),
            step("of two", all(2)).updates(5),
            step("of a hundred", all(100)).updates(5),
            step("of one again", all(1)).updates(5),
            step("of none", all(0)).invalid(&["operator-arity"]),
        ],
    )
}

fn singles() -> Group {
    let all = |number: &str, date: &str, version: &str| -> Vec<String> {
        let numbers = NUMBERS.map(|operator| single(operator, "age", number));
        let dates = DATES.map(|operator| single(operator, "currentTime", date));
        let versions = SEMVERS.map(|operator| single(operator, "version", version));
        numbers.into_iter().chain(dates).chain(versions).collect()
    };
    let date = "2024-01-31T10:00:00Z";
    group(
        "operators that take one value",
        [
            step("plain ones", all("5", date, "1.2.3")).creates(10),
            step("longer ones", all("-0.5", "2024-02-29T23:59:59.999Z", "1.2.3-beta.1+5"))
                .updates(10),
            step("edges", all("9007199254740991", "1970-01-01T00:00:00+01:00", "0.0.0"))
                .updates(10),
            step("other spellings are other values", all("+5.", date, "10.20.30")).updates(10),
        ],
    )
}

fn newer() -> Group {
    let all = |at: usize| NEWER.map(|(operator, values)| single(operator, "version", values[at]));
    let old = || Expected::Refused(&["server-too-old"]);
    group(
        "operators that newer servers have",
        [
            step("plain values", all(0)).creates(3).but_on(Kind::Real6, old()),
            step("other ones", all(1)).updates(3).but_on(Kind::Real6, old()),
            step("odd ones", all(2)).updates(3).but_on(Kind::Real6, old()),
        ],
    )
}

fn modifiers() -> Group {
    let with = |modifiers: &str| {
        let constraint =
            format!("{{contextName: plan, operator: STR_CONTAINS, values: [pro]{modifiers}}}");
        let spec =
            format!("allow: [matches-when-missing]\nunleash: {{constraints: [{constraint}]}}");
        crate::conformance::documents::segment("plan", &spec)
    };
    group(
        "inverted and caseInsensitive",
        [
            step("neither", [with("")]).creates(1),
            step(
                "false is the same as absent",
                [with(", inverted: false, caseInsensitive: false")],
            ),
            step("inverted", [with(", inverted: true")]).updates(1),
            step("both", [with(", inverted: true, caseInsensitive: true")]).updates(1),
            step("the other", [with(", caseInsensitive: true")]).updates(1),
            step("neither again", [with("")]).updates(1),
        ],
    )
}

fn wrong() -> Group {
    let is = |operator: &str, value: &str, codes| {
        step(format!("{operator} {value}"), [single(operator, "field", value)]).invalid(codes)
    };
    group(
        "values that no SDK could read",
        [
            is("NUM_EQ", ".5", &["not-a-number"]),
            is("NUM_EQ", "9007199254740993", &["not-a-number"]),
            is("DATE_AFTER", "2024-01-31", &["not-a-date"]),
            is("DATE_AFTER", "2024-01-31T10:00:00", &["not-a-date"]),
            is("DATE_AFTER", "2023-02-29T10:00:00Z", &["not-a-date"]),
            is("SEMVER_EQ", "v1.2.3", &["not-a-semver"]),
            is("SEMVER_EQ", "1.2", &["not-a-semver"]),
            is("REGEX", "(?=a)", &["bad-regex"]),
            is("REGEX", "(", &["bad-regex"]),
        ],
    )
}
