//! Every comparator, each with the values that it takes.

use super::super::stage::{STAGE, at, compares, list, segment, single};
use crate::vendors::story::{Group, group, step};
use reqwest::Method;
use serde_json::json;

const LISTS: [&str; 4] = ["isOneOf", "isNotOneOf", "sensitiveIsOneOf", "sensitiveIsNotOneOf"];
const VERSION_LISTS: [&str; 2] = ["semVerIsOneOf", "semVerIsNotOneOf"];
const TEXTS: [&str; 2] = ["contains", "doesNotContain"];
const VERSIONS: [&str; 4] =
    ["semVerLess", "semVerLessOrEquals", "semVerGreater", "semVerGreaterOrEquals"];
const NUMBERS: [&str; 6] = [
    "numberEquals",
    "numberDoesNotEqual",
    "numberLess",
    "numberLessOrEquals",
    "numberGreater",
    "numberGreaterOrEquals",
];

pub(super) fn groups() -> Vec<Group> {
    let texts = |number: usize| format!("user-{number}@acme.example");
    let versions = |number: usize| format!("1.{number}.0-rc.1");
    let lists = LISTS.map(|it| of_list(it, texts));
    let version_lists = VERSION_LISTS.map(|it| of_list(it, versions));
    let contains = TEXTS.map(|it| one(it, ["@acme.example", " a, \"b\" ", "名前 👍", ","], &[]));
    let version = VERSIONS.map(|it| {
        let values = ["1.2.3", "2.0.0-rc.1+5", "0.0.0", "10.20.30"];
        one(it, values, &[("1.2", "not-a-semver"), ("v1.2.3", "not-a-semver")])
    });
    let number = NUMBERS.map(|it| {
        let values = ["5", "-0.5", "1e+21", "0"];
        one(it, values, &[("5.0", "not-a-number"), ("abc", "not-a-number"), (".5", "not-a-number")])
    });
    let all = lists.into_iter().chain(version_lists).chain(contains).chain(version).chain(number);
    all.chain([mixed()]).collect()
}

fn of_list(comparator: &'static str, value: impl Fn(usize) -> String) -> Group {
    let values = |count: usize| (0..count).map(&value).collect::<Vec<String>>();
    let of = |count: usize| {
        let values = values(count);
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        [segment("beta", &list(comparator, &values))]
    };
    let turned = {
        let mut values = values(3);
        values.reverse();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        [segment("beta", &list(comparator, &values))]
    };
    let spaced = format!(" {}, {},,{} ", value(2), value(0), value(1));
    let by_hand = json!({"comparator": comparator.to_uppercase(), "comparisonValue": spaced});
    group(
        comparator,
        STAGE,
        [
            step("of one value", of(1)).creates(1).then(compares("beta", value(0))),
            step("of two", of(2)).updates(1).then(compares("beta", values(2).join(","))),
            step("of a hundred", of(100)).updates(1),
            step("of a hundred and one", of(101)).updates(1),
            step("of three", of(3)).updates(1),
            step("in another order", turned),
            step("a person writes the same in another way", of(3)).after(
                Method::PUT,
                at("beta"),
                by_hand,
                200,
            ),
            step("of none", of(0)).invalid(["bad-value"]),
            step("of one alone", [segment("beta", &single(comparator, "1.2.3"))])
                .invalid(["operator-arity"]),
        ],
    )
}

/// A group of a comparator of one value, and what is no value of it.
fn one(
    comparator: &'static str,
    values: [&'static str; 4],
    wrong: &[(&'static str, &'static str)],
) -> Group {
    let of = |value: &str| [segment("beta", &single(comparator, value))];
    let mut steps = vec![step("a plain value", of(values[0])).creates(1)];
    steps.extend(
        values[1..]
            .iter()
            .map(|&value| step(value, of(value)).updates(1).then(compares("beta", value))),
    );
    for &(value, code) in wrong {
        steps.push(step(format!("{value} is none"), of(value)).invalid([code]));
    }
    steps.push(step("blanks", of("  ")).invalid(["bad-value"]));
    let several = [segment("beta", &list(comparator, &["1.2.3", "1.2.4"]))];
    steps.push(step("a list", several).invalid(["operator-arity"]));
    let nothing = json!({"comparisonAttribute": "Age", "comparator": comparator});
    steps.push(step("nothing", [segment("beta", &nothing)]).invalid(["operator-arity"]));
    group(comparator, STAGE, steps)
}

fn mixed() -> Group {
    let of = |block| [segment("beta", &block)];
    group(
        "another comparator",
        STAGE,
        [
            step("a list", of(list("isOneOf", &["a"]))).creates(1),
            step("becomes a number", of(single("numberLess", "7"))).updates(1),
            step("written otherwise by a person", of(single("numberLess", "7"))).after(
                Method::PUT,
                at("beta"),
                json!({"comparisonValue": " 7,0 "}),
                200,
            ),
            step("becomes a text", of(single("contains", "7"))).updates(1),
            step("becomes a list again", of(list("isNotOneOf", &["7"]))).updates(1),
            step("without a comparator", of(json!({"comparisonAttribute": "Age"})))
                .invalid(["missing-field"]),
            step("without an attribute", of(json!({"comparator": "isOneOf", "comparisonValues": ["a"]})))
                .invalid(["missing-field"]),
            step("of another name", of(json!({"comparisonAttribute": "Age", "comparator": "startsWith", "comparisonValue": "a"})))
                .invalid(["bad-value"]),
        ],
    )
}
