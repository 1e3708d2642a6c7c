//! Segments on the rules of flags.

use super::super::stage::{STAGE, attach, attach_block, attach_to, on, rule, theirs, users};
use crate::vendors::story::{Group, group, step};
use serde_json::{Value, json};

/// Two rules that serve the same, on which segctl begins.
const TWICE: &str = "
products:
  - name: Shop
    environments: [{name: Production, id: 00000000-0000-4000-8000-0000000000e1}]
    configs:
      - name: Main
        settings:
          - key: checkout
            id: 1
            values:
              Production:
                defaultValue: false
                targetingRules:
                  - conditions:
                      - userCondition: {comparisonAttribute: Country, comparator: textEquals, comparisonValue: {stringValue: SE}}
                    value: true
                  - conditions:
                      - userCondition: {comparisonAttribute: Country, comparator: textEquals, comparisonValue: {stringValue: HU}}
                    value: true
";

fn checkout() -> String {
    rule("v2", 1, 0, "true")
}

fn block(setting: &str, selector: &Value, not_in: &[&str]) -> Value {
    let config = if setting == "banner" { "Old" } else { "Main" };
    json!({"config": config, "environment": "Production", "setting": setting, "rule": selector, "notIn": not_in})
}

pub(super) fn groups() -> Vec<Group> {
    vec![
        whole_life(),
        not_in(),
        the_last_one(),
        order(),
        several(),
        selectors(),
        twice(),
        kinds(),
        nowhere(),
        old_config(),
        closed(),
        reasons(),
        group(
            "names in another case",
            STAGE,
            [step("lead to the same rule", {
                let block = json!({"config": "MAIN", "environment": "production", "setting": "checkout", "rule": {"serves": true}});
                [users("a", &["ada"]), attach_block(&block, &["a"])]
            })
            .creates(1)
            .attaches(1)
            .then(on(checkout(), &["a"]))],
        ),
        group(
            "the document goes",
            STAGE,
            [
                step("attached", [users("a", &["ada"]), attach(&["a"])]).creates(1).attaches(1),
                step("the rule stays as it is", [users("a", &["ada"])]).then(on(checkout(), &["a"])),
            ],
        ),
        group(
            "a rename of a segment in use",
            STAGE,
            [
                step("attached", [users("a", &["ada"]), attach(&["a"])]).creates(1).attaches(1),
                step("another name", {
                    let block = json!({"name": "A new name", "comparisonAttribute": "Email", "comparator": "isOneOf", "comparisonValues": ["ada"]});
                    [super::super::stage::segment("a", &block), attach(&["a"])]
                })
                .updates(1)
                .then(on(checkout(), &["A new name"])),
            ],
        ),
    ]
}

fn whole_life() -> Group {
    let two = || [users("a", &["ada"]), users("b", &["bob"])];
    let with = |segments: &[&str]| -> Vec<String> {
        two().into_iter().chain([attach(segments)]).collect()
    };
    group(
        "attach, change and detach",
        STAGE,
        [
            step("one", with(&["a"])).creates(2).attaches(1).then(on(checkout(), &["a"])),
            step("one more", with(&["a", "b"])).attaches(1).then(on(checkout(), &["a", "b"])),
            step("another alone", with(&["b"])).attaches(1).then(on(checkout(), &["b"])),
            step("the other in its place", with(&["a"])).attaches(1).then(on(checkout(), &["a"])),
            step("none: the rule has a condition of its own", with(&[]))
                .attaches(1)
                .then(on(checkout(), &[])),
        ],
    )
}

fn not_in() -> Group {
    let with = |segments: &[&str], not_in: &[&str]| {
        let block = block("checkout", &json!({"serves": true}), not_in);
        vec![users("a", &["ada"]), users("b", &["bob"]), theirs(), attach_block(&block, segments)]
    };
    group(
        "segments that a user must not be in",
        STAGE,
        [
            step("one", with(&[], &["a"])).creates(2).attaches(1).then(on(checkout(), &["!a"])),
            step("beside another", with(&["b"], &["a"]))
                .attaches(1)
                .then(on(checkout(), &["!a", "b"])),
            step("a foreign one too", with(&["b"], &["a", "theirs"]))
                .attaches(1)
                .then(on(checkout(), &["!Theirs", "!a", "b"])),
            step("from in to not in", with(&[], &["a", "b"])).refused(["would-detach-foreign"]),
            step("with the foreign one", with(&[], &["a", "b", "theirs"]))
                .attaches(1)
                .then(on(checkout(), &["!Theirs", "!a", "!b"])),
            step("in both", with(&["a"], &["a"])).invalid(["never-matches"]),
            step("one that is no document", with(&[], &["nobody"])).invalid(["missing-reference"]),
        ],
    )
}

fn the_last_one() -> Group {
    let dark = |position: u32| json!({"serves": "dark", "position": position});
    let with = |segments: &[&str]| {
        let block = block("theme", &dark(1), &[]);
        vec![users("a", &["ada"]), theirs(), attach_block(&block, segments)]
    };
    group(
        "the last condition of a rule",
        STAGE,
        [
            step("a foreign one stays", with(&[])).refused(["would-detach-foreign"]),
            step("nor may nothing take its place", with(&[]))
                .adopt("rule-theme---production----serves---dark---position--1")
                .refused(["rule-needs-condition"]),
            step("another may", with(&["a"]))
                .adopt("rule-theme---production----serves---dark---position--1")
                .creates(1)
                .attaches(1)
                .then(on(rule("v2", 2, 0, "\"dark\""), &["a"])),
        ],
    )
}

fn order() -> Group {
    let with =
        |segments: &[&str]| vec![users("a", &["ada"]), users("b", &["bob"]), attach(segments)];
    group(
        "the order of segments means nothing",
        STAGE,
        [
            step("two", with(&["a", "b"])).creates(2).attaches(1),
            step("turned round", with(&["b", "a"])),
            step("one twice counts once", with(&["a", "b", "a"])),
        ],
    )
}

fn several() -> Group {
    let dark = |at: u32, segments: &[&str]| {
        attach_to("theme", &json!({"serves": "dark", "position": at}), segments)
    };
    group(
        "several rules of one flag",
        STAGE,
        [
            step(
                "two at once",
                [
                    users("a", &["ada"]),
                    theirs(),
                    attach_block(
                        &block("theme", &json!({"serves": "dark", "position": 1}), &["theirs"]),
                        &["a"],
                    ),
                    dark(2, &["a"]),
                ],
            )
            .creates(1)
            .attaches(2)
            .then(on(rule("v2", 2, 0, "\"dark\""), &["!Theirs", "a"]))
            .then(on(rule("v2", 2, 1, "\"dark\""), &["a"])),
            step(
                "two documents of one rule",
                [users("a", &["ada"]), dark(2, &["a"]), {
                    attach_to("theme", &json!({"position": 2}), &["a"])
                }],
            )
            .refused(["rule-shared"]),
        ],
    )
}

fn selectors() -> Group {
    let with =
        |selector: Value| vec![users("a", &["ada"]), attach_to("checkout", &selector, &["a"])];
    group(
        "what names a rule",
        STAGE,
        [
            step("what it serves", with(json!({"serves": true}))).creates(1).attaches(1),
            step("its position", with(json!({"position": 1}))),
            step("both", with(json!({"serves": true, "position": 1}))),
            step("a value that none serves", with(json!({"serves": "true"})))
                .refused(["rule-not-found"]),
            step("a position that is none", with(json!({"position": 3})))
                .refused(["rule-not-found"]),
            step("nothing", with(json!({}))).invalid(["bad-value"]),
            step("position 0", with(json!({"position": 0}))).invalid(["bad-value"]),
        ],
    )
}

fn twice() -> Group {
    let with =
        |selector: Value| vec![users("a", &["ada"]), attach_to("checkout", &selector, &["a"])];
    group(
        "two rules that serve the same",
        TWICE,
        [
            step("are not told apart by that", with(json!({"serves": true})))
                .refused(["rule-ambiguous"]),
            step("but by their position", with(json!({"serves": true, "position": 2})))
                .creates(1)
                .attaches(1)
                .then(on(rule("v2", 1, 1, "true"), &["a"]))
                .then(on(rule("v2", 1, 0, "true"), &[])),
        ],
    )
}

fn kinds() -> Group {
    let with = |selector: Value| vec![users("a", &["ada"]), attach_to("price", &selector, &["a"])];
    group(
        "numbers and percentages",
        STAGE,
        [
            step("a number", with(json!({"serves": 2.5})))
                .creates(1)
                .attaches(1)
                .then(on(rule("v2", 3, 0, "2.5"), &["a"])),
            step("a rule that serves by percentage", with(json!({"position": 2})))
                .attaches(1)
                .then(on(rule("v2", 3, 1, ""), &["a"])),
        ],
    )
}

fn nowhere() -> Group {
    let with = |config: &str, environment: &str, setting: &str| {
        let block = json!({"config": config, "environment": environment, "setting": setting, "rule": {"serves": true}});
        vec![users("a", &["ada"]), attach_block(&block, &["a"])]
    };
    group(
        "what is not there",
        STAGE,
        [
            step("a config", with("Nope", "Production", "checkout")).refused(["flag-not-found"]),
            step("an environment", with("Main", "Nope", "checkout")).refused(["flag-not-found"]),
            step("a setting", with("Main", "Production", "nope")).refused(["flag-not-found"]),
            step("a setting in another case", with("Main", "Production", "Checkout"))
                .refused(["flag-not-found"]),
        ],
    )
}

fn old_config() -> Group {
    let with = |serves: bool, segments: &[&str], not_in: &[&str]| {
        let block = block("banner", &json!({"serves": serves}), not_in);
        vec![users("a", &["ada"]), users("b", &["bob"]), theirs(), attach_block(&block, segments)]
    };
    let banner = || rule("v1", 4, 0, "true");
    group(
        "a rule of an old config",
        STAGE,
        [
            step("has one segment", with(true, &["theirs"], &[])).creates(2),
            step("never two", with(true, &["a", "theirs"], &[])).refused(["limit-reached"]),
            step("nor one in and one out", with(true, &["theirs"], &["a"]))
                .refused(["limit-reached"]),
            step("nor none", with(true, &[], &[])).refused(["would-detach-foreign"]),
            step("turned round", with(true, &[], &["theirs"])).refused(["would-detach-foreign"]),
            step("a rule with a comparison has no place", with(false, &["a"], &[]))
                .refused(["limit-reached"]),
            step("another one", with(true, &["a"], &[]))
                .adopt("rule-banner---production----serves--true")
                .attaches(1)
                .then(on(banner(), &["a"])),
            step("not in it", with(true, &[], &["a"])).attaches(1).then(on(banner(), &["!a"])),
            step("not in another", with(true, &[], &["b"])).attaches(1).then(on(banner(), &["!b"])),
            step("none would be no rule", with(true, &[], &[])).refused(["rule-needs-condition"]),
        ],
    )
}

fn closed() -> Group {
    let with = |segments: &[&str]| {
        let block = json!({"config": "Main", "environment": "Locked", "setting": "checkout", "rule": {"serves": true}});
        vec![users("a", &["ada"]), attach_block(&block, segments)]
    };
    group(
        "an environment that may only be read",
        STAGE,
        [
            step("is as it should be", with(&[])).creates(1),
            step("or is refused", with(&["a"])).refused(["environment-read-only"]),
        ],
    )
}

fn reasons() -> Group {
    let with = |segments: &[&str]| {
        let block = json!({"config": "Main", "environment": "Noted", "setting": "checkout", "rule": {"serves": true}});
        vec![users("a", &["ada"]), attach_block(&block, segments)]
    };
    group(
        "an environment that asks for a reason",
        STAGE,
        [
            step("gets one by itself", with(&["a"])).creates(1).attaches(1),
            step("or that of the target", with(&[]))
                .target(", product: Shop, reason: so")
                .attaches(1),
            step("is refused without", with(&["a"]))
                .target(", product: Shop, reason: ''")
                .refused(["reason-required"]),
            step("unless nothing is to do", with(&[])).target(", product: Shop, reason: ''"),
        ],
    )
}
