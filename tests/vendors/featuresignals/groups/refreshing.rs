//! Environments notice a changed segment only when a flag's state is written.

use super::stage::{STAGE, at, attach, attach_to, plan, rule, segment, state};
use crate::vendors::story::{Group, Step, group, step};
use reqwest::Method;
use serde_json::json;

/// A target that leaves environments alone.
const WITHOUT: &str = ", project: web, refresh: false";

pub(super) fn groups() -> Vec<Group> {
    vec![
        group("a changed segment is told to its environments", STAGE, told()),
        group("a rule that changes tells by itself", STAGE, tells()),
        group("nothing is told where it is not wanted", STAGE, unwanted()),
        group("a run that ended before it told", STAGE, left_over()),
        group(
            "a segment that no rule uses",
            STAGE,
            [step("made", [plan("a")]).creates(1), step("changed", [changed()]).updates(1)],
        ),
        group("what people write tells too", STAGE, by_people()),
        group("a segment that a person deletes off its rule", STAGE, deleted()),
    ]
}

fn changed() -> String {
    segment("a", &json!([rule("plan", "eq", &["other"])]))
}

fn everywhere() -> Vec<String> {
    let closed = json!({"id": "closed"});
    vec![
        attach("closed", &["a"]),
        attach_to("checkout", "staging", &closed, &["a"]),
        attach_to("banner", "production", &closed, &["a"]),
    ]
}

fn with(first: String) -> Vec<String> {
    [vec![first], everywhere()].concat()
}

fn told() -> Vec<Step> {
    vec![
        step("attached in two environments", with(plan("a"))).creates(1).attaches(3),
        step("changed", with(changed())).updates(1).refreshes(2),
        step("again", with(changed())),
    ]
}

fn tells() -> Vec<Step> {
    let two = |first: String| vec![first, plan("b"), attach("closed", &["a", "b"])];
    vec![
        step("attached", vec![plan("a"), attach("closed", &["a"])]).creates(1).attaches(1),
        // The rule gains a segment, which does not wait for the change of the other.
        step("changed, and one more on the rule", two(changed()))
            .creates(1)
            .updates(1)
            .attaches(1)
            .refreshes(1),
        // The rule loses a segment, and that waits for the change of the one that stays.
        step("changed back, and one less", vec![plan("a"), plan("b"), attach("closed", &["a"])])
            .updates(1)
            .attaches(1),
    ]
}

fn unwanted() -> Vec<Step> {
    vec![
        step("attached", with(plan("a"))).target(WITHOUT).creates(1).attaches(3),
        step("changed", with(changed())).target(WITHOUT).updates(1),
        step("and told later", with(changed())).refreshes(2),
    ]
}

fn left_over() -> Vec<Step> {
    vec![
        step("attached", with(plan("a"))).creates(1).attaches(3),
        step("a person changes the segment, and changes it back", with(plan("a")))
            .after(Method::PUT, at("a"), json!({"match_type": "any"}), 200)
            .after(Method::PUT, at("a"), json!({"match_type": "all"}), 200)
            .refreshes(2),
        step("a foreign segment is not ours to tell of", with(plan("a"))).after(
            Method::PUT,
            at("theirs"),
            json!({"name": "Other"}),
            200,
        ),
    ]
}

fn by_people() -> Vec<Step> {
    vec![
        step("attached", with(plan("a"))).creates(1).attaches(3),
        step("a person touches a flag of production", with(plan("a")))
            .after(Method::PUT, at("a"), json!({}), 200)
            .after(Method::PUT, state("idle", "production"), json!({"enabled": true}), 200)
            .refreshes(1),
    ]
}

fn deleted() -> Vec<Step> {
    let documents = || vec![plan("a"), attach("closed", &["a"])];
    vec![
        step("attached", documents()).creates(1).attaches(1),
        // The rule has its key still, so it has the new segment as soon as that is there.
        step("deleted by a person", documents())
            .after(Method::DELETE, at("a"), None, 204)
            .creates(1)
            .refreshes(1)
            .then(|_, after| {
                let on = after.on.get("checkout/production/id:closed");
                let is_on = on.is_some_and(|it| it.iter().eq(["a"]));
                if is_on { Ok(()) } else { Err(format!("on the rule: {on:?}")) }
            }),
        step("again", documents()),
    ]
}
