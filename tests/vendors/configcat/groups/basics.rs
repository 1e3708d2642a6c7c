//! The life of a segment.

use super::super::stage::{STAGE, at, compares, segment, spec, users};
use crate::vendors::story::{Group, group, step};
use reqwest::Method;
use serde_json::{Value, json};

/// A plan that has room for two segments, one of which is there.
const SMALL: &str = "
limits: {segments: 2}
products:
  - name: Shop
    environments: [{name: Production}]
    segments:
      - {name: Theirs, comparisonAttribute: Email, comparator: contains, comparisonValue: '@theirs'}
";

pub(super) fn groups() -> Vec<Group> {
    let mut groups = vec![
        group(
            "create, change, delete",
            STAGE,
            [
                step("nothing is wanted", []),
                step("one comes", [users("beta", &["ada"])])
                    .creates(1)
                    .then(compares("beta", "ada")),
                step("and stays", [users("beta", &["ada"])]),
                step("changes", [users("beta", &["grace"])])
                    .updates(1)
                    .then(compares("beta", "grace")),
                step("goes from Git, and stays", []),
                step("and is pruned", []).prune().deletes(1),
            ],
        ),
        descriptions(),
        renames(),
        names(),
        drift(),
        group(
            "a plan that is full",
            SMALL,
            [
                step("one more fits", [users("a", &["ada"])]).creates(1),
                step("another does not", [users("a", &["ada"]), users("b", &["ada"])])
                    .fails(["limit-reached"]),
                step(
                    "and the next run says the same",
                    [users("a", &["ada"]), users("b", &["ada"])],
                )
                .fails(["limit-reached"]),
            ],
        ),
        group(
            "the product by its id",
            STAGE,
            [step("is found", [users("beta", &["ada"])])
                .target(", product: 00000000-0000-4000-8000-000000000001")
                .creates(1)],
        ),
        group(
            "the product in other letters, and the only one",
            STAGE,
            [
                step("by name", [users("beta", &["ada"])]).target(", product: sHOP").creates(1),
                step("unsaid", [users("beta", &["ada"])]).target(""),
            ],
        ),
    ];
    for count in [49, 50, 51, 99, 100, 101] {
        groups.push(many(count));
    }
    groups
}

fn many(count: usize) -> Group {
    let of = |value: &str| -> Vec<String> {
        (0..count).map(|it| users(&format!("segment-{it:03}"), &[value])).collect()
    };
    group(
        format!("{count} segments"),
        STAGE,
        [
            step("come", of("ada")).creates(count),
            step("one changes", {
                let mut all = of("ada");
                all[count - 1] = users(&format!("segment-{:03}", count - 1), &["grace"]);
                all
            })
            .updates(1),
            step("all go", []).prune().deletes(count),
        ],
    )
}

fn descriptions() -> Group {
    let with = |description: Value| {
        let mut it = json!({"configcat": {
            "comparisonAttribute": "Email", "comparator": "isOneOf", "comparisonValues": ["ada"],
        }});
        if description != json!("absent") {
            it["description"] = description;
        }
        [spec("beta", &it)]
    };
    group(
        "descriptions: null, absent and empty",
        STAGE,
        [
            step("absent", with(json!("absent"))).creates(1),
            step("null", with(Value::Null)),
            step("empty", with(json!(""))),
            step("one line", with(json!("One line."))).updates(1),
            step("lines", with(json!("One.\n\nTwo: \"so\", é 👍"))).updates(1),
            step("other line ends are none", with(json!("One.\r\n\r\nTwo: \"so\", é 👍\n"))),
            step("absent again", with(json!("absent"))).updates(1),
            step("900 characters", with(json!("x".repeat(900)))).updates(1),
            step("1,000, and the mark", with(json!("x".repeat(1_000)))).invalid(["bad-value"]),
            step("a mark", with(json!("Managed by segctl: a/b 0"))).invalid(["reserved-text"]),
        ],
    )
}

fn renames() -> Group {
    let named = |name: &str, key: &str| {
        let block = json!({"name": key, "comparisonAttribute": "Email", "comparator": "isOneOf",
            "comparisonValues": [name]});
        segment(name, &block)
    };
    group(
        "renames in place",
        STAGE,
        [
            step("one", [named("beta", "Beta users")]).creates(1),
            step("another key", [named("beta", "Beta people")]).updates(1).then(|before, after| {
                let id = |seen: &crate::vendors::seen::Seen, key: &str| {
                    seen.segments.get(key).map(|it| it["segmentId"].clone())
                };
                let same = id(before, "Beta users") == id(after, "Beta people");
                if same { Ok(()) } else { Err("it is another segment".to_owned()) }
            }),
            step("another case", [named("beta", "BETA people")]).updates(1),
            step("another name in Git", [segment("gamma", &json!({"name": "BETA people",
                "comparisonAttribute": "Email", "comparator": "isOneOf", "comparisonValues": ["beta"]}))])
                .updates(1),
            step("a name that is taken", [named("gamma", "Theirs")]).refused(["name-taken"]),
            step("a name that is nearly taken", [named("gamma", "THEIRS")]).refused(["name-taken"]),
        ],
    )
}

fn names() -> Group {
    let named = |key: &str| {
        let block = json!({"name": key, "comparisonAttribute": "Email", "comparator": "isOneOf",
            "comparisonValues": ["ada"]});
        [segment("beta", &block)]
    };
    let two = |one: &str, other: &str| {
        let [one] = named(one);
        let [other] = named(other);
        [one, other.replace("name: beta", "name: gamma")]
    };
    group(
        "names",
        STAGE,
        [
            step("of all kinds", named("Ünïcödé 名前 👍 \"quoted\", 'so' <b> \\ {x}")).creates(1),
            step("and stays", named("Ünïcödé 名前 👍 \"quoted\", 'so' <b> \\ {x}")),
            step("255 characters", named(&"n".repeat(255))).updates(1),
            step("256", named(&"n".repeat(256))).invalid(["bad-value"]),
            step("128 emoji are 256", named(&"👍".repeat(128))).invalid(["bad-value"]),
            step("nothing", named("")).invalid(["bad-value"]),
            step("blanks", named("  ")).invalid(["bad-value"]),
            step("two of one name", two("Beta", "Beta")).invalid(["duplicate-segment-key"]),
            step("two of one name but for case", two("Beta", "BETA"))
                .invalid(["duplicate-segment-key", "similar-names"]),
        ],
    )
}

fn drift() -> Group {
    let document = || [users("beta", &["ada", "grace"])];
    let edit = |body: Value| (Method::PUT, at("beta"), body);
    let mut steps = vec![step("one comes", document()).creates(1)];
    for (what, body) in [
        ("somebody adds a value", json!({"comparisonValue": "ada,grace,eve"})),
        ("somebody changes the comparator", json!({"comparator": "isNotOneOf"})),
        ("somebody changes the attribute", json!({"comparisonAttribute": "Identifier"})),
        ("somebody cuts the mark off", json!({"description": "mine now"})),
    ] {
        let (method, path, body) = edit(body);
        let it = step(what, document()).after(method, path, body, 200);
        steps.push(if what.contains("mark") {
            it.refused(["would-overwrite"])
        } else {
            it.updates(1).then(compares("beta", "ada,grace"))
        });
    }
    steps.push(step("it is taken over again", document()).adopt("beta").adopts(1));
    let delete = step("somebody deletes it", document());
    steps.push(delete.after(Method::DELETE, at("beta"), None, 204).creates(1));
    group("drift", STAGE, steps)
}
