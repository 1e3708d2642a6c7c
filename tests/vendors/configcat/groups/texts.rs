//! Values at their limits.

use super::super::stage::{STAGE, compares, list, segment, single, users};
use crate::vendors::story::{Group, group, step};
use serde_json::json;

pub(super) fn groups() -> Vec<Group> {
    vec![items(), lengths(), attributes(), exact(), references()]
}

fn items() -> Group {
    let odd = [
        "it's \"quoted\"",
        "back\\slash",
        "Ünïcödé 名前 👍",
        "null",
        "true",
        "1.50",
        "a b",
        "{curly}",
        "$where",
        "#hash",
        "a;b",
        "a|b",
    ];
    let turned: Vec<&str> = odd.iter().rev().copied().collect();
    group(
        "values of all kinds",
        STAGE,
        [
            step("come", [users("beta", &odd)]).creates(1).then(compares("beta", odd.join(","))),
            step("and stay", [users("beta", &turned)]),
            step("case counts", [users("beta", &["Ada"])]).updates(1).then(compares("beta", "Ada")),
            step("a comma inside", [users("beta", &["a,b"])]).invalid(["bad-value"]),
            step("blanks at an end", [users("beta", &[" ada"])]).invalid(["bad-value"]),
            step("an empty one", [users("beta", &["ada", ""])]).invalid(["bad-value"]),
            step("one twice counts once", [users("beta", &["ada", "ada"])])
                .updates(1)
                .then(compares("beta", "ada")),
            step("a number", [segment("beta", &json!({"comparisonAttribute": "Age", "comparator": "isOneOf", "comparisonValues": [1]}))])
                .invalid(["wrong-type"]),
            step("both", [segment("beta", &json!({"comparisonAttribute": "Age", "comparator": "isOneOf", "comparisonValues": ["1"], "comparisonValue": "1"}))])
                .invalid(["operator-arity"]),
        ],
    )
}

fn lengths() -> Group {
    let long = |length: usize| "x".repeat(length);
    // Two values and a comma.
    let pair = |length: usize| {
        let half = length / 2;
        let (one, other) = ("a".repeat(half), "b".repeat(length - half - 1));
        [segment("beta", &list("isOneOf", &[&one, &other]))]
    };
    group(
        "long values",
        STAGE,
        [
            step("65,535 characters", [segment("beta", &single("contains", &long(65_535)))])
                .creates(1),
            step("one more", [segment("beta", &single("contains", &long(65_536)))])
                .invalid(["bad-value"]),
            step("two values of 65,535 together", pair(65_535)).updates(1),
            step("of 65,536", pair(65_536)).invalid(["segment-too-large"]),
        ],
    )
}

fn attributes() -> Group {
    let of = |attribute: &str| {
        let block = json!({"comparisonAttribute": attribute, "comparator": "isOneOf", "comparisonValues": ["x"]});
        [segment("beta", &block)]
    };
    group(
        "attributes",
        STAGE,
        [
            step("a plain one", of("Email")).creates(1),
            step("in another case is another one", of("email")).updates(1),
            step("an odd one", of("a 'field' of #1: é 👍")).updates(1),
            step("1,000 characters", of(&"a".repeat(1_000))).updates(1),
            step("1,001", of(&"a".repeat(1_001))).invalid(["bad-value"]),
            step("none", of("")).invalid(["bad-value"]),
        ],
    )
}

fn exact() -> Group {
    let of = |value: &str| [segment("beta", &single("contains", value))];
    group(
        "a text is not taken apart",
        STAGE,
        [
            step("with commas and blanks", of(" a, b,,a "))
                .creates(1)
                .then(compares("beta", " a, b,,a ")),
            step("other blanks are another text", of("a, b,,a"))
                .updates(1)
                .then(compares("beta", "a, b,,a")),
            step("another order too", of("b, a,,a")).updates(1),
        ],
    )
}

fn references() -> Group {
    group(
        "values of one text and of several are two things",
        STAGE,
        [
            step("one", [segment("beta", &single("contains", "a"))]).creates(1),
            step("the same as a list", [users("beta", &["a"])]).updates(1),
            step("and sensitive", [segment("beta", &list("sensitiveIsOneOf", &["a"]))]).updates(1),
        ],
    )
}
