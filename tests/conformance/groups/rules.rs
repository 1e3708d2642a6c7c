//! How an attachment names its rule: exactly one must fit.

use crate::conformance::documents::{attachment_by, on_flag, segment, users};
use crate::conformance::facts::Fact;
use crate::conformance::script::{Expected, Group, group, step};
use crate::protocol::Kind;

pub(in crate::conformance) fn groups() -> Vec<Group> {
    vec![selectors(), none(), shared(), out_of_scope()]
}

fn with(attachment: String) -> [String; 2] {
    [users("one", &["1"]), attachment]
}

fn selectors() -> Group {
    group(
        "ways to name a rule",
        [
            step("by its title", with(attachment_by("title: Gradual", &["one"])))
                .creates(1)
                .attaches(1)
                .then([Fact::Rule("Gradual", &["one"])]),
            step("by its id", with(attachment_by("id: <id of Foreign>", &["one"])))
                .adopt("rule")
                .attaches(1)
                .then([Fact::Rule("Foreign", &["one"])]),
            step("by its type", with(attachment_by("name: default", &["one"])))
                .attaches(1)
                .then([Fact::Rule("Open", &["one"])]),
            step("by two of them", with(attachment_by("name: default, title: Open", &["one"])))
                .invalid(&["bad-value"]),
            step("by none", with(attachment_by("", &["one"]))).invalid(&["bad-value"]),
        ],
    )
}

fn none() -> Group {
    let at = |what: &str, place: &str, codes| {
        let strategy = "strategy: {title: Gradual}";
        let attachment = on_flag(&format!("{place}, {strategy}"), &["one"]);
        step(what, with(attachment)).refused(codes)
    };
    group(
        "a rule that is not there",
        [
            step("a title", with(attachment_by("title: gradual", &["one"])))
                .refused(&["rule-not-found"]),
            step("an id", with(attachment_by("id: nothing", &["one"])))
                .refused(&["rule-not-found"]),
            step("a type", with(attachment_by("name: userWithId", &["one"])))
                .refused(&["rule-not-found"]),
            step("a title that two have", with(attachment_by("title: Twice", &["one"])))
                .refused(&["rule-ambiguous"]),
            step("a type that four have", with(attachment_by("name: flexibleRollout", &["one"])))
                .refused(&["rule-ambiguous"]),
            at("a flag", "feature: nowhere, environment: development", &["flag-not-found"]),
            at("an environment", "feature: checkout, environment: nowhere", &["flag-not-found"]),
            at(
                "a project",
                "project: nowhere, feature: checkout, environment: development",
                &["flag-not-found"],
            ),
            at(
                "an environment without strategies",
                "feature: checkout, environment: production",
                &["rule-not-found"],
            ),
            step("a segment", with(attachment_by("title: Gradual", &["nowhere"])))
                .invalid(&["missing-reference"]),
        ],
    )
}

/// Two attachments may not own one rule, however they name it.
fn shared() -> Group {
    let other =
        |selector: &str| attachment_by(selector, &["one"]).replace("name: rule", "name: other");
    let both = |selector: &str| {
        vec![users("one", &["1"]), attachment_by("title: Gradual", &["one"]), other(selector)]
    };
    group(
        "two attachments of one rule",
        [
            step("in the same words", both("title: Gradual")).invalid(&["duplicate-rule"]),
            step("in other words", both("id: <id of Gradual>")).refused(&["rule-shared"]),
        ],
    )
}

/// The open-source server has one project, so there the scope itself cannot be had.
fn out_of_scope() -> Group {
    let scoped = |project: &str| {
        let constraint = "{contextName: userId, operator: IN, values: ['1']}";
        let spec = format!("unleash: {{project: {project}, constraints: [{constraint}]}}");
        [segment("one", &spec), attachment_by("title: Gradual", &["one"])]
    };
    let no_such_project = || Expected::Refused(&["out-of-scope", "unknown-project"]);
    group(
        "a segment of another project",
        [
            step("cannot be attached", scoped("elsewhere"))
                .refused(&["out-of-scope"])
                .but_on(Kind::Real8, no_such_project())
                .but_on(Kind::Real6, no_such_project()),
            step("one of the flag's project can", scoped("default"))
                .creates(1)
                .attaches(1)
                .then([Fact::Rule("Gradual", &["one"])]),
            step("and cannot leave it then", scoped("elsewhere"))
                .refused(&["scope-in-use"])
                .but_on(Kind::Real8, Expected::Refused(&["unknown-project"]))
                .but_on(Kind::Real6, Expected::Refused(&["unknown-project"])),
        ],
    )
}
