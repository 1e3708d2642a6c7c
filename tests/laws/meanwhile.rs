//! What others do between a plan and its apply, or while it runs.

use super::RUNTIME;
use crate::support::admin::Admin;
use crate::support::folder::Folder;
use crate::support::steward::{Steward, cautious};
use crate::support::workspace::{File, desired};
use reqwest::Method;
use rusqlite::Connection;
use segctl::apply::{Applied, Outcome, Progress, apply};
use segctl::desired::Desired;
use segctl::diagnostic::Code;
use segctl::document::Provider;
use segctl::plan::{Action, Policy, Step};
use segctl::provider::{Connect, Reader as _, connect};
use segctl::reconcile::reconcile;
use segctl::sandbox::{Fault, FaultKind, Matching, Options, Sandbox};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

/// A rule with a condition of its own and a foreign segment.
const FIXTURE: &str = "
features:
  - name: flag
    strategies:
      development:
        - name: flexibleRollout
          title: Rule
          constraints: [{contextName: appName, operator: IN, values: [web]}]
";

/// A sandbox whose data can be reached past its API.
struct World {
    sandbox: Sandbox,
    admin: Admin,
    data: PathBuf,
    _folder: Folder,
}

impl World {
    async fn new() -> Self {
        let folder = Folder::new();
        let data = folder.path().join("sandbox.db");
        let fixture = Some(folder.write("fixture.yaml", FIXTURE));
        let options = Options { fixture, data: data.clone(), port: 0, ..Options::default() };
        let sandbox = Sandbox::start(options).await.expect("a sandbox");
        let admin = Admin::new(sandbox.url(), Sandbox::TOKEN);
        Self { sandbox, admin, data, _folder: folder }
    }

    fn steward(&self) -> Steward {
        Steward::new(self.sandbox.url(), Sandbox::TOKEN)
    }

    async fn apply(&self, desired: &Desired, policy: &Policy) -> Applied {
        let planned = self.steward().plan(desired, policy).await.expect("a plan");
        self.steward().apply(&planned, desired, policy).await
    }

    fn writes(&self) -> Vec<String> {
        let requests = self.sandbox.requests().into_iter();
        requests.filter(|it| it.method != "GET").map(|it| it.method).collect()
    }
}

fn documents(ids: &str, attached: bool) -> Desired {
    let segment = format!(
        "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: beta}}\nspec: {{unleash: {{constraints: [{{contextName: userId, operator: IN, values: [{ids}]}}]}}}}\n"
    );
    let list = if attached { "[beta]" } else { "[]" };
    let attachment = format!(
        "apiVersion: segctl.dev/v1\nkind: Attachment\nmetadata: {{name: rule}}\nspec: {{segments: {list}, unleash: {{feature: flag, environment: development, strategy: {{title: Rule}}}}}}\n"
    );
    let files: Vec<File> =
        vec![("segments/a.yaml".to_owned(), segment), ("segments/b.yaml".to_owned(), attachment)];
    desired(&files).expect("valid documents")
}

fn codes(applied: &Applied) -> Vec<Code> {
    applied.failures().map(|it| it.code).collect()
}

/// Without its own condition, a rule that loses its segment would match everyone.
#[tokio::test]
async fn a_rule_that_lost_its_own_conditions_keeps_its_segments() {
    let world = World::new().await;
    let with = documents("ada", true);
    assert!(world.apply(&with, &cautious()).await.converged());
    let without = documents("ada", false);
    let planned = world.steward().plan(&without, &cautious()).await.expect("a plan");
    assert_eq!(planned.1.planned().count(), 1, "{:?}", planned.1);

    let flag = world.admin.flag("flag").await;
    let id = flag["environments"][0]["strategies"][0]["id"].as_str().expect("an id").to_owned();
    let path = format!(
        "/api/admin/projects/default/features/flag/environments/development/strategies/{id}"
    );
    let body = json!([{"op": "replace", "path": "/constraints", "value": []}]);
    world.admin.send(Method::PATCH, &path, Some(&body)).await.ok("emptying a rule");

    let applied = world.steward().apply(&planned, &without, &cautious()).await;
    assert_eq!(codes(&applied), [Code::Stale], "{applied:?}");
    let flag = world.admin.flag("flag").await;
    assert_eq!(flag["environments"][0]["strategies"][0]["segments"], json!([1]));
}

/// With a personal token, a write to a segment that is gone ends the server (8.2.0, 6.10.1).
#[tokio::test]
async fn a_segment_that_is_gone_is_not_deleted_again() {
    let world = World::new().await;
    assert!(world.apply(&documents("ada", false), &cautious()).await.converged());
    let nothing = desired(&[]).expect("no documents");
    let prune = Policy { prune: true, ..cautious() };
    let planned = world.steward().plan(&nothing, &prune).await.expect("a plan");
    assert_eq!(planned.1.planned().count(), 1);
    assert_eq!(world.admin.delete_segment(1).await, 204);
    world.sandbox.forget_requests();
    let applied = world.steward().apply(&planned, &nothing, &prune).await;
    assert!(applied.converged(), "{applied:?}");
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[tokio::test]
async fn a_change_of_a_segment_that_is_gone_is_never_sent() {
    let world = World::new().await;
    assert!(world.apply(&documents("ada", false), &cautious()).await.converged());
    let other = documents("bob", false);
    let planned = world.steward().plan(&other, &cautious()).await.expect("a plan");
    assert_eq!(world.admin.delete_segment(1).await, 204);
    world.sandbox.forget_requests();
    let applied = world.steward().apply(&planned, &other, &cautious()).await;
    assert_eq!(codes(&applied), [Code::Stale], "{applied:?}");
    assert_eq!(world.writes(), Vec::<String>::new());
}

/// What a person makes of segment 1: another content, or another owner.
fn edits(segment: &Value) -> [Value; 2] {
    let description = segment["description"].as_str().expect("a mark");
    let edited = json!({
        "name": "beta", "description": description,
        "constraints": [{"contextName": "userId", "operator": "IN", "values": ["eve"]}],
    });
    let adopted = json!({
        "name": "beta", "description": description.replace("Managed by segctl: ", "Taken over from "),
        "constraints": segment["constraints"],
    });
    [edited, adopted]
}

/// Segments have no version with which the server could compare.
#[tokio::test]
async fn what_a_person_made_of_a_segment_after_the_plan_stays() {
    let prune = Policy { prune: true, ..cautious() };
    let changed = [documents("bob", false), desired(&[]).expect("no documents")];
    for (wanted, edit) in changed.iter().flat_map(|wanted| [(wanted, 0), (wanted, 1)]) {
        let world = World::new().await;
        assert!(world.apply(&documents("ada", false), &cautious()).await.converged());
        let planned = world.steward().plan(wanted, &prune).await.expect("a plan");
        assert_eq!(planned.1.planned().count(), 1, "{:?}", planned.1);

        let body = edits(&world.admin.segments().await[0])[edit].clone();
        let path = "/api/admin/segments/1";
        world.admin.send(Method::PUT, path, Some(&body)).await.ok("a person's edit");
        let edited = world.admin.segments().await;
        world.sandbox.forget_requests();
        let applied = world.steward().apply(&planned, wanted, &prune).await;
        assert_eq!(codes(&applied), [Code::Stale], "{applied:?}");
        assert_eq!(world.writes(), Vec::<String>::new());
        assert_eq!(world.admin.segments().await, edited);
    }
}

/// The answer to a write is lost, and the look for what became of it fails too, in another way.
#[tokio::test]
async fn a_look_that_fails_hides_no_write_that_may_be_done() {
    let prune = Policy { prune: true, ..cautious() };
    let nothing = desired(&[]).expect("no documents");
    // A change and a deletion look once before they write.
    let cases = [
        (None, documents("ada", false), "/api/admin/segments", 0),
        (Some("ada"), documents("bob", false), "/api/admin/segments/1", 1),
        (Some("ada"), nothing, "/api/admin/segments/1", 1),
        (Some("ada"), documents("ada", true), "/api/admin/projects/default/features/flag/env", 0),
    ];
    for (before, wanted, look, after) in cases {
        let world = World::new().await;
        if let Some(values) = before {
            assert!(world.apply(&documents(values, false), &cautious()).await.converged());
        }
        let planned = world.steward().plan(&wanted, &prune).await.expect("a plan");
        assert_eq!(planned.1.planned().count(), 1, "{:?}", planned.1);
        let lost = FaultKind::CutAfter;
        let fault = Fault { on: Matching::AnyWrite, after: 0, kind: lost, times: 1 };
        world.sandbox.faults().set(Some(fault));
        let on = Matching::Request { method: "GET".to_owned(), path: look.to_owned() };
        let kind = FaultKind::Status { code: 401, retry_after: None, body: String::new() };
        world.sandbox.faults().add(Fault { on, after, kind, times: 1 });

        let applied = world.steward().apply(&planned, &wanted, &prune).await;
        assert!(applied.converged(), "it is looked for in the end, {look}: {applied:?}");
        assert_eq!(world.sandbox.requests().iter().filter(|it| it.status == Some(401)).count(), 1);
    }
}

/// What the server answers to `path` from now on.
fn answer(world: &World, path: &str, code: u16, body: &Value) {
    let on = Matching::Request { method: "GET".to_owned(), path: path.to_owned() };
    let kind = FaultKind::Status { code, retry_after: None, body: body.to_string() };
    world.sandbox.faults().set(Some(Fault { on, after: 0, kind, times: usize::MAX }));
}

/// The rule loses the segment in the same plan, and a pending change request would give it back.
#[tokio::test]
async fn a_pending_change_request_keeps_a_segment() {
    let world = World::new().await;
    assert!(world.apply(&documents("ada", true), &cautious()).await.converged());
    let flag = world.admin.flag("flag").await;
    let rule = flag["environments"][0]["strategies"][0]["id"].clone();
    let used = json!({
        "id": rule, "projectId": "default", "featureName": "flag",
        "strategyName": "flexibleRollout", "environment": "development",
    });
    let attachment = "apiVersion: segctl.dev/v1\nkind: Attachment\nmetadata: {name: rule}\nspec: {segments: [], unleash: {feature: flag, environment: development, strategy: {title: Rule}}}\n";
    let gone = desired(&[("segments/b.yaml".to_owned(), attachment.to_owned())]).expect("valid");
    let prune = Policy { prune: true, ..cautious() };
    let uses = "/api/admin/segments/1/strategies";
    for (pending, refusal) in [(json!([]), None), (json!([used]), Some(Code::InUse))] {
        let body = json!({"strategies": [used], "changeRequestStrategies": pending});
        answer(&world, uses, 200, &body);
        let (_, plan) = world.steward().plan(&gone, &prune).await.expect("a plan");
        let delete = plan.steps.iter().find(|it| it.action == Action::Delete).expect("a deletion");
        assert_eq!(delete.refusal.as_ref().map(|it| it.code), refusal, "{delete:?}");
        if let Some(refusal) = &delete.refusal {
            assert!(refusal.message.contains("by a pending change request"), "{refusal:?}");
        }
    }
}

#[tokio::test]
async fn what_may_not_be_read_is_never_taken_for_no_use() {
    let world = World::new().await;
    assert!(world.apply(&documents("ada", false), &cautious()).await.converged());
    let nothing = desired(&[]).expect("no documents");
    let prune = Policy { prune: true, ..cautious() };
    let closed = [
        ("/api/admin/search/features", 403),
        ("/api/admin/search/features", 404),
        ("/api/admin/projects", 403),
        ("/api/admin/environments/project/", 404),
    ];
    for (path, code) in closed {
        answer(&world, path, code, &json!({"message": "no"}));
        let (_, plan) = world.steward().plan(&nothing, &prune).await.expect("a plan");
        let refusals: Vec<_> =
            plan.refused().filter_map(|it| it.refusal.as_ref()).map(|it| it.code).collect();
        assert_eq!(refusals, [Code::UseUnknown], "{path} {code}");
    }
    for path in ["/api/admin/search/features", "/api/admin/environments/project/"] {
        answer(&world, path, 401, &json!({"message": "no"}));
        assert!(world.steward().plan(&nothing, &prune).await.is_err(), "{path}");
    }
}

/// So many archived flags of which only the last uses the segment, in a world where an answer with
/// archived flags is on its way for so long.
async fn archive(count: usize, late: Duration) -> World {
    let world = World::new().await;
    assert!(world.apply(&documents("ada", false), &cautious()).await.converged());
    let data = Connection::open(&world.data).expect("the data of the sandbox");
    let numbers = format!("SELECT 100 UNION SELECT n + 1 FROM numbers LIMIT {count}");
    let flags = format!(
        "WITH RECURSIVE numbers(n) AS ({numbers})
         INSERT INTO features
         SELECT 'flag-' || n, project, type, description, FALSE, created_at, created_at
         FROM numbers, features WHERE name = 'flag';
         UPDATE strategies SET feature = (SELECT max(name) FROM features);
         INSERT INTO strategy_segments SELECT id, 1 FROM strategies;"
    );
    data.execute_batch(&flags).expect("archived flags");
    let on = Matching::Request {
        method: "GET".to_owned(),
        path: "/api/admin/search/features".to_owned(),
    };
    let kind = FaultKind::Late(late.as_millis().try_into().expect("a short time"));
    world.sandbox.faults().set(Some(Fault { on, after: 0, kind, times: usize::MAX }));
    world
}

/// A flag that is revived moves all that follow it, and one of them out of the next page.
#[tokio::test]
async fn archived_flags_that_move_between_two_pages_are_not_missed() {
    let late = Duration::from_millis(600);
    let nothing = desired(&[]).expect("no documents");
    let prune = Policy { prune: true, ..cautious() };
    let cases = [(101, 0, Code::InUse), (101, 1, Code::InUse), (120, 5, Code::UseUnknown)];
    for (count, revived, refusal) in cases {
        let world = archive(count, late).await;
        let steward = world.steward();
        let reviving = async {
            for number in 0..revived {
                tokio::time::sleep(late / 2).await;
                let path = format!("/api/admin/archive/revive/flag-{}", 100 + number);
                world.admin.send(Method::POST, &path, None).await.ok("reviving a flag");
                tokio::time::sleep(late / 2).await;
            }
        };
        let (planned, ()) = tokio::join!(steward.plan(&nothing, &prune), reviving);
        let (_, plan) = planned.expect("a plan");
        let refusals: Vec<_> =
            plan.refused().filter_map(|it| it.refusal.as_ref()).map(|it| it.code).collect();
        assert_eq!(refusals, [refusal], "{revived} revived: {plan:?}");
    }
}

/// Doubles the segment of every step that was done, as a second run at the same moment would, and
/// gives all of the twins to the default strategy.
struct Doubling(PathBuf);

impl Progress for Doubling {
    fn ended(&self, _: &Step, _: &Outcome) {
        let data = Connection::open(&self.0).expect("the data of the sandbox");
        let twin = "INSERT INTO segments SELECT id + 100, name, description, project, constraints,
                    created_by, created_at, written + 100 FROM segments WHERE id < 100";
        data.execute(twin, []).expect("a twin");
        let used = r#"INSERT INTO default_strategies VALUES
                      ('default', 'development', '{"name":"flexibleRollout","segments":[1,101]}')"#;
        data.execute(used, []).expect("a default strategy");
    }

    fn interrupted(&self) -> bool {
        false
    }
}

/// A run that sees a twin of its own deletes it, but not where something uses it.
#[test]
fn a_twin_that_a_default_strategy_uses_is_not_healed_away() {
    RUNTIME.block_on(async {
        let world = World::new().await;
        let wanted = documents("ada", false);
        let url = world.sandbox.url().parse().expect("a url");
        let to = Connect::new(url, [("token", Sandbox::TOKEN)], 4);
        let reader = connect(Provider::Unleash, &to).expect("a reader");
        let policy = cautious();
        let (live, plan) = reconcile(&wanted, &policy, &reader).await.expect("a plan");
        let doubling = Doubling(world.data.clone());
        let applied = apply(&plan, &wanted, &live, &policy, &reader, &doubling).await;

        let segments = world.admin.segments().await;
        assert_eq!(segments.len(), 2, "both are used, so both stay: {segments:?}");
        let proof = applied.proof.as_ref().expect("a second look").as_ref().expect("a proof");
        let reason = proof.differences[0].reason.as_deref().unwrap_or_default();
        assert!(reason.contains("the default strategy of development"), "{applied:?}");
        assert!(!applied.converged() && proof.healed == 0);
        assert!(reader.requests().total() > 0);

        world.admin.set_default_strategy("development", &[101]).await;
        let healed = world.apply(&wanted, &policy).await;
        assert!(healed.converged(), "{healed:?}");
        let segments = world.admin.segments().await;
        assert_eq!(segments.len(), 1);
        assert_eq!(segments[0]["id"], json!(101), "the one in use is kept");
    });
}
