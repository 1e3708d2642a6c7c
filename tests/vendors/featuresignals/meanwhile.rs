//! What happens between a plan and its end: people write, tokens end, answers lie.

use super::FeatureSignals;
use super::stage::{STAGE, at, attach, plan, rule, segment, state};
use crate::support::sandbox::{OwnSandbox, sandbox_of};
use crate::support::steward::{Steward, cautious};
use crate::support::workspace::{File, desired_of};
use crate::vendors::vendor::{Server, Vendor as _, connect};
use reqwest::Method;
use segctl::apply::Applied;
use segctl::desired::Desired;
use segctl::plan::{Action, Policy};
use segctl::provider::Connect;
use segctl::sandbox::{Fault, FaultKind, Matching};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A sandbox, and somebody there.
pub(super) struct Scene {
    pub(super) sandbox: OwnSandbox,
    pub(super) server: Server,
}

impl Scene {
    pub(super) async fn of(fixture: &str) -> Self {
        let sandbox = sandbox_of(FeatureSignals::SYSTEM, fixture).await;
        let server = FeatureSignals::sign_in(sandbox.url()).await;
        sandbox.forget_requests();
        Self { sandbox, server }
    }

    pub(super) fn connect(&self) -> Connect {
        connect::<FeatureSignals>(&self.sandbox, 4)
    }

    /// Applies the documents, all the way.
    pub(super) async fn apply(&self, documents: &[String]) {
        let applied = self.meanwhile(documents, cautious(), &[]).await;
        assert!(applied.converged(), "{applied:?}");
    }

    /// Plans, then a person sends these requests, then applies.
    pub(super) async fn meanwhile(
        &self,
        documents: &[String],
        policy: Policy,
        edits: &[(Method, String, Value)],
    ) -> Applied {
        let steward = Steward::of(FeatureSignals::PROVIDER, &self.connect());
        let desired = desired(documents);
        let planned = steward.plan(&desired, &policy).await.expect("a plan");
        assert_eq!(planned.1.refused().count(), 0, "{:?}", planned.1);
        for (method, path, body) in edits {
            let body = (!body.is_null()).then_some(body);
            let (status, answer) = self.server.send(method.clone(), path, body).await;
            assert!(status < 300, "{answer}");
        }
        steward.apply(&planned, &desired, &policy).await
    }

    /// The rules of `checkout` in production.
    pub(super) async fn rules(&self) -> Value {
        self.server.get(&state("checkout", "production")).await["rules"].take()
    }

    /// The requests that were sent, tokens left out.
    pub(super) fn asked(&self) -> Vec<String> {
        let requests = self.sandbox.requests().into_iter();
        let requests = requests.filter(|it| !it.path.starts_with("/v1/auth/"));
        requests.map(|it| format!("{} {}", it.method, it.path)).collect()
    }

    fn sign_ins(&self) -> usize {
        self.sandbox.requests().iter().filter(|it| it.path.starts_with("/v1/auth/")).count()
    }
}

pub(super) fn desired(documents: &[String]) -> Desired {
    let files = documents.iter().enumerate();
    let files: Vec<File> =
        files.map(|(at, text)| (format!("segments/{at}.yaml"), text.clone())).collect();
    let desired = desired_of(FeatureSignals::PROVIDER, FeatureSignals::TARGET, &files);
    desired.expect("valid documents")
}

/// The codes of what failed.
pub(super) fn failed(applied: &Applied) -> Vec<&'static str> {
    applied.failures().map(|failure| failure.code.name()).collect()
}

pub(super) fn put_rules(rules: &Value) -> (Method, String, Value) {
    (Method::PUT, state("checkout", "production"), json!({"rules": rules}))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_moved_is_left_as_it_is() {
    for edit in [json!({"segment_keys": ["theirs"]}), json!({"conditions": []}), json!({"id": "x"})]
    {
        let scene = Scene::of(STAGE).await;
        let mut rules = scene.rules().await;
        for (field, value) in edit.as_object().into_iter().flatten() {
            rules[0][field] = value.clone();
        }
        let documents = [plan("a"), attach("closed", &["a"])];
        let applied = scene.meanwhile(&documents, cautious(), &[put_rules(&rules)]).await;
        assert_eq!(failed(&applied), ["stale"], "{edit}");
        assert_eq!(scene.rules().await, rules);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_do_beside_a_rule_stays() {
    let scene = Scene::of(STAGE).await;
    let mut rules = scene.rules().await;
    rules[1]["description"] = json!("Somebody else was here");
    rules[1]["value"] = json!({"deep": [1, 2.5, null]});
    rules
        .as_array_mut()
        .expect("rules")
        .push(json!({"id": "new", "priority": 9, "conditions": null,
        "percentage": 1, "value": 0.1, "match_type": "any"}));
    let documents = [plan("a"), attach("closed", &["a"])];
    let applied = scene.meanwhile(&documents, cautious(), &[put_rules(&rules)]).await;
    assert!(applied.converged(), "{applied:?}");
    rules[0]["segment_keys"] = json!(["a"]);
    assert_eq!(scene.rules().await, rules);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_that_moved_is_left_as_it_is() {
    let scene = Scene::of(STAGE).await;
    scene.apply(&[plan("a")]).await;
    let changed = [segment("a", &json!([rule("plan", "eq", &["other"])]))];
    let edit = (Method::PUT, at("a"), json!({"name": "By hand"}));
    let applied = scene.meanwhile(&changed, cautious(), &[edit]).await;
    assert_eq!(failed(&applied), ["stale"]);
    assert_eq!(scene.server.get(&at("a")).await["segment"]["name"], "By hand");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_that_came_into_use_is_not_deleted() {
    let scene = Scene::of(STAGE).await;
    scene.apply(&[plan("a")]).await;
    let mut rules = scene.rules().await;
    rules[0]["segment_keys"] = json!(["a"]);
    let prune = Policy { prune: true, ..cautious() };
    let applied = scene.meanwhile(&[], prune, &[put_rules(&rules)]).await;
    assert_eq!(failed(&applied), ["in-use"]);
    scene.server.get(&at("a")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_that_is_none_is_not_believed() {
    let scene = Scene::of(STAGE).await;
    let kind = FaultKind::Status { code: 409, retry_after: None, body: "{}".to_owned() };
    let path = at("").trim_end_matches('/').to_owned();
    let on = Matching::Request { method: "POST".to_owned(), path };
    scene.sandbox.faults().set(Some(Fault { on, after: 0, kind, times: 1 }));
    let applied = scene.meanwhile(&[plan("a")], cautious(), &[]).await;
    assert_eq!(failed(&applied), ["rejected"]);
    let message = &applied.failures().next().expect("a failure").message;
    assert!(message.contains("there is no segment `a`"), "{message}");

    // A real one was made by somebody else meanwhile.
    let made =
        (Method::POST, at("").trim_end_matches('/').to_owned(), json!({"key": "a", "name": "A"}));
    let applied = scene.meanwhile(&[plan("a")], cautious(), &[made]).await;
    assert_eq!(failed(&applied), ["stale"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_renewed_in_the_middle_of_a_run() {
    let fixture = STAGE.replace("options: {", "options: {accessTokenRequests: 12, ");
    let scene = Scene::of(&fixture).await;
    let documents: Vec<String> = (0..40).map(|number| plan(&format!("s{number}"))).collect();
    scene.apply(&documents).await;
    assert!(scene.sign_ins() >= 4, "{} times", scene.sign_ins());
    let logins = scene.sandbox.requests();
    assert!(logins.iter().all(|it| it.path != "/v1/auth/refresh"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_enough_and_is_renewed_too() {
    let fixture = STAGE.replace("options: {", "options: {accessTokenRequests: 5, ");
    let scene = Scene::of(&fixture).await;
    let body = json!({"email": "owner@sandbox.example", "password": "sandbox-password"});
    let (_, answer) = scene.server.send(Method::POST, "/v1/auth/login", Some(&body)).await;
    let token = answer["tokens"]["refresh_token"].as_str().expect("a token");
    let url = scene.sandbox.url().parse().expect("an address");
    let mut connect = Connect::new(url, [("refreshToken", token)], 2);
    connect.options = scene.connect().options;
    scene.sandbox.forget_requests();
    let steward = Steward::of(FeatureSignals::PROVIDER, &connect);
    let documents: Vec<String> = (0..10).map(|number| plan(&format!("s{number}"))).collect();
    let desired = desired(&documents);
    let planned = steward.plan(&desired, &cautious()).await.expect("a plan");
    let applied = steward.apply(&planned, &desired, &cautious()).await;
    assert!(applied.converged(), "{applied:?}");
    let auth: Vec<String> = scene.sandbox.requests().into_iter().map(|it| it.path).collect();
    let refreshes = auth.iter().filter(|path| *path == "/v1/auth/refresh").count();
    assert!(refreshes >= 2 && !auth.contains(&"/v1/auth/login".to_owned()), "{auth:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_plan_costs_what_is_said() {
    let filler = |number: usize| {
        format!("  - {{key: filler-{number:03}, rules: [{{attribute: a, operator: exists}}]}}\n")
    };
    let filler: String = (0..198).map(filler).collect();
    let scene = Scene::of(&STAGE.replace("flags:\n", &format!("{filler}flags:\n"))).await;
    let documents = [
        plan("a"),
        plan("b"),
        attach("closed", &["a"]),
        attach("both", &["a", "theirs"]),
        super::stage::external("theirs"),
        super::stage::attach_to("banner", "production", &json!({"id": "closed"}), &["b"]),
    ];
    scene.apply(&documents).await;
    scene.sandbox.forget_requests();
    let steward = Steward::of(FeatureSignals::PROVIDER, &scene.connect());
    let planned = steward.plan(&desired(&documents), &cautious()).await.expect("a plan");
    assert!(planned.1.is_empty());
    let asked = scene.asked();
    let of = |part: &str| asked.iter().filter(|it| it.contains(part)).count();
    // 201 segments in three pages, two flags in production, and one page of states for each of two
    // environments.
    assert_eq!((of("/segments?"), of("/flags/"), of("/flag-states?")), (3, 2, 2), "{asked:?}");
    assert_eq!(asked.len(), 2 + 3 + 2 + 2, "{asked:?}");
}

static WAITS: AtomicUsize = AtomicUsize::new(0);

#[tokio::test(flavor = "multi_thread")]
async fn the_last_request_of_a_window_closes_the_gate() {
    let scene = Scene::of(STAGE).await;
    let mut connect = scene.connect();
    connect.on_wait = Some(|said| {
        assert!(said.contains("no request is left"), "{said}");
        WAITS.fetch_add(1, Ordering::SeqCst);
    });
    let steward = Steward::of(FeatureSignals::PROVIDER, &connect);
    let desired = desired(&[plan("a")]);
    steward.plan(&desired, &cautious()).await.expect("a plan");
    assert_eq!(WAITS.load(Ordering::SeqCst), 0);
    // The next plan uses up what is left, and has nothing to wait for any more.
    let each = u32::try_from(scene.asked().len()).expect("a few");
    scene.sandbox.limit_requests(2 * each);
    steward.plan(&desired, &cautious()).await.expect("a plan");
    assert_eq!(WAITS.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_developer_without_permission_changes_segments_and_no_rules() {
    let scene = Scene::of(STAGE).await;
    let url = scene.sandbox.url().parse().expect("an address");
    let secrets = [("email", "developer@sandbox.example"), ("password", "sandbox-password")];
    let mut connect = Connect::new(url, secrets, 4);
    connect.options = scene.connect().options;
    let steward = Steward::of(FeatureSignals::PROVIDER, &connect);
    let desired = desired(&[plan("a"), attach("closed", &["a"])]);
    let planned = steward.plan(&desired, &cautious()).await.expect("a plan");
    let applied = steward.apply(&planned, &desired, &cautious()).await;
    assert_eq!(failed(&applied), ["forbidden"]);
    scene.server.get(&at("a")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_has_to_be_named_where_there_are_several() {
    let fixture = STAGE
        .replace("projects: [", "projects: [{slug: other}, ")
        .replace("segments:\n", "segments:\n  - {key: elsewhere, project: other}\n");
    // The stage's own things are in the first project, which is the other one now.
    let fixture = fixture.split("segments:").next().expect("projects").to_owned();
    let sandbox = sandbox_of(FeatureSignals::SYSTEM, &fixture).await;
    let mut connect = connect::<FeatureSignals>(&sandbox, 1);
    for (project, message) in [
        (None, "the organization has several projects, and the target names none"),
        (Some("nowhere"), "the organization has no project `nowhere`"),
    ] {
        connect.options.project = project.map(str::to_owned);
        let steward = Steward::of(FeatureSignals::PROVIDER, &connect);
        let failure = steward.plan(&desired(&[]), &cautious()).await.expect_err("no project");
        assert_eq!((failure.code.name(), failure.message.as_str()), ("unknown-project", message));
    }
    let id = super::stage::project();
    for project in ["web", id.rsplit('/').next().expect("an id")] {
        connect.options.project = Some(project.to_owned());
        let steward = Steward::of(FeatureSignals::PROVIDER, &connect);
        steward.plan(&desired(&[]), &cautious()).await.expect("a plan");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_is_told_after_its_rules_changed() {
    let scene = Scene::of(STAGE).await;
    scene.apply(&[plan("a"), attach("closed", &["a"])]).await;
    let changed = [
        segment("a", &json!([rule("plan", "eq", &["other"])])),
        plan("b"),
        attach("closed", &["a", "b"]),
    ];
    let steward = Steward::of(FeatureSignals::PROVIDER, &scene.connect());
    let (_, plan) = steward.plan(&desired(&changed), &cautious()).await.expect("a plan");
    let step = |action: Action| plan.steps.iter().find(|it| it.action == action).expect("a step");
    let refresh = step(Action::Refresh);
    // Both write states of flags, and the server reads and writes one without a lock.
    assert!(refresh.follows.contains(&step(Action::Attach).id), "{refresh:?}");
    assert!(refresh.follows.contains(&step(Action::Update).id), "{refresh:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn archived_flags_are_told_apart() {
    let fixture = STAGE.replace(
        "  - {key: idle}",
        "  - {key: idle}\n  - {key: old, status: archived, states: {production: {rules: \
         [{id: r, segment_keys: [theirs, a]}]}}}",
    );
    let scene = Scene::of(&fixture).await;
    let steward = Steward::of(FeatureSignals::PROVIDER, &scene.connect());
    let (live, _) = steward.plan(&desired(&[]), &cautious()).await.expect("a plan");
    let found = steward.find_rules(&live).await.expect("rules");
    let flags: Vec<&str> = found.iter().map(|it| it.rule.place.flag.as_str()).collect();
    assert_eq!(flags, ["checkout", "checkout"]);

    let steward = Steward::of(FeatureSignals::PROVIDER, &scene.connect());
    let made = desired(&[plan("a")]);
    let planned = steward.plan(&made, &cautious()).await.expect("a plan");
    let warning = planned.1.steps[0].warnings.join(" ");
    assert!(warning.contains("rules in production still name the key `a`"), "{warning}");
    assert!(steward.apply(&planned, &made, &cautious()).await.converged());
    let prune = Policy { prune: true, ..cautious() };
    let (_, plan) = steward.plan(&desired(&[]), &prune).await.expect("a plan");
    let refusal = plan.steps[0].refusal.as_ref().expect("a refusal");
    assert_eq!(refusal.message, "it is used by old, which is archived");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_explained() {
    let fixture = STAGE.replace(
        "options: {",
        "users: [{email: safe@sandbox.example, role: admin, mfaCode: '1'}]\noptions: {",
    );
    let scene = Scene::of(&fixture).await;
    let url: reqwest::Url = scene.sandbox.url().parse().expect("an address");
    for (password, code, says) in [
        ("sandbox-password", "forbidden", "segctl needs a member without a second factor"),
        ("wrong", "unauthorized", "(9 more tries)"),
    ] {
        let secrets = [("email", "safe@sandbox.example"), ("password", password)];
        let steward = Steward::of(FeatureSignals::PROVIDER, &Connect::new(url.clone(), secrets, 1));
        let failure = steward.plan(&desired(&[]), &cautious()).await.expect_err("no way in");
        assert_eq!(failure.code.name(), code);
        assert!(failure.message.contains(says) && !failure.message.contains(password), "{failure}");
    }
}

/// What the flag `checkout` comes to in production for somebody of that plan.
pub(super) async fn value(server: &Server, plan: &str) -> Value {
    let environment = state("", "production");
    let environment = environment.rsplit('/').next().expect("an id").to_owned();
    let path = at("").replace("/segments/", &format!("/environments/{environment}/inspect-entity"));
    let who = json!({"key": "u", "attributes": {"plan": plan, "country": "se"}});
    let (status, flags) = server.send(Method::POST, &path, Some(&who)).await;
    assert_eq!(status, 200, "{flags}");
    let mut flags = flags.as_array().cloned().unwrap_or_default().into_iter();
    flags.find(|it| it["flag_key"] == "checkout").expect("the flag")["reason"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_applied_is_evaluated() {
    let scene = Scene::of(STAGE).await;
    let with = |value: &str| {
        [segment("a", &json!([rule("plan", "eq", &[value])])), attach("closed", &["a"])]
    };
    scene.apply(&with("silver")).await;
    assert_eq!(value(&scene.server, "silver").await, "TARGETED");
    assert_eq!(value(&scene.server, "bronze").await, "FALLTHROUGH");
    scene.apply(&with("bronze")).await;
    assert_eq!(value(&scene.server, "silver").await, "FALLTHROUGH");
    assert_eq!(value(&scene.server, "bronze").await, "TARGETED");
}
