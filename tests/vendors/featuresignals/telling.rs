//! Which environments are told of a change, where only a part of it is wanted or done.

use super::meanwhile::{Scene, desired, failed, put_rules, value};
use super::stage::{STAGE, at, attach, attach_to, external, plan, rule, segment, state};
use crate::support::steward::{Steward, cautious};
use crate::vendors::vendor::Vendor as _;
use reqwest::Method;
use segctl::apply::{Applied, Outcome};
use segctl::live::Live;
use segctl::plan::{Action, ObjectKind, Plan, Policy};
use segctl::sandbox::{Fault, FaultKind, Matching};
use serde_json::{Value, json};

/// A segment for users of some plans.
fn plans(name: &str, values: &[&str]) -> String {
    segment(name, &json!([rule("plan", "in", values)]))
}

/// A steward whose target tells environments, or does not.
fn steward(scene: &Scene, refresh: bool) -> Steward {
    let mut connect = scene.connect();
    connect.options.refresh = Some(refresh);
    Steward::of(super::FeatureSignals::PROVIDER, &connect)
}

/// Plans and applies what can be done.
async fn keep_going(
    steward: &Steward,
    documents: &[String],
    policy: &Policy,
) -> ((Live, Plan), Applied) {
    let desired = desired(documents);
    let planned = steward.plan(&desired, policy).await.expect("a plan");
    let applied = steward.apply(&planned, &desired, policy).await;
    (planned, applied)
}

/// With nothing but this document selected.
fn only(kind: ObjectKind, name: &str) -> Policy {
    Policy { selected: Some([(kind, name.to_owned())].into()), ..cautious() }
}

/// What a person does there.
async fn send(scene: &Scene, method: Method, path: &str, body: Value) {
    let (status, answer) = scene.server.send(method, path, Some(&body)).await;
    assert!(status < 300, "{answer}");
}

/// The next request like this is answered with 400.
fn refusal(method: &Method, path: String) -> Fault {
    let kind = FaultKind::Status { code: 400, retry_after: None, body: "{}".to_owned() };
    let on = Matching::Request { method: method.to_string(), path };
    Fault { on, after: 0, kind, times: 1 }
}

/// The steps that would be done, as words.
fn planned(plan: &Plan) -> Vec<String> {
    plan.planned().map(|step| format!("{} {}", step.action.name(), step.name)).collect()
}

/// How the step of that action ended.
fn outcome<'a>(plan: &Plan, applied: &'a Applied, action: Action) -> &'a Outcome {
    let step = plan.steps.iter().find(|it| it.action == action).expect("a step");
    &applied.outcomes[&step.id]
}

/// `a` for one plan less, and a rule that gets it together with a segment that is refused.
fn narrowed() -> Vec<String> {
    let closed = json!({"id": "closed"});
    vec![
        plans("a", &["silver"]),
        plan("theirs"),
        attach("closed", &["a"]),
        attach_to("banner", "production", &closed, &["a", "theirs"]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_waits_for_what_is_refused_tells_nobody() {
    let scene = Scene::of(STAGE).await;
    scene.apply(&[plans("a", &["silver", "bronze"]), attach("closed", &["a"])]).await;
    assert_eq!(value(&scene.server, "bronze").await, "TARGETED");
    let ((_, plan), applied) = keep_going(&steward(&scene, true), &narrowed(), &cautious()).await;
    assert_eq!(plan.refused().count(), 1, "{plan:?}");
    let skipped = outcome(&plan, &applied, Action::Attach);
    assert!(matches!(skipped, Outcome::Skipped(_)), "{skipped:?}");
    assert_eq!(value(&scene.server, "bronze").await, "FALLTHROUGH");
    assert_eq!(value(&scene.server, "silver").await, "TARGETED");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_that_was_not_told_is_told_beside_a_rule_that_waits() {
    let scene = Scene::of(STAGE).await;
    scene.apply(&[plans("a", &["silver", "bronze"]), attach("closed", &["a"])]).await;
    assert_eq!(value(&scene.server, "bronze").await, "TARGETED");
    keep_going(&steward(&scene, false), &narrowed(), &cautious()).await;
    assert_eq!(value(&scene.server, "bronze").await, "TARGETED");
    let ((_, plan), _) = keep_going(&steward(&scene, true), &narrowed(), &cautious()).await;
    let planned = planned(&plan);
    assert!(planned.contains(&"refresh production".to_owned()), "{planned:?}");
    assert_eq!(value(&scene.server, "bronze").await, "FALLTHROUGH");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_that_was_not_told_is_told_though_the_change_of_a_rule_fails() {
    let scene = Scene::of(STAGE).await;
    let on = [
        attach("closed", &["a"]),
        attach_to("banner", "production", &json!({"id": "closed"}), &["a"]),
    ];
    let documents = |value: &str, on: &[String]| [&[plans("a", &[value])], on].concat();
    scene.apply(&documents("bronze", &on[..1])).await;
    assert_eq!(value(&scene.server, "bronze").await, "TARGETED");
    keep_going(&steward(&scene, false), &documents("silver", &on[..1]), &cautious()).await;
    assert_eq!(value(&scene.server, "bronze").await, "TARGETED");
    let path = state("banner", "production");
    scene.sandbox.faults().set(Some(refusal(&Method::PUT, path)));
    let policy = cautious();
    let (_, applied) = keep_going(&steward(&scene, true), &documents("silver", &on), &policy).await;
    assert_eq!(applied.failures().count(), 1, "{applied:?}");
    assert_eq!(value(&scene.server, "bronze").await, "FALLTHROUGH");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_is_told_though_another_change_failed() {
    let scene = Scene::of(STAGE).await;
    let both = |values: &[&str]| {
        let on = [attach("closed", &["a"]), attach("both", &["b", "theirs"]), external("theirs")];
        [vec![plans("a", values), plans("b", values)], on.to_vec()].concat()
    };
    scene.apply(&both(&["silver", "bronze"])).await;
    assert_eq!(value(&scene.server, "bronze").await, "TARGETED");
    let edit = (Method::PUT, at("b"), json!({"name": "By hand"}));
    let applied = scene.meanwhile(&both(&["silver"]), cautious(), &[edit]).await;
    assert_eq!(failed(&applied), ["stale"]);
    assert_eq!(value(&scene.server, "bronze").await, "FALLTHROUGH");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_was_stored_nothing_is_told() {
    let scene = Scene::of(STAGE).await;
    scene.apply(&[plans("a", &["silver"]), attach("closed", &["a"])]).await;
    scene.sandbox.forget_requests();
    let edit = (Method::PUT, at("a"), json!({"name": "By hand"}));
    let documents = [plans("a", &["bronze"]), attach("closed", &["a"])];
    let applied = scene.meanwhile(&documents, cautious(), &[edit]).await;
    assert_eq!(failed(&applied), ["stale"]);
    let asked = scene.asked();
    let touches = asked.iter().filter(|it| it.starts_with("PUT") && it.contains("/flags/"));
    assert_eq!(touches.count(), 0, "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_tells_of_what_is_selected() {
    let scene = Scene::of(STAGE).await;
    let documents = |value: &str| [plans("a", &[value]), plan("b"), attach("closed", &["a"])];
    scene.apply(&documents("silver")).await;
    keep_going(&steward(&scene, false), &documents("bronze"), &cautious()).await;
    for (name, wanted) in [("b", vec![]), ("a", vec!["refresh production"])] {
        let desired = desired(&documents("bronze"));
        let policy = only(ObjectKind::Segment, name);
        let (_, plan) = steward(&scene, true).plan(&desired, &policy).await.expect("a plan");
        assert_eq!(planned(&plan), wanted, "{name}");
    }
}

/// Two rules of one state: one gets what is there, the other what is new.
fn of_one_state() -> [String; 4] {
    let (known, new) = (attach("closed", &["theirs"]), attach("both", &["theirs", "fresh"]));
    [external("theirs"), plan("fresh"), known, new]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selected_rule_needs_no_more_than_it_did() {
    let scene = Scene::of(STAGE).await;
    let policy = only(ObjectKind::Attachment, "checkout-production-closed");
    let ((_, plan), applied) = keep_going(&steward(&scene, true), &of_one_state(), &policy).await;
    assert_eq!(planned(&plan), ["attach checkout-production-closed"]);
    assert!(applied.converged(), "{applied:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_changed_though_what_the_one_beside_it_needs_was_refused_or_failed() {
    for refused in [true, false] {
        let scene = Scene::of(STAGE).await;
        let mut documents = of_one_state();
        if refused {
            let list = at("").trim_end_matches('/').to_owned();
            send(&scene, Method::POST, &list, json!({"key": "fresh", "name": "Fresh"})).await;
        } else {
            let path = at("").trim_end_matches('/').to_owned();
            scene.sandbox.faults().set(Some(refusal(&Method::POST, path)));
        }
        documents.reverse();
        let ((_, plan), applied) =
            keep_going(&steward(&scene, true), &documents, &cautious()).await;
        assert_eq!(plan.refused().count(), usize::from(refused), "{plan:?}");
        let ends = plan.steps.iter().filter(|it| it.action == Action::Attach);
        let ends: Vec<_> = ends.map(|it| (it.name.as_str(), &applied.outcomes[&it.id])).collect();
        assert!(
            matches!(
                &ends[..],
                [
                    ("checkout-production-both", Outcome::Skipped(_)),
                    ("checkout-production-closed", Outcome::Done),
                ] | [
                    ("checkout-production-closed", Outcome::Done),
                    ("checkout-production-both", Outcome::Skipped(_)),
                ]
            ),
            "{ends:?}"
        );
        assert_eq!(scene.rules().await[0]["segment_keys"], json!(["theirs"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_rules_name_already_is_warned_of_whether_environments_are_told_or_not() {
    let scene = Scene::of(STAGE).await;
    let mut rules = scene.rules().await;
    rules[2]["segment_keys"] = json!(["gone"]);
    let (method, path, body) = put_rules(&rules);
    send(&scene, method, &path, body).await;
    for refresh in [true, false] {
        let steward = steward(&scene, refresh);
        let (_, plan) = steward.plan(&desired(&[plan("gone")]), &cautious()).await.expect("a plan");
        let warning = plan.steps[0].warnings.join(" ");
        assert!(warning.contains("production still name the key `gone`"), "{warning:?}");
        assert_eq!(plan.count(Action::Refresh), usize::from(refresh));
    }
}
