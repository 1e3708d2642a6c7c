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
    let numbers = NUMBERS.map(|it| singles(it, "age", ["5", "-0.5", "9007199254740991", "+5."]));
    let times = [
        "2024-01-31T10:00:00Z",
        "2024-02-29T23:59:59.999Z",
        "1970-01-01T00:00:00+01:00",
        "2024-01-31T10:00:00+00:00",
    ];
    let dates = DATES.map(|it| singles(it, "currentTime", times));
    let versions = ["1.2.3", "1.2.3-beta.1+5", "0.0.0", "10.20.30"];
    let versions = SEMVERS.map(|it| singles(it, "version", versions));
    let all = LISTS.map(lists).into_iter().chain(numbers).chain(dates).chain(versions);
    all.chain(NEWER.map(newer)).chain([modifiers(), wrong()]).collect()
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

fn lists(operator: &'static str) -> Group {
    let of = |count| [list(operator, count)];
    group(
        operator,
        [
            step("of one value", of(1)).creates(1),
            step("of two", of(2)).updates(1),
            step("of a hundred", of(100)).updates(1),
            step("of a hundred and one", of(101)).updates(1),
            step("of one again", of(1)).updates(1),
            step("of none", of(0)).invalid(&["operator-arity"]),
        ],
    )
}

/// A group of an operator on `field` that takes one value, and what becomes of lists there.
fn singles(operator: &'static str, field: &str, values: [&str; 4]) -> Group {
    let of = |value: &str| [single(operator, field, value)];
    let [plain, longer, edge, other] = values;
    group(
        operator,
        [
            step("a plain value", of(plain)).creates(1),
            step("a longer one", of(longer)).updates(1),
            step("an edge", of(edge)).updates(1),
            step("another spelling is another value", of(other)).updates(1),
            step("none", [list(operator, 0)]).invalid(&["operator-arity"]),
            step("two", [list(operator, 2)]).invalid(&["operator-arity"]),
        ],
    )
}

fn newer((operator, values): (&'static str, [&str; 3])) -> Group {
    let of = |at: usize| [single(operator, "version", values[at])];
    let old = || Expected::Refused(&["server-too-old"]);
    group(
        operator,
        [
            step("a plain value", of(0)).creates(1).but_on(Kind::Real6, old()),
            step("another one", of(1)).updates(1).but_on(Kind::Real6, old()),
            step("an odd one", of(2)).updates(1).but_on(Kind::Real6, old()),
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
