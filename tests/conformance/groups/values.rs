//! Lists of values, and the order of things, which means nothing.

use crate::conformance::documents::{audience, segment};
use crate::conformance::facts::Fact;
use crate::conformance::script::{Group, group, step};
use serde_json::{Value, json};

pub(in crate::conformance) fn groups() -> Vec<Group> {
    vec![texts(), lengths(), counts(), order(), everyone()]
}

fn list(values: &[&str]) -> [String; 1] {
    let values = Value::from(values);
    [audience("beta", &format!("{{contextName: userId, operator: IN, values: {values}}}"))]
}

fn stored(values: &[&str]) -> Fact {
    let constraint = json!({
        "contextName": "userId", "operator": "IN", "values": values,
        "inverted": false, "caseInsensitive": false,
    });
    Fact::Segment("beta", json!({"constraints": [constraint]}))
}

fn texts() -> Group {
    let odd = [
        "a,b",
        ",",
        "it's \"quoted\"",
        "back\\slash",
        "Ünïcödé 名前 👍",
        " blanks around ",
        "null",
        "true",
        "1.50",
        "a\tb",
        "two\nlines",
        "{curly}",
        "$where",
    ];
    group(
        "values of all kinds",
        [
            step("come", list(&odd)).creates(1).then([stored(&odd)]),
            step("and stay", list(&odd)),
            step("blanks and case count", list(&["blanks around", "A,B"]))
                .updates(1)
                .then([stored(&["blanks around", "A,B"])]),
            step("a backslash at the end", list(&["a\\"])).invalid(&["engine-cannot-compile"]),
            step("an empty one", list(&[""])).invalid(&["bad-value"]),
            step(
                "a number",
                [audience("beta", "{contextName: userId, operator: IN, values: [1]}")],
            )
            .invalid(&["wrong-type"]),
        ],
    )
}

fn lengths() -> Group {
    let plain = "v".repeat(100);
    let accents = "é".repeat(100);
    let emoji = "👍".repeat(50);
    group(
        "long values",
        [
            step("of 100 characters", list(&[&plain, &accents, &emoji]))
                .creates(1)
                .then([stored(&[&plain, &accents, &emoji])]),
            step("of 101", list(&[&"v".repeat(101)])).invalid(&["bad-value"]),
            step("of 51 emoji, which are 102 to the server", list(&[&"👍".repeat(51)]))
                .invalid(&["bad-value"]),
        ],
    )
}

fn counts() -> Group {
    let of = |count: usize| {
        let values: Vec<String> = (0..count).map(|n| format!("user-{n}")).collect();
        list(&values.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let halves = |first: usize, second: usize| {
        let constraint = |field: &str, count: usize| {
            let values: Vec<String> = (0..count).map(|n| format!("{n}")).collect();
            json!({"contextName": field, "operator": "IN", "values": values}).to_string()
        };
        let both = format!("{}, {}", constraint("a", first), constraint("b", second));
        [audience("beta", &both)]
    };
    group(
        "many values",
        [
            step("99", of(99)).creates(1),
            step("100", of(100)).updates(1),
            step("101", of(101)).updates(1),
            step("1000", of(1_000)).updates(1),
            step("999", of(999)).updates(1),
            step("1001", of(1_001)).invalid(&["too-many-values"]),
            step("1000 in two constraints", halves(500, 500)).updates(1),
            step("1001 in two constraints", halves(500, 501)).invalid(&["too-many-values"]),
        ],
    )
}

fn order() -> Group {
    let one = "{contextName: userId, operator: IN, values: ['1', '2', '3']}";
    let turned = "{values: ['3', '1', '2'], operator: IN, contextName: userId}";
    let other = "{contextName: appName, operator: STR_CONTAINS, values: [web]}";
    let third = "{contextName: age, operator: NUM_GT, value: '5'}";
    let with = |constraints: &[&str]| [audience("beta", &constraints.join(", "))];
    group(
        "the order of things",
        [
            step("three constraints", with(&[one, other, third])).creates(1),
            step("in another order", with(&[third, one, other])),
            step("values in another order", with(&[turned, other, third])),
            step("both", with(&[third, other, turned])),
            step("a constraint twice is one", with(&[one, other, third, one])),
            step("one less", with(&[third, turned])).updates(1),
        ],
    )
}

fn everyone() -> Group {
    let nobody = |allow: &str| [segment("beta", &format!("{allow}unleash: {{constraints: []}}"))];
    group(
        "a segment that matches everyone",
        [
            step("needs to be allowed", nobody("")).invalid(&["matches-everyone"]),
            step("and then comes", nobody("allow: [matches-everyone]\n"))
                .creates(1)
                .then([Fact::Segment("beta", json!({"constraints": []}))]),
            step("and stays", nobody("allow: [matches-everyone]\n")),
        ],
    )
}
