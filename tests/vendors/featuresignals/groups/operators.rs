//! Every operator with each number of values.

use super::stage::{STAGE, rule, segment, values};
use crate::vendors::story::{Group, Step, group, step};
use serde_json::json;

/// What an operator takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    OneOrMore,
    AnyNumber,
    One,
    OneNumber,
    OneExpression,
    NoneOrOne,
}

const OPERATORS: [(&str, Takes); 13] = [
    ("eq", Takes::One),
    ("neq", Takes::One),
    ("contains", Takes::One),
    ("startsWith", Takes::One),
    ("endsWith", Takes::One),
    ("in", Takes::OneOrMore),
    ("notIn", Takes::AnyNumber),
    ("gt", Takes::OneNumber),
    ("gte", Takes::OneNumber),
    ("lt", Takes::OneNumber),
    ("lte", Takes::OneNumber),
    ("regex", Takes::OneExpression),
    ("exists", Takes::NoneOrOne),
];

pub(super) fn groups() -> Vec<Group> {
    let mut groups: Vec<Group> = OPERATORS.iter().map(|(name, takes)| each(name, *takes)).collect();
    groups.push(numbers());
    groups.push(expressions());
    groups.push(presence());
    groups.push(group(
        "operators that only documentation knows",
        STAGE,
        ["not_in", "starts_with", "ends_with", "ENDS_WITH", "equals", "EQ", ""]
            .map(|name| with(name, &["x"]).invalid(["bad-value"])),
    ));
    groups
}

/// The operator with no value, one, two, 100 and 101.
fn each(name: &str, takes: Takes) -> Group {
    let mut steps = vec![];
    let mut is_made = false;
    for count in [0, 1, 2, 100, 101] {
        let mut given = values(count);
        match takes {
            Takes::OneNumber => given = (0..count).map(|it| it.to_string()).collect(),
            Takes::NoneOrOne if count > 0 => "true".clone_into(&mut given[0]),
            _ => {}
        }
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        let step = with(name, &given);
        let fits = match takes {
            Takes::OneOrMore => count > 0,
            Takes::AnyNumber => true,
            Takes::One | Takes::OneNumber | Takes::OneExpression => count == 1,
            Takes::NoneOrOne => count < 2,
        };
        steps.push(match (fits, is_made) {
            (false, _) => step.invalid(["operator-arity"]),
            (true, false) => step.creates(1),
            (true, true) => step.updates(1),
        });
        is_made |= fits;
    }
    group(format!("operator {name}"), STAGE, steps)
}

fn with(operator: &str, values: &[&str]) -> Step {
    let what = format!("{operator} with {} values", values.len());
    step(what, [segment("tried", &json!([rule("attribute", operator, values)]))])
}

fn numbers() -> Group {
    let mut steps: Vec<Step> = ["ten", "", " 1", "1 ", "0x10", "1e400", "nan", "1,5", "1_", "--1"]
        .map(|value| with("gt", &[value]).invalid(["not-a-number"]))
        .into();
    steps.push(with("gt", &["0"]).creates(1));
    let taken = ["-1", ".5", "1.", "+5", "1e3", "1_000", "0x1p4", "1000000"];
    steps.extend(taken.map(|value| with("gt", &[value]).updates(1)));
    steps.push(with("gt", &["inf"]).invalid(["never-matches"]));
    steps.push(with("gte", &["inf"]).updates(1));
    // An attribute that is this number reads otherwise, and is never equal to the text.
    for value in ["1000000", "0.00001", "12345678"] {
        steps.push(with("eq", &[value]).invalid(["never-matches"]));
        steps.push(with("in", &["a", value]).invalid(["never-matches"]));
    }
    steps.extend(
        ["999999", "1e+06", "0049", "+5", "1.10"].map(|value| with("eq", &[value]).updates(1)),
    );
    group("numbers", STAGE, steps)
}

fn expressions() -> Group {
    let refused = ["(?=a)", r"(a)\1", "a**", "(?x)a", "a{1001}", "[z-a]", "(a", r"\h", r"\Z"];
    let mut steps: Vec<Step> =
        refused.map(|value| with("regex", &[value]).invalid(["bad-regex"])).into();
    steps.push(with("regex", &["^a"]).creates(1));
    let taken = [r"\Qa.b\E", "[a&&b]", "(?P<name>a)", "(?U)a+", r"\pL", "[[:alpha:]]", "", "é+"];
    steps.extend(taken.map(|value| with("regex", &[value]).updates(1)));
    group("regular expressions of Go", STAGE, steps)
}

fn presence() -> Group {
    group(
        "whether an attribute is there",
        STAGE,
        [
            with("exists", &["yes"]).invalid(["operator-arity"]),
            with("exists", &["False"]).invalid(["operator-arity"]),
            with("exists", &["false"]).creates(1),
            with("exists", &["true"]).updates(1),
            with("exists", &[]).updates(1),
            step(
                "without values at all",
                [segment("tried", &json!([{"attribute": "attribute", "operator": "exists"}]))],
            ),
        ],
    )
}
