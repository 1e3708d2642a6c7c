//! Begin here: segments come, change and go.

use crate::conformance::documents::{segment, users};
use crate::conformance::facts::Fact;
use crate::conformance::script::{Group, group, step};
use serde_json::json;

pub(in crate::conformance) fn groups() -> Vec<Group> {
    vec![create_change_delete(), many_at_once(), scope()]
}

fn create_change_delete() -> Group {
    let constraints = json!([{
        "contextName": "userId", "operator": "IN", "values": ["1", "2"],
        "inverted": false, "caseInsensitive": false,
    }]);
    group(
        "create, change, delete",
        [
            step("nothing is wanted and nothing is done", []),
            step("a segment comes", [users("beta", &["1"])])
                .creates(1)
                .then([Fact::Cause("git"), Fact::Segment("beta", json!({"description": ""}))]),
            step("and stays", [users("beta", &["1"])]),
            step("it changes", [users("beta", &["1", "2"])]).updates(1).then([
                Fact::Cause("git"),
                Fact::Renamed("beta", "beta"),
                Fact::Segment("beta", json!({ "constraints": constraints })),
            ]),
            step("it leaves Git, and is an orphan", []).then([Fact::Orphans(&["beta"])]),
            step("it comes back to Git", [users("beta", &["1", "2"])]),
            step("it leaves Git and is pruned", []).prune().deletes(1).then([Fact::Gone("beta")]),
            step("and stays away", []).prune(),
        ],
    )
}

fn many_at_once() -> Group {
    let names: Vec<String> = (1..=30).map(|n| format!("segment-{n:02}")).collect();
    let all = |ids: &[&str]| -> Vec<String> { names.iter().map(|it| users(it, ids)).collect() };
    let mut mixed = all(&["1", "2"]);
    mixed.truncate(20);
    mixed.extend((1..=10).map(|n| users(&format!("new-{n}"), &["1"])));
    group(
        "many at once",
        [
            step("thirty come", all(&["1"])).creates(30),
            step("some come, others change, and others go", mixed)
                .prune()
                .creates(10)
                .updates(20)
                .deletes(10),
            step("all go", []).prune().deletes(30),
        ],
    )
}

fn scope() -> Group {
    let scoped = |project: &str| {
        let spec = "{contextName: userId, operator: IN, values: ['1']}";
        segment("beta", &format!("unleash: {{{project}constraints: [{spec}]}}"))
    };
    group(
        "the scope of a project",
        [
            step("a segment for all projects", [scoped("")])
                .creates(1)
                .then([Fact::Segment("beta", json!({"project": null}))]),
            step("is scoped to one", [scoped("project: default, ")])
                .updates(1)
                .then([Fact::Segment("beta", json!({"project": "default"}))]),
            step("and stays so", [scoped("project: default, ")]),
            step("and is freed again", [scoped("")])
                .updates(1)
                .then([Fact::Segment("beta", json!({"project": null}))]),
            step("a project that does not exist", [scoped("project: nowhere, ")])
                .refused(&["unknown-project"]),
        ],
    )
}
